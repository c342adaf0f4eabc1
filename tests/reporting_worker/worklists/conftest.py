"""Fixtures of the tests of worklists."""

from tests.facts.conftest import builder

__all__ = ["builder"]
