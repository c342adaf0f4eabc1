"""Screens of the desk against the API call that they draw, and exports against the writers that they use."""

import asyncio
import csv
import io
import json
import tempfile
import time
from collections.abc import Callable
from pathlib import Path
from statistics import median
from typing import Any

import httpx
import xlsxwriter

from benchmarks.harness import Bench, Ratio
from benchmarks.portfolio import load_reference
from shared.issuer import DevelopmentIssuer
from shared.settings import Settings

LISTS = ("projects", "activities", "contributions", "allocations")
ROUNDS = 9


async def measure(bench: Bench) -> list[Ratio]:
    await load_reference(bench)
    token = DevelopmentIssuer.from_settings(Settings()).token("programme_officer")
    with bench.served("deploy.embedded.origin") as origin:
        return await asyncio.to_thread(_measured, origin, token)


def _measured(origin: str, token: str) -> list[Ratio]:
    headers = {"Authorization": f"Bearer {token}"}
    with (
        httpx.Client(base_url=origin, timeout=60, headers=headers) as api,
        httpx.Client(base_url=origin, timeout=60) as desk,
    ):
        desk.post("/desk/sign-in", data={"person": "moussa"})
        return [*(_screen(api, desk, name) for name in LISTS), _workbook(api), _separated(api)]


def _screen(api: httpx.Client, desk: httpx.Client, name: str) -> Ratio:
    def answered(client: httpx.Client, path: str) -> Callable[[], None]:
        def ask() -> None:
            assert client.get(path).status_code == 200, path

        return ask

    ours, theirs = answered(desk, f"/desk/{name}"), answered(api, f"/v1/{name}?limit=50")
    screen, call = _milliseconds(ours), _milliseconds(theirs)
    return Ratio(f"screen of a list: {name}", screen, "ms", 3, "its API call", call, is_limit=True)


def _workbook(api: httpx.Client) -> Ratio:
    """The whole list as a workbook against the writing library alone on the same cells."""
    rows = list(csv.reader(io.StringIO(api.get("/v1/projects.csv").text)))

    def written() -> None:
        with tempfile.TemporaryDirectory() as folder:
            book = xlsxwriter.Workbook(str(Path(folder) / "alone.xlsx"), {"constant_memory": True})
            sheet = book.add_worksheet()
            for line, row in enumerate(rows):
                for at, cell in enumerate(row):
                    sheet.write_string(line, at, cell)
            book.close()

    ours, theirs = _milliseconds(lambda: api.get("/v1/projects.xlsx"), 5), _milliseconds(written, 5)
    return Ratio("projects as a workbook", len(rows) / ours, "rows/ms", 0.5, "xlsxwriter alone", len(rows) / theirs)


def _separated(api: httpx.Client) -> Ratio:
    """The whole list as CSV against the JSON pages that it is made of, which is where its time goes."""

    def paged() -> None:
        cursor: str | None = None
        while True:
            page = json.loads(
                api.get("/v1/projects", params={"limit": 500, **({"cursor": cursor} if cursor else {})}).content
            )
            cursor = page["next_cursor"]
            if cursor is None:
                return

    ours, theirs = _milliseconds(lambda: api.get("/v1/projects.csv"), 5), _milliseconds(paged, 5)
    return Ratio("projects as CSV", ours, "ms", 1.6, "the same pages as JSON", theirs, is_limit=True)


def _milliseconds(act: Callable[[], Any], rounds: int = ROUNDS) -> float:
    act()
    taken = []
    for _ in range(rounds):
        begun = time.perf_counter()
        act()
        taken.append((time.perf_counter() - begun) * 1000)
    return median(taken)
