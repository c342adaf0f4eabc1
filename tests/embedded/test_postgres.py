"""The embedded Postgres on machines in every bad shape: each works, or gets a sentence that says what to do."""

import os
import signal
import subprocess
import sys
from pathlib import Path

import asyncpg
import pytest

from deploy.embedded.host import CannotStart, require_space
from deploy.embedded.postgres import EmbeddedPostgres, end_orphan
from tests.embedded.processes import alive, wait_until

pytestmark = pytest.mark.whole


async def _answer(url):
    connection = await asyncpg.connect(url)
    try:
        return await connection.fetchval("SELECT count(*) FROM kept")
    finally:
        await connection.close()


async def _write(url):
    connection = await asyncpg.connect(url)
    await connection.execute("CREATE TABLE kept AS SELECT 1 AS n")
    await connection.close()


async def test_kept_data_survives_kill_9_of_the_server(home):
    with EmbeddedPostgres(home) as server:
        await _write(server.url("postgres"))
        server.restart(killed=True)
        assert await _answer(server.url("postgres")) == 1


async def test_a_lock_file_that_names_a_living_stranger_is_put_aside(home):
    with EmbeddedPostgres(home, durable=False) as server:
        await _write(server.url("postgres"))
        lock = (server.data / "postmaster.pid").read_text()
        server.child.kill()
        # after a reboot, or in a container, the number belongs to someone else: here to pytest itself
        (server.data / "postmaster.pid").write_text(lock.replace(lock.splitlines()[0], str(os.getppid()), 1))
        server.start()
        assert await _answer(server.url("postgres")) == 1


def test_a_server_whose_launcher_was_killed_ends_with_it(home):
    launcher = subprocess.Popen(
        [sys.executable, "-c", LAUNCHER, str(home)], stdout=subprocess.PIPE, text=True, start_new_session=True
    )
    with launcher:
        server = int(launcher.stdout.readline())
        assert alive(server)
        launcher.send_signal(signal.SIGKILL)
        launcher.wait()
        wait_until(lambda: not alive(server))


LAUNCHER = """
import sys
from pathlib import Path
from deploy.embedded.postgres import EmbeddedPostgres
with EmbeddedPostgres(Path(sys.argv[1]), durable=False) as server:
    print(server.child.pid, flush=True)
    sys.stdin.read() or __import__("signal").pause()
"""


async def test_an_orphaned_server_on_the_data_is_ended_before_a_new_one_starts(home):
    first = EmbeddedPostgres(home, durable=False)
    first.start()
    await _write(first.url("postgres"))
    end_orphan(first.data)
    assert not first.child.running
    with EmbeddedPostgres(home, durable=False) as second:
        assert await _answer(second.url("postgres")) == 1
    first.stop()


def test_the_data_of_another_major_is_left_alone_with_the_commands_to_move_it(home):
    with EmbeddedPostgres(home, durable=False) as server:
        version = server.data / "PG_VERSION"
    version.write_text("17\n")
    with pytest.raises(CannotStart) as refusal:
        EmbeddedPostgres(home).start()
    said = str(refusal.value)
    assert "was made by Postgres 17; Djoliba now runs Postgres 18" in said
    for command in ("/usr/lib/postgresql/17/bin/pg_ctl start", "pg_dump", "pg_restore", "initdb", f"mv {server.data}"):
        assert command in said
    assert version.read_text() == "17\n"


async def test_a_locale_that_the_machine_does_not_have_does_not_matter(home, monkeypatch):
    for name in ("LANG", "LC_ALL", "LC_CTYPE", "LC_MESSAGES"):
        monkeypatch.setenv(name, "xx_XX.UTF-8")
    with EmbeddedPostgres(home, durable=False) as server:
        connection = await asyncpg.connect(server.url("postgres"))
        row = await connection.fetchrow(
            "SELECT datlocprovider::text, datlocale, pg_encoding_to_char(encoding) FROM pg_database WHERE datname = 'postgres'"
        )
        assert tuple(row) == ("b", "C.UTF-8", "UTF8")
        assert await connection.fetchval("SELECT upper('é')") == "É"
        await connection.close()


def test_it_listens_on_no_port_and_its_files_are_private(home):
    with EmbeddedPostgres(home, durable=False) as server:
        process = Path(f"/proc/{server.child.pid}")
        sockets = {os.fsdecode(file.readlink()) for file in (process / "fd").iterdir()}
        listening = [line.split()[9] for line in (process / "net" / "tcp").read_text().splitlines()[1:]]
        assert not any(f"socket:[{inode}]" in sockets for inode in listening)
        assert server.data.stat().st_mode & 0o777 == 0o700
        assert home.stat().st_mode & 0o777 == 0o700


def test_root_does_not_run_the_server(home):
    with EmbeddedPostgres(home, durable=False) as server:
        assert Path(f"/proc/{server.child.pid}").stat().st_uid != 0


def test_a_full_disk_gets_a_sentence(home):
    home.mkdir()
    with pytest.raises(CannotStart, match=r"MB are free where .* lies, and Djoliba needs about \d+ MB"):
        require_space(home, megabytes=2**40)


def test_a_disk_that_fills_up_during_the_start_gets_the_same_sentence(home):
    home.mkdir()
    server = EmbeddedPostgres(home)
    assert "Free some space" in server._why("FATAL: could not write lock file: No space left on device")


def test_an_unwritable_home_gets_a_sentence(tmp_path):
    (tmp_path / "file").touch()
    with pytest.raises(CannotStart, match="Set DJOLIBA_HOME to a directory that you may write to"):
        EmbeddedPostgres(tmp_path / "file" / "home").start()


def test_an_interrupted_initdb_leaves_nothing_that_hinders_the_next(home):
    (home / "postgres.new").mkdir(parents=True)
    (home / "postgres.new" / "PG_VERSION").write_text("18\n")
    with EmbeddedPostgres(home, durable=False) as server:
        assert server.child.running


async def test_a_home_with_a_long_path_gets_its_socket_elsewhere(home):
    with EmbeddedPostgres(home / ("x" * 120), durable=False) as server:
        await _write(server.url("postgres"))
        assert await _answer(server.url("postgres")) == 1
