"""The console script as a person meets it."""

import asyncio
import subprocess
import sys

import asyncpg
import pytest
import typer
from typer.testing import CliRunner

from deploy.embedded.cli import COMMANDS, app
from deploy.embedded.refusals import sentence_for
from shared.auth import Verifier
from shared.settings import Settings

LARGE = ("sqlalchemy", "asyncpg", "fastapi", "pydantic", "pydantic_settings", "httpx", "rich", "structlog", "alembic")
"""Libraries that take longer to import than a command may take to answer."""


def commands():
    """Every command by the words that call it."""
    group = typer.main.get_command(app)
    for name in group.commands:
        command = group.get_command(None, name)
        yield (name,)
        yield from ((name, inner) for inner in getattr(command, "commands", ()))


@pytest.mark.parametrize("words", list(commands()), ids=" ".join)
def test_every_command_explains_itself(words):
    explained = CliRunner().invoke(app, [*words, "--help"])
    assert explained.exit_code == 0, explained.output
    assert explained.output.splitlines()[2].strip(), explained.output


def test_the_help_lists_every_command_in_the_readers_language(console):
    french, english = (console.run("--help", LANG=one).stdout for one in ("fr_FR.UTF-8", "en_GB.UTF-8"))
    for name in (*COMMANDS, "up", "demo", "address"):
        assert f"\n  {name} " in french
        assert f"\n  {name} " in english
    assert "Taux de change" in french
    assert "Exchange rates" in english


def test_what_asks_the_api_imports_no_large_library():
    quick = ["cli", "edition", "publish", "rates", "tokens"]
    program = (
        f"import sys, importlib\nfor name in {quick}: importlib.import_module(f'deploy.embedded.{{name}}')\n"
        f"print(sorted(set({LARGE}) & set(sys.modules)))"
    )
    loaded = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=True)
    assert loaded.stdout.strip() == "[]"


@pytest.mark.whole
def test_migrate_without_a_server_starts_one_and_doctor_finds_it_well(console, home):
    assert f"up to date in {home}" in console.run("migrate", DJOLIBA_HOME=str(home)).stdout
    checked = console.run("doctor", DJOLIBA_HOME=str(home))
    assert checked.returncode == 0, checked.stdout
    assert "FAIL" not in checked.stdout


@pytest.mark.whole
def test_doctor_makes_nothing_where_there_is_nothing(console, home):
    checked = console.run("doctor", DJOLIBA_HOME=str(home))
    assert checked.returncode == 1
    assert f"There is no installation in {home} yet: `djoliba up` makes one." in checked.stdout
    assert not home.exists()


@pytest.mark.whole
def test_migrate_works_on_the_database_that_the_environment_names(console, database_url):
    migrated = console.run("migrate", DATABASE_URL=database_url)
    assert migrated.returncode == 0, migrated.stderr


@pytest.mark.whole
async def test_doctor_sees_grants_that_differ_from_the_owner_list(console, database_url, redis_url, tmp_path):
    connection = await asyncpg.connect(database_url)
    await connection.execute("GRANT UPDATE ON audit TO djoliba_funds")
    await connection.close()
    named = {"DATABASE_URL": database_url, "REDIS_URL": redis_url, "DJOLIBA_OBJECT_STORE": str(tmp_path)}
    checked = await asyncio.to_thread(console.run, "doctor", **named)
    assert checked.returncode == 1
    assert "0 grants are missing and 1 are too many: run `djoliba migrate`." in checked.stdout


async def test_a_token_of_the_command_line_is_accepted_by_the_verifier(console, tmp_path):
    keys = tmp_path / "keys"
    named = {"DATABASE_URL": "postgresql:///none", "DJOLIBA_DEVELOPMENT_KEYS": str(keys)}
    made = await asyncio.to_thread(console.run, "token", "approver", "--subject", "awa", **named)
    settings = Settings(DATABASE_URL="postgresql:///", REDIS_URL="redis://", development_keys=keys)
    principal = await Verifier.from_settings(settings).verify(f"Bearer {made.stdout.strip()}")
    assert principal.subject == "awa"
    assert principal.roles == {"approver"}


def test_no_token_is_made_in_production(console):
    named = {"DATABASE_URL": "postgresql:///none", "DJOLIBA_ENVIRONMENT": "production"}
    refused = console.run("token", "admin", **named)
    assert refused.returncode == 1
    assert "does not start when DJOLIBA_ENVIRONMENT is production" in refused.stderr


@pytest.mark.whole
def test_a_database_that_was_never_migrated_gets_a_sentence(console, cluster, redis_url):
    refused = console.run("load", "reference", DATABASE_URL=cluster.url("postgres"), REDIS_URL=redis_url)
    assert refused.returncode == 1
    assert "run `djoliba migrate`" in refused.stderr
    assert "Traceback" not in refused.stderr


@pytest.mark.parametrize(
    ("url", "sentence"),
    [("postgresql://x@127.0.0.1:1/y", "The database does not answer"), ("garbage", "DATABASE_URL is no address")],
)
@pytest.mark.whole
def test_a_database_that_cannot_be_reached_gets_a_sentence(console, redis_url, url, sentence):
    refused = console.run("load", "reference", DATABASE_URL=url, REDIS_URL=redis_url)
    assert refused.returncode == 1
    assert sentence in refused.stderr
    assert "Traceback" not in refused.stderr


def test_an_api_that_does_not_answer_gets_a_sentence(console, tmp_path):
    named = {
        "DATABASE_URL": "postgresql:///none",
        "DJOLIBA_PUBLIC_URL": "http://127.0.0.1:1",
        "DJOLIBA_DEVELOPMENT_KEYS": str(tmp_path / "keys"),
    }
    refused = console.run("edition", "list", LANG="fr_FR.UTF-8", **named)
    assert refused.returncode == 1
    assert "L'API à http://127.0.0.1:1 ne répond pas" in refused.stderr
    assert "Traceback" not in refused.stderr


@pytest.mark.parametrize("command", ["up", "demo"])
@pytest.mark.parametrize("port", ["0", "65536", "99999999999", "-1", "x"])
def test_a_port_that_is_none_is_refused(monkeypatch, command, port):
    monkeypatch.setattr("os.execv", lambda *_: pytest.fail("the command would have run"))
    assert CliRunner().invoke(app, [command, "--port", port]).exit_code == 2


def test_a_bug_of_ours_gets_none(home):
    assert sentence_for(KeyError("x"), home) is None
