"""For each worklist: how a row comes to wait in it, and what mends it; written straight into the tables."""

from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from typing import Any
from uuid import UUID, uuid4

from sqlalchemy import text

from shared.models import (
    Activity,
    Agreement,
    BeneficiaryCount,
    Edition,
    EditionControl,
    Organisation,
    Policy,
    Project,
    Proposal,
    Role,
    StandingText,
)
from tests.facts.builder import KNOWN, Builder, both

TODAY = datetime.now(UTC).date()
Step = Callable[[Builder], Awaitable[Any]]


@dataclass(frozen=True)
class Matter:
    """What is the matter, and its mending; the row is named `reference`, or by its id where it has no name."""

    make: Step
    mend: Step
    reference: str | None
    english: str
    """A part of the sentence that says what to do."""


async def run(builder: Builder, statement: str, **values: Any) -> None:
    async with builder.engine.begin() as connection:
        await connection.execute(text(statement), values)


async def project(builder: Builder, *states: str, usd: str | None = "10") -> None:
    """QIP-1 that passed through these states in 2022, with an amount, a place and a sector."""
    await builder.project(
        "QIP-1", *((state, f"2022-02-{day:02}") for day, state in enumerate(states, start=1)), usd=usd
    )


async def bare(builder: Builder, state: str = "in_progress") -> None:
    """QIP-1 as a register enters it, with nothing known of it."""
    row = {"reference": "QIP-1", "mechanism_code": "QIP", "title": both("QIP-1"), "author": "test"}
    builder.ids["QIP-1"] = await builder.insert(Project, **row, recorded_at=KNOWN, protection="public")
    await builder.move("QIP-1", None, state, "2022-02-01")


async def party(builder: Builder, kind: str) -> None:
    organisation = await builder.insert(
        Organisation, slug=f"org-{kind}", kind="mission_section", recorded_at=KNOWN, protection="public"
    )
    await builder.insert(Role, kind=kind, project_id=builder.ids["QIP-1"], organisation_id=organisation)


async def policy(builder: Builder, kind: str, value: int, currency: str | None = None) -> None:
    row = {"mechanism_code": "QIP", "kind": kind, "value": Decimal(value), "currency": currency, "source": "2017.16"}
    await builder.insert(Policy, **row, valid_from=date(2017, 10, 1), recorded_at=KNOWN, recorded_by="test")


def moves(origin: str, state: str) -> Step:
    return lambda builder: builder.move("QIP-1", origin, state, "2022-03-01")


def after(*steps: Step) -> Step:
    async def all_of(builder: Builder) -> None:
        for step in steps:
            await step(builder)

    return all_of


def within(months: int, *states: str) -> Step:
    return after(lambda b: policy(b, "duration_months", months), lambda b: project(b, *states))


def ceiling(*steps: Step) -> Step:
    return after(lambda b: policy(b, "ceiling", 50000, "USD"), *steps)


def above(reference: str) -> Step:
    return after(
        lambda b: project(b, "approved", usd="50001" if reference == "QIP-1" else None),
        *([lambda b: b.group("ANN-1", "QIP-1", usd="50001")] if reference == "ANN-1" else []),
    )


def grouped(*steps: Step) -> Step:
    return after(lambda b: project(b, "approved", usd=None), lambda b: b.group("ANN-1", "QIP-1"), *steps)


def counted(reference: str, **values: Any) -> Step:
    async def count(builder: Builder) -> None:
        subject = "announcement_id" if reference == "ANN-1" else "project_id"
        row = {subject: builder.ids[reference], "kind": "planned", "unit": "persons", "qualifier": "exact"}
        builder.ids["count"] = await builder.fact(BeneficiaryCount, "2022-03-01", **row | values)

    return count


def recounted(reference: str) -> Step:
    return lambda builder: counted(reference, total=100, female=50, male=50, supersedes_id=builder.ids["count"])(
        builder
    )


async def funded(builder: Builder) -> None:
    await builder.contribution("CTB-1", "sweden")
    await builder.receipt("CTB-1", "1000", "2022-02-01")


def allocated(reference: str, amount: str) -> Step:
    return lambda builder: builder.allocation("CTB-1", reference, amount, "2022-03-01")


async def activity(builder: Builder, **columns: Any) -> None:
    row = {"reference": "ACT-1", "kind": "launch", "title": both("ACT-1"), "place_slugs": [], **columns}
    days = {"start_on": date(2022, 3, 1), "end_on": date(2022, 3, 1)}
    builder.ids["ACT-1"] = await builder.insert(Activity, **row, **days, recorded_at=KNOWN, protection="public")


async def proposal(builder: Builder) -> None:
    row = {"kind": "rate", "command": {}, "author": "binta", "recorded_at": KNOWN, "protection": "internal"}
    builder.ids["proposal"] = await builder.insert(Proposal, **row)


async def edition(builder: Builder, state: str) -> None:
    row = {"slug": "2022-02", "series": "bulletin", "number": "2022-02", "title": both("X"), "author": "binta"}
    days = {"period_start": date(2022, 2, 1), "period_end": date(2022, 3, 31), "as_of": date(2022, 3, 31)}
    builder.ids["edition"] = await builder.insert(
        Edition, **row, **days, state=state, languages=["fr"], names=[], recorded_at=KNOWN, protection="public"
    )


async def failed_control(builder: Builder) -> None:
    row = {"edition_id": builder.ids["edition"], "key": "ceiling", "outcome": "failed", "subjects": {}}
    await builder.insert(EditionControl, **row, title=both("X"), message=both("X"), run_at=KNOWN)


async def standing(builder: Builder, version: int, **languages: str) -> None:
    row = {"key": "qip.mechanism", "version": version, "text": languages, "recorded_by": "test"}
    await builder.insert(StandingText, **row, recorded_at=KNOWN + timedelta(minutes=version))


def sql(statement: str) -> Step:
    return lambda builder: run(builder, statement)


async def dead_delivery(builder: Builder) -> None:
    """A delivery as its worker leaves it after its last try; its life is tested where deliveries are."""
    await edition(builder, "draft")
    ids: dict[str, UUID] = {name: uuid4() for name in ("job", "platform", "delivery")}
    async with builder.engine.begin() as connection:
        await connection.execute(text("SET LOCAL session_replication_role = replica"))
        for statement in (
            (
                "INSERT INTO job (id, queue, kind, key, arguments, state, due_at, attempt, fence, epoch, actor, inserted_at)"
                " VALUES (:job, 'reporting', 'deliver', 'k', '{}', 'dead', now(), 1, 1, 1, 'test', now())"
            ),
            (
                "INSERT INTO platform (id, slug, name, kind, base_url, username, secret_reference, publish_status, categories,"
                " is_paused, audience, version, recorded_at, protection, is_synthetic, known_since) VALUES (:platform, 'archive',"
                """ '{"fr": "A"}', 'wordpress', 'http://x', 'u', 's', 'publish', '{}', false, 'public', 1, now(), 'internal',"""
                " false, now())"
            ),
            (
                "INSERT INTO delivery (id, job_id, platform_id, edition_id, language, document_key, sequence, op,"
                " artefact_sha256, idem_key, state, state_since, dead_reason, requested_by, requested_at, epoch,"
                " schedule_from_fence, known_since) VALUES (:delivery, :job, :platform, :edition, 'fr', 'd', 1, 'publish', 'x',"
                " 'bulletin-fr', 'dead', now(), 'The archive refuses the file.', 'test', now(), 1, 0, now())"
            ),
        ):
            await connection.execute(text(statement), {**ids, "edition": builder.ids["edition"]})


async def twins(builder: Builder) -> None:
    """QIP-1 and QIP-2: one school of one section in one place and month, called nearly the same."""
    for reference, title in (("QIP-1", "École de Bara"), ("QIP-2", "Ecole de Bara")):
        await builder.project(reference, ("approved", "2022-02-01"), usd="10", title={"fr": title})
    organisation = await builder.insert(
        Organisation, slug="cad", kind="mission_section", recorded_at=KNOWN, protection="public"
    )
    for reference in ("QIP-1", "QIP-2"):
        row = {"project_id": builder.ids[reference], "organisation_id": organisation}
        await builder.insert(Role, kind="sponsor", **row)


MATTERS: dict[str, Matter] = {
    "proposals.to_release": Matter(
        proposal,
        sql("UPDATE proposal SET state = 'withdrawn', decided_by = 'binta', decided_at = now()"),
        None,
        "rate by hand or corrected, proposed by binta on 4 April 2022.",
    ),
    "editions.to_check": Matter(
        after(lambda b: edition(b, "draft"), failed_control),
        sql("""UPDATE edition_control SET accepted_by = 'awa', acceptance = '{"fr": "Exact."}'"""),
        "2022-02",
        "1 control fails, without an accepted reason.",
    ),
    "editions.to_approve": Matter(
        lambda b: edition(b, "in_review"),
        sql("UPDATE edition SET state = 'approved', approved_by = 'fatou', approved_at = now()"),
        "2022-02",
        "In review, written by binta.",
    ),
    "deliveries.failed": Matter(
        dead_delivery,
        sql("UPDATE delivery SET state = 'pending', dead_reason = NULL"),
        "bulletin-fr",
        "archive, fr: The archive refuses the file.",
    ),
    "projects.not_started": Matter(
        within(6, "approved"), moves("approved", "in_progress"), "QIP-1", "the 6 months allowed ended"
    ),
    "projects.overdue": Matter(
        within(6, "approved", "in_progress"),
        moves("in_progress", "completed"),
        "QIP-1",
        "in progress, begun on 2 February 2022: was to be completed in 6 months;",
    ),
    "projects.not_handed_over": Matter(
        lambda b: project(b, "completed"), moves("completed", "handed_over"), "QIP-1", "neither handed over nor closed."
    ),
    "projects.not_closed": Matter(
        lambda b: project(b, "handed_over"), moves("handed_over", "closed"), "QIP-1", "days ago, not closed."
    ),
    "projects.without_amount": Matter(
        bare, lambda b: b.amount("QIP-1", "10", "2022-03-01"), "QIP-1", "No approved, revised or final amount"
    ),
    "projects.without_place": Matter(
        bare, lambda b: b.assign_places("QIP-1", {"ansongo": None}, "2022-03-01"), "QIP-1", "No place is known"
    ),
    "projects.without_sector": Matter(
        bare,
        lambda b: b.assign_sectors("QIP-1", {"qip-water": Decimal(100)}, "2022-03-01"),
        "QIP-1",
        "No sector is known",
    ),
    "projects.without_sponsor": Matter(bare, lambda b: party(b, "sponsor"), "QIP-1", "No section sponsors the project"),
    "projects.without_partner": Matter(
        bare, lambda b: party(b, "implementer"), "QIP-1", "No implementing partner is named; state: in progress."
    ),
    "projects.imported_gaps": Matter(
        after(bare, lambda b: party(b, "sponsor"), lambda b: party(b, "implementer")),
        after(
            lambda b: b.amount("QIP-1", "10", "2022-03-01"),
            lambda b: b.assign_places("QIP-1", {"ansongo": None}, "2022-03-01"),
        ),
        "QIP-1",
        "Taken from a register; conditions not met: has an amount, has a place.",
    ),
    "projects.doubtful_doubles": Matter(
        twins,
        sql(
            "UPDATE project SET merged_into_id = (SELECT id FROM project WHERE reference = 'QIP-2') WHERE reference = 'QIP-1'"
        ),
        None,
        "is this the same as QIP-",
    ),
    "projects.to_review": Matter(
        lambda b: project(b, "identified", "submitted"),
        moves("submitted", "under_review"),
        "QIP-1",
        "Submitted on 2 February 2022; to be taken under review.",
    ),
    "projects.to_approve": Matter(
        lambda b: project(b, "identified", "submitted", "under_review"),
        moves("under_review", "approved"),
        "QIP-1",
        "Under review since 3 February 2022;",
    ),
    "projects.above_ceiling": Matter(
        ceiling(above("QIP-1")),
        lambda b: b.amount("QIP-1", "50000", "2022-03-01"),
        "QIP-1",
        "50,001 USD per project exceed the ceiling of 50,000 USD",
    ),
    "announcements.above_ceiling": Matter(
        ceiling(above("ANN-1")),
        lambda b: b.amount("ANN-1", "50000", "2022-03-01"),
        "ANN-1",
        "50,001 USD per project exceed the ceiling of 50,000 USD",
    ),
    "projects.unconverted": Matter(
        after(lambda b: project(b, "approved", usd=None), lambda b: b.amount("QIP-1", None, "2022-02-01")),
        lambda b: b.amount("QIP-1", "10", "2022-03-01"),
        "QIP-1",
        "1,000 XOF on 1 February 2022: no rate (UN operational rates) was held.",
    ),
    "announcements.unconverted": Matter(
        grouped(lambda b: b.amount("ANN-1", None, "2022-02-01")),
        lambda b: b.amount("ANN-1", "10", "2022-03-01"),
        "ANN-1",
        "1,000 XOF on 1 February 2022: no rate (UN operational rates) was held.",
    ),
    "projects.beneficiaries": Matter(
        after(lambda b: project(b, "approved"), counted("QIP-1", total=100, female=45, male=50)),
        recounted("QIP-1"),
        "QIP-1",
        "persons: 45 women and 50 men of 100",
    ),
    "announcements.beneficiaries": Matter(
        grouped(counted("ANN-1", total=100, female=45, male=50)),
        recounted("ANN-1"),
        "ANN-1",
        "persons: 45 women and 50 men of 100",
    ),
    "contributions.above_agreement": Matter(
        after(funded, lambda b: b.receipt("CTB-1", "100", "2022-03-01")),
        lambda b: b.fact(
            Agreement,
            "2022-03-02",
            contribution_id=b.ids["CTB-1"],
            amount=Decimal(1100),
            earmark_sectors=[],
            earmark_places=[],
        ),
        "CTB-1",
        "1,100 USD received, 1,000 USD agreed.",
    ),
    "projects.allocated_above_cost": Matter(
        after(lambda b: project(b, "approved", usd="500"), funded, allocated("QIP-1", "501")),
        lambda b: b.amount("QIP-1", "501", "2022-03-01"),
        "QIP-1",
        "501 USD allocated, the cost is 500 USD.",
    ),
    "announcements.allocated_above_cost": Matter(
        grouped(lambda b: b.amount("ANN-1", "500", "2022-02-01"), funded, allocated("ANN-1", "501")),
        lambda b: b.amount("ANN-1", "501", "2022-03-01"),
        "ANN-1",
        "501 USD allocated, the cost is 500 USD.",
    ),
    "rates.too_old": Matter(
        after(lambda b: b.rate_policy("unore", 45), lambda b: b.rate("XOF", "583.747", "2022-03-01")),
        lambda b: b.rate("XOF", "590", TODAY.isoformat()),
        None,
        "XOF for one USD, UN operational rates: 583.747 since 1 March 2022;",
    ),
    "activities.without_text": Matter(
        activity,
        sql("""UPDATE activity SET short = '{"fr": "Fait.", "en": "Done."}'"""),
        "ACT-1",
        "Over on 1 March 2022; neither a short nor a long text.",
    ),
    "projects.untranslated": Matter(
        after(
            lambda b: project(b, "approved"),
            sql("""UPDATE project SET title = '{"fr": "École"}', summary = '{"en": "S", "fr": " "}'"""),
        ),
        sql("""UPDATE project SET title = '{"fr": "École", "en": "School"}', summary = NULL"""),
        "QIP-1",
        "title, summary: no text in French, English.",
    ),
    "activities.untranslated": Matter(
        lambda b: activity(b, long={"fr": "Fait."}),
        sql("""UPDATE activity SET long = '{"fr": "Fait.", "en": "Done."}'"""),
        "ACT-1",
        "long: no text in English.",
    ),
    "announcements.untranslated": Matter(
        lambda b: b.group("ANN-1", title={"en": "Eight projects"}),
        sql("""UPDATE announcement SET title = '{"fr": "Huit projets", "en": "Eight projects"}'"""),
        "ANN-1",
        "title: no text in French.",
    ),
    "standing-texts.untranslated": Matter(
        lambda b: standing(b, 1, fr="Les QIP"),
        lambda b: standing(b, 2, fr="Les QIP", en="QIPs"),
        "qip.mechanism",
        "text: no text in English.",
    ),
}
