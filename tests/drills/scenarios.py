"""The faults of the drills, each as it befalls N deliveries."""

import asyncio
from collections.abc import Awaitable, Callable, Iterator
from itertools import cycle, islice
from typing import Any

import redis.asyncio

from tests.drills.arena import MEDIA, POSTS, Arena
from tests.drills.judge import Verdict

NAMES = ("answered", "receipt_written", "first_byte", "intent_written", "probed", "claimed", "recorded", "settled")
POINTS = tuple(f"delivery.{name}:{passing}" for name in NAMES for passing in (1, 2))
"""Every named point, for the file and for the post; the second `claimed` and `settled` lie in a second claim."""

AT_ONCE = 20
"""Deliveries that meet their fault at the same time."""

Scenario = Callable[[Arena, int], Awaitable[Verdict]]


async def killed_at_each_point(arena: Arena, runs: int) -> Verdict:
    """Two workers at any time, each to die of SIGKILL at its point; then two that live."""
    points = list(islice(cycle(POINTS), runs))
    arena.chance.shuffle(points)
    for numbers in _rounds(runs):
        for number in numbers:
            await arena.publish(number)
        await _one_after_the_other(arena, [{"crash_at": points[number]} for number in numbers])
        await _recover(arena)
    return await arena.verdict()


async def killed_at_random(arena: Arena, runs: int) -> Verdict:
    """Two workers at any time, each killed blindly within its first moments; then two that live."""

    async def murder(pid: int) -> None:
        await asyncio.sleep(arena.chance.uniform(0.0, 0.4))
        arena.crew.kill(pid)

    for numbers in _rounds(runs):
        for number in numbers:
            await arena.publish(number)
        # replies take a while, so that a blind kill falls into a request more often than between two
        arena.site.faults({"id": "slow", "method": "POST", "action": "slow_after", "seconds": 0.05})
        await _one_after_the_other(arena, [{} for _ in numbers], then=murder)
        arena.site.faults()
        await _recover(arena)
    return await arena.verdict()


def _rounds(runs: int) -> Iterator[range]:
    """The deliveries in rounds: more deaths at once would measure how long a queue is, not a recovery."""
    for first in range(0, runs, AT_ONCE):
        yield range(first, min(first + AT_ONCE, runs))


async def _recover(arena: Arena) -> None:
    """Let two workers finish what the dead ones left, and go."""
    living = [await arena.spawn() for _ in range(2)]
    await arena.until_settled()
    for pid in living:
        arena.crew.kill(pid)
        await arena.crew.end_of(pid)


async def _one_after_the_other(
    arena: Arena, orders: list[dict], then: Callable[[int], Awaitable[None]] | None = None
) -> None:
    """Let two lanes of workers run into their deaths."""

    async def lane(own: list[dict]) -> None:
        for order in own:
            pid = await arena.spawn(**order)
            if then is not None:
                await then(pid)
            death = asyncio.create_task(arena.note_death(pid))
            while not death.done() and not await arena._is_settled():  # a point may lie where nobody passes any more
                await asyncio.wait({death}, timeout=0.05)
            if not death.done():
                arena.crew.kill(pid)
            await death

    await asyncio.gather(lane(orders[::2]), lane(orders[1::2]))


async def reply_lost(arena: Arena, runs: int) -> Verdict:
    """Each delivery loses the reply of its file or of its post, after the effect, by a cut line or by a 500."""
    for number in range(runs):
        await arena.publish(number)
    half = (runs + 1) // 2
    arena.site.faults(
        {"id": "media cut", "method": "POST", "path": MEDIA, "action": "lose_reply", "count": half // 2 + 1},
        {"id": "media 500", "method": "POST", "path": MEDIA, "action": "error_after", "count": half // 2},
        {"id": "post cut", "method": "POST", "path": POSTS, "action": "lose_reply", "count": half // 2 + 1},
        {"id": "post 500", "method": "POST", "path": POSTS, "action": "error_after", "count": half // 2},
    )
    return await _end(arena)


async def late_effect(arena: Arena, runs: int) -> Verdict:
    """Requests linger inside the platform after the worker has given up; they act within the quarantine."""
    for number in range(runs):
        await arena.publish(number)
    settings = arena.settings
    seconds = (settings.send_deadline_seconds + settings.quarantine_seconds) / 2
    arena.site.faults({"id": "late", "method": "POST", "action": "slow_before", "count": runs, "seconds": seconds})
    return await _end(arena, workers=4)


async def valkey_flushed(arena: Arena, runs: int) -> Verdict:
    """FLUSHALL again and again while deliveries are promised and made."""
    client = redis.asyncio.Redis.from_url(arena.settings.redis_url.get_secret_value())
    await arena.spawn()
    for number in range(runs):
        await arena.publish(number)
        await client.flushall()
    await client.aclose()
    return await _end(arena, workers=1)


async def valkey_away(arena: Arena, runs: int, valkey: Any) -> Verdict:
    """Valkey dies of SIGKILL, is away while deliveries are promised and made, and comes back empty."""
    await arena.spawn()
    for number in range(runs):
        if number == runs // 4:
            await asyncio.to_thread(valkey.restart, killed=True)
        if number == runs // 2:
            await asyncio.to_thread(valkey.stop)
        await arena.publish(number)
    await arena.until_settled()
    await asyncio.to_thread(valkey.start)
    for number in range(runs, runs + 2):
        await arena.publish(number)
    return await _end(arena, workers=0)


async def platform_down_and_back(arena: Arena, runs: int) -> Verdict:
    """The platform dies of SIGKILL and comes back, over and over."""
    await arena.spawn()
    for number in range(runs):
        await arena.publish(number)
        if number % 5 == 1:
            arena.site.stop()
            await asyncio.sleep(arena.chance.uniform(0.0, 0.3))
            await asyncio.to_thread(arena.site.start)
    return await _end(arena, workers=1)


async def two_workers(arena: Arena, runs: int) -> Verdict:
    """A worker sleeps past its lease (SIGSTOP), another takes its delivery over, then the first wakes up."""
    places = [f"delivery.{name}:{passing}" for name in ("probed", "intent_written", "answered") for passing in (1, 2)]
    points = list(islice(cycle(places), runs))
    arena.chance.shuffle(points)
    for numbers in _rounds(runs):
        sleepers = []
        for number in numbers:
            await arena.publish(number)
            sleepers.append(await arena.spawn(stop_at=points[number]))
        await asyncio.gather(*(_asleep(arena, pid) for pid in sleepers))
        awake = await arena.spawn()
        await arena.until_settled()
        for pid in sleepers:
            arena.crew.go_on(pid)
        await asyncio.gather(*(arena.crew.end_of(pid) for pid in sleepers))
        arena.crew.kill(awake)
        await arena.crew.end_of(awake)
    return await arena.verdict()


async def _asleep(arena: Arena, pid: int) -> None:
    """Wait until a worker sleeps; one that found nothing to sleep over (others were faster) is of no use."""
    try:
        await asyncio.wait_for(arena.crew.stop_of(pid), 10 * max(1.0, arena.settings.lease_seconds))
    except TimeoutError:
        arena.crew.kill(pid)


async def corrected_in_backoff(arena: Arena, runs: int) -> Verdict:
    """A correction is frozen while the first revision waits: refused (it gives way) or in doubt (it comes first)."""
    arena.site.stop()
    for number in range(runs):
        await arena.publish(number)
    await arena.spawn()
    await arena.spawn()
    await arena.until(lambda: _have_claimed(arena, runs, fence=1))
    half = runs // 2
    for number in range(half):
        await arena.publish(number, revision=2)
    arena.site.faults({"id": "doubt", "method": "POST", "action": "lose_reply", "count": half})
    await asyncio.to_thread(arena.site.start)
    await arena.until(lambda: _have_claimed(arena, runs, fence=2))
    for number in range(half, runs):
        await arena.publish(number, revision=2)
    return await _end(arena, workers=0)


async def _have_claimed(arena: Arena, deliveries: int, fence: int) -> bool:
    """Whether so many deliveries were claimed at least so often, or have ended."""
    reached = "SELECT count(*) FROM delivery JOIN job ON job.id = delivery.job_id WHERE job.fence >= $1"
    ended = " OR delivery.state IN ('delivered', 'cancelled')"
    return (await arena.fetch(reached + ended, fence))[0][0] >= deliveries


async def postgres_restarted(arena: Arena, runs: int, restart: Callable[[], Any]) -> Verdict:
    """Postgres dies of SIGKILL and is started again while deliveries are made."""
    for number in range(runs):
        await arena.publish(number)
    arena.site.faults({"id": "slow", "method": "POST", "action": "slow_after", "seconds": 0.05})
    await arena.spawn()
    await arena.spawn()
    for _ in range(max(2, runs // 10)):
        await asyncio.sleep(arena.chance.uniform(0.1, 0.5))
        await asyncio.to_thread(restart)
    arena.site.faults()
    return await _end(arena, workers=0)


async def _end(arena: Arena, workers: int = 2) -> Verdict:
    for _ in range(workers):
        await arena.spawn()
    await arena.until_settled()
    return await arena.verdict()
