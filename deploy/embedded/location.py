"""Which Djoliba a command works on: the one that the environment names, else one that runs here; never a new one."""

import os
import sys
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import urlsplit

from deploy.embedded.host import CannotStart, default_home
from deploy.embedded.instance import CHECKOUT, Instance, Running, export_line, running_instances, this_instance
from deploy.embedded.language import said
from shared.identity import AUDIENCE, ISSUER

ORIGIN = "http://127.0.0.1:8000"
"""Where the applications answer unless somebody says otherwise."""


@dataclass(frozen=True)
class Place:
    """The Djoliba that a command works on."""

    variables: Mapping[str, str]
    """The environment that its processes have."""
    origin: str
    """Where its API answers; empty while it does not run."""
    home: Path | None
    """Its home; None where the environment names a database."""

    @property
    def development_keys(self) -> Path | None:
        """The development issuer's folder."""
        given = self.variables.get("DJOLIBA_DEVELOPMENT_KEYS")
        return Path(given) if given else None

    @property
    def issuer(self) -> str:
        """Who signs its tokens."""
        return self.variables.get("DJOLIBA_ISSUER", ISSUER)

    @property
    def audience(self) -> str:
        """Whom its tokens are for."""
        return self.variables.get("DJOLIBA_AUDIENCE", AUDIENCE)

    @property
    def environment(self) -> str:
        """`production`, `development` or `test`."""
        return self.variables.get("DJOLIBA_ENVIRONMENT", "development")


def named_database() -> str | None:
    """The database that the environment names, by either of its names."""
    return os.environ.get("DJOLIBA_DATABASE_URL") or os.environ.get("DATABASE_URL")


def find_place(*, must_run: bool = True) -> Place:
    """The Djoliba to work on, told on standard error where it is not the user's own in its usual place.

    Args:
        must_run: Whether its servers are needed; else an installation that is stopped will do.

    Raises:
        CannotStart: there is none, or there are several; the sentence says what to type.
    """
    if (database := named_database()) is not None:
        _tell(said("la base", "the database"), _without_password(database))
        environment = {**_running_environment(this_instance()), **os.environ}
        return Place(environment, environment.get("DJOLIBA_PUBLIC_URL", ORIGIN), None)
    instance, running = find_running()
    if running is not None:
        if instance.home != default_home():
            _tell(said("l'installation", "the installation in"), str(instance.home))
        return Place({**os.environ, **running.environment}, running.origin, instance.home)
    if must_run or not instance.exists:
        raise CannotStart(_nothing_runs(instance))
    if instance.home != default_home():
        _tell(said("l'installation", "the installation in"), str(instance.home))
    return Place({**os.environ, **instance.environment("", "", ORIGIN)}, "", instance.home)


def find_running() -> tuple[Instance, Running | None]:
    """The running installation that is meant, or the one that would be if it ran.

    DJOLIBA_HOME decides. Without it: the user's own in its usual place, else the only one of this checkout, else the
    only one of this user.

    Raises:
        CannotStart: several are equally near.
    """
    instance = this_instance()
    if (running := instance.running()) is not None or os.environ.get("DJOLIBA_HOME"):
        return instance, running
    found = running_instances()
    here = {each: one for each, one in found.items() if one.checkout == str(CHECKOUT)}
    nearest = here or found
    if len(nearest) > 1:
        raise CannotStart(_several(nearest))
    return next(iter(nearest.items()), (instance, None))


def _running_environment(instance: Instance) -> Mapping[str, str]:
    try:
        running = instance.running()
    except PermissionError:  # a step of root's own demo, which runs as nobody: it was given what it needs
        return {}
    return running.environment if running is not None else {}


def _tell(what: str, name: str) -> None:
    print(said(f"Sur {what} {name}.", f"Working on {what} {name}."), file=sys.stderr, flush=True)


def _without_password(url: str) -> str:
    parts = urlsplit(url)
    where = parts.netloc.rpartition("@")[2] or parts.query.removeprefix("host=")
    return f"{where}{parts.path}"


def _nothing_runs(instance: Instance) -> str:
    prefix = f"DJOLIBA_HOME={instance.home} " if os.environ.get("DJOLIBA_HOME") else ""
    others = "".join(f"\n    {export_line(other.home)}" for other in running_instances())
    lines = said(
        f"Aucun Djoliba ne tourne sur {instance.home}. Lancez-le dans un autre terminal :\n    {prefix}djoliba up",
        f"No Djoliba runs on {instance.home}. Start it in another terminal:\n    {prefix}djoliba up",
    )
    if others:
        lines += said(f"\nou travaillez sur un qui tourne :{others}", f"\nor work on one that runs:{others}")
    return lines


def _several(found: Mapping[Instance, Running]) -> str:
    choices = "".join(f"\n    {export_line(each.home)}    # {one.origin}" for each, one in found.items())
    return said(
        f"Plusieurs Djoliba tournent ici ; dites lequel :{choices}",
        f"Several Djolibas run here; say which one:{choices}",
    )
