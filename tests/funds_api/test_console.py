"""`djoliba rates` against a running API."""

import asyncio
from pathlib import Path
from typing import get_args

import pytest

from deploy.embedded.rates import RateSource as OfTheConsole
from shared.models.rate import RateSource
from tests.embedded.console import Console
from tests.funds_api.rate_files import MARCH, un_text

pytestmark = [pytest.mark.whole, pytest.mark.usefixtures("world")]


READ_AS = "  read as: UN columns, Windows-1252, \\t\n"


@pytest.fixture
def djoliba(settings, origin, development_keys, tmp_path):
    """`await djoliba("rates", "list")`: what the command answers, on this test's database."""
    console = Console(tmp_path)

    async def run(*words: str):
        return await asyncio.to_thread(
            console.run,
            *words,
            DATABASE_URL=settings.database_url.get_secret_value(),
            DJOLIBA_PUBLIC_URL=origin,
            DJOLIBA_DEVELOPMENT_KEYS=str(development_keys),
        )

    return run


async def test_loads_lists_and_shows_rates(djoliba, tmp_path: Path) -> None:
    file = tmp_path / "rates.txt"
    file.write_bytes(un_text(*MARCH, ("Denmark", "DKK", "1 Mar 2022", "6.618")))
    loaded = await djoliba("rates", "load", str(file))
    assert loaded.stdout == f"rates.txt: 1 recorded, 1 held already, 0 corrected\n{READ_AS}", loaded.stderr
    again = await djoliba("rates", "load", str(file))
    assert again.stdout == f"rates.txt: 0 recorded, 2 held already, 0 corrected\n{READ_AS}"
    assert "1 USD = 6.618 DKK" in (await djoliba("rates", "list", "--currency", "DKK")).stdout
    shown = await djoliba("rates", "show", "--currency", "XOF", "--on", "2022-03-05")
    assert "1 USD = 583.747 XOF, unore, effective on 2022-03-01" in shown.stdout


async def test_says_what_to_do_about_a_file_it_cannot_use(djoliba, tmp_path: Path) -> None:
    file = tmp_path / "rates.txt"
    file.write_bytes(un_text(("Mali", "XOF", "1 Mar 2022", "583.774")))
    for words, sentence in (
        (("load", str(file)), "583.747 is held"),
        (("load", str(tmp_path / "none.xml")), "cannot be read"),
        (("show", "--currency", "XOF", "--on", "2019-01-01"), "Load the unore rate of XOF"),
    ):
        refused = await djoliba("rates", *words)
        assert refused.returncode == 1
        assert sentence in refused.stderr
        assert "Traceback" not in refused.stderr
    corrected = await djoliba("rates", "load", str(file), "--correct", "mal lu à l’écran")
    assert (
        corrected.stdout
        == f"rates.txt: 0 recorded, 0 held already, 1 corrected\n{READ_AS.replace('Windows-1252', 'UTF-8')}"
    )


def test_the_console_knows_every_source_of_rates() -> None:
    assert get_args(OfTheConsole) == tuple(RateSource)
