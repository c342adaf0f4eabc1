"""The reference portfolio for tests: loaded once per run into a template, cloned per test in 40 ms."""

from deploy.embedded.load import load_portfolio
from shared.settings import Settings
from tests.cluster import Cluster

TEMPLATE = "reference"


def settings_of(url: str, **changed: object) -> Settings:
    """Settings that name a database and nothing else that is real."""
    fields = {"environment": "test", "DATABASE_URL": url, "REDIS_URL": "redis://127.0.0.1:1", **changed}
    return Settings(**fields)


async def load_reference(url: str) -> None:
    """Load the reference portfolio into an empty, migrated database."""
    await load_portfolio(settings_of(url), "reference")


def reference_database(cluster: Cluster) -> str:
    """The name of a fresh database that holds the reference portfolio; drop it with `cluster.drop`."""
    return cluster.clone(cluster.template(TEMPLATE, load_reference))
