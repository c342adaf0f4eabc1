"""The contract of the WordPress adapter on a real WordPress, and the sandbox's manners compared with it.

`make accept`: needs root and Debian's packages; nothing of it runs in `make test`.
"""

import os
import shutil
import tempfile
import uuid
from dataclasses import dataclass
from pathlib import Path

import pytest

from accept.manners import Conversation
from accept.real_wordpress import RealWordPress
from tests.reporting_worker.platforms.contract import WordPressContract
from tests.reporting_worker.platforms.sandbox import Sandbox, free_port


@dataclass(frozen=True)
class Site:
    url: str
    accounts: dict[str, dict[str, str]]


@pytest.fixture(scope="module")
def real():
    kept = os.environ.get("DJOLIBA_ACCEPT_WORDPRESS")
    folder = Path(kept or tempfile.mkdtemp(prefix="djoliba-wordpress-"))
    wordpress = RealWordPress(folder, free_port())
    described = wordpress.up()
    print(f"\nWordPress {described['version']} at {described['url']}")
    yield Site(described["url"], described["accounts"])
    wordpress.down()
    if kept is None:
        shutil.rmtree(folder)


@pytest.fixture(scope="module")
def sandbox(tmp_path_factory):
    made = Sandbox(tmp_path_factory.mktemp("platform")).start()
    yield made
    made.stop()


class TestRealWordPress(WordPressContract):
    @pytest.fixture
    def site(self, real):
        return real


class TestSandbox(WordPressContract):
    @pytest.fixture
    def site(self, sandbox):
        return sandbox


def test_the_sandbox_answers_as_the_real_wordpress_does(real, sandbox):
    notes, key = [], f"bulletin-{uuid.uuid4().hex[:8]}-fr-pdf"
    for site in (real, sandbox):
        conversation = Conversation(site, key)
        notes.append(conversation.run())
        conversation.close()
    different = [f"real    {ours}\nsandbox {theirs}" for ours, theirs in zip(*notes, strict=True) if ours != theirs]
    assert not different, "\n".join(different)
    print(f"{len(notes[0])} answers compared, all alike")
