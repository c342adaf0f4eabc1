"""The renderer process: reads snapshots from its standard input, answers with page and print on its standard output.

A request is a length (4 bytes, big-endian) and a JSON snapshot. An answer is a length and a JSON header, followed by the
bytes that the header announces. Started by `renderer.py`; `python -m services.reporting_worker.rendering.process PPID`.
"""

import ctypes
import json
import os
import struct
import sys
from typing import Any, BinaryIO, Final

import psutil
import typst
from pydantic import ValidationError

from services.reporting_worker.rendering.charts import draw_charts
from services.reporting_worker.rendering.fingerprint import fingerprint
from services.reporting_worker.rendering.html import render_html
from services.reporting_worker.rendering.isolation import allow_cpu, close_network, die_with_parent, limit_resources
from services.reporting_worker.rendering.pdf import fonts, render_pdf
from services.reporting_worker.rendering.schemas import LanguageSnapshot

CPU_SECONDS: Final = 30
"""Processor time that one snapshot may take; the reference edition takes half a second."""
LENGTH: Final = struct.Struct(">I")
CROWDED: Final = 225_000_000
"""Bytes resident above which memory is given back before the answer, so that it tells what is really kept."""
MEMO_AGE: Final = 10
"""Compilations after which Typst drops what it memoised and nobody used again (typst-py evicts at this age)."""


def read_frame(stream: BinaryIO) -> bytes | None:
    """The next frame, or nothing when the other side has closed."""
    head = stream.read(LENGTH.size)
    if len(head) < LENGTH.size:
        return None
    (size,) = LENGTH.unpack(head)
    body = stream.read(size)
    return body if len(body) == size else None


def answer(request: bytes) -> tuple[dict[str, Any], list[bytes]]:
    """Header and payloads for one snapshot; what was wrong with it when it cannot be rendered."""
    try:
        snapshot = LanguageSnapshot.model_validate_json(request)
    except ValidationError as error:
        return {"ok": False, "error": "snapshot", "message": str(error)}, []
    charts = draw_charts(snapshot)
    try:
        parts = [render_html(snapshot, charts), render_pdf(snapshot, charts)]
    except typst.TypstError as error:
        # The diagnostic names the fault and its place; it never holds more than a line of text.
        return {"ok": False, "error": "print", "message": f"{error} {' '.join(error.hints)}".strip()}, []
    return {"ok": True, "fingerprint": fingerprint()}, parts


def release_memory() -> None:
    """Let Typst forget the last document and give the memory back: its memory would grow with every edition."""
    for _ in range(MEMO_AGE):
        typst.Compiler(b"", font_paths=fonts()).compile(format="svg")
    trim = getattr(ctypes.CDLL(None), "malloc_trim", None)
    if trim is not None:
        trim(0)


def serve(requests: BinaryIO, answers: BinaryIO, *, isolated: bool) -> None:
    """Answer snapshots one after the other until the requests end."""
    own = psutil.Process()
    while (request := read_frame(requests)) is not None:
        allow_cpu(CPU_SECONDS)
        try:
            header, parts = answer(request)
        except Exception as error:  # noqa: BLE001 - the parent reports it; this process stays usable
            header, parts = ({"ok": False, "error": "renderer", "message": f"{type(error).__name__}: {error}"}, [])
        header["sizes"] = [len(part) for part in parts]
        header["isolated"] = isolated
        crowded = own.memory_info().rss > CROWDED
        if crowded:
            release_memory()
        header["resident"] = own.memory_info().rss
        encoded = json.dumps(header).encode()
        answers.write(LENGTH.pack(len(encoded)) + encoded)
        answers.writelines(parts)
        answers.flush()
        if not crowded:
            release_memory()


def main() -> None:
    """Close what is not needed, then serve."""
    die_with_parent(int(sys.argv[1]))
    limit_resources()
    isolated = close_network()
    # Whatever a library prints must not get between the answers.
    answers = os.fdopen(os.dup(1), "wb")
    os.dup2(2, 1)
    serve(sys.stdin.buffer, answers, isolated=isolated)


if __name__ == "__main__":
    main()
