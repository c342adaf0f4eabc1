"""`load_portfolio` on a real database: whole or refused, the same load twice changes nothing, a kill loses nothing."""

import asyncio
import json
import os
import re
import resource
import signal
import sys
import tracemalloc
from collections import Counter
from pathlib import Path

import asyncpg
import pytest

from deploy.reference.files import reference_lines
from portfolio.checking import ORDER
from portfolio.file import MODELS
from portfolio.loading import PortfolioRefused, load_portfolio
from portfolio.room import NoRoom
from portfolio.source import NoPortfolio, lines_at
from portfolio.spool import CHUNK
from shared.models import Base
from shared.web.problems import FAULTS_MAX
from tests.portfolio.reference import a_third_of_the_reference, reference_database, settings_of

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
        return {table: await connection.fetchval(f'SELECT count(*) FROM "{table}"') for table in Base.metadata.tables}
    finally:
        await connection.close()


@pytest.fixture
def write(tmp_path):
    def write(lines):
        path = tmp_path / "portfolio.jsonl"
        path.write_text("\n".join(lines), "utf-8")
        return str(path)

    return write


@pytest.mark.whole
async def test_the_same_load_twice_changes_nothing(reference_url):
    before = await counts(reference_url)
    assert before["project"] == 1123
    report = await load_portfolio(settings_of(reference_url), reference_lines())
    assert report.total("unchanged") == sum(1 for _ in reference_lines())
    assert report.total("created") == report.total("changed") == 0
    assert await counts(reference_url) == before


@pytest.mark.whole
async def test_three_bad_rows_among_a_thousand_are_all_named_and_nothing_is_written(settings, database_url, write):
    lines = [line for *_, line in reference_lines()]
    assert len(lines) > 1000
    before = await counts(database_url)
    wanted = []
    for number in (100, 400, 900):
        row = json.loads(lines[number])
        row["protection"] = "secret"
        lines[number] = json.dumps(row)
        wanted.append((number + 1, lines[number].index('"secret"') + 1, "/protection"))
    with pytest.raises(PortfolioRefused) as refused:
        await load_portfolio(settings, lines_at(write(lines)))
    named = [(one.line, one.column, one.pointer) for one in refused.value.faults]
    assert named == wanted
    assert await counts(database_url) == before


@pytest.mark.whole
async def test_the_order_of_the_lines_is_free_and_progress_is_told_by_chunk(settings, database_url, write):
    lines = a_third_of_the_reference()
    told = []
    report = await load_portfolio(settings, lines_at(write(reversed(lines))), progress=lambda *one: told.append(one))
    assert report.total("created") == len(lines)
    assert [one for one in told if one[0] == "project"] == [("project", done, 375) for done in (200, 375)]
    again = await load_portfolio(settings, lines_at(write(lines)))
    assert again.total("unchanged") == len(lines)


async def test_likely_doubles_are_told_at_the_line_of_the_later_one_and_only_once(settings, write):
    shares = {"shares": [{"place": "gao", "percentage": "100"}], "on": "2022-02-03"}
    project = {"type": "project", "mechanism": "QIP", "places": shares}
    project["roles"] = [{"kind": "sponsor", "organisation": "cad"}]
    project["transitions"] = [{"to": "identified", "on": "2022-02-03"}]
    rows = [
        {"type": "mechanism", "code": "QIP", "name": {"fr": "Projets"}, "since": 2013},
        {"type": "place", "slug": "gao", "kind": "region", "name": {"fr": "Gao"}},
        {"type": "place", "slug": "inagam", "kind": "locality", "parent": "gao", "name": {"fr": "Inagam"}},
        {"type": "place", "slug": "in-agam", "kind": "locality", "parent": "gao", "name": {"fr": "In-Agam"}},
        *(
            {
                "type": "organisation",
                "slug": slug,
                "kind": "mission_section",
                "names": [{"name": {"fr": name}, "valid_from": "2013-01-01"}],
            }
            for slug, name in (("cad", "Affaires civiles"), ("dac", "Affaires civile"))
        ),
        {**project, "reference": "QIP-2022-GAO-001", "title": {"fr": "École de Bourem"}},
        {**project, "reference": "QIP-2022-GAO-002", "title": {"fr": "L’école de Bourem"}},
        {**project, "reference": "QIP-2022-GAO-003", "title": {"fr": "Forage solaire"}},
    ]
    told = []
    path = write(json.dumps(row) for row in rows)
    report = await load_portfolio(settings, lines_at(path), progress=lambda *one: told.append(one))
    doubles = [one for one in report.doubts.shown if one.fault.code == "likely_duplicate"]
    assert {(one.fault.line, one.fault.pointer) for one in doubles} == {(4, "/name"), (6, "/names"), (8, "/title")}
    assert "QIP-2022-GAO-001" in doubles[2].fault.detail["en"]
    assert ("checking", len(rows), len(rows)) in told
    again = await load_portfolio(settings, lines_at(path))
    assert [one for one in again.doubts.shown if one.fault.code == "likely_duplicate"] == []


async def test_a_dry_run_checks_against_the_database_and_writes_nothing(settings, database_url, write):
    lines = a_third_of_the_reference()
    report = await load_portfolio(settings, lines_at(write(lines)), dry_run=True)
    assert report.total("checked") == len(lines)
    assert (await counts(database_url))["project"] == 0


@pytest.mark.whole
async def test_made_up_facts_are_refused_in_production(database_url, write):
    path = write(a_third_of_the_reference())
    with pytest.raises(PortfolioRefused) as refused:
        await load_portfolio(settings_of(database_url, environment="production"), lines_at(path))
    assert {one.code for one in refused.value.faults} == {"synthetic_in_production"}
    assert refused.value.findings.count > 375
    assert len(refused.value.faults) == FAULTS_MAX
    assert (await counts(database_url))["mechanism"] == 0


@pytest.mark.whole
async def test_a_load_that_was_killed_goes_on_where_it_stopped(settings, database_url, write):
    script = (
        "import asyncio, os; from portfolio.loading import load_portfolio; "
        "from portfolio.source import lines_at; "
        "from tests.portfolio.reference import settings_of; "
        "asyncio.run(load_portfolio(settings_of(os.environ['URL']), lines_at(os.environ['FROM'])))"
    )
    lines = a_third_of_the_reference()
    before = Counter(json.loads(line)["type"] for line in lines)
    first_of_the_projects = 1 + sum(-(-before[kind] // CHUNK) for kind in ORDER[: ORDER.index("project")])
    path = write(lines)
    environment = {
        **os.environ,
        "URL": database_url,
        "FROM": path,
        "DJOLIBA_CRASH_AT": f"unit.committed:{first_of_the_projects}",
    }
    killed = await asyncio.create_subprocess_exec(sys.executable, "-c", script, cwd=ROOT, env=environment)
    assert await killed.wait() == -signal.SIGKILL
    assert (await counts(database_url))["project"] == CHUNK
    report = await load_portfolio(settings, lines_at(path))
    assert report.outcomes["project"] == {"unchanged": CHUNK, "created": 375 - CHUNK}


async def test_the_example_of_the_documentation_loads(settings, database_url, write):
    page = (ROOT / "docs/portfolio-format.md").read_text("utf-8")
    example = re.search(r"```json\n(.*?)```", page, re.DOTALL).group(1)
    report = await load_portfolio(settings, lines_at(write(example.splitlines())))
    assert report.total("created") == len(example.splitlines())


async def test_a_rule_of_the_journal_is_named_at_its_line(reference_url, write):
    row = {
        "type": "allocation", "reference": "ALC-2022-901", "contribution": "CTB-2022-BEL-001",
        "project": "TF-2022-MPT-001", "amount": "1000000.01", "currency": "EUR", "on": "2022-03-31",
    }  # fmt: skip
    with pytest.raises(PortfolioRefused) as refused:
        await load_portfolio(settings_of(reference_url), lines_at(write([json.dumps(row)])))
    assert [one.line for one in refused.value.faults] == [1]


def places(count):
    """Places ten of which lie in each that stands after them in the file."""
    for number in reversed(range(count)):
        row = {"type": "place", "slug": f"p-{number}", "kind": "locality", "name": {"fr": f"Lieu {number}"}}
        yield json.dumps({**row, "parent": f"p-{number // 10}"} if number else row)


@pytest.mark.whole
async def test_five_times_the_rows_take_no_more_memory(settings, write):
    async def peak(count):
        path = write(places(count))
        tracemalloc.start()
        try:
            report = await load_portfolio(settings, lines_at(path))
            return report.outcomes["place"].total(), tracemalloc.get_traced_memory()[1]
        finally:
            tracemalloc.stop()

    await load_portfolio(settings, lines_at(write(places(1))))  # what is imported and prepared once
    (few, small), (many, large) = await peak(CHUNK), await peak(5 * CHUNK)
    assert many == 5 * few
    assert large < 1.5 * small


async def test_parents_of_another_chunk_are_imported_before(settings, write):
    path = write(places(CHUNK + 50))
    assert (await load_portfolio(settings, lines_at(path))).outcomes["place"] == {"created": CHUNK + 50}
    # compared with their parents
    assert (await load_portfolio(settings, lines_at(path))).outcomes["place"] == {"unchanged": CHUNK + 50}


async def test_a_place_is_judged_by_those_of_the_file_and_of_the_database_together(settings, write):
    held = {"type": "place", "slug": "cercle-menaka", "kind": "cercle", "name": {"fr": "Ménaka"}}
    await load_portfolio(settings, lines_at(write([json.dumps(held), *mechanism()])))
    region = {"type": "place", "slug": "menaka", "kind": "region", "name": {"fr": "x"}, "valid_from": "2016-01-19"}
    statement = {"on": "2015-05-01", "shares": [{"place": "menaka", "percentage": "100"}]}
    with pytest.raises(PortfolioRefused, match="cercle-menaka"):
        await load_portfolio(settings, lines_at(write([project(places=statement), json.dumps(region)])))


def mechanism():
    """The line without which there is no project."""
    yield json.dumps({"type": "mechanism", "code": "QIP", "name": {"fr": "x", "en": "x"}, "since": 2013})


def project(**members):
    """A line with a project."""
    row = {
        "type": "project",
        "reference": "QIP-2022-MNK-001",
        "mechanism": "QIP",
        "title": {"fr": "Forage"},
        "transitions": [{"to": "in_progress", "on": "2022-03-02"}],
    }
    return json.dumps(row | members)


async def test_a_pipe_is_read_like_a_file(settings, tmp_path):
    pipe = tmp_path / "pipe.jsonl"
    os.mkfifo(pipe)
    writing = asyncio.create_task(asyncio.to_thread(pipe.write_text, "\n".join(mechanism())))
    # the open below waits for the thread's
    report = await load_portfolio(settings, lines_at(str(pipe)))
    await writing
    assert report.total("created") == 1


async def test_a_folder_and_a_device_without_end_are_refused_with_a_sentence(settings, tmp_path):
    for source in (str(tmp_path), "/dev/zero", "/dev/full"):
        with pytest.raises(NoPortfolio, match=source):
            await load_portfolio(settings, lines_at(source))


@pytest.mark.whole
async def test_a_full_temporary_folder_is_named_and_nothing_is_written(settings, write, database_url):
    _, hard = limits = resource.getrlimit(resource.RLIMIT_FSIZE)
    path = write([*mechanism(), *places(20_000)])
    resource.setrlimit(resource.RLIMIT_FSIZE, (2**20, hard))
    try:
        with pytest.raises(NoRoom, match="TMPDIR"):
            await load_portfolio(settings, lines_at(path))
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, limits)
    assert (await counts(database_url))["mechanism"] == 0


async def test_a_file_that_is_not_there_or_empty_is_refused_with_a_sentence(settings, database_url, write):
    for source in ("/nowhere/portfolio.jsonl", write([])):
        with pytest.raises(NoPortfolio, match=r"portfolio\.jsonl"):
            await load_portfolio(settings, lines_at(source))


async def test_every_type_of_row_is_loaded(settings, write):
    assert set(ORDER) == set(MODELS), "a type without a turn would be left out without a word"
    figure = {"type": "named_figure", "slug": "all", "measure": "projects", "bucket": "total"}
    report = await load_portfolio(settings, lines_at(write([json.dumps(figure)])))
    assert report.outcomes == {"named_figure": {"created": 1}}
