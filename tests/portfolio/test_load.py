"""`load_portfolio` on a real database: whole or refused, the same load twice changes nothing, a kill loses nothing."""

import asyncio
import json
import os
import re
import signal
import sys
from pathlib import Path

import asyncpg
import pytest

from deploy.embedded.load import NoPortfolio, PortfolioRefused, load_portfolio
from deploy.reference.files import reference_lines
from shared.models import Base
from tests.portfolio.reference import reference_database, settings_of

ROOT = Path(__file__).parents[2]


@pytest.fixture
def reference_url(cluster):
    name = reference_database(cluster)
    yield cluster.url(name)
    cluster.drop(name)


async def counts(url):
    """Rows of every table."""
    connection = await asyncpg.connect(url)
    try:
        return {
            table: await connection.fetchval(f'SELECT count(*) FROM "{table}"')
            for table in Base.metadata.tables
        }
    finally:
        await connection.close()


@pytest.fixture
def write(tmp_path):
    def write(lines):
        path = tmp_path / "portfolio.jsonl"
        path.write_text("\n".join(lines), "utf-8")
        return str(path)

    return write


async def test_the_same_load_twice_changes_nothing(reference_url):
    before = await counts(reference_url)
    assert before["project"] == 1123
    report = await load_portfolio(settings_of(reference_url), "reference")
    assert report.total("unchanged") == sum(1 for _ in reference_lines())
    assert report.total("created") == report.total("changed") == 0
    assert await counts(reference_url) == before


async def test_three_bad_rows_among_a_thousand_are_all_named_and_nothing_is_written(
    settings, database_url, write
):
    lines = [line for *_, line in reference_lines()]
    assert len(lines) > 1000
    wanted = []
    for number in (100, 400, 900):
        row = json.loads(lines[number])
        row["protection"] = "secret"
        lines[number] = json.dumps(row)
        wanted.append((number + 1, lines[number].index('"secret"') + 1, "/protection"))
    with pytest.raises(PortfolioRefused) as refused:
        await load_portfolio(settings, write(lines))
    named = [(one.line, one.column, one.pointer) for one in refused.value.faults]
    assert named == wanted
    assert sum((await counts(database_url)).values()) == 1  # the installation's own row


async def test_the_order_of_the_lines_is_free_and_progress_is_told_by_chunk(settings, database_url, write):
    lines = [line for *_, line in reference_lines()]
    told = []
    report = await load_portfolio(settings, write(reversed(lines)), progress=lambda *one: told.append(one))
    assert report.total("created") == len(lines)
    assert [one for one in told if one[0] == "project"] == [
        ("project", done, 1123) for done in (200, 400, 600, 800, 1000, 1123)
    ]
    again = await load_portfolio(settings, "reference")
    assert again.total("unchanged") == len(lines)


async def test_a_dry_run_checks_against_the_database_and_writes_nothing(settings, database_url):
    report = await load_portfolio(settings, "reference", dry_run=True)
    assert report.total("checked") == sum(1 for _ in reference_lines())
    assert (await counts(database_url))["project"] == 0


async def test_made_up_facts_are_refused_in_production(database_url):
    with pytest.raises(PortfolioRefused) as refused:
        await load_portfolio(settings_of(database_url, environment="production"), "reference")
    assert {one.code for one in refused.value.faults} == {"synthetic_in_production"}
    assert len(refused.value.faults) > 1000
    assert (await counts(database_url))["mechanism"] == 0


async def test_a_load_that_was_killed_goes_on_where_it_stopped(settings, database_url):
    script = (
        "import asyncio, os; from deploy.embedded.load import load_portfolio; "
        "from tests.portfolio.reference import settings_of; "
        "asyncio.run(load_portfolio(settings_of(os.environ['URL']), 'reference'))"
    )
    # the 14th commit is in the middle of the projects
    environment = {**os.environ, "URL": database_url, "DJOLIBA_CRASH_AT": "unit.committed:14"}
    killed = await asyncio.create_subprocess_exec(sys.executable, "-c", script, cwd=ROOT, env=environment)
    assert await killed.wait() == -signal.SIGKILL
    stopped = (await counts(database_url))["project"]
    assert 0 < stopped < 1123
    report = await load_portfolio(settings, "reference")
    assert report.outcomes["project"] == {"unchanged": stopped, "created": 1123 - stopped}


async def test_the_example_of_the_documentation_loads(settings, database_url, write):
    page = (ROOT / "docs/portfolio-format.md").read_text("utf-8")
    example = re.search(r"```json\n(.*?)```", page, re.DOTALL).group(1)
    report = await load_portfolio(settings, write(example.splitlines()))
    assert report.total("created") == len(example.splitlines())


async def test_a_rule_of_the_journal_is_named_at_its_line(reference_url, write):
    row = {
        "type": "allocation", "reference": "ALC-2022-901", "contribution": "CTB-2022-BEL-001",
        "project": "TF-2022-MPT-001", "amount": "1000000.01", "currency": "EUR", "on": "2022-03-31",
    }  # fmt: skip
    with pytest.raises(PortfolioRefused) as refused:
        await load_portfolio(settings_of(reference_url), write([json.dumps(row)]))
    assert [one.line for one in refused.value.faults] == [1]


async def test_a_file_that_is_not_there_or_empty_is_refused_with_a_sentence(settings, database_url, write):
    for source in ("/nowhere/portfolio.jsonl", write([])):
        with pytest.raises(NoPortfolio, match=r"portfolio\.jsonl"):
            await load_portfolio(settings, source)
