"""The reference portfolio in the database of a run, loaded once."""

import asyncio
import sys

from benchmarks.harness import Bench


async def load_reference(bench: Bench) -> None:
    """Load it as `djoliba load reference` does, unless a measurement of this run already did."""
    if "reference" in bench.shared:
        return
    loading = await asyncio.create_subprocess_exec(
        sys.executable,
        "-m",
        "deploy.embedded.cli",
        "load",
        "reference",
        env=dict(bench.environment),
        stdout=asyncio.subprocess.DEVNULL,
    )
    if await loading.wait():
        raise RuntimeError("The reference portfolio could not be loaded.")
    bench.shared["reference"] = True
