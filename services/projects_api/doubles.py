"""Likely doubles of what was just recorded: accepted, and told, since two schools of one village may be built in one month.

Words are compared without accents, case and marks (`search_words`), by their trigrams.
"""

from uuid import UUID

from sqlalchemy import TextClause, text

from shared.errors import Fault, Texts
from shared.sentences import sentence
from shared.unit_of_work import UnitOfWork

_PROJECTS = text("""
WITH new AS (SELECT * FROM project WHERE id = :id)
SELECT other.reference, other.title
FROM project AS other, new
WHERE other.id <> new.id AND other.merged_into_id IS NULL
    AND greatest(similarity(search_words(other.title ->> 'fr'), search_words(new.title ->> 'fr')),
                 similarity(search_words(other.title ->> 'en'), search_words(new.title ->> 'en'))) >= 0.6
    AND EXISTS (
        SELECT FROM role AS theirs JOIN role AS ours ON ours.organisation_id = theirs.organisation_id
        WHERE theirs.project_id = other.id AND ours.project_id = new.id
            AND theirs.kind = 'sponsor' AND ours.kind = 'sponsor')
    AND EXISTS (
        SELECT FROM place_assignment AS theirs JOIN place_share AS their_share ON their_share.assignment_id = theirs.id
            JOIN place_share AS our_share ON our_share.place_id = their_share.place_id
            JOIN place_assignment AS ours ON ours.id = our_share.assignment_id
        WHERE theirs.project_id = other.id AND ours.project_id = new.id)
    AND (SELECT date_trunc('month', min(value_on)) FROM transition WHERE project_id = other.id)
        = (SELECT date_trunc('month', min(value_on)) FROM transition WHERE project_id = new.id)
ORDER BY other.reference LIMIT 5
""")
"""Same sponsor, place and month, and a title that is near in one language."""

_PLACES = text("""
WITH names AS (
    SELECT place.id, place.kind, place.parent_id, replace(search_words(named.name), ' ', '') AS name
    FROM place, LATERAL (
        SELECT value FROM jsonb_each_text(place.name)
        UNION SELECT alias FROM place_alias WHERE place_id = place.id) AS named(name)
)
SELECT DISTINCT place.slug, place.name
FROM names AS new JOIN names AS other ON other.id <> new.id AND other.kind = new.kind
        AND (other.parent_id = new.parent_id OR other.parent_id IS NULL OR new.parent_id IS NULL)
    JOIN place ON place.id = other.id
WHERE new.id = :id AND place.merged_into_id IS NULL AND similarity(other.name, new.name) >= 0.5
ORDER BY place.slug LIMIT 5
""")
"""The same kind under the same parent, and a name or alias that is near; blanks and hyphens within it do not count."""

_ORGANISATIONS = text("""
WITH names AS (
    SELECT organisation.id, organisation.kind, search_words(named.name) AS name
    FROM organisation, LATERAL (
        SELECT value FROM organisation_name, jsonb_each_text(name) WHERE organisation_id = organisation.id
        UNION SELECT value FROM jsonb_each_text(organisation.acronym)
        UNION SELECT alias FROM organisation_alias WHERE organisation_id = organisation.id) AS named(name)
)
SELECT DISTINCT organisation.slug, (
    SELECT name FROM organisation_name WHERE organisation_id = organisation.id ORDER BY valid_from DESC LIMIT 1)
FROM names AS new JOIN names AS other ON other.id <> new.id AND other.kind = new.kind
    JOIN organisation ON organisation.id = other.id
WHERE new.id = :id AND organisation.merged_into_id IS NULL AND similarity(other.name, new.name) >= 0.6
ORDER BY organisation.slug LIMIT 5
""")
"""The same kind, and a name of any time, an acronym or an alias that is near."""


async def warn_of_project(unit: UnitOfWork, project_id: UUID) -> None:
    """Tell of projects with the same sponsor, place and month and a near title."""
    await _warn(unit, _PROJECTS, project_id, "/title")


async def warn_of_place(unit: UnitOfWork, place_id: UUID) -> None:
    """Tell of places of the same kind under the same parent with a near name."""
    await _warn(unit, _PLACES, place_id, "/name")


async def warn_of_organisation(unit: UnitOfWork, organisation_id: UUID) -> None:
    """Tell of organisations of the same kind with a near name."""
    await _warn(unit, _ORGANISATIONS, organisation_id, "/names")


async def _warn(unit: UnitOfWork, statement: TextClause, row_id: UUID, pointer: str) -> None:
    for key, name in (await unit.session.execute(statement, {"id": row_id})).all():
        unit.warn(Fault(pointer, _detail(key, name), "likely_duplicate"))


def _detail(key: str, name: Texts) -> Texts:
    held = next(iter(name.values()))
    return sentence(
        "Est-ce le même que {key}, « {name_fr} » ? Si oui, fusionnez l'un des deux (merge) avec l'autre.",
        "Is this the same as {key}, '{name_en}'? If so, merge one of the two into the other.",
        key=key,
        name_fr=name.get("fr", held),
        name_en=name.get("en", held),
    )
