"""A workbook as somebody edits it in a spreadsheet: opened, cells changed, saved, sent back."""

import io
from dataclasses import dataclass, field
from typing import Any
from uuid import uuid4

import httpx
import xlsxwriter
from python_calamine import CalamineWorkbook

XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"


@dataclass
class Edited:
    """The first sheet of a workbook; cells are named by pointer and the row's number from 1."""

    rows: list[list[Any]]
    formulas: dict[tuple[int, str], str] = field(default_factory=dict)

    @classmethod
    def of(cls, content: bytes) -> "Edited":
        sheet = CalamineWorkbook.from_filelike(io.BytesIO(content)).get_sheet_by_index(0)
        return cls([list(row) for row in sheet.to_python(skip_empty_area=False)])

    def at(self, pointer: str) -> int:
        return self.rows[0].index(pointer)

    def __getitem__(self, cell: tuple[int, str]) -> Any:
        return self.rows[cell[0] - 1][self.at(cell[1])]

    def __setitem__(self, cell: tuple[int, str], value: Any) -> None:
        self.rows[cell[0] - 1][self.at(cell[1])] = value

    @property
    def lines(self) -> range:
        return range(3, len(self.rows) + 1)

    def line_of(self, key: str) -> int:
        keyed = self.rows[0].index("/reference" if "/reference" in self.rows[0] else "/project")
        return next(number for number in self.lines if self.rows[number - 1][keyed] == key)

    def add(self, **cells: Any) -> int:
        """A new row at the end: members by name, `title_fr` for `/title/fr`."""
        row = [""] * len(self.rows[0])
        for name, value in cells.items():
            row[self.at("/" + name) if "/" + name in self.rows[0] else self.at("/" + name.replace("_", "/"))] = value
        self.rows.append(row)
        return len(self.rows)

    def saved(self) -> bytes:
        buffer = io.BytesIO()
        book = xlsxwriter.Workbook(buffer, {"strings_to_numbers": False, "strings_to_formulas": False})
        day = book.add_format({"num_format": "dd/mm/yyyy"})
        sheet = book.add_worksheet("Feuille1")
        for number, row in enumerate(self.rows):
            for place, cell in enumerate(row):
                if cell in {"", None} and not isinstance(cell, bool | int | float):
                    continue
                if hasattr(cell, "year"):
                    sheet.write_datetime(number, place, cell, day)
                elif isinstance(cell, bool | int | float):
                    sheet.write(number, place, cell)
                else:
                    sheet.write_string(number, place, cell)
        for (number, pointer), formula in self.formulas.items():
            sheet.write_formula(number - 1, self.at(pointer), formula, None, self[number, pointer])
        book.close()
        return buffer.getvalue()


@dataclass
class Office:
    """Somebody who works in a spreadsheet, at one workbook."""

    client: httpx.AsyncClient
    path: str
    language: str = "fr"

    async def download(self, query: str = "") -> Edited:
        answer = await self.client.get(f"{self.path}{query}", headers={"Accept-Language": self.language})
        assert answer.status_code == 200, answer.text
        assert answer.headers["Content-Type"] == XLSX
        return Edited.of(answer.content)

    async def send(self, content: Edited | bytes, query: str, **headers: Any) -> httpx.Response:
        body = content.saved() if isinstance(content, Edited) else content
        return await self.client.post(f"{self.path}{query}", content=body, headers={
            "Content-Type": XLSX, "Idempotency-Key": str(uuid4()), "Accept-Language": self.language, **headers,
        })  # fmt: skip

    async def try_(self, content: Edited | bytes) -> httpx.Response:
        return await self.send(content, "?dry_run=true")

    async def tried(self, content: Edited | bytes) -> Any:
        answer = await self.try_(content)
        assert answer.status_code == 200, answer.text
        return answer.json()

    async def faults(self, content: Edited | bytes) -> dict[tuple[int, str], str]:
        """What is wrong, by row and pointer: the code of each."""
        answer = await self.try_(content)
        assert answer.status_code == 422, answer.text
        head = (content if isinstance(content, Edited) else Edited.of(content)).rows[0]
        return {(one["line"], head[one["column"] - 1]): one["code"] for one in answer.json()["errors"]}

    async def take(self, content: Edited | bytes, reason: str = "Relu avec les communes.") -> Any:
        """Taken in as it was seen."""
        seen = (await self.tried(content))["fingerprint"]
        answer = await self.send(content, f"?seen={seen}", **{"X-Reason": reason.encode()})
        assert answer.status_code == 200, answer.text
        return answer.json()
