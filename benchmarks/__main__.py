"""`make bench`: run every `benchmarks/measure_*.py` and print its ratios; `python -m benchmarks NAME ...` runs some.

Each has `async def measure(bench: Bench) -> list[Ratio]`. Exit status 1 when a goal is missed.
"""

import asyncio
import importlib
import sys
import traceback
from pathlib import Path

from benchmarks.harness import bench


def main() -> int:
    """Run the measurements named on the command line, or all."""
    names = sorted(path.stem for path in Path(__file__).parent.glob("measure_*.py"))
    wanted = sys.argv[1:]
    unknown = [name for name in wanted if f"measure_{name}" not in names]
    if unknown:
        known = ", ".join(name.removeprefix("measure_") for name in names)
        print(f"There is no measurement {', '.join(unknown)}; there are: {known}.", file=sys.stderr)
        return 2
    missed = 0
    with bench() as servers:
        for name in names:
            if wanted and name.removeprefix("measure_") not in wanted:
                continue
            try:
                ratios = asyncio.run(importlib.import_module(f"benchmarks.{name}").measure(servers))
            except Exception:  # noqa: BLE001 -- one that cannot be measured must not hide the others
                traceback.print_exc()
                missed += 1
                continue
            for ratio in ratios:
                print(ratio, flush=True)
                missed += not ratio.holds
    return 1 if missed else 0


if __name__ == "__main__":
    sys.exit(main())
