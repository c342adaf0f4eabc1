"""The settings that a command of the console script works with, whether or not Djoliba runs."""

import os
from collections.abc import Iterator
from contextlib import contextmanager

from deploy.embedded.host import make_private, server_account
from deploy.embedded.instance import servers, this_instance
from deploy.embedded.migrate import migrate
from shared.settings import Settings


@contextmanager
def open_workspace() -> Iterator[Settings]:
    """Settings with servers behind them: those of the environment, of a running Djoliba, or started (and migrated) for now."""
    instance = this_instance()
    is_ours = "DATABASE_URL" not in os.environ and instance.running() is None
    with servers(instance) as environment:
        if is_ours:
            migrate(environment["DATABASE_URL"])
        os.environ.update(environment)
        try:
            yield Settings()
        finally:
            instance.give()


@contextmanager
def open_folders() -> Iterator[Settings]:
    """Settings for commands that need this installation's folders only."""
    instance = this_instance()
    make_private(instance.home, server_account())
    os.environ.update(instance.environment("postgresql:///unused", "redis://unused", "http://127.0.0.1:8000"))
    try:
        yield Settings()
    finally:
        instance.give()
