"""What the controls read beside the figures, as of a date and as known at a moment; compiled once."""

from decimal import Decimal
from functools import cache

from sqlalchemy import ARRAY, CTE, Numeric, Text, and_, any_, cast, false, func, literal, or_, select, union_all
from sqlalchemy.dialects.postgresql import aggregate_order_by
from sqlalchemy.orm import aliased

from services.reporting_worker.figures.columns import AUDIENCE, SINCE, Rows, of_subject, rank
from services.reporting_worker.figures.definitions import FIGURES
from shared.facts import AS_OF, KNOWN_AT, areas_in_force, bucket_member, compiled, group_amount, in_force, own_amount
from shared.facts.in_force import stands_from_any_date
from shared.models import (
    Activity,
    Announcement,
    AnnouncementProject,
    BeneficiaryCount,
    Place,
    PlaceAssignment,
    PlaceShare,
    Policy,
    PrintedFigure,
    Project,
)
from shared.models.base import Protection, Qualifier
from shared.models.reference import PolicyKind


@cache
def above_ceiling() -> CTE:
    """Amounts above the ceiling in force on their day; that of a group is divided by the number of its projects.

    Columns: project_id, announcement_id, reference, usd (per project), projects, ceiling, value_on.
    """
    counted = union_all(
        select(own_amount(), literal(1).label("projects")),
        select(group_amount(), Announcement.project_count).join(
            Announcement, Announcement.id == group_amount().c.announcement_id
        ),
    ).subquery("counted")
    member = (
        select(Project.mechanism_code)
        .join(AnnouncementProject, AnnouncementProject.project_id == Project.id)
        .where(AnnouncementProject.announcement_id == counted.c.announcement_id)
        .limit(1)
        .scalar_subquery()
    )
    mechanism = func.coalesce(Project.mechanism_code, Announcement.mechanism_code, member)
    ceiling = (
        select(Policy.value)
        .where(
            Policy.mechanism_code == mechanism,
            Policy.kind == PolicyKind.CEILING,
            Policy.currency == "USD",
            Policy.valid_from <= counted.c.value_on,
            *stands_from_any_date(Policy),
        )
        .order_by(Policy.valid_from.desc())
        .limit(1)
        .scalar_subquery()
    )
    usd = (counted.c.usd / counted.c.projects).label("usd")
    subject = (counted.c.project_id, counted.c.announcement_id, counted.c.value_on)
    found = of_subject(counted, *subject, usd, counted.c.projects, ceiling.label("ceiling")).subquery("found")
    return select(found).where(found.c.usd > found.c.ceiling).cte("above_ceiling")


def _ceilings() -> Rows:
    return select(above_ceiling()).order_by(above_ceiling().c.reference)


HALF_PERCENT = Decimal("0.5")
"""A share is printed in whole per cent, so it agrees with counts up to half of one."""


@cache
def not_adding_up() -> CTE:
    """Counts of which women and men do not make the exact total, or do not make the share that is stated.

    Columns: id, project_id, announcement_id, reference, kind, unit, total, female, male, female_share, value_on,
    is_sum_broken, is_share_broken.
    """
    count = in_force(BeneficiaryCount, "project_id", "announcement_id", "kind", "unit").c
    # of "more than 1,000" those counted by sex may be fewer
    is_sum_broken = and_(count.qualifier == Qualifier.EXACT, count.female + count.male != count.total)
    share = 100 * cast(count.female, Numeric) / func.nullif(count.total, 0)
    is_share_broken = func.abs(share - count.female_share) > HALF_PERCENT
    told = (
        "id",
        "project_id",
        "announcement_id",
        "kind",
        "unit",
        "total",
        "female",
        "male",
        "female_share",
        "value_on",
    )
    flags = (
        func.coalesce(is_sum_broken, false()).label("is_sum_broken"),
        func.coalesce(is_share_broken, false()).label("is_share_broken"),
    )
    counts = in_force(BeneficiaryCount, "project_id", "announcement_id", "kind", "unit")
    found = of_subject(counts, *(count[name] for name in told), *flags).subquery("found")
    return select(found).where(or_(found.c.is_sum_broken, found.c.is_share_broken)).cte("not_adding_up")


def _beneficiaries() -> Rows:
    found = not_adding_up().c
    return select(not_adding_up()).order_by(found.reference, found.kind, found.unit)


def _covered_areas() -> Rows:
    """Per mechanism: the areas that its counted projects cover, and how many of them cover several."""
    member, area = bucket_member(), areas_in_force()
    shown = {one.mechanism: one.bucket for one in FIGURES if one.same_as}
    is_counted = or_(
        *(and_(member.c.mechanism_code == mechanism, member.c.bucket == bucket) for mechanism, bucket in shown.items())
    )
    covered = (
        select(
            member.c.mechanism_code, member.c.project_id, func.array_agg(area.c.slug, type_=ARRAY(Text)).label("areas")
        )
        .join(area, area.c.project_id == member.c.project_id)
        .join(Project, Project.id == member.c.project_id)
        .where(is_counted, rank(Project.protection) <= rank(AUDIENCE))
        .group_by(member.c.mechanism_code, member.c.project_id)
        .subquery("covered")
    )
    slug = func.unnest(covered.c.areas, type_=Text).column_valued("slug")
    return (
        select(
            covered.c.mechanism_code.label("mechanism"),
            func.array_agg(slug.distinct()).label("areas"),
            func.count(covered.c.project_id.distinct()).filter(func.cardinality(covered.c.areas) > 1).label("several"),
        )
        .group_by(covered.c.mechanism_code)
        .order_by("mechanism")
    )


def _announcement_counts() -> Rows:
    child = aliased(Announcement)
    below = (
        select(
            child.parent_id,
            func.sum(child.project_count).label("projects"),
            func.string_agg(child.reference, aggregate_order_by(literal(", ", Text), child.reference)).label("parts"),
        )
        .where(child.recorded_at <= KNOWN_AT)
        .group_by(child.parent_id)
        .subquery("below")
    )
    linked = (
        select(AnnouncementProject.announcement_id, func.count().label("projects"))
        .join(Project, Project.id == AnnouncementProject.project_id)
        .where(AnnouncementProject.recorded_at <= KNOWN_AT, Project.merged_into_id.is_(None))
        .group_by(AnnouncementProject.announcement_id)
        .subquery("linked")
    )
    return (
        select(
            Announcement.reference,
            Announcement.project_count,
            below.c.projects.label("below"),
            below.c.parts,
            func.coalesce(linked.c.projects, 0).label("linked"),
        )
        .outerjoin(below, below.c.parent_id == Announcement.id)
        .outerjoin(linked, linked.c.announcement_id == Announcement.id)
        .where(Announcement.recorded_at <= KNOWN_AT)
        .order_by(Announcement.reference)
    )


def _sensitive() -> Rows:
    """What the public is shown although it lies at a sensitive place."""
    assignment = in_force(PlaceAssignment, "project_id")
    projects = (
        select(Project.reference, Place.slug)
        .join(assignment, assignment.c.project_id == Project.id)
        .join(PlaceShare, PlaceShare.assignment_id == assignment.c.id)
        .join(Place, Place.id == PlaceShare.place_id)
        .where(Place.is_sensitive, Project.protection == Protection.PUBLIC)
    )
    activities = (
        select(Activity.reference, Place.slug)
        .join(Place, Place.slug == any_(Activity.place_slugs))
        .where(
            Place.is_sensitive,
            Activity.protection == Protection.PUBLIC,
            Activity.end_on.between(SINCE, AS_OF),
            Activity.recorded_at <= KNOWN_AT,
        )
    )
    found = union_all(projects, activities).subquery("found")
    return select(found).order_by(found.c.reference, found.c.slug)


def _printed_figures() -> Rows:
    printed = PrintedFigure
    own = (printed.__table__.c[name] for name in ("value", "unit", "printed", "decimals", "magnitude"))
    return (
        select(printed.document, printed.key, cast(printed.scope, Text).label("scope"), *own)
        .where(printed.as_of == AS_OF, printed.recorded_at <= KNOWN_AT)
        .order_by(printed.document, printed.key, "scope")
    )


def _activities() -> Rows:
    """The activities of the period."""
    return (
        select(Activity.reference, Activity.title)
        .where(Activity.end_on.between(SINCE, AS_OF), Activity.recorded_at <= KNOWN_AT)
        .order_by(Activity.end_on, Activity.reference)
    )


CEILINGS = compiled(_ceilings())
BENEFICIARIES = compiled(_beneficiaries())
COVERED_AREAS = compiled(_covered_areas())
ANNOUNCEMENT_COUNTS = compiled(_announcement_counts())
SENSITIVE = compiled(_sensitive())
PRINTED_FIGURES = compiled(_printed_figures())
ACTIVITIES = compiled(_activities())
