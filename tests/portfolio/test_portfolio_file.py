"""Every fault of a portfolio file is named with its line and column, without a database."""

import json
import re
import tracemalloc
from io import BytesIO
from pathlib import Path

import pytest

from portfolio.checking import ORDER, circles, missing_references, spool_row, synthetic
from portfolio.file import LINE_BYTES_MAX, MODELS, LineFault, lines_of, read_row
from portfolio.rules import broken_rules, with_row
from portfolio.spool import CHUNK, CHUNK_BYTES, open_spool
from services.projects_api.entry.frame import Frame

SECTOR = {"type": "sector", "slug": "qip-water", "mechanism": "QIP", "name": {"fr": "Eau", "en": "Water"}}


@pytest.fixture
def spool():
    with open_spool() as spool:
        yield spool


def fill(spool, content):
    """Spool the rows of a file; the faults of its lines, of keys given twice, and of circles."""
    faults = []
    for line in lines_of("file.jsonl", BytesIO(content.encode() if isinstance(content, str) else content)):
        row, found = (None, [line]) if isinstance(line, LineFault) else read_row(line)
        faults += found
        if row is not None:
            faults += spool_row(spool, row)
    spool.order()
    return [*faults, *circles(spool)]


def faults_of(content):
    """Faults of one file: (line, column, pointer, code), in order."""
    with open_spool() as spool:
        faults = fill(spool, content)
        rows = [row for kind in ORDER for chunk in spool.chunks(kind) for row in chunk]
        frame = Frame()
        for row in rows:
            with_row(frame, row)
        faults += broken_rules(rows, frame)
    return sorted((one.fault.line, one.fault.column, one.fault.pointer, one.fault.code) for one in faults)


def project(**changed):
    row = {
        "type": "project",
        "reference": "QIP-2022-KDL-001",
        "mechanism": "QIP",
        "title": {"fr": "Forage", "en": "Borehole"},
        "transitions": [{"to": "in_progress", "on": "2022-03-02"}],
        "amounts": [{"kind": "approved", "amount": "21500000", "currency": "XOF", "on": "2022-03-02"}],
    }
    return json.dumps(row | changed)


def amount(**changed):
    one = {"kind": "approved", "amount": "21500000", "currency": "XOF", "on": "2022-03-02"} | changed
    return project(amounts=[one])


def at(line, text):
    """The column where a text stands in a line."""
    return line.index(text) + 1


def test_a_good_line_has_no_fault():
    assert faults_of(project()) == []


@pytest.mark.parametrize("bad", ["21500000", "1e6", "NaN", "1,000", "-5", "0", "21 500", "21500000.5", "1" * 40])
def test_an_amount_that_is_not_exact_is_refused_at_its_column(bad):
    number = bad == "21500000"
    line = amount(amount=int(bad) if number else bad)
    ((row, column, pointer, _),) = faults_of(line)
    assert (row, pointer) == (1, "/amounts/0/amount")
    assert column == at(line, bad if number else f'"{bad}"')


def test_a_float_a_nan_and_an_infinity_are_refused():
    line = '{"type": "mechanism", "code": "QIP", "name": {"fr": "x", "en": "x"}, "since": NaN}'
    assert [code for *_, code in faults_of(line)] == ["json_invalid"]
    assert [code for *_, code in faults_of(line.replace("NaN", "Infinity"))] == ["json_invalid"]
    assert [pointer for _, _, pointer, _ in faults_of(line.replace("NaN", "2013.5"))] == ["/since"]


def test_trust_fund_dollars_have_three_decimals_and_others_two():
    money = {"kind": "approved", "amount": "10.125", "currency": "USD", "on": "2022-03-02"}
    assert faults_of(project(mechanism="TF", reference="TF-2022-KDL-001", amounts=[money])) == []
    ((_, _, pointer, code),) = faults_of(project(amounts=[money]))
    assert (pointer, code) == ("/amounts/0/amount", "not_bookable")


@pytest.mark.parametrize("bad", ["2022-02-30", "2022-3-2", "02/03/2022", "2022-03-02T00:00:00", ""])
def test_an_impossible_date_is_refused_at_its_column(bad):
    line = project(transitions=[{"to": "in_progress", "on": bad}])
    ((_, column, pointer, _),) = faults_of(line)
    assert pointer == "/transitions/0/on"
    assert column == at(line, f'"on": "{bad}"') + len('"on": ')


def test_a_fact_of_a_day_to_come_is_refused():
    ((_, _, pointer, code),) = faults_of(project(transitions=[{"to": "in_progress", "on": "2199-01-01"}]))
    assert (pointer, code) == ("/transitions/0/on", "date_future")


def test_broken_json_is_named_where_it_breaks():
    assert faults_of('{"type": "sector", }') == [(1, 20, "", "json_invalid")]
    assert faults_of('{"type": "sector"') == [(1, 18, "", "json_invalid")]
    assert faults_of("[1]") == [(1, 1, "", "not_an_object")]


@pytest.mark.parametrize("opened", ["[", '{"a":'])
def test_json_100000_deep_is_refused_and_not_recursed_into(opened):
    ((line, column, _, code),) = faults_of(opened * 100_000)
    assert (line, column, code) == (1, 16 * len(opened) + 1, "too_deep")


def test_nul_characters_are_refused_raw_and_escaped():
    line = project(title={"fr": "For\x00age", "en": "Borehole"})
    ((_, column, pointer, code),) = faults_of(line)
    assert (pointer, code, column) == ("/title/fr", "bad_character", at(line, '"For'))
    raw = line.replace("\\u0000", "\x00")
    ((_, column, _, code),) = faults_of(raw)
    assert (code, column) == ("json_invalid", at(raw, "\x00"))


def test_half_a_surrogate_pair_is_refused():
    ((_, _, pointer, code),) = faults_of(project(title={"fr": "\ud800", "en": "Borehole"}))
    assert (pointer, code) == ("/title/fr", "bad_character")


def test_bytes_that_are_not_utf8_are_refused_at_their_column():
    content = project().encode() + b"\n" + '{"é": "'.encode() + b'\xff"}'
    assert faults_of(content) == [(2, 8, "", "encoding")]


def test_a_member_given_twice_a_misspelt_one_and_a_missing_one_are_named():
    assert [code for *_, code in faults_of('{"type": "sector", "slug": "a", "slug": "b"}')] == ["repeated"]
    line = json.dumps({**SECTOR, "postion": 1})
    assert [(pointer, column) for _, column, pointer, _ in faults_of(line)] == [("/postion", len(line) - 1)]
    assert [pointer for _, _, pointer, _ in faults_of('{"type": "sector"}')] == ["/mechanism", "/name", "/slug"]


def test_an_unknown_type_names_the_nearest():
    _, found = read_row(("f", 1, '{"type": "projekt"}'))
    assert "'project'" in found[0].fault.detail["en"]


def test_every_fault_of_a_line_is_listed():
    line = amount(amount=1, on="2022-02-30", currency="francs")
    assert len(faults_of(line)) == 3


def test_a_sequence_of_states_that_the_lifecycle_forbids_is_refused():
    steps = [{"to": "completed", "on": "2022-01-01"}, {"from": "completed", "to": "approved", "on": "2022-02-01"}]
    assert len(faults_of(project(transitions=steps))) == 1


def test_references_given_twice_name_the_earlier_line():
    content = f"{project()}\n{json.dumps(SECTOR)}\n{project()}"
    ((line, column, pointer, code),) = faults_of(content)
    assert (line, pointer, code) == (3, "/reference", "duplicate")
    assert column == at(project(), '"QIP-2022-KDL-001"')


def test_a_reference_to_nothing_is_found_at_its_column_unless_the_database_knows_it():
    row, _ = read_row(("f", 1, json.dumps(SECTOR)))
    (missing,) = missing_references([row], {})
    assert (missing.fault.pointer, missing.fault.code) == ("/mechanism", "unknown_reference")
    assert missing.fault.column == at(json.dumps(SECTOR), '"QIP"')
    assert list(missing_references([row], {"mechanism": {"QIP"}})) == []


def place(slug, parent, **more):
    """A line with a place."""
    row = {"type": "place", "slug": slug, "kind": "region", "name": {"fr": "x"}, "parent": parent, **more}
    return json.dumps(row)


def test_parents_in_a_circle_are_refused_and_children_come_after_parents(spool):
    ((_, _, pointer, code),) = faults_of(f"{place('a', 'b')}\n{place('b', 'a')}")
    assert (pointer, code) == ("/parent", "circle")
    assert (
        fill(spool, f"{place('a', 'b', successor='d')}\n{place('b', 'c')}\n{place('c', None)}\n{place('d', 'b')}") == []
    )
    (ordered,) = spool.chunks("place")
    assert [row.model.slug for row in ordered] == ["c", "b", "d", "a"]


def test_a_circle_is_named_from_its_first_line_and_not_by_those_that_hang_on_it(spool):
    (found,) = fill(spool, "\n".join(place(*pair) for pair in ("xa", "ab", "bc", "ca")))
    assert (found.fault.line, found.fault.detail["en"].endswith(" a > b > c > a.")) == (2, True)


def test_a_chunk_ends_where_its_rows_are_too_many_or_too_long(spool):
    blank = " " * (CHUNK_BYTES * 2 // 5)
    long = [place(f"long-{number}", None) + blank for number in range(5)]
    short = [place(f"short-{number}", None) for number in range(CHUNK + 1)]
    assert fill(spool, "\n".join([*long, *short])) == []
    assert [len(chunk) for chunk in spool.chunks("place")] == [2, 2, CHUNK, 2]


def test_made_up_facts_are_refused_in_production_only():
    line = project(transitions=[{"to": "in_progress", "on": "2022-03-02", "is_synthetic": True}])
    row, _ = read_row(("f", 1, line))
    assert list(synthetic(row, "development")) == []
    (found,) = synthetic(row, "production")
    assert (found.fault.pointer, found.fault.column) == ("/transitions/0/is_synthetic", at(line, "true"))


@pytest.mark.parametrize("kind", MODELS)
def test_the_documentation_names_every_member_of_every_type(kind):
    page = (Path(__file__).parents[2] / "docs/portfolio-format.md").read_text("utf-8")
    line, *_ = [line for line in page.splitlines() if line.startswith(f"| `{kind}` |")]
    members = {field.alias or name for name, field in MODELS[kind].model_fields.items()} - {"type"}
    assert members <= set(re.findall(r"[a-z_]+", line))


def test_a_line_of_50_megabytes_is_a_fault_and_is_never_held(tmp_path) -> None:
    path = tmp_path / "one-line.jsonl"
    with path.open("wb") as file:
        for _ in range(50):
            file.write(b"x" * LINE_BYTES_MAX)
        file.write(b"\n{}\n")
    tracemalloc.start()
    with path.open("rb") as file:
        fault, line = lines_of(path.name, file)
    _, peak = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    assert (fault.fault.line, fault.fault.code) == (1, "line_too_long")
    assert line == (path.name, 2, "{}")
    assert peak < 4 * LINE_BYTES_MAX
