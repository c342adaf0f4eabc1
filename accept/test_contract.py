"""The contract of all operations, held against the real origin with the reference portfolio, in 3,000 requests and more.

`make accept`; `tests/web/test_contract.py` asks a few of them in `make test`.
"""

import os
import socket
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from shared.issuer import DevelopmentIssuer
from tests.cluster import Cluster
from tests.contract import judge
from tests.portfolio.reference import reference_database
from tests.serving import until_ready

LEAST_REQUESTS = 3000


@pytest.fixture
def database_url(cluster: Cluster) -> Iterator[str]:
    """A database of this test's own with the reference portfolio."""
    name = reference_database(cluster)
    yield cluster.url(name)
    cluster.drop(name)


@pytest.fixture
def url(settings, tmp_path: Path) -> Iterator[str]:
    """The origin as its own process."""
    environment = {
        **os.environ,
        "DATABASE_URL": settings.database_url.get_secret_value(),
        "REDIS_URL": settings.redis_url.get_secret_value(),
        "DJOLIBA_ENVIRONMENT": "test",
        "DJOLIBA_DEVELOPMENT_KEYS": str(settings.development_keys),
        "DJOLIBA_OBJECT_STORE": str(settings.object_store),
    }
    with socket.create_server(("127.0.0.1", 0)) as listener, (tmp_path / "origin.log").open("wb") as log:
        os.set_inheritable(listener.fileno(), True)
        command = [sys.executable, "-m", "deploy.embedded.origin", "--fd", str(listener.fileno())]
        process = subprocess.Popen(command, env=environment, stderr=log, pass_fds=(listener.fileno(),))
        address = f"http://127.0.0.1:{listener.getsockname()[1]}"
    try:
        until_ready(address, process, tmp_path / "origin.log")
        yield address
    finally:
        process.terminate()
        process.wait()


async def test_every_operation_answers_as_its_document_says(url, settings, tmp_path):
    token = DevelopmentIssuer.from_settings(settings).token("admin", "awa")
    judgement = await judge(url, token, tmp_path, "--phases", "examples,coverage,fuzzing", "-n", "10", "-w", "2")
    print(judgement.printed)
    assert judgement.is_kept, judgement.printed
    assert judgement.requests >= LEAST_REQUESTS
