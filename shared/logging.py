"""Structured logs: one JSON object a line (coloured text on a developer's terminal), the request's id, no secrets."""

import logging
import re
import sys
from collections.abc import Mapping
from functools import lru_cache
from typing import Any

import structlog
from structlog.typing import EventDict, Processor, WrappedLogger

from shared.settings import ProcessSettings

HIDDEN = "[hidden]"

_SECRET_NAMES = re.compile(
    r"(?i)(authorization|password|passwd|secret|token|cookie|credential|api_?key|private_key|database_url|redis_url|dsn)"
)
_SECRET_VALUES = (
    (re.compile(r"(?i)\b(bearer|basic)\s+[A-Za-z0-9._~+/=-]{8,}"), r"\1 " + HIDDEN),
    (re.compile(r"\beyJ[A-Za-z0-9_-]{5,}\.[A-Za-z0-9_-]+\.[A-Za-z0-9_-]*"), HIDDEN),
    (re.compile(r"(?<=://)[^\s/@:]*:[^\s/@]+(?=@)"), HIDDEN),
    (re.compile(r"(?i)((?:password|secret|token|api_?key)[\"']?\s*[=:]\s*[\"']?)[^\s\"',;&]+"), r"\1" + HIDDEN),
)
_ROW_VALUES = re.compile(
    r"(DETAIL:  |invalid input for query argument \$\d+: |invalid input syntax for type [\w ]+: )"
    r".*?(?=\n\s*(?:HINT: |\[SQL: |\(Background on |The above |During )|\Z)",
    re.DOTALL,
)
"""The parts of a database error that quote values, which may be a person's; each with what stands before it."""
_MAYBE_SECRET = re.compile(r"(?i)bearer|basic|eyJ|://|password|secret|token|api_?key")
"""What each of the patterns above needs: most texts hold none of it, and one search is cheaper than four."""
_PUBLIC_NAMES = frozenset({"idempotency_key"})


def hide_secrets(_: WrappedLogger, __: str, event: EventDict) -> EventDict:
    """A structlog processor: values under telling names, and what looks like a credential inside any text."""
    return {name: _hidden(name, value) for name, value in event.items()}


@lru_cache(maxsize=1024)
def _is_secret(name: str) -> bool:
    return name not in _PUBLIC_NAMES and _SECRET_NAMES.search(name) is not None


def _hidden(name: str, value: Any) -> Any:
    if value is not None and _is_secret(name):
        return HIDDEN
    if value is None or isinstance(value, bool | int | float):
        return value
    if isinstance(value, Mapping):
        return {str(key): _hidden(str(key), one) for key, one in value.items()}
    if isinstance(value, list | tuple | set | frozenset):
        return [_hidden("", one) for one in value]
    return _without_secrets(value if isinstance(value, str) else str(value))


def _without_secrets(text: str) -> str:
    if "DETAIL:  " in text or "invalid input " in text:
        text = _ROW_VALUES.sub(rf"\1{HIDDEN}", text)
    if not _MAYBE_SECRET.search(text):
        return text
    for pattern, replacement in _SECRET_VALUES:
        text = pattern.sub(replacement, text)
    return text


def _shared_processors() -> list[Processor]:
    return [
        structlog.contextvars.merge_contextvars,
        structlog.stdlib.add_log_level,
        structlog.processors.TimeStamper(fmt="iso", utc=True),
        structlog.processors.StackInfoRenderer(),
    ]


def _final_processors(*, is_console: bool) -> list[Processor]:
    if is_console:
        return [structlog.processors.format_exc_info, hide_secrets, structlog.dev.ConsoleRenderer()]
    return [structlog.processors.format_exc_info, hide_secrets, structlog.processors.JSONRenderer(ensure_ascii=False)]


def configure_logging(settings: ProcessSettings, process: str) -> None:
    """Send every log line of this process, ours and the libraries', through one chain to standard error.

    `process` names it in each line (`api`, `worker`). Called once, by what starts the process.
    """
    is_console = settings.environment == "development" and sys.stderr.isatty()
    structlog.configure(
        processors=[
            structlog.stdlib.filter_by_level,
            *_shared_processors(),
            structlog.stdlib.ProcessorFormatter.wrap_for_formatter,
        ],
        logger_factory=structlog.stdlib.LoggerFactory(),
        wrapper_class=structlog.stdlib.BoundLogger,
        cache_logger_on_first_use=True,
    )
    handler = logging.StreamHandler(sys.stderr)
    handler.setFormatter(
        structlog.stdlib.ProcessorFormatter(
            foreign_pre_chain=[*_shared_processors(), structlog.stdlib.ExtraAdder()],
            processors=[
                structlog.stdlib.ProcessorFormatter.remove_processors_meta,
                _Named(process),
                *_final_processors(is_console=is_console),
            ],
        )
    )
    root = logging.getLogger()
    root.handlers = [handler]
    root.setLevel(settings.log_level.upper())
    for name in ("uvicorn", "uvicorn.error", "uvicorn.access", "arq", "arq.worker"):
        library = logging.getLogger(name)
        library.handlers = []
        library.propagate = True
    # our own access line carries the request's id; uvicorn's does not
    logging.getLogger("uvicorn.access").disabled = True
    # two lines for each look at the queue, whether or not anything was there; jobs have lines of their own
    logging.getLogger("arq.worker").setLevel(logging.WARNING)
    # arq's worker tells of each turn of its clock, every 5 s; what a job did, our own line says
    logging.getLogger("arq").setLevel(logging.WARNING)
    # httpx writes every URL at INFO, with what stands in its query
    logging.getLogger("httpx").setLevel(logging.WARNING)


class _Named:
    def __init__(self, process: str) -> None:
        self._process = process

    def __call__(self, _: WrappedLogger, __: str, event: EventDict) -> EventDict:
        event["process"] = self._process
        return event
