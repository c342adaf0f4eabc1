"""Log lines: JSON, one request id through everything, and no secret in any of them (canaries)."""

import io
import json
import logging
import sys
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import httpx
import pytest
import structlog
from pydantic import SecretStr
from sqlalchemy import text
from sqlalchemy.exc import DBAPIError

from shared.logging import HIDDEN, configure_logging
from shared.settings import Settings
from tests.web.conftest import GOOD

Lines = Callable[[], list[dict[str, Any]]]
CANARY = "canary-5f3a91"


@pytest.fixture
def configured(monkeypatch: pytest.MonkeyPatch) -> Iterator[io.StringIO]:
    """Logging as a real process has it, and everything put back."""
    root = logging.getLogger()
    before = (root.handlers[:], root.level, structlog.get_config())
    libraries = [logging.getLogger(name) for name in ("uvicorn.access", "httpx", "arq")]
    states = [(library, library.disabled, library.level) for library in libraries]
    settings = Settings(
        DATABASE_URL=f"postgresql://app:{CANARY}@localhost/x",
        REDIS_URL=f"redis://:{CANARY}@localhost",
        environment="test",
    )
    configure_logging(settings, "api")
    written = io.StringIO()
    logging.getLogger().handlers[0].setStream(written)  # type: ignore[attr-defined]
    # loggers made before would keep the chain of the test run
    for name, module in list(sys.modules.items()):
        if name.startswith(("shared.", "services.")) and hasattr(module, "log"):
            monkeypatch.setattr(module, "log", structlog.get_logger(name))
    structlog.get_logger("test").info("settings", settings=settings, database_url=str(settings.database_url))
    yield written
    root.handlers, level, config = before[0], before[1], before[2]
    root.setLevel(level)
    structlog.configure(**config)
    for library, disabled, library_level in states:
        library.disabled = disabled
        library.setLevel(library_level)


@pytest.fixture
def lines(configured: io.StringIO) -> Callable[[], list[dict[str, Any]]]:
    """All lines written so far, each a JSON object without a canary."""

    def read() -> list[dict[str, Any]]:
        written = configured.getvalue()
        assert CANARY not in written
        return [json.loads(line) for line in written.splitlines()]

    return read


async def test_one_request_id_through_all_lines_of_a_request(lines: Lines, client: httpx.AsyncClient) -> None:
    await client.get("/v1/projects/broken", headers={"X-Request-Id": "portal-9"})
    found = [line for line in lines() if line.get("request_id") == "portal-9"]
    assert [line["event"] for line in found] == ["request failed", "request"]
    access = found[1]
    assert (access["method"], access["path"], access["status"]) == ("GET", "/v1/projects/broken", 500)
    assert access["process"] == "api"
    assert "RuntimeError" in found[0]["exception"]
    assert "hunter2" not in json.dumps(found)


async def test_an_access_line_names_the_actor_and_holds_no_query(lines: Lines, client: httpx.AsyncClient) -> None:
    await client.get(f"/v1/projects?status={CANARY}")
    access = next(line for line in lines() if line["event"] == "request")
    assert access["actor"] == "awa"
    assert access["path"] == "/v1/projects"


async def test_health_checks_leave_no_lines(lines: Lines, client: httpx.AsyncClient) -> None:
    await client.get("/livez")
    assert not [line for line in lines() if line["event"] == "request"]


async def test_no_token_ever_reaches_the_log(lines: Lines, client: httpx.AsyncClient) -> None:
    good = client.headers["authorization"].split()[1]
    await client.post("/v1/projects", json=GOOD)
    await client.get("/v1/projects", headers={"Authorization": f"Bearer {CANARY}.{CANARY}.{CANARY}"})
    await client.get("/v1/projects", headers={"Authorization": f"Bearer {good[:-4]}"})
    written = json.dumps(lines())
    assert "token refused" in written
    for part in good.split("."):
        assert part not in written


CANARIES = [
    {"password": CANARY},
    {"application_password": CANARY},
    {"authorization": f"Bearer {CANARY}"},
    {"headers": {"Authorization": f"Basic {CANARY}{CANARY}", "Accept": "x"}},
    {"platform": {"credentials": {"user": "u", "password": CANARY}}},
    {"dsn": f"postgresql://app:{CANARY}@db/x"},
    {"url": f"https://user:{CANARY}@archive.example.org/wp-json"},
    {"error": f"could not connect to postgresql://app:{CANARY}@db/x: refused"},
    {"error": f'{{"password": "{CANARY}"}}'},
    {"error": f"token={CANARY}&x=1"},
    {"error": f"sent Authorization: Bearer {CANARY}"},
    {"values": [f"redis://:{CANARY}@cache"]},
    {"key": SecretStr(CANARY)},
    {"exception": ValueError(f"redis://:{CANARY}@cache")},
    {"api_key": CANARY},
]


def test_secrets_are_hidden_wherever_they_stand(lines: Lines) -> None:
    log = structlog.get_logger("test")
    for canary in CANARIES:
        log.warning("canary", **canary)
        log.warning(f"canary {canary}")  # noqa: G004
        logging.getLogger("library").warning("canary %s", canary)
        try:
            raise RuntimeError(str(canary.get("error", "")))  # noqa: TRY301
        except RuntimeError:
            log.exception("canary")
    log.warning("structured", credentials={"user": CANARY}, token=[CANARY])
    found = lines()
    assert len([line for line in found if line["event"].startswith("canary")]) == len(CANARIES) * 4
    assert HIDDEN in json.dumps(found)


def test_what_is_no_secret_stays(lines: Lines) -> None:
    structlog.get_logger("test").info("kept", url="https://archive.example.org/a?b=1", count=3, ok=True, none=None)
    line = next(line for line in lines() if line["event"] == "kept")
    assert line["url"] == "https://archive.example.org/a?b=1"
    assert (line["count"], line["ok"], line["none"]) == (3, True, None)


def test_lines_of_libraries_are_json_too(lines: Lines) -> None:
    logging.getLogger("some.library").warning("started on %s", Path("/x"))
    assert next(line for line in lines() if line["event"] == "started on /x")["level"] == "warning"


async def test_no_value_of_a_row_or_of_a_parameter_stands_in_a_database_error(engines: Any, lines: Lines) -> None:
    twice = "INSERT INTO job (id, kind, key, queue) SELECT uuidv7(), 'k', :value, 'q' FROM generate_series(1, 2)"
    failures = ("SELECT cast(:value AS integer)", "SELECT :value::text::integer", twice)
    for statement in failures:
        try:
            async with engines("projects").begin() as connection:
                await connection.execute(text(statement), {"value": CANARY})
        except DBAPIError:
            structlog.get_logger("test").exception("job.failed")
        else:
            pytest.fail(f"{statement} succeeded")
    written = lines()
    assert len([line for line in written if line["event"] == "job.failed"]) == len(failures)
    assert HIDDEN in str(written)


def test_the_worker_is_silent_while_it_has_nothing_to_do(lines: Lines) -> None:
    logging.getLogger("arq.worker").info("%6.2fs -> cron:catch_up()", 0.5)
    assert [line["event"] for line in lines()] == ["settings"]
