"""The servers and settings that a command of the console script works with."""

import os
import signal
import sys
from collections.abc import Iterator, Mapping
from contextlib import ExitStack, contextmanager

from deploy.embedded.host import CannotStart
from deploy.embedded.instance import Instance
from deploy.embedded.language import said
from deploy.embedded.location import ORIGIN, Place
from deploy.embedded.postgres import EmbeddedPostgres
from deploy.embedded.refusals import explained
from deploy.embedded.valkey import EmbeddedValkey
from shared.settings import Settings


@contextmanager
def open_workspace(place: Place) -> Iterator[Settings]:
    """Settings of a Djoliba, for commands that speak to its database themselves.

    Raises:
        CannotStart: the environment names half of what is needed, or the database does not answer as it should.
    """
    if "REDIS_URL" not in place.variables and "DJOLIBA_REDIS_URL" not in place.variables:
        raise CannotStart(
            said(
                "DATABASE_URL est donnée sans REDIS_URL : donnez les deux, ou aucune.",
                "DATABASE_URL is set without REDIS_URL: set both, or neither.",
            )
        )
    before = dict(os.environ)
    os.environ.update(place.variables)
    try:
        with explained():
            yield Settings()
    finally:
        os.environ.clear()
        os.environ.update(before)
        if place.home is not None:
            Instance(place.home).give()


@contextmanager
def servers_for_now(instance: Instance) -> Iterator[Mapping[str, str]]:
    """Postgres and Valkey of an installation that does not run, for as long as one command takes."""
    with ExitStack() as stack:
        # a stop signal has to unwind this stack, or the servers would outlive the command by a moment
        before = signal.signal(signal.SIGTERM, lambda *_: sys.exit(143))
        stack.callback(signal.signal, signal.SIGTERM, before)
        stack.enter_context(instance.locked())
        database_url = stack.enter_context(EmbeddedPostgres(instance.home)).url()
        redis_url = stack.enter_context(EmbeddedValkey(instance.home)).url()
        yield instance.environment(database_url, redis_url, ORIGIN)
