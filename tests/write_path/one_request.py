"""A process that makes one keyed request to its own application; `DJOLIBA_CRASH_AT` kills it on the way."""

import asyncio
import json
import sys

import httpx

from services.reporting_worker.main import create_app
from shared.settings import load_settings


async def main() -> None:
    given = json.loads(sys.stdin.read())
    app = create_app(load_settings())
    async with (
        app.router.lifespan_context(app),
        httpx.AsyncClient(transport=httpx.ASGITransport(app=app), base_url="http://origin") as client,
    ):
        await client.post(given["path"], headers=given["headers"], json=given["body"])


asyncio.run(main())
