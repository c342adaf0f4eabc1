from pathlib import Path

import pytest
from typer.testing import CliRunner

from deploy.embedded.cli import app
from shared.errors import Problem
from tests.funds_api.rate_files import MARCH, un_text

pytestmark = pytest.mark.usefixtures("world")


@pytest.fixture
def djoliba(monkeypatch, database_url, redis_url, development_keys, tmp_path):
    """`djoliba("rates", "list")`: what the command prints, on this test's database."""
    for name, value in (
        ("DATABASE_URL", database_url),
        ("REDIS_URL", redis_url),
        ("DJOLIBA_HOME", str(tmp_path / "home")),
        ("DJOLIBA_ENVIRONMENT", "test"),
    ):
        monkeypatch.setenv(name, value)

    def run(*words: str) -> str:
        result = CliRunner().invoke(app, list(words))
        if result.exception is not None and not isinstance(result.exception, SystemExit):
            raise result.exception
        assert result.exit_code == 0, result.output
        return result.output

    return run


def test_loads_lists_and_shows_rates(djoliba, tmp_path: Path) -> None:
    file = tmp_path / "rates.txt"
    file.write_bytes(un_text(*MARCH, ("Denmark", "DKK", "1 Mar 2022", "6.618")))
    assert djoliba("rates", "load", str(file)) == "rates.txt: 1 recorded, 1 held already, 0 corrected\n"
    assert djoliba("rates", "load", str(file)) == "rates.txt: 0 recorded, 2 held already, 0 corrected\n"
    assert "1 USD = 6.618 DKK" in djoliba("rates", "list", "--currency", "DKK")
    shown = djoliba("rates", "show", "--currency", "XOF", "--on", "2022-03-05")
    assert "1 USD = 583.747 XOF, unore, effective on 2022-03-01" in shown


def test_says_what_to_do_about_a_file_it_cannot_use(djoliba, tmp_path: Path) -> None:
    file = tmp_path / "rates.txt"
    file.write_bytes(un_text(("Mali", "XOF", "1 Mar 2022", "583.774")))
    for words, sentence in (
        (("load", str(file)), "583.747 is held"),
        (("load", str(tmp_path / "none.xml")), "cannot be read"),
        (("show", "--currency", "XOF", "--on", "2019-01-01"), "Load the unore rate of XOF"),
    ):
        with pytest.raises(Problem, match=sentence):
            djoliba("rates", *words)
    assert djoliba("rates", "load", str(file), "--correct", "misread") == (
        "rates.txt: 0 recorded, 0 held already, 1 corrected\n"
    )
