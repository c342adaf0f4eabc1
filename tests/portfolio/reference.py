"""The reference portfolio for tests: loaded once per run into a template, cloned per test in 40 ms."""

import json
import re
from functools import cache

from deploy.reference.files import reference_lines
from portfolio.loading import load_portfolio
from shared.settings import Settings
from tests.cluster import Cluster

TEMPLATE = "reference"
_NAMES = re.compile(r'"([A-Za-z0-9-]+)"')


def settings_of(url: str, **changed: object) -> Settings:
    """Settings that name a database and nothing else that is real."""
    fields = {"environment": "test", "DATABASE_URL": url, "REDIS_URL": "redis://127.0.0.1:1", **changed}
    return Settings(**fields)


async def load_reference(url: str) -> None:
    """Load the reference portfolio into an empty, migrated database."""
    await load_portfolio(settings_of(url), reference_lines())


def reference_database(cluster: Cluster) -> str:
    """The name of a fresh database that holds the reference portfolio; drop it with `cluster.drop`."""
    return cluster.clone(cluster.template(TEMPLATE, load_reference))


@cache
def a_third_of_the_reference() -> tuple[str, ...]:
    """The lines of every third project of the reference portfolio, and of all that refers to no other project."""
    lines = {line: set(_NAMES.findall(line)) for *_, line in reference_lines()}
    rows = [(json.loads(line), line) for line in lines]
    projects = [row["reference"] for row, _ in rows if row["type"] == "project"]
    left_out = set(projects) - set(projects[::3])
    found = True
    while found:
        found = {row["reference"] for row, line in rows if "reference" in row and lines[line] & left_out} - left_out
        left_out |= found
    return tuple(line for line, names in lines.items() if not names & left_out)
