"""A small portfolio written straight into the tables, with whatever `recorded_at` a test wants."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import UTC, date, datetime
from decimal import Decimal
from typing import Any
from uuid import UUID, uuid4

from sqlalchemy import insert, select, text
from sqlalchemy.ext.asyncio import AsyncConnection, AsyncEngine, create_async_engine

from shared.domain.ledger import AccountKind
from shared.models import (
    Account,
    Agreement,
    Amount,
    Announcement,
    AnnouncementProject,
    Base,
    Bucket,
    Contribution,
    Donor,
    ExchangeRate,
    JournalEntry,
    Mechanism,
    Organisation,
    OrganisationName,
    Place,
    PlaceAssignment,
    PlaceShare,
    Posting,
    Project,
    RatePolicy,
    ReportingArea,
    ReportingAreaPlace,
    Sector,
    SectorAssignment,
    SectorShare,
    Transition,
)
from shared.models.objective import Objective, ObjectiveTag

KNOWN = datetime(2022, 4, 4, 9, tzinfo=UTC)
"""When rows are recorded unless a test says otherwise."""

DONE = ["completed", "handed_over", "closed"]
EVER = ["approved", "agreement_signed", "in_progress", "suspended", *DONE]
BUCKETS = {
    "QIP": {"ongoing": EVER[:4], "completed": DONE, "total": EVER},
    "TF": {"planned": EVER[:2], "ongoing": EVER[2:4], "completed": DONE, "approved": [*EVER, "cancelled"]},
    "FP": {"total": EVER},
}
AREAS = {"gao-menaka": ("gao", "menaka"), "mopti": ("mopti-region",), "kidal": ("kidal",)}


_KNOWN_SINCE = text("SELECT set_config('djoliba.recorded_at', :at, true)")
"""As a unit of work does: what is inserted is known since then."""
_BALANCE = text("""
    INSERT INTO account_balance (account_id, balance, may_be_negative)
    SELECT id, 0, kind NOT IN ('available', 'allocated') FROM account WHERE id = :account
    ON CONFLICT DO NOTHING
""")
_ADD = text("UPDATE account_balance SET balance = balance + :amount WHERE account_id = :account")


def both(text: str) -> dict[str, str]:
    return {"fr": text, "en": text}


@dataclass
class Builder:
    """Rows by reference; every method commits."""

    engine: AsyncEngine
    ids: dict[str, UUID] = field(default_factory=dict)

    async def insert(self, model: type[Base], **values: Any) -> UUID:
        values = {"id": uuid4(), **values} if "id" in model.__table__.c else values
        async with self.engine.begin() as connection:
            known = {"at": values.get("recorded_at", KNOWN).isoformat()}
            await connection.execute(_KNOWN_SINCE, known)
            await connection.execute(insert(model), [values])
        return values.get("id", uuid4())

    async def fact(self, model: type[Base], on: str, recorded_at: datetime = KNOWN, **values: Any) -> UUID:
        defaults = {"value_on": date.fromisoformat(on), "recorded_at": recorded_at, "recorded_by": "test"}
        return await self.insert(model, **{**defaults, **values})

    async def register(self) -> None:
        """Mechanisms, buckets, three areas with their regions, one cercle, and two sectors per mechanism."""
        for position, (code, buckets) in enumerate(BUCKETS.items()):
            await self.insert(Mechanism, code=code, name=both(code), since=2013, position=position)
            for bucket, states in buckets.items():
                ever = EVER if bucket == "approved" else None
                await self.insert(
                    Bucket,
                    mechanism_code=code,
                    bucket=bucket,
                    states=states,
                    ever_states=ever,
                    valid_from=date(2013, 7, 1),
                )
            for name in ("water", "training"):
                slug = f"{code.lower()}-{name}"
                self.ids[slug] = await self.insert(Sector, slug=slug, mechanism_code=code, name=both(name))
        await self.place("mali", "country", None)
        await self._area("national", ("mali",), is_national=True)
        for slug, regions in AREAS.items():
            for region in regions:
                await self.place(region, "region", "mali")
            await self._area(slug, regions)
        await self.place("segou", "region", "mali")
        await self.place("ansongo", "cercle", "gao")

    async def bucket(self, mechanism: str, bucket: str, states: list[str], valid_from: str = "2014-01-01") -> None:
        """A later definition of a bucket."""
        row = {"mechanism_code": mechanism, "bucket": bucket, "states": states, "ever_states": None}
        await self.insert(Bucket, **row, valid_from=date.fromisoformat(valid_from))

    async def name(self, organisation: str, texts: dict[str, str], valid_from: date) -> None:
        """A later name of an organisation."""
        row = {"organisation_id": self.ids[f"organisation {organisation}"], "name": texts}
        await self.insert(OrganisationName, **row, valid_from=valid_from)

    async def forget(self, reference: str, *, recorded_at: datetime) -> None:
        """Retract every transition of a project, as if it had never been entered."""
        async with self.engine.connect() as connection:
            found = await connection.execute(
                select(Transition.id, Transition.to_state).where(Transition.project_id == self.ids[reference])
            )
        for identity, state in found.all():
            await self.move(
                reference, None, state, "2021-01-01", recorded_at, supersedes_id=identity, is_retraction=True
            )

    async def place(self, slug: str, kind: str, parent: str | None) -> None:
        self.ids[slug] = await self.insert(
            Place, slug=slug, kind=kind, name=both(slug), parent_id=self.ids[parent] if parent else None
        )

    async def _area(self, slug: str, regions: Sequence[str], *, is_national: bool = False) -> None:
        area = await self.insert(ReportingArea, slug=slug, name=both(slug), is_national=is_national)
        for region in regions:
            await self.insert(ReportingAreaPlace, place_id=self.ids[region], reporting_area_id=area)

    async def project(
        self,
        reference: str,
        *states: tuple[str, str],
        usd: str | None = None,
        places: Iterable[str] = ("ansongo",),
        sectors: Iterable[str] = ("water",),
        recorded_at: datetime = KNOWN,
        **columns: Any,
    ) -> UUID:
        """A project that passes through (state, date) steps; its mechanism is the reference's first part."""
        mechanism = reference.split("-", maxsplit=1)[0]
        self.ids[reference] = subject = await self.insert(
            Project,
            reference=reference,
            mechanism_code=mechanism,
            recorded_at=recorded_at,
            author="test",
            **{"title": both(reference), "protection": "public", **columns},
        )
        origin = None
        for position, (state, on) in enumerate(states):
            await self.move(reference, origin, state, on, recorded_at, position=position)
            origin = state
        if usd is not None:
            await self.amount(reference, usd, states[0][1], recorded_at=recorded_at)
        await self.assign_places(reference, dict.fromkeys(places), states[0][1], recorded_at)
        shares = {f"{mechanism.lower()}-{sector}": Decimal(100) / len(list(sectors)) for sector in sectors}
        await self.assign_sectors(reference, shares, states[0][1], recorded_at)
        return subject

    async def move(
        self, reference: str, origin: str | None, state: str, on: str, recorded_at: datetime = KNOWN, **values: Any
    ) -> UUID:
        return await self.fact(
            Transition, on, recorded_at, project_id=self.ids[reference], from_state=origin, to_state=state, **values
        )

    async def amount(self, reference: str, usd: str | None, on: str, **values: Any) -> UUID:
        subject = "announcement_id" if reference.startswith("ANN") else "project_id"
        basis = "identity" if usd is not None else "unconverted"
        defaults = {
            "kind": "approved",
            "amount": Decimal(usd or 1000),
            "currency": "USD" if usd is not None else "XOF",
            "usd": None if usd is None else Decimal(usd),
            "basis": basis,
            subject: self.ids[reference],
        }
        return await self.fact(Amount, on, **{**defaults, **values})

    async def assign_places(
        self, reference: str, shares: dict[str, Any], on: str, recorded_at: datetime = KNOWN, **values: Any
    ) -> UUID:
        made = await self.fact(PlaceAssignment, on, recorded_at, project_id=self.ids[reference], **values)
        await self._shares(PlaceShare, made, "place_id", shares)
        return made

    async def assign_sectors(
        self, reference: str, shares: dict[str, Any], on: str, recorded_at: datetime = KNOWN, **values: Any
    ) -> UUID:
        made = await self.fact(SectorAssignment, on, recorded_at, project_id=self.ids[reference], **values)
        await self._shares(SectorShare, made, "sector_id", shares)
        return made

    async def objective(self, slug: str) -> None:
        self.ids[slug] = await self.insert(
            Objective, slug=slug, framework="un", code=slug, name={"fr": slug}, recorded_at=KNOWN, version=1
        )

    async def serves(
        self, reference: str, objective: str, on: str, significance: str = "significant", **values: Any
    ) -> UUID:
        said = {"project_id": self.ids[reference], "objective": objective, "significance": significance}
        return await self.fact(ObjectiveTag, on, **said, **values)

    async def _shares(self, model: type[Base], made: UUID, column: str, shares: dict[str, Any]) -> None:
        rows = [{"assignment_id": made, column: self.ids[slug], "percentage": share} for slug, share in shares.items()]
        async with self.engine.begin() as connection:
            await connection.execute(insert(model), rows)

    async def group(
        self,
        reference: str,
        *members: str,
        usd: str | None = None,
        on: str = "2022-02-10",
        parent: str | None = None,
        **columns: Any,
    ) -> None:
        """An announcement of its members, with one amount or none."""
        self.ids[reference] = await self.insert(
            Announcement,
            reference=reference,
            parent_id=self.ids[parent] if parent else None,
            sector_slugs=[],
            place_slugs=[],
            **{
                "title": both(reference),
                "project_count": len(members) or 1,
                "recorded_at": KNOWN,
                "protection": "public",
                **columns,
            },
        )
        for member in members:
            await self.insert(
                AnnouncementProject, announcement_id=self.ids[reference], project_id=self.ids[member], recorded_at=KNOWN
            )
        if usd is not None:
            await self.amount(reference, usd, on)

    async def contribution(
        self, reference: str, donor: str, name: str | None = None, *, mechanism: str = "TF", **columns: Any
    ) -> None:
        """A donor's contribution; the donor is made when it is new."""
        if donor not in self.ids:
            self.ids[f"organisation {donor}"] = organisation = await self.insert(
                Organisation, slug=donor, kind="state", recorded_at=KNOWN, protection="public"
            )
            await self.insert(
                OrganisationName, organisation_id=organisation, name=both(name or donor), valid_from=date(1960, 1, 1)
            )
            is_last = columns.pop("is_listed_last", False)
            self.ids[donor] = await self.insert(
                Donor,
                slug=donor,
                organisation_id=organisation,
                is_listed_last=is_last,
                recorded_at=KNOWN,
                protection="public",
            )
        agreement = {
            "value_on": columns.pop("agreement_on", date(2021, 1, 1)),
            "amount": columns.pop("amount", Decimal(1000)),
        }
        head = {"currency": "USD", "recorded_at": KNOWN, "protection": "public", **columns}
        self.ids[reference] = await self.insert(
            Contribution, reference=reference, donor_id=self.ids[donor], mechanism_code=mechanism, author="test", **head
        )
        await self.insert(
            Agreement,
            contribution_id=self.ids[reference],
            earmark_sectors=[],
            earmark_places=[],
            recorded_at=head["recorded_at"],
            recorded_by="test",
            **agreement,
        )

    async def receipt(self, contribution: str, amount: str, on: str, **values: Any) -> UUID:
        """Money received: available grows, what the donor owes shrinks."""
        return await self._entry(
            "receipt", contribution, on, (("receivable", None, -Decimal(amount)), ("available", None, amount)), **values
        )

    async def allocation(self, contribution: str, target: str, amount: str, on: str, **values: Any) -> UUID:
        """Money set aside for a project or a group."""
        legs = (("available", None, -Decimal(amount)), ("allocated", target, amount))
        return await self._entry("allocation", contribution, on, legs, **values)

    async def _entry(
        self,
        kind: str,
        contribution: str,
        on: str,
        legs: Iterable[tuple[str, str | None, Any]],
        *,
        currency: str = "USD",
        rate: tuple[UUID, str, str] | None = None,
        **values: Any,
    ) -> UUID:
        entry = {"id": uuid4(), "kind": kind, "contribution_id": self.ids[contribution]}
        entry |= {"value_on": date.fromisoformat(on), "recorded_at": KNOWN, "recorded_by": "test", **values}
        entry.setdefault("reference", f"{contribution}-{entry['id'].hex[:6]}")
        async with self.engine.begin() as connection:
            await connection.execute(_KNOWN_SINCE, {"at": entry["recorded_at"].isoformat()})
            await connection.execute(insert(JournalEntry), [entry])
            for account_kind, target, amount in legs:
                account = await self._account(connection, account_kind, currency, contribution, target)
                foreign = {"exchange_rate_id": None, "rate": None, "policy": None}
                usd = Decimal(amount)
                if rate is not None:
                    foreign = {"exchange_rate_id": rate[0], "rate": Decimal(rate[1]), "policy": rate[2]}
                    usd = round(Decimal(amount) / Decimal(rate[1]), 10)
                await connection.execute(_BALANCE, {"account": account})
                await connection.execute(_ADD, {"account": account, "amount": Decimal(amount)})
                posting = {"id": uuid4(), "entry_id": entry["id"], "account_id": account, "currency": currency}
                await connection.execute(
                    insert(Posting), [{**posting, "amount": Decimal(amount), "usd": usd, **foreign}]
                )
        return entry["id"]

    async def _account(
        self, connection: AsyncConnection, kind: str, currency: str, contribution: str, target: str | None
    ) -> UUID:
        column = "announcement_id" if target and target.startswith("ANN") else "project_id"
        key = {
            "kind": AccountKind(kind),
            "currency": currency,
            "contribution_id": self.ids[contribution],
            "project_id": None,
            "announcement_id": None,
        }
        if target is not None:
            key[column] = self.ids[target]
        conditions = [Account.__table__.c[name].is_not_distinct_from(value) for name, value in key.items()]
        found = (await connection.execute(select(Account.id).where(*conditions))).scalar_one_or_none()
        if found is None:
            found = uuid4()
            await connection.execute(insert(Account), [{"id": found, **key}])
        return found

    async def rate_policy(self, policy: str, max_age_days: int) -> None:
        row = {"policy": policy, "max_age_days": max_age_days}
        await self.insert(RatePolicy, **row, recorded_at=KNOWN, recorded_by="test")

    async def rate(self, currency: str, value: str, on: str, **values: Any) -> UUID:
        """A UN operational rate: units of `currency` per USD."""
        return await self.insert(
            ExchangeRate,
            base="USD",
            quote=currency,
            value=Decimal(value),
            effective_on=date.fromisoformat(on),
            **{"source": "unore", "document": "test", "recorded_at": KNOWN, "recorded_by": "test", **values},
        )


def owner_engine(database_url: str) -> AsyncEngine:
    """The database's owner: tests write any table, whatever service owns it."""
    return create_async_engine(database_url.replace("postgresql://", "postgresql+asyncpg://", 1))
