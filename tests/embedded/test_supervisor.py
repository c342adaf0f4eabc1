"""What a person meets who starts Djoliba: a taken port, a second start, Ctrl-C at any moment."""

import os
import signal
import socket
import subprocess
import sys
from pathlib import Path

import pytest

from deploy.embedded.instance import Instance
from tests.embedded.processes import PATIENCE_SECONDS, mentioning, wait_until

pytestmark = pytest.mark.whole


def start(home, *arguments, command=(sys.executable, "-m", "deploy.embedded.run", "up")):
    environment = {name: value for name, value in os.environ.items() if name not in {"DATABASE_URL", "REDIS_URL"}}
    return subprocess.Popen(
        [*command, *arguments],
        env={**environment, "DJOLIBA_HOME": str(home), "LANG": "C.UTF-8"},
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        start_new_session=True,
    )


@pytest.fixture
def taken_port():
    with socket.create_server(("127.0.0.1", 0)) as listener:
        yield listener.getsockname()[1]


def test_a_taken_port_that_was_asked_for_gets_a_sentence(home, taken_port):
    with start(home, "--port", str(taken_port)) as process:
        output, _ = process.communicate(timeout=PATIENCE_SECONDS)
    assert process.returncode == 1
    assert f"Port {taken_port} cannot be used (Address already in use): choose another with --port" in output
    assert mentioning(home) == []


def test_a_second_start_on_the_same_data_is_refused_by_name(home):
    first = Instance(home)
    with first.locked(), first.described(first.environment("", "", ""), "http://127.0.0.1:1"):
        with start(home) as process:
            output, _ = process.communicate(timeout=PATIENCE_SECONDS)
        assert first.running() is not None, "the second one deleted what the first had written down"
    assert process.returncode == 1
    assert f"Djoliba already runs on {home} (process {os.getpid()})." in output


def until(process, words):
    """Read what it prints until `words` appear; that line."""
    for line in process.stdout:
        if words in line:
            return line
    raise AssertionError(f"it ended without saying {words!r}")


@pytest.mark.parametrize("moment", ["Starting Postgres", "Starting Valkey", "Bringing roles"])
def test_ctrl_c_during_the_start_leaves_nothing_running(home, moment):
    with start(home) as process:
        until(process, moment)
        os.killpg(process.pid, signal.SIGINT)
        process.communicate(timeout=PATIENCE_SECONDS)
    assert process.returncode == 0
    wait_until(lambda: mentioning(home) == [])


def test_kill_9_of_the_supervisor_ends_everything_and_the_next_start_works(home):
    with start(home) as process:
        until(process, "Bringing roles")
        process.kill()
        process.communicate(timeout=PATIENCE_SECONDS)
    wait_until(lambda: mentioning(home) == [])
    with start(home) as process:
        until(process, "Bringing roles")
        os.killpg(process.pid, signal.SIGTERM)
        process.communicate(timeout=PATIENCE_SECONDS)
    wait_until(lambda: mentioning(home) == [])


def test_ctrl_c_under_make_leaves_nothing_running(home, tmp_path):
    makefile = tmp_path / "Makefile"
    makefile.write_text(f"up:\n\t@exec {sys.executable} -m deploy.embedded.run up\n")
    with start(home, command=("make", "-f", str(makefile), "up")) as process:
        until(process, "Bringing roles")
        os.killpg(process.pid, signal.SIGINT)
        process.communicate(timeout=PATIENCE_SECONDS)
    wait_until(lambda: mentioning(home) == [])


def test_an_interrupted_test_run_leaves_no_server(tmp_path):
    """The keeper of pytest's own servers, on a run that is killed outright."""
    test = tmp_path / "test_waits.py"
    test.write_text(
        "def test_waits(cluster):\n    cluster.clone()\n    print('servers in', cluster.home, flush=True)\n    input()\n"
    )
    command = (sys.executable, "-m", "pytest", "-s", "-p", "no:cacheprovider", "--rootdir", ".", "-c", "pyproject.toml")
    with start(tmp_path, "--confcutdir=.", "-p", "tests.conftest", str(test), command=command) as process:
        servers = until(process, "servers in").split()[-1]
        assert len(mentioning(servers)) >= 3
        process.kill()
        process.communicate(timeout=PATIENCE_SECONDS)
    wait_until(lambda: mentioning(servers) == [])
    assert not Path(servers).exists()
