"""`python -m deploy.sandbox_platform --port P --data DIR [--faults FILE]`: serve until SIGTERM or Ctrl-C."""

import argparse
import logging
from pathlib import Path

import uvicorn
from starlette.applications import Starlette
from starlette.types import ASGIApp

from deploy.sandbox_platform import pages, rest
from deploy.sandbox_platform.accounts import Accounts
from deploy.sandbox_platform.archive import Archive
from deploy.sandbox_platform.faults import Faults


def create_app(data: Path, faults: Path | None = None) -> ASGIApp:
    """The platform over the archive in `data`; with a control file, faults can be switched on."""
    data.mkdir(parents=True, exist_ok=True)
    archive = Archive(data)
    app = Starlette(routes=[*rest.routes(archive, Accounts(data)), *pages.routes(archive)])
    return app if faults is None else Faults(app, faults)


def main() -> None:
    """Command line of the process."""
    parser = argparse.ArgumentParser(prog="python -m deploy.sandbox_platform", description=__doc__)
    parser.add_argument("--host", default="127.0.0.1")
    parser.add_argument("--port", type=int, required=True)
    parser.add_argument("--data", type=Path, required=True, help="folder of accounts.json, effects.jsonl and uploads/")
    parser.add_argument("--faults", type=Path, help="control file of injected faults; for drills only")
    options = parser.parse_args()
    logging.basicConfig(level=logging.WARNING)
    app = create_app(options.data.resolve(), options.faults)
    uvicorn.run(
        app,
        host=options.host,
        port=options.port,
        log_level="warning",
        lifespan="off",
        timeout_keep_alive=1,
        timeout_graceful_shutdown=2,
    )


if __name__ == "__main__":
    main()
