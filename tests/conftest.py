"""Fixtures of all tests: real servers, a database as fresh as a clone per test, no way out of this machine.

There are no outer transactions: tests commit for real, since one open transaction would hold back every cut-off
of the cluster (DESIGN 4).
"""

import asyncio
import gc
import ipaddress
import os
import socket
import tempfile
from collections.abc import AsyncIterator, Callable, Iterator
from contextlib import ExitStack
from functools import partial
from pathlib import Path
from typing import Any

import hypothesis
import pytest
import redis
from sqlalchemy.ext.asyncio import AsyncEngine

import shared.database
from deploy.embedded.migrate import create_database, migrate
from deploy.embedded.postgres import EmbeddedPostgres
from deploy.embedded.valkey import EmbeddedValkey
from shared.database import read_pool, write_engine
from shared.settings import Service, Settings
from tests.cluster import HOME, Cluster, as_services, in_thread, start_keeper, stop_keeper
from tests.proofreading import proofread, sentences_said
from tests.serving import clients, described_once, origin, plain_logs, serve, token_for

__all__ = ["clients", "described_once", "origin", "plain_logs", "proofread", "sentences_said", "serve", "token_for"]

# importing makes hundreds of thousands of objects that stay: to look through them again and again takes a third of the time
gc.disable()

KEEPER = pytest.StashKey()
OUTSIDE = {"DATABASE_URL", "REDIS_URL", "DJOLIBA_HOME"}
"""With the variables of the settings: what a developer's shell may hold and no test may see."""

TWENTIETH = {
    "lease_seconds": 1.0,
    "renew_seconds": 0.25,
    "sweep_seconds": 0.1,
    "quarantine_seconds": 1.25,
    "send_deadline_seconds": 0.75,
    "backoff_seconds": 0.25,
}
"""Production's times divided by twenty: drills in seconds."""


# whether inputs are drawn quickly says how busy the machine is, not whether the product is right
hypothesis.settings.register_profile(
    "any speed", deadline=None, suppress_health_check=[hypothesis.HealthCheck.too_slow]
)
hypothesis.settings.load_profile("any speed")


def pytest_addoption(parser: pytest.Parser) -> None:
    parser.addoption("--drill-runs", type=int, default=20, help="how often each drill repeats its fault")
    parser.addoption("--production-times", action="store_true", help="leases and waits as in production")


def pytest_configure(config: pytest.Config) -> None:
    for name in list(os.environ):
        field = name.removeprefix("DJOLIBA_").lower()
        if name in OUTSIDE or (name.startswith("DJOLIBA_") and field in Settings.model_fields):
            del os.environ[name]
    config.addinivalue_line("markers", "own_sessions: a fresh database whose sessions end with the test")
    config.addinivalue_line("markers", "whole: whole programs and long searches, which `make test-whole` runs")
    config.addinivalue_line("markers", "drill: real faults on real processes, --drill-runs times each")
    if not hasattr(config, "workerinput") and not config.option.collectonly:
        config.stash[KEEPER] = start_keeper()


def pytest_collection_finish() -> None:
    gc.freeze()
    gc.set_threshold(20_000, 20, 20)
    gc.enable()


def pytest_unconfigure(config: pytest.Config) -> None:
    if KEEPER in config.stash:
        stop_keeper(*config.stash[KEEPER])


def _is_local(address: Any) -> bool:
    if not isinstance(address, tuple):
        return True  # a unix socket
    host = address[0]
    try:
        return host in {"localhost", ""} or ipaddress.ip_address(host).is_loopback
    except ValueError:
        return False


@pytest.fixture(scope="session", autouse=True)
def closed_sockets() -> Iterator[None]:
    """Nothing in a test's process reaches beyond this machine."""
    with pytest.MonkeyPatch.context() as patch:
        for name in ("connect", "connect_ex"):
            original = getattr(socket.socket, name)

            def guarded(self: socket.socket, address: Any, _original: Any = original) -> Any:
                assert _is_local(address), f"A test tried to connect to {address}."
                return _original(self, address)

            patch.setattr(socket.socket, name, guarded)
        yield


@pytest.fixture(scope="session")
async def loop() -> asyncio.AbstractEventLoop:
    """The loop of all tests of this process."""
    return asyncio.get_running_loop()


@pytest.fixture(scope="session")
def cluster(worker_id: str, loop: asyncio.AbstractEventLoop) -> Iterator[Cluster]:
    """The run's shared servers: `clone`, `drop` and named templates; what was compiled and opened outlives a test."""
    number = int(worker_id.removeprefix("gw")) + 1 if worker_id != "master" else 0
    shared_servers = Cluster(Path(os.environ[HOME]), number)
    sessions = shared_servers.sessions
    sessions.loop = loop
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(
            shared.database, "create_async_engine", partial(sessions.engine, shared.database.create_async_engine)
        )
        patch.setattr(shared.database, "_ReadPool", partial(sessions.pool, shared.database._ReadPool))
        yield shared_servers
        shared_servers.close()


@pytest.fixture
def database_url(cluster: Cluster, request: pytest.FixtureRequest) -> Iterator[str]:
    """An empty, migrated database of this test's own; the URL's user owns it (services take their role).

    `@pytest.mark.own_sessions`: nor was any of its sessions open before, for tests that cut or count them.
    """
    name = cluster.clone(kept=request.node.get_closest_marker("own_sessions") is None)
    yield cluster.url(name)
    cluster.drop(name)


@pytest.fixture
def redis_url(cluster: Cluster) -> str:
    """This worker's own Valkey database, emptied."""
    with redis.Redis.from_url(cluster.redis_url) as client:
        client.flushdb()
    return cluster.redis_url


@pytest.fixture(scope="session")
def development_keys(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The development issuer's folder, one per worker: making a key pair takes a while."""
    return tmp_path_factory.mktemp("keys")


@pytest.fixture(scope="session")
def drill_runs(pytestconfig: pytest.Config) -> int:
    """How often a drill repeats its fault (20 in `make test`)."""
    return pytestconfig.option.drill_runs


@pytest.fixture
def settings_for(tmp_path: Path, development_keys: Path, pytestconfig: pytest.Config) -> Callable[..., Settings]:
    """Test settings for given servers: `settings_for(database_url, redis_url, **changed)`, times at a twentieth."""
    times = {} if pytestconfig.option.production_times else TWENTIETH

    def build(database_url: str, redis_url: str, **changed: Any) -> Settings:
        fields = {
            "environment": "test",
            "DATABASE_URL": as_services(database_url),
            "REDIS_URL": redis_url,
            "object_store": tmp_path / "objects",
            "development_keys": development_keys,
            "secrets_folder": tmp_path / "secrets",
            **times,
        }
        fields |= changed
        return Settings(**fields | {"allow_loopback_platforms": fields["environment"] != "production"})

    return build


@pytest.fixture
def settings(settings_for: Callable[..., Settings], database_url: str, redis_url: str) -> Settings:
    """Settings that name this test's own database."""
    return settings_for(database_url, redis_url)


@pytest.fixture
async def engines(settings: Settings) -> AsyncIterator[Callable[[Service], AsyncEngine]]:
    """`engines("projects")`: the write engine of that service, under its role, one per service and test."""
    made: dict[Service, AsyncEngine] = {}

    def engine(service: Service) -> AsyncEngine:
        if service not in made:
            made[service] = write_engine(settings, service)
        return made[service]

    yield engine
    for each in made.values():
        await each.dispose()


@pytest.fixture
async def pools(settings: Settings) -> AsyncIterator[Callable[[str], Any]]:
    """`await pools("djoliba_projects")`: the bare read pool under that role, one per role and test."""
    made: dict[str, Any] = {}

    async def pool(role: str) -> Any:
        if role not in made:
            made[role] = await read_pool(settings, role)
        return made[role]

    yield pool
    for each in made.values():
        await each.close()


@pytest.fixture
def own_servers() -> Iterator[Callable[[], tuple[EmbeddedPostgres, EmbeddedValkey]]]:
    """Servers of this test's own, migrated, to be killed and restarted at will: drills.

    `postgres, valkey = own_servers()`; then `postgres.url()`, `valkey.url()`, `postgres.restart(killed=True)`.
    """
    with ExitStack() as stack:

        def build() -> tuple[EmbeddedPostgres, EmbeddedValkey]:
            home = Path(stack.enter_context(tempfile.TemporaryDirectory(prefix="djoliba-drill-")))
            home.chmod(0o711)  # root's servers run as nobody
            postgres = stack.enter_context(EmbeddedPostgres(home / "servers", durable=False))
            valkey = stack.enter_context(EmbeddedValkey(home / "servers"))
            in_thread(create_database(postgres.url("postgres"), "djoliba"))
            in_thread(asyncio.to_thread(migrate, postgres.url()))
            return postgres, valkey

        yield build
