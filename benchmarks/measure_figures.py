"""All key figures of a portfolio of the reference edition's size, as of a date, in Postgres alone (PERFORMANCE 5.5)."""

import json
import statistics
from datetime import date
from pathlib import Path

import asyncpg

from benchmarks.harness import EMPTY, Bench, Ratio
from services.reporting_worker.figures.queries import FIGURES_DOCUMENT
from services.reporting_worker.figures.service import View, known_keys

GENERATED = Path(__file__).with_name("portfolio.sql")
RUNS = 30
AS_OF = date(2022, 3, 31)


async def execution_times(connection: asyncpg.Connection, runs: int = RUNS) -> list[float]:
    """Milliseconds of execution of the one statement, as EXPLAIN ANALYZE reports them, plan cached as in a pool."""
    arguments = FIGURES_DOCUMENT.arguments(**View(AS_OF).bound(known_keys()))
    explained = await connection.prepare(f"EXPLAIN (ANALYZE, TIMING OFF, FORMAT JSON) {FIGURES_DOCUMENT.sql}")
    return [json.loads(await explained.fetchval(*arguments))[0]["Execution Time"] for _ in range(runs)]


async def measure(bench: Bench) -> list[Ratio]:
    """The median of the statement's execution time on 1,123 generated projects."""
    administration = await asyncpg.connect(bench.postgres.url("postgres"))
    await administration.execute(f"CREATE DATABASE figures TEMPLATE {EMPTY}")
    await administration.close()
    connection = await asyncpg.connect(bench.postgres.url("figures"), server_settings={"jit": "off"})
    try:
        await connection.execute(GENERATED.read_text())
        times = await execution_times(connection)
    finally:
        await connection.close()
    return [
        Ratio("all key figures, 1,123 projects (Postgres)", statistics.median(times), "ms", 10, is_limit=True)
    ]
