"""Nothing is lost, doubled or overtaken, by the platform's own record; and each drill fails without its guard.

Real processes, real SIGKILL, a real sandbox platform. `--drill-runs=N`; `DRILL_SEED=n` repeats a run's choices;
times at a twentieth unless `--production-times`, where the 30 s of a recovery are asserted.
"""

import os
import random
import secrets

import asyncpg
import pytest
from sqlalchemy import text

from shared.database import write_engine
from shared.wake import ArqWake
from tests.cluster import as_owner
from tests.drills import scenarios
from tests.drills.arena import Arena
from tests.drills.crew import Crew, Zygote, environment_of
from tests.reporting_worker.platforms.sandbox import Sandbox
from tests.reporting_worker.publications.builder import add_platform

pytestmark = [pytest.mark.whole, pytest.mark.drill, pytest.mark.timeout(0)]

RECOVERY_SECONDS = 30
SCENARIOS = (
    scenarios.killed_at_each_point,
    scenarios.killed_at_random,
    scenarios.reply_lost,
    scenarios.late_effect,
    scenarios.valkey_flushed,
    scenarios.platform_down_and_back,
    scenarios.two_workers,
    scenarios.corrected_in_backoff,
)
MUTANTS = (
    (scenarios.reply_lost, "no_probe"),
    (scenarios.killed_at_each_point, "no_probe"),
    (scenarios.two_workers, "no_fence"),
    (scenarios.two_workers, "no_deadline"),
)


@pytest.fixture
def say(capsys):
    """Print what a drill found where `make drill` keeps it, whether or not it passed."""

    def aloud(*words):
        with capsys.disabled():
            print("\n   ", *words, end="", flush=True)  # noqa: T201

    return aloud


@pytest.fixture(scope="module")
def zygote(tmp_path_factory):
    made = Zygote(tmp_path_factory.mktemp("drills") / "workers.log")
    yield made
    made.close()


@pytest.fixture
async def arena_on(tmp_path, zygote, say):
    """`arena = await arena_on(settings)`: with its own platform and crew, both gone at the end."""
    made = []

    async def build(settings, mutant=None):
        seed = int(os.environ.get("DRILL_SEED", secrets.randbelow(2**32)))
        say(f"seed {seed}")
        if settings.lease_seconds < 20:
            # on a busy machine many tries end late; the schedule's later waits would outlast the drill
            settings = settings.model_copy(update={"backoff_seconds": 0.05})
        engine = write_engine(settings, "reporting")
        site = Sandbox(tmp_path / "platform").start()
        await add_platform(engine, site.url, site.accounts["author"], settings.secrets_folder)
        async with engine.begin() as connection:  # all at once: what is tried here are fences, not slots
            await connection.execute(text("UPDATE job_lane SET slots = 20"))
        crew = Crew(zygote, environment_of(settings), set())
        looks = await asyncpg.create_pool(as_owner(settings.database_url.get_secret_value()), min_size=0)
        arena = Arena(settings, engine, site, crew, random.Random(seed), ArqWake(settings), looks, mutant)
        made.append(arena)
        return arena

    yield build
    for arena in made:
        await arena.crew.close()
        arena.site.stop()
        await arena.wake.aclose()
        await arena.looks.close()
        await arena.engine.dispose()


def accept(verdict, settings, say):
    longest = f", the longest after {max(verdict.recoveries):.1f} s" if verdict.recoveries else ""
    say(f"{verdict.delivered} delivered, {len(verdict.recoveries)} recoveries{longest}")
    assert verdict.violations == []
    if settings.lease_seconds >= 20:
        assert max(verdict.recoveries, default=0) <= RECOVERY_SECONDS


@pytest.mark.parametrize("scenario", SCENARIOS, ids=lambda each: each.__name__)
async def test_nothing_is_lost_doubled_or_overtaken(scenario, settings, arena_on, drill_runs, say):
    arena = await arena_on(settings)
    accept(await scenario(arena, drill_runs), settings, say)


async def test_nothing_is_lost_or_doubled_when_postgres_dies(own_servers, settings_for, arena_on, drill_runs, say):
    postgres, valkey = own_servers()
    settings = settings_for(postgres.url(), valkey.url())
    arena = await arena_on(settings)
    verdict = await scenarios.postgres_restarted(arena, drill_runs, lambda: postgres.restart(killed=True))
    accept(verdict, settings, say)


async def test_nothing_is_lost_or_doubled_while_valkey_is_away(own_servers, settings_for, arena_on, drill_runs, say):
    postgres, valkey = own_servers()
    arena = await arena_on(settings_for(postgres.url(), valkey.url()))
    verdict = await scenarios.valkey_away(arena, drill_runs, valkey)
    accept(verdict, arena.settings, say)


@pytest.mark.parametrize(("scenario", "mutant"), MUTANTS, ids=lambda each: getattr(each, "__name__", each))
async def test_the_same_drill_fails_without_its_guard(scenario, mutant, settings, arena_on, say):
    arena = await arena_on(settings, mutant)
    verdict = await scenario(arena, 5)
    say(f"without its guard: {'; '.join(verdict.violations[:3])}")
    assert verdict.violations
