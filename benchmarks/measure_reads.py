"""List of 50 and detail of a project over HTTP, against a bare ASGI application that answers the same SQL."""

import asyncpg

from benchmarks.harness import Bench, Ratio, in_turns, requests_per_second
from benchmarks.portfolio import load_reference
from shared.issuer import DevelopmentIssuer
from shared.settings import Settings

REFERENCE = "SELECT reference FROM project ORDER BY reference LIMIT 1 OFFSET 400"


async def measure(bench: Bench) -> list[Ratio]:
    await load_reference(bench)
    connection = await asyncpg.connect(bench.postgres.url())
    reference = await connection.fetchval(REFERENCE)
    await connection.close()
    headers = {"Authorization": f"Bearer {DevelopmentIssuer.from_settings(Settings()).token('viewer')}"}
    with bench.served("deploy.embedded.origin") as origin, bench.served("benchmarks.bare") as bare:
        ratios = []
        for work, path, limit, goal in (
            ("list of 50 projects", "/v1/projects", "/list", 0.5),
            ("detail of a project", f"/v1/projects/{reference}", f"/detail/{reference}", 0.4),
        ):
            ours, theirs = await in_turns(
                lambda path=path: requests_per_second(origin + path, headers),
                lambda limit=limit: requests_per_second(bare + limit),
            )
            ratios.append(Ratio(work, ours, "req/s", goal, "bare ASGI", theirs))
        return ratios
