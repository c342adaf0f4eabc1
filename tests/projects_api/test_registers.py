"""An office's own register: Windows-1252, merged titles, amounts with FCFA behind, dates as text; taken in whole or not at all."""

import io
import random
import zipfile
from datetime import date
from uuid import uuid4

import pytest
import xlsxwriter

from shared.workbooks import cells
from shared.workbooks.cells import Unread

HEADER = [
    "Référence",
    "Intitulé du projet",
    "Région/Cercle",
    "Coût",
    "Date de début",
    "Nombre de bénéficiaires",
    "dont femmes",
    "Observations",
]


def register(count: int, seed: int = 7) -> list[list[str]]:
    draw = random.Random(seed)
    rows = []
    for number in range(1, count + 1):
        total = draw.randrange(100, 5000)
        amount = f"{draw.randrange(5_000_000, 29_000_000):,}".replace(",", "\u00a0")
        day = date(2022, draw.randrange(1, 3), draw.randrange(1, 28))
        rows.append([
            f"REG-2022-{number:03}", f"Forage n° {number} à Boûrem", draw.choice(["Gao/Bourem", "BOUREM", "Gao / Bourem"]),
            f"{amount} F CFA", day.strftime("%d/%m/%Y"), str(total), str(total // 2), "vu",
        ])  # fmt: skip
    return rows


def as_csv(rows: list[list[str]]) -> bytes:
    lines = [
        "Registre des projets à effet rapide;;;;;;;",
        ";;;;;;;",
        ";".join(HEADER),
        *(";".join(row) for row in rows),
    ]
    return "\r\n".join(lines).encode("cp1252")


async def send(desk, content: bytes, query: str = ""):
    return await desk.client.post(
        f"/v1/registers{query}", content=content,
        headers={"Content-Type": "application/octet-stream", "Idempotency-Key": str(uuid4()), "Accept-Language": "fr"},
    )  # fmt: skip


async def test_a_register_of_two_hundred_rows_is_taken_in_once_its_five_errors_are_mended(desks):
    officer = await desks()
    rows = register(200)
    good = [list(row) for row in rows]
    rows[3][3] = "vingt millions"
    rows[50][4] = "31/02/2022"
    rows[77][2] = "Gao/Tombouktou"
    rows[120][5] = "beaucoup"
    rows[199][0] = rows[0][0]
    refused = await send(officer, as_csv(rows), "?dry_run=true")
    assert refused.status_code == 422, refused.text
    faults = {(one["line"], one.get("column")) for one in refused.json()["errors"]}
    assert faults == {(7, 4), (54, 5), (81, 3), (124, 6), (203, 1)}
    assert (await officer.get("/v1/projects/totals"))["total"] == 0, "nothing is recorded"
    tried = await send(officer, as_csv(good), "?dry_run=true")
    assert tried.json()["created"] == 200
    assert (await officer.get("/v1/projects/totals"))["total"] == 0
    taken = await send(officer, as_csv(good), "?document=Registre de Gao")
    assert taken.status_code == 200, taken.text
    assert {one["says"] for one in taken.json()["columns"]} >= {
        "reference",
        "title_fr",
        "place",
        "amount",
        "on",
        "people",
        "-",
    }
    first = await officer.get("/v1/projects/REG-2022-001")
    assert first["places"][0]["slug"] == "bourem"
    assert first["amounts"][0]["currency"] == "XOF"
    assert first["amounts"][0]["source"] == "Registre de Gao"
    again = await send(officer, as_csv(good), "?document=Registre de Gao")
    assert again.json() | {"columns": []} == {"created": 0, "changed": 0, "unchanged": 200, "columns": []}


async def test_a_workbook_with_real_dates_and_numbers_says_the_same(desks):
    officer = await desks()
    buffer = io.BytesIO()
    book = xlsxwriter.Workbook(buffer)
    sheet = book.add_worksheet("QIP")
    sheet.merge_range(0, 0, 0, 5, "Registre")
    for column, heading in enumerate(["N°", "Titre", "Cercle", "Montant", "Devise", "Date"]):
        sheet.write_string(2, column, heading)
    sheet.write_row(3, 0, ["REG-1", "Forage", "Bourem", 40000.5, "USD"])
    sheet.write_datetime(3, 5, date(2022, 2, 3), book.add_format({"num_format": "dd/mm/yyyy"}))
    sheet.write_row(4, 0, ["REG-2", "École", "Bourem", 12000, "USD", 44595])
    book.close()
    taken = await send(officer, buffer.getvalue())
    assert taken.status_code == 200, taken.text
    first, second = [await officer.get(f"/v1/projects/REG-{number}") for number in (1, 2)]
    assert (first["amounts"][0]["amount"], first["amounts"][0]["value_on"]) == ("40000.5", "2022-02-03")
    assert second["amounts"][0]["value_on"] == "2022-02-03", "a serial number is the day that a spreadsheet shows"


async def test_columns_can_be_told_and_a_header_that_says_nothing_is_refused(desks):
    officer = await desks()
    content = b"a;b;c\nREG-1;Forage;Bourem\n"
    assert "reference" in (await send(officer, content)).json()["detail"]
    assert (await send(officer, content, "?columns=reference,title_fr,place")).json()["created"] == 1
    assert (await send(officer, content, "?columns=reference,colour,place")).status_code == 422
    assert (await send(officer, content, "?columns=reference,title_fr,title_fr")).status_code == 422


async def test_an_export_is_not_taken_for_a_register(desks):
    officer = await desks()
    await officer.create()
    exported = await officer.client.get("/v1/projects.xlsx")
    refused = await send(officer, exported.content)
    assert refused.json()["type"].endswith("exported-list")


def bomb(name: str, size: int, within: str = "") -> bytes:
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr(name, within or "0" * size)
    return buffer.getvalue()


@pytest.mark.parametrize(
    "content",
    [
        bomb("xl/worksheets/sheet1.xml", 100_000_000),
        bomb("xl/vbaProject.bin", 10),
        bomb("xl/externalLinks/externalLink1.xml", 10),
        bomb("xl/worksheets/sheet1.xml", 0, '<c r="A1"/><c r="XFD1048576"/>'),
        bomb("word/document.xml", 10),
        b"PK\x03\x04 nothing",
        b"\xd0\xcf\x11\xe0 old",
        b"\0\1\2\3",
        b"",
        b"a;b\n" * 3000,
    ],
)
async def test_what_is_hostile_or_no_register_is_refused_before_it_is_opened(desks, content):
    officer = await desks()
    refused = await send(officer, content)
    assert refused.status_code == 422, refused.text


@pytest.mark.parametrize(
    ("cell", "read"),
    [
        ("21 500 000 FCFA", ("21500000", "XOF")), ("25.000.000 F CFA", ("25000000", "XOF")), ("1.234,56", ("1234.56", None)),
        ("1,234.56 USD", ("1234.56", "USD")), ("$ 40,000.50", ("40000.50", "USD")), (40000.5, ("40000.5", None)),
        ("12 000,5 €", ("12000.5", "EUR")), (21500000, ("21500000", None)),
    ],
)  # fmt: skip
def test_an_amount_is_read_as_offices_write_it(cell, read):
    assert cells.money(cell) == read


@pytest.mark.parametrize("cell", ["vingt", "1.234 USD", "12 zlotys", "--5", True])
def test_an_amount_of_two_readings_or_none_is_told(cell):
    with pytest.raises(Unread):
        cells.money(cell)


async def test_a_viewer_takes_in_nothing(desks):
    viewer = await desks("viewer", "fanta")
    assert (await send(viewer, as_csv(register(1)))).status_code == 403
