"""Likely doubles of what was just recorded: accepted, and told, since two schools of one village may be built in one month.

Words are compared without accents, case and marks (`search_words`), by their trigrams.
"""

from collections import Counter
from collections.abc import Mapping
from uuid import UUID

from sqlalchemy import ARRAY, Executable, Uuid, all_, and_, any_, bindparam, or_, select, text

from shared.errors import Fault, Texts
from shared.facts.doubles import like_projects
from shared.sentences import sentence
from shared.unit_of_work import UnitOfWork

_IDS = bindparam("ids", type_=ARRAY(Uuid()))
_LIKE_NEW = like_projects(lambda one, other: and_(one == any_(_IDS), or_(other < one, other != all_(_IDS))))
_PAIRS = _LIKE_NEW.subquery("pair")
_PROJECTS = select(_PAIRS.c.id, _PAIRS.c.other, _PAIRS.c.other_title).order_by(_PAIRS.c.id, _PAIRS.c.other)
"""Of two that are both new, the later is told."""

_PLACES = text("""
WITH new AS MATERIALIZED (SELECT id, kind, parent_id FROM place WHERE id = ANY(:ids)),
alike AS MATERIALIZED (
    SELECT new.id, other.id AS other_id FROM new JOIN place AS other
        ON other.kind = new.kind AND other.parent_id = new.parent_id
    UNION
    SELECT new.id, other.id FROM new JOIN place AS other
        ON other.kind = new.kind AND (other.parent_id IS NULL OR new.parent_id IS NULL)
), named AS MATERIALIZED (
    SELECT place.id, replace(search_words(named.name), ' ', '') AS name
    FROM place, LATERAL (
        SELECT value FROM jsonb_each_text(place.name)
        UNION SELECT alias FROM place_alias WHERE place_id = place.id) AS named(name)
    WHERE place.id IN (SELECT other_id FROM alike UNION SELECT id FROM new)
)
SELECT DISTINCT alike.id, place.slug, place.name
FROM alike JOIN named AS new ON new.id = alike.id JOIN named AS other ON other.id = alike.other_id
    JOIN place ON place.id = alike.other_id
WHERE alike.other_id <> alike.id AND (alike.other_id < alike.id OR alike.other_id <> ALL(:ids))
    AND place.merged_into_id IS NULL AND similarity(other.name, new.name) >= 0.5
ORDER BY alike.id, place.slug
""")
"""The same kind under the same parent, and a name or alias that is near; blanks and hyphens within it do not count."""

_ORGANISATIONS = text("""
WITH named AS MATERIALIZED (
    SELECT organisation.id, organisation.kind, search_words(named.name) AS name
    FROM organisation, LATERAL (
        SELECT value FROM organisation_name, jsonb_each_text(name) WHERE organisation_id = organisation.id
        UNION SELECT value FROM jsonb_each_text(organisation.acronym)
        UNION SELECT alias FROM organisation_alias WHERE organisation_id = organisation.id) AS named(name)
)
SELECT DISTINCT new.id, organisation.slug, (
    SELECT name FROM organisation_name WHERE organisation_id = organisation.id ORDER BY valid_from DESC LIMIT 1)
FROM named AS new JOIN named AS other ON other.id <> new.id AND other.kind = new.kind
    JOIN organisation ON organisation.id = other.id
WHERE new.id = ANY(:ids) AND (other.id < new.id OR other.id <> ALL(:ids))
    AND organisation.merged_into_id IS NULL AND similarity(other.name, new.name) >= 0.6
ORDER BY new.id, organisation.slug
""")
"""The same kind, and a name of any time, an acronym or an alias that is near."""

MOST_TOLD = 5
"""Likely doubles of one row."""


async def warn_of_projects(unit: UnitOfWork, places: Mapping[UUID, str]) -> None:
    """Tell of projects with the same sponsor, place and month and a near title; `places` are pointers to what is new."""
    await _warn(unit, _PROJECTS, places, "/title")


async def warn_of_places(unit: UnitOfWork, places: Mapping[UUID, str]) -> None:
    """Tell of places of the same kind under the same parent with a near name."""
    await _warn(unit, _PLACES, places, "/name")


async def warn_of_organisations(unit: UnitOfWork, places: Mapping[UUID, str]) -> None:
    """Tell of organisations of the same kind with a near name."""
    await _warn(unit, _ORGANISATIONS, places, "/names")


async def _warn(unit: UnitOfWork, statement: Executable, places: Mapping[UUID, str], member: str) -> None:
    if not places:
        return
    told: Counter[UUID] = Counter()
    for row_id, key, name in (await unit.session.execute(statement, {"ids": list(places)})).all():
        told[row_id] += 1
        if told[row_id] <= MOST_TOLD:
            unit.warn(Fault(places[row_id] + member, _detail(key, name), "likely_duplicate"))


def _detail(key: str, name: Texts) -> Texts:
    held = next(iter(name.values()))
    return sentence(
        "Est-ce le même que {key}, « {name_fr} » ? Si oui, fusionnez l'un des deux (merge) avec l'autre.",
        "Is this the same as {key}, '{name_en}'? If so, merge one of the two into the other.",
        key=key,
        name_fr=name.get("fr", held),
        name_en=name.get("en", held),
    )
