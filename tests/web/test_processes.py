"""The three services and a worker as separate processes on one database, as production runs them."""

import json
import os
import signal
import socket
import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path

import httpx
import pytest

from shared.settings import Settings
from shared.web.protocol import HEAD_MAX_BYTES
from tests.serving import PACKAGES, until_ready

pytestmark = pytest.mark.whole


@pytest.fixture
def processes(settings: Settings, tmp_path: Path) -> Iterator[dict[str, tuple[subprocess.Popen[bytes], str]]]:
    """Each process by name, with its address; what they log lies beside."""
    environment = {
        **os.environ,
        "DATABASE_URL": settings.database_url.get_secret_value(),
        "REDIS_URL": settings.redis_url.get_secret_value(),
        "DJOLIBA_ENVIRONMENT": "test",
        "DJOLIBA_DEVELOPMENT_KEYS": str(settings.development_keys),
        "DJOLIBA_OBJECT_STORE": str(settings.object_store),
    }
    started = {}
    try:
        for service, package in PACKAGES.items():
            with socket.create_server(("127.0.0.1", 0)) as listener:
                os.set_inheritable(listener.fileno(), True)
                command = [sys.executable, "-m", f"services.{package}.main", "--fd", str(listener.fileno())]
                with (tmp_path / f"{service}.log").open("wb") as log:
                    process = subprocess.Popen(command, env=environment, stderr=log, pass_fds=(listener.fileno(),))
                started[service] = (process, f"http://127.0.0.1:{listener.getsockname()[1]}")
        with (tmp_path / "worker.log").open("wb") as log:
            command = [sys.executable, "-m", "services.funds_api.worker"]
            started["worker"] = (subprocess.Popen(command, env=environment, stderr=log), "")
        yield started
    finally:
        for process, _ in started.values():
            process.kill()
            process.wait()


@pytest.mark.timeout(600)  # four processes that import everything: half a minute of a processor
def test_work_together_through_the_database_and_stop_when_asked(
    processes: dict[str, tuple[subprocess.Popen[bytes], str]], tmp_path: Path, token_for: Callable[..., str]
) -> None:
    headers = {"Authorization": f"Bearer {token_for(['programme_officer', 'fund_manager', 'approver'], 'awa')}"}
    clients = {}
    for service in PACKAGES:
        process, url = processes[service]
        until_ready(url, process, tmp_path / f"{service}.log")
        clients[service] = httpx.Client(base_url=url, headers=headers, timeout=None)

    for client in clients.values():
        assert client.get("/livez", headers={"X": "a" * HEAD_MAX_BYTES}).status_code == 431

    organisation = {
        "slug": "denmark",
        "kind": "state",
        "names": [{"name": {"fr": "Danemark", "en": "Denmark"}, "valid_from": "2000-01-01"}],
    }
    written = clients["projects"].post("/v1/organisations", json=organisation)
    assert written.status_code == 201, written.text
    donor = {"slug": "denmark", "organisation": "denmark", "is_listed_last": False, "protection": "public"}
    asked = {"X-Request-Id": "portal-42", "Idempotency-Key": "k1"}
    written = clients["funds"].post("/v1/donors", json=donor, headers=asked)
    assert written.status_code == 201, written.text
    changes = clients["reporting"].get("/v1/audit").json()["items"]
    assert [(one["service"], one["subject_type"], one["request_id"]) for one in changes] == [
        ("funds", "donor", "portal-42"),
        ("projects", "organisation", written_id(tmp_path, "projects")),
    ]

    for process, _ in processes.values():
        process.send_signal(signal.SIGTERM)
    for name, (process, _) in processes.items():
        assert process.wait() in {0, -signal.SIGTERM}, (tmp_path / f"{name}.log").read_text()
    for client in clients.values():
        client.close()


def written_id(folder: Path, service: str) -> str:
    """The request id of the one POST in a service's log."""
    lines = [json.loads(line) for line in (folder / f"{service}.log").read_text().splitlines()]
    found = [line["request_id"] for line in lines if line.get("method") == "POST"]
    assert len(found) == 1
    return str(found[0])
