"""Which Djoliba a command works on: the one that is named, or the one that runs; never one that it would make."""

import os
import tempfile
from contextlib import ExitStack

import pytest

from deploy.embedded.instance import Instance
from deploy.embedded.location import find_place
from tests.embedded.console import Console

pytestmark = pytest.mark.whole


@pytest.fixture
def running(home, console, monkeypatch):
    """`running(home)`: an installation that runs there until the end of the test, as its supervisor declares it."""
    monkeypatch.setattr(tempfile, "tempdir", str(console.folder))
    with ExitStack() as stack:

        def start(home, origin="http://127.0.0.1:8123"):
            instance = Instance(home)
            stack.enter_context(instance.locked())
            stack.enter_context(
                instance.described(instance.environment("postgresql:///x", "redis://x", origin), origin)
            )
            return instance

        yield start


@pytest.mark.parametrize(
    "words", [("rates", "list"), ("token", "viewer"), ("edition", "list"), ("load", "reference"), ("publish", "status")]
)
def test_a_command_where_nothing_runs_makes_nothing_and_says_what_to_type(console, words):
    refused = console.run(*words)
    assert refused.returncode == 1
    assert refused.stdout == ""
    assert "No Djoliba runs on" in refused.stderr
    assert "    djoliba up" in refused.stderr
    assert list(console.folder.iterdir()) == []
    assert not console.usual_home.exists()


def test_a_home_that_is_named_and_does_not_run_is_not_exchanged_for_another(console, running, home):
    running(home.parent / "other")
    refused = console.run("address", DJOLIBA_HOME=str(home))
    assert refused.returncode == 1
    assert f"DJOLIBA_HOME={home} djoliba up" in refused.stderr
    assert f"export DJOLIBA_HOME={home.parent / 'other'}" in refused.stderr
    assert not home.exists()


def test_the_only_one_that_runs_is_found_and_named(console, running, home):
    running(home)
    found = console.run("address")
    assert found.stdout == "http://127.0.0.1:8123\n"
    assert found.stderr == f"Working on the installation in {home}.\n"


def test_between_several_the_user_chooses(console, running, home):
    one, other = home.parent / "one", home.parent / "other"
    running(one)
    running(other, "http://127.0.0.1:8124")
    refused = console.run("address")
    assert refused.returncode == 1
    assert f"export DJOLIBA_HOME={one}" in refused.stderr
    assert f"export DJOLIBA_HOME={other}    # http://127.0.0.1:8124" in refused.stderr
    assert console.run("address", DJOLIBA_HOME=str(other)).stdout == "http://127.0.0.1:8124\n"


def test_the_one_of_the_same_checkout_is_nearer_than_another_of_the_user(console, running, home, monkeypatch):
    mine = running(home.parent / "mine")
    monkeypatch.setattr("deploy.embedded.instance.CHECKOUT", home / "elsewhere")
    running(home.parent / "other", "http://127.0.0.1:8124")
    assert f"in {mine.home}." in console.run("address").stderr


def test_the_usual_place_needs_no_name(running, home, monkeypatch, capsys):
    for name in ("host", "location", "instance"):
        monkeypatch.setattr(f"deploy.embedded.{name}.default_home", lambda: home)
    running(home)
    assert find_place().home == home
    assert capsys.readouterr().err == ""


def test_one_that_was_killed_is_not_taken_for_running(console, running, home, monkeypatch):
    with monkeypatch.context() as patch:
        patch.setattr("pathlib.Path.unlink", lambda *_, **__: None)
        with Instance(home).locked(), Instance(home).described({}, "http://127.0.0.1:8123"):
            pass
    assert Instance(home).description.exists()
    assert console.run("address").returncode == 1


def test_a_token_needs_no_server_where_the_keys_lie(console, home):
    with Instance(home).locked():
        pass
    made = console.run("token", "viewer", DJOLIBA_HOME=str(home))
    assert made.returncode == 0, made.stderr
    assert made.stdout.count(".") == 2


def test_a_list_of_homes_that_somebody_else_prepared_is_not_read(tmp_path, console):
    (tmp_path / "theirs").mkdir()
    link = console.folder / f"djoliba-running-{os.geteuid()}"
    link.symlink_to(tmp_path / "theirs")
    (tmp_path / "theirs" / "x").symlink_to(tmp_path)
    assert "No Djoliba runs on" in console.run("address").stderr


def test_a_console_of_another_folder_finds_nothing(tmp_path, running, home):
    running(home)
    (tmp_path / "else").mkdir()
    assert Console(tmp_path / "else").run("address").returncode == 1
