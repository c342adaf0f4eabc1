"""All key figures of the reference portfolio as of a date, in one statement (issue F; PERFORMANCE 5, row 5)."""

import time
from datetime import date

import asyncpg

from benchmarks.harness import Bench, Ratio
from benchmarks.portfolio import load_reference
from services.reporting_worker.figures.queries import FIGURES_DOCUMENT, VALUES_DOCUMENT
from services.reporting_worker.figures.service import View, known_keys
from shared.facts import Statement

WARMING = 8
"""Runs until Postgres keeps one plan for the connection, as it does in a pool."""
RUNS = 60


async def measure(bench: Bench) -> list[Ratio]:
    """The least round trip of the prepared statement over the unix socket: neighbours on the machine only add to it."""
    await load_reference(bench)
    connection = await asyncpg.connect(bench.postgres.url(), server_settings={"jit": "off"})
    try:
        values = await _least(connection, VALUES_DOCUMENT)
        whole = await _least(connection, FIGURES_DOCUMENT)
    finally:
        await connection.close()
    return [
        Ratio("values of all key figures (Postgres)", values, "ms", 10, is_limit=True),
        Ratio("the same with areas, sectors, rates and parts", whole, "ms", 10, is_limit=True),
    ]


async def _least(connection: asyncpg.Connection, statement: Statement) -> float:
    prepared = await connection.prepare(statement.sql)
    arguments = statement.arguments(**View(date(2022, 3, 31)).bound(known_keys()))
    times = []
    for _ in range(WARMING + RUNS):
        begin = time.perf_counter()
        await prepared.fetchval(*arguments)
        times.append(1000 * (time.perf_counter() - begin))
    return min(times[WARMING:])
