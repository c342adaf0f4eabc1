"""Schemathesis asks an origin whatever its document allows and forbids; the answers are held against the document."""

import asyncio
import json
import os
import sys
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import httpx

CONFIGURATION = Path(__file__).with_suffix(".toml")


@dataclass(frozen=True)
class Judgement:
    """What came out: how many requests were generated, and every kind of failure with its operations."""

    requests: int
    failures: list[dict[str, Any]]
    errors: list[Any]
    is_complete: bool
    printed: str

    @property
    def is_kept(self) -> bool:
        """Whether every check ran to its end and none failed."""
        return self.is_complete and not self.failures and not self.errors


async def judge(url: str, token: str, folder: Path, *options: str) -> Judgement:
    """Examine the origin at `url` as the bearer of `token`; further words are the tool's own options."""
    document, report = folder / "openapi.json", folder / "contract.json"
    async with httpx.AsyncClient(timeout=None, trust_env=False) as client:
        document.write_bytes((await client.get(f"{url}/openapi.json")).content)
    process = await asyncio.create_subprocess_exec(
        *(sys.executable, "-m", "schemathesis.cli", "--config-file", str(CONFIGURATION)),
        *("run", str(document), "--url", url, "--header", f"Authorization: Bearer {token}"),
        *("--report", "json", "--report-json-path", str(report), "--no-color", *options),
        cwd=folder,
        env={**os.environ, "NO_PROXY": "127.0.0.1"},
        stdout=asyncio.subprocess.PIPE,
        stderr=asyncio.subprocess.STDOUT,
    )
    printed = (await process.communicate())[0].decode(errors="replace")
    assert report.exists(), printed
    found = json.loads(report.read_text())
    return Judgement(found["test_cases"]["generated"], found["failures"], found["errors"], found["complete"], printed)
