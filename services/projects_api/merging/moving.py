"""What refers to a double comes to refer to the row that is kept: rows that may change are changed, facts corrected."""

from typing import Any
from uuid import UUID

from sqlalchemy import CursorResult, Table, UpdateBase, any_, case, func, literal, select, text, update

from services.projects_api.assignments.service import Shares, added
from shared.models import (
    OWNERS,
    ActivityProject,
    AnnouncementProject,
    OrganisationAlias,
    OrganisationName,
    PlaceAlias,
    PlaceAssignment,
    PlaceCode,
    PlaceShare,
    Project,
    ReportingAreaPlace,
)
from shared.models.among import among
from shared.models.base import Base
from shared.models.naming import NAMES
from shared.models.referring import LISTS_OF_KEYS, facts_of
from shared.models.searched import table_of
from shared.recording.facts import retract, standing, superseding
from shared.recording.rows import save
from shared.unit_of_work import UnitOfWork

_OWN_PARTS = frozenset(
    table_of(model) for model in (OrganisationName, OrganisationAlias, PlaceAlias, PlaceCode, ReportingAreaPlace)
)
"""Rows that say something of the double itself; they stay with it."""

_SAME_ROLES = text("""
WITH same AS (
    SELECT double.id, kept.id AS kept_id, double.is_lead
    FROM role AS double JOIN role AS kept ON kept.organisation_id = :kept AND kept.kind = double.kind
        AND (kept.project_id, kept.activity_id, kept.announcement_id, kept.office_id, kept.person_id)
            IS NOT DISTINCT FROM
            (double.project_id, double.activity_id, double.announcement_id, double.office_id, double.person_id)
    WHERE double.organisation_id = :double
), led AS (
    UPDATE role SET is_lead = true FROM same WHERE role.id = same.kept_id AND same.is_lead
)
DELETE FROM role USING same WHERE role.id = same.id
""")
"""Parts that both have in one project, activity or announcement become one part."""

_AREA = text("""
WITH moved AS (DELETE FROM reporting_area_place WHERE place_id = :double RETURNING reporting_area_id)
INSERT INTO reporting_area_place (place_id, reporting_area_id) SELECT :kept, reporting_area_id FROM moved
ON CONFLICT (place_id) DO NOTHING
""")
"""The kept place stays in its reporting area; where it lies in none, it gets that of the double."""

_PLACE_NAMES = text("""
WITH said AS (
    SELECT value AS alias FROM place, jsonb_each_text(name) WHERE id = :double
    UNION SELECT alias FROM place_alias WHERE place_id = :double
    EXCEPT SELECT value FROM place, jsonb_each_text(name) WHERE id = :kept
    EXCEPT SELECT alias FROM place_alias WHERE place_id = :kept
)
INSERT INTO place_alias (id, place_id, alias) SELECT gen_random_uuid(), :kept, alias FROM said
""")
_PLACE_CODES = text("""
INSERT INTO place_code (id, place_id, scheme, code, valid_from)
SELECT gen_random_uuid(), :kept, scheme, code, valid_from FROM place_code WHERE place_id = :double
ON CONFLICT (scheme, code, place_id) DO NOTHING
""")
_ORGANISATION_NAMES = text("""
WITH said AS (
    SELECT value AS alias FROM organisation_name, jsonb_each_text(name) WHERE organisation_id = :double
    UNION SELECT alias FROM organisation_alias WHERE organisation_id = :double
    EXCEPT SELECT value FROM organisation_name, jsonb_each_text(name) WHERE organisation_id = :kept
    EXCEPT SELECT alias FROM organisation_alias WHERE organisation_id = :kept
)
INSERT INTO organisation_alias (id, organisation_id, alias) SELECT gen_random_uuid(), :kept, alias FROM said
""")
"""Names and codes of the double lead to the kept row, which is found by them too."""

OWN = {owned.table.__tablename__: owned for owned in OWNERS["projects"]}
"""The tables of this service; what refers to a double elsewhere is another service's to change."""


async def move_place(unit: UnitOfWork, double: Any, kept: Any, reason: str) -> dict[str, int]:
    """Everything that names the one place comes to name the other; how many rows of each kind."""
    moved = await _repoint(unit, "place", double, kept)
    moved |= await _replace_in_lists(unit, double.slug, kept.slug)
    both = {"double": double.id, "kept": kept.id}
    for statement in (_AREA, _PLACE_NAMES, _PLACE_CODES):
        await unit.session.execute(statement, both)
    return moved | {"place_assignment": await _restate_places(unit, double.id, kept.id, reason)}


async def move_organisation(unit: UnitOfWork, double: Any, kept: Any, _reason: str) -> dict[str, int]:
    """Everything that names the one organisation comes to name the other; how many rows of each kind."""
    both = {"double": double.id, "kept": kept.id}
    await unit.session.execute(_SAME_ROLES, both)
    moved = await _repoint(unit, "organisation", double, kept)
    await unit.session.execute(_ORGANISATION_NAMES, both)
    return moved


async def move_project(unit: UnitOfWork, double: Any, kept: Any, reason: str) -> dict[str, int]:
    """The project's facts are retracted, since those of the other say the same; links come to name the other."""
    moved = {}
    for link, owner in ((ActivityProject, "activity_id"), (AnnouncementProject, "announcement_id")):
        columns = select(getattr(link, owner), literal(kept.id), literal(unit.recorded_at)).where(
            link.project_id == double.id,
            getattr(link, owner).not_in(select(getattr(link, owner)).where(link.project_id == kept.id)),
        )
        added_links = table_of(link).insert().from_select([owner, "project_id", "recorded_at"], columns)
        moved[table_of(link).name] = await _count(unit, added_links)
    for model in facts_of("project"):
        moved[table_of(model).name] = await retract(unit, model, "project_id", double.id, reason)
    await _repoint(unit, "project", double, kept, only=Project.__table__)
    return moved


async def _repoint(unit: UnitOfWork, noun: str, double: Any, kept: Any, only: Any = None) -> dict[str, int]:
    """Foreign keys of rows that may change; earlier doubles of the double come to lead to the kept row at once."""
    target = NAMES[noun].target.property.columns[0]
    moved: dict[str, int] = {}
    for owned in OWN.values():
        table = table_of(owned.table)
        if owned.mode == "append" or table in _OWN_PARTS or (only is not None and table is not only):
            continue
        for foreign_key in table.foreign_keys:
            if foreign_key.column is target:
                count = await _repoint_column(unit, table, foreign_key.parent, double.id, kept.id)
                moved[table.name] = moved.get(table.name, 0) + count
    return moved


async def _repoint_column(unit: UnitOfWork, table: Table, column: Any, double: UUID, kept: UUID) -> int:
    values: dict[str, Any] = {column.name: kept}
    if "version" in table.c:
        values["version"] = table.c.version + 1
    statement = update(table).where(column == double).values(values)
    if "merged_into_id" in table.c:
        statement = statement.where(table.c.id != kept)
    return await _count(unit, statement)


async def _replace_in_lists(unit: UnitOfWork, double: str, kept: str) -> dict[str, int]:
    moved = {}
    for column in LISTS_OF_KEYS["place"]:
        table = Base.metadata.tables[column.class_.__tablename__]
        if table.name in OWN:
            slugs = table.c[column.key]
            without, instead = func.array_remove(slugs, double), func.array_replace(slugs, double, kept)
            values = {
                column.key: case((literal(kept) == any_(slugs), without), else_=instead),
                "version": table.c.version + 1,
            }
            changed = update(table).where(literal(double) == any_(slugs)).values(values)
            moved[table.name] = await _count(unit, changed)
    return moved


async def _restate_places(unit: UnitOfWork, double: UUID, kept: UUID, reason: str) -> int:
    """Every standing statement that names the double is corrected by one that names the kept place."""
    named = select(PlaceShare.assignment_id).where(PlaceShare.place_id == double)
    query = select(PlaceAssignment).where(PlaceAssignment.id.in_(named), standing(PlaceAssignment))
    rows = (await unit.session.scalars(query)).all()
    shares: dict[UUID, Shares] = {row.id: {} for row in rows}
    held = select(PlaceShare).where(among(PlaceShare.assignment_id, shares))
    for part in await unit.session.scalars(held):
        place = kept if part.place_id == double else part.place_id
        of_row = shares[part.assignment_id]
        of_row[place] = added(of_row[place], part.percentage) if place in of_row else part.percentage
    made: list[Base] = []
    for row in rows:
        instead = superseding(unit, row, reason)
        made.append(instead)
        for place, share in shares[row.id].items():
            made.append(PlaceShare(assignment_id=instead.id, place_id=place, percentage=share))
        unit.record(
            "project.places_corrected",
            "project",
            row.project_id,
            before={"id": row.id},
            after={"id": instead.id},
            reason=reason,
        )
    await save(unit.session, made)
    projects = {row.project_id for row in rows}
    await unit.session.execute(update(Project).where(among(Project.id, projects)).values(version=Project.version + 1))
    return len(rows)


async def _count(unit: UnitOfWork, statement: UpdateBase) -> int:
    """How many rows a statement changed."""
    result = await unit.session.execute(statement)
    assert isinstance(result, CursorResult)
    return result.rowcount
