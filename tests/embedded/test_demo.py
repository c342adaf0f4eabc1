"""`make demo`, whole: what a newcomer sees first, then on the second start, and that Ctrl-C ends all of it."""

import json
import os
import re
import signal
import socket
import sys
from contextlib import contextmanager

import httpx
import pytest

from deploy.embedded.showcase import standing
from tests.embedded.processes import PATIENCE_SECONDS, mentioning, wait_until
from tests.embedded.test_supervisor import start

pytestmark = pytest.mark.whole

ADDRESS = re.compile(r"https?://(?:127\.0\.0\.1|localhost)[^\s]*")


@contextmanager
def demo(home):
    """Start it and give what it printed up to its last address; Ctrl-C at the end must leave nothing."""
    with start(home, command=(sys.executable, "-m", "deploy.embedded.run", "demo")) as process:
        printed = []
        for line in process.stdout:
            printed.append(line)
            if "Bulletin, French" in line:
                break
        try:
            yield "".join(printed)
        finally:
            os.killpg(process.pid, signal.SIGINT)
            process.communicate(timeout=PATIENCE_SECONDS)
            wait_until(lambda: mentioning(home) == [])
        assert process.returncode == 0


def keep_a_free_port(home):
    """Let the sandbox listen where no other demo of this machine looks for a place, between the two starts either."""
    with socket.create_server(("127.0.0.1", 0)) as listener:
        kept = home / "platform" / "port"
        kept.parent.mkdir(parents=True)
        kept.write_text(str(listener.getsockname()[1]))


@pytest.mark.timeout(240)
def test_the_demo_delivers_one_post_per_language_and_starts_again_from_kept_data(home):
    keep_a_free_port(home)
    with demo(home) as printed:
        progress, _, places = printed.partition("Everything is delivered.")
        assert places, printed
        assert not ADDRESS.search(progress)
        assert httpx.get(ADDRESS.findall(places)[-1], trust_env=False, timeout=PATIENCE_SECONDS).status_code == 200
    with demo(home) as printed:
        assert "Loading" not in printed
        for address in ADDRESS.findall(printed):
            assert httpx.get(address, trust_env=False, timeout=PATIENCE_SECONDS).status_code == 200, address
    effects = [json.loads(line) for line in (home / "platform" / "effects.jsonl").read_text().splitlines()]
    assert [effect["effect"] for effect in effects].count("post.created") == 2


def test_a_bulletin_that_was_corrected_is_shown_in_its_last_frozen_revision():
    editions = [
        {"slug": "2022-02", "supersedes": None, "state": "superseded"},
        {"slug": "2022-02-r2", "supersedes": "2022-02", "state": "frozen"},
        {"slug": "2022-02-r3", "supersedes": "2022-02-r2", "state": "draft"},
    ]
    assert standing("2022-02", editions) == "2022-02-r2"
    assert standing("2022-02", editions[:1]) == "2022-02"
