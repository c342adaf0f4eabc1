"""Where a portfolio file waits between its check and its import: on disk, so that memory does not grow with the file.

A private SQLite database without a name, which nobody else can open and which is gone with the process, even a killed
one. What is imported is what was checked, though the file may have changed or vanished since.
"""

import json
import sqlite3
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Literal

from portfolio.file import FileRow, LineFault, read_again
from portfolio.room import NoRoom
from shared.errors import Fault
from shared.web.problems import FAULTS_MAX

CHUNK = 200
"""Rows per transaction: well under the 10 s that a transaction may last."""

CHUNK_BYTES = 2**20
"""Characters per transaction, where rows are long."""

KEYS_AT_ONCE = 500
"""Keys that one statement asks for; SQLite takes no more than some thousands of parameters."""

Finding = Literal["fault", "doubt"]

_SCHEMA = """
PRAGMA journal_mode = OFF;
PRAGMA synchronous = OFF;
CREATE TABLE row (id INTEGER PRIMARY KEY, type TEXT, key TEXT, file TEXT, line INTEGER, is_good INTEGER, text TEXT);
CREATE INDEX row_key ON row (type, key) WHERE key IS NOT NULL;
CREATE TABLE claim (space TEXT, key TEXT, row INTEGER, PRIMARY KEY (space, key)) WITHOUT ROWID;
CREATE TABLE link (row INTEGER, member TEXT, key TEXT);
CREATE TABLE last_word (word TEXT, key TEXT);
CREATE TABLE above (row INTEGER, other INTEGER, member TEXT);
CREATE TABLE turn (type TEXT, round INTEGER, row INTEGER UNIQUE, PRIMARY KEY (type, round, row)) WITHOUT ROWID;
CREATE TABLE finding (
    kind TEXT, file TEXT, line INTEGER, place INTEGER, pointer TEXT, detail TEXT, code TEXT
);
BEGIN;
"""

_LINKED = """
CREATE INDEX link_key ON link (member, key);
CREATE INDEX last_word_word ON last_word (word);
INSERT INTO above
    SELECT link.row, other.id, link.member FROM link
        JOIN row ON row.id = link.row
        JOIN row AS other ON other.type = row.type AND other.key = link.key;
CREATE INDEX above_row ON above (row);
CREATE INDEX above_other ON above (other);
INSERT INTO turn SELECT type, 0, id FROM row WHERE NOT EXISTS (SELECT 1 FROM above WHERE above.row = row.id);
"""
"""Each row with those of the same file that must be loaded before it; those without any come first."""

_NEXT_ROUND = """
INSERT INTO turn
    SELECT DISTINCT done.type, done.round + 1, above.row
    FROM turn AS done JOIN above ON above.other = done.row
    WHERE done.type = :type AND done.round = :round AND NOT EXISTS (
        SELECT 1 FROM above AS waiting
        WHERE waiting.row = above.row AND NOT EXISTS (SELECT 1 FROM turn WHERE turn.row = waiting.other))
"""


@dataclass(frozen=True)
class Findings:
    """The first faults or doubts in the order of the lines, and how many there are in all."""

    shown: Sequence[LineFault] = ()
    count: int = 0
    lines: int = 0
    """On how many lines they stand."""


@contextmanager
def open_spool() -> Iterator["Spool"]:
    """An empty spool; nothing is left of it afterwards.

    Raises:
        NoRoom: its folder is full, or cannot be written to.
    """
    connection = sqlite3.connect("", isolation_level=None)
    try:
        connection.executescript(_SCHEMA)
        yield Spool(connection)
    except sqlite3.OperationalError as error:
        # the lower byte says what kind of failure it is (sqlite.org/rescode.html)
        if error.sqlite_errorcode & 0xFF not in {sqlite3.SQLITE_FULL, sqlite3.SQLITE_IOERR, sqlite3.SQLITE_CANTOPEN}:
            raise
        raise NoRoom(str(error)) from error
    finally:
        connection.close()


class Spool:
    """The rows of a portfolio file, what they claim and follow, and what was found about them."""

    def __init__(self, connection: sqlite3.Connection) -> None:
        self._connection = connection

    def add(self, row: FileRow, key: str | None) -> int:
        """Keep a row; refused rows are kept too, since others may refer to them. Its number here."""
        added = self._connection.execute(
            "INSERT INTO row (type, key, file, line, is_good, text) VALUES (?, ?, ?, ?, ?, ?)",
            (row.type, key and _storable(key), row.file, row.line, row.model is not None, row.text),
        )
        return added.lastrowid or 0

    def claim(self, number: int, space: str, key: str) -> int | None:
        """Claim a key for a row; the line of another row that bears it already."""
        claimed = self._connection.execute(
            "INSERT OR IGNORE INTO claim VALUES (?, ?, ?)", (space, _storable(key), number)
        )
        if claimed.rowcount:
            return None
        (earlier, line) = self._connection.execute(
            "SELECT row.id, row.line FROM claim JOIN row ON row.id = claim.row WHERE claim.space = ? AND claim.key = ?",
            (space, _storable(key)),
        ).fetchone()
        return None if earlier == number else int(line)

    def link(self, number: int, member: str, key: str) -> None:
        """Note that a row names, by a member, a row of its own type that is to be loaded before it."""
        self._connection.execute("INSERT INTO link VALUES (?, ?, ?)", (number, member, _storable(key)))

    def add_place_name(self, word: str, key: str) -> None:
        """Note the last word of a place's slug, which it shares with its namesakes."""
        self._connection.execute("INSERT INTO last_word VALUES (?, ?)", (_storable(word), _storable(key)))

    def tell(self, kind: Finding, found: Iterable[LineFault]) -> None:
        """Note faults or doubts."""
        self._connection.executemany(
            "INSERT INTO finding VALUES (?, ?, ?, ?, ?, ?, ?)",
            (
                (
                    kind,
                    one.file,
                    one.fault.line,
                    one.fault.column,
                    _storable(one.fault.pointer),
                    json.dumps(one.fault.detail),
                    one.fault.code,
                )
                for one in found
            ),
        )

    def findings(self, kind: Finding) -> Findings:
        """What was noted, the first lines in full."""
        shown = self._connection.execute(
            "SELECT file, line, place, pointer, detail, code FROM finding WHERE kind = ? "
            "ORDER BY file, line, place LIMIT ?",
            (kind, FAULTS_MAX),
        ).fetchall()
        (count,) = self._connection.execute("SELECT count(*) FROM finding WHERE kind = ?", (kind,)).fetchone()
        (lines,) = self._connection.execute(
            "SELECT count(*) FROM (SELECT DISTINCT file, line FROM finding WHERE kind = ?)", (kind,)
        ).fetchone()
        faults = [
            LineFault(file, Fault(pointer, json.loads(detail), code, line, place))
            for file, line, place, pointer, detail, code in shown
        ]
        return Findings(faults, count, lines)

    def order(self) -> None:
        """Give each row its turn, what others stand on first; rows in a circle get none."""
        self._connection.executescript(_LINKED)
        kinds = self._connection.execute("SELECT DISTINCT row.type FROM above JOIN row ON row.id = above.row")
        for (kind,) in kinds.fetchall():
            turn = {"type": kind, "round": 0}
            while self._connection.execute(_NEXT_ROUND, turn).rowcount > 0:
                turn["round"] += 1

    def circle(self, kind: str) -> list[tuple[FileRow, str]]:
        """Rows of a type each of which names the next, the last one the first; each with the member that names it."""
        waiting = self._connection.execute(
            "SELECT min(id) FROM row WHERE type = ? AND id NOT IN (SELECT row FROM turn)", (kind,)
        )
        (number,) = waiting.fetchone()
        path: dict[int, str] = {}
        while number is not None and number not in path:
            other, path[number] = self._connection.execute(
                "SELECT other, member FROM above WHERE row = ? AND other NOT IN (SELECT row FROM turn)", (number,)
            ).fetchone()
            number = other
        numbers = list(path)
        around = numbers[numbers.index(number) :] if number is not None else []
        first = around.index(min(around)) if around else 0
        return [(self._row(one), path[one]) for one in around[first:] + around[:first]]

    def _row(self, number: int) -> FileRow:
        found = self._connection.execute("SELECT file, line, text FROM row WHERE id = ?", (number,))
        return read_again(*found.fetchone())

    def counts(self) -> Counter[str]:
        """How many rows there are of each type."""
        return Counter(dict(self._connection.execute("SELECT type, count(*) FROM row GROUP BY type")))

    def chunks(self, kind: str) -> Iterator[list[FileRow]]:
        """The good rows of a type in the order of their turns, in pieces that fit a transaction and memory."""
        found = self._connection.execute(
            "SELECT row.file, row.line, row.text FROM turn CROSS JOIN row ON row.id = turn.row "
            "WHERE turn.type = ? AND row.is_good ORDER BY turn.round, turn.row",
            (kind,),
        )
        chunk: list[FileRow] = []
        size = 0
        for file, line, text in found:
            if chunk and (len(chunk) == CHUNK or size + len(text) > CHUNK_BYTES):
                yield chunk
                chunk, size = [], 0
            chunk.append(read_again(file, line, text))
            size += len(text)
        if chunk:
            yield chunk

    def rows(self, kind: str, keys: Iterable[str]) -> Iterator[FileRow]:
        """The good rows of a type that bear these keys."""
        for some in _pieces(keys):
            found = self._connection.execute(
                f"SELECT file, line, text FROM row WHERE type = ? AND key IN ({_marks(some)}) AND is_good",  # noqa: S608 -- question marks only
                (kind, *some),
            )
            yield from (read_again(*one) for one in found.fetchall())

    def holds(self, kind: str, keys: Iterable[str]) -> set[str]:
        """Which of these keys rows of that type bear, refused ones too."""
        held: set[str] = set()
        for some in _pieces(keys):
            found = self._connection.execute(
                f"SELECT key FROM row WHERE type = ? AND key IN ({_marks(some)})",  # noqa: S608 -- question marks only
                (kind, *some),
            )
            held.update(key for (key,) in found)
        return held

    def kin(self, slug: str, word: str, most: int) -> list[str]:
        """Slugs of places that name this one as their successor, and of its namesakes; at most so many of each."""
        before = self._connection.execute(
            "SELECT row.key FROM link JOIN row ON row.id = link.row "
            "WHERE link.member = 'successor' AND link.key = ? LIMIT ?",
            (slug, most),
        )
        namesakes = self._connection.execute("SELECT key FROM last_word WHERE word = ? LIMIT ?", (word, most))
        return [one for (one,) in (*before, *namesakes)]


def _storable(text: str) -> str:
    """A refused row's keys and members may hold half of a surrogate pair, which no database takes."""
    return text.encode("utf-8", "backslashreplace").decode()


def _pieces(keys: Iterable[str]) -> Iterator[list[str]]:
    wanted = list(keys)
    for start in range(0, len(wanted), KEYS_AT_ONCE):
        yield wanted[start : start + KEYS_AT_ONCE]


def _marks(keys: Sequence[str]) -> str:
    return ", ".join("?" * len(keys))
