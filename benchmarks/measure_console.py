"""How long a person waits for a console command, in starts of the bare interpreter."""

import asyncio
import os
import sys
import time
from pathlib import Path

from benchmarks.harness import Bench, Ratio, in_turns

COMMANDS = ("--help", "token viewer", "edition list", "rates list", "publish status")
GOAL = 30.0
"""0.6 s where the interpreter starts in 0.02 s."""
DJOLIBA = Path(sys.executable).parent / "djoliba"


async def measure(bench: Bench) -> list[Ratio]:
    with bench.served("deploy.embedded.origin") as origin:
        environment = {**os.environ, **bench.environment, "DJOLIBA_PUBLIC_URL": origin}
        ratios = []
        for words in COMMANDS:
            command = [str(DJOLIBA), *words.split()]
            await _seconds(command, environment)  # warm: bytecode, caches of the disk, the API's first connection
            ours, bare = await in_turns(
                lambda command=command: _seconds(command, environment),
                lambda: _seconds([sys.executable, "-c", "pass"], environment),
            )
            ratios.append(Ratio(f"djoliba {words}", ours * 1000, "ms", GOAL, "python -c pass", bare * 1000, True))
        return ratios


async def _seconds(command: list[str], environment: dict[str, str]) -> float:
    begin = time.perf_counter()
    process = await asyncio.create_subprocess_exec(
        *command, env=environment, stdout=asyncio.subprocess.DEVNULL, stderr=asyncio.subprocess.DEVNULL
    )
    if await process.wait():
        raise RuntimeError(f"{' '.join(command)} ended with {process.returncode}")
    return time.perf_counter() - begin
