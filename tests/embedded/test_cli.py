"""The console script as a person meets it."""

import asyncio

import asyncpg
import pytest
from typer.testing import CliRunner

from deploy.embedded.cli import app
from deploy.embedded.refusals import sentence_for
from shared.auth import Verifier
from shared.settings import Settings


@pytest.fixture
def djoliba(home, monkeypatch):
    """Run a command in a home of its own; what `open_workspace` sets in the environment is undone afterwards."""
    for name in (
        "DATABASE_URL",
        "REDIS_URL",
        "DJOLIBA_OBJECT_STORE",
        "DJOLIBA_DEVELOPMENT_KEYS",
        "DJOLIBA_PUBLIC_URL",
    ):
        monkeypatch.setenv(name, "")
        monkeypatch.delenv(name)
    monkeypatch.setenv("DJOLIBA_HOME", str(home))

    def run(*arguments, **environment):
        for name, value in environment.items():
            monkeypatch.setenv(name, value)
        return CliRunner().invoke(app, arguments)

    return run


def test_every_command_explains_itself(djoliba):
    listed = djoliba("--help")
    assert listed.exit_code == 0
    for command in app.registered_commands:
        name = command.name or command.callback.__name__
        assert name in listed.output
        assert djoliba(name, "--help").exit_code == 0


def test_migrate_without_a_server_starts_one_and_doctor_finds_it_well(djoliba):
    assert "up to date" in djoliba("migrate").output
    checked = djoliba("doctor")
    assert checked.exit_code == 0, checked.output
    assert "FAIL" not in checked.output


def test_doctor_says_what_is_missing(djoliba):
    checked = djoliba("doctor")
    assert checked.exit_code == 1
    assert "There is no database yet: run `djoliba migrate`." in checked.output


def test_migrate_works_on_the_servers_that_the_environment_names(djoliba, database_url, redis_url):
    assert djoliba("migrate", DATABASE_URL=database_url, REDIS_URL=redis_url).exit_code == 0


async def test_doctor_sees_grants_that_differ_from_the_owner_list(djoliba, database_url, redis_url, tmp_path):
    connection = await asyncpg.connect(database_url)
    await connection.execute("GRANT UPDATE ON audit TO djoliba_funds")
    await connection.close()
    checked = await asyncio.to_thread(
        djoliba, "doctor", DATABASE_URL=database_url, REDIS_URL=redis_url, DJOLIBA_OBJECT_STORE=str(tmp_path)
    )
    assert checked.exit_code == 1
    assert "0 grants are missing and 1 are too many: run `djoliba migrate`." in checked.output


async def test_a_token_of_the_command_line_is_accepted_by_the_verifier(djoliba, home):
    printed = djoliba("token", "approver", "--subject", "awa").output.strip()
    settings = Settings(DATABASE_URL="postgresql:///", REDIS_URL="redis://", development_keys=home / "keys")
    principal = await Verifier.from_settings(settings).verify(f"Bearer {printed}")
    assert principal.subject == "awa"
    assert principal.roles == {"approver"}


def test_no_token_is_made_in_production(djoliba):
    made = djoliba("token", "admin", DJOLIBA_ENVIRONMENT="production")
    assert made.exit_code == 1
    assert "production" in str(made.exception)


def test_a_command_on_a_new_home_makes_its_own_database(djoliba):
    listed = djoliba("rates", "list")
    assert listed.exit_code == 0, listed.exception


def test_a_database_that_was_never_migrated_gets_a_sentence(djoliba, cluster, redis_url, home):
    listed = djoliba("rates", "list", DATABASE_URL=cluster.url("postgres"), REDIS_URL=redis_url)
    assert "run `djoliba migrate`" in sentence_for(listed.exception, home)


def test_a_database_that_does_not_answer_gets_a_sentence(djoliba, redis_url, home):
    listed = djoliba("rates", "list", DATABASE_URL="postgresql://x@127.0.0.1:1/y", REDIS_URL=redis_url)
    assert "The database does not answer" in sentence_for(listed.exception, home)


def test_an_address_that_is_none_gets_a_sentence(djoliba, redis_url, home):
    listed = djoliba("edition", "list", DATABASE_URL="garbage", REDIS_URL=redis_url)
    assert "DATABASE_URL is no address" in sentence_for(listed.exception, home)


@pytest.mark.parametrize("command", ["up", "demo"])
@pytest.mark.parametrize("port", ["0", "65536", "99999999999", "-1", "x"])
def test_a_port_that_is_none_is_refused(djoliba, monkeypatch, command, port):
    monkeypatch.setattr("os.execv", lambda *_: pytest.fail("the command would have run"))
    assert djoliba(command, "--port", port).exit_code == 2


def test_a_bug_of_ours_gets_none(home):
    assert sentence_for(KeyError("x"), home) is None
