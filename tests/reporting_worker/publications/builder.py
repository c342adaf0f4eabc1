"""Frozen editions with their public PDFs, a platform, and a worker's turns, for tests of deliveries."""

from datetime import UTC, date, datetime
from pathlib import Path

from sqlalchemy import select, update

from services.reporting_worker.platforms.schemas import PlatformCreate
from services.reporting_worker.platforms.service import register_platform
from services.reporting_worker.press.artefacts import ArtefactStore
from services.reporting_worker.publications.service import request_deliveries
from shared.auth import system
from shared.egress import LOOPBACK
from shared.models import Artefact, Edition, EditionArtefact
from shared.unit_of_work import unit_of_work

LANGUAGES = ("fr", "en")


def pdf(number, language, revision, size=20_000):
    head = f"%PDF-1.7\n% {number} {language} revision {revision}\n".encode()
    return head + (b"stream of a bulletin " * (size // 20)) + b"\n%%EOF\n"


def keep_secret(folder: Path, name: str, password: str) -> str:
    """Put a password among the secrets; the name by which a platform refers to it."""
    folder.mkdir(mode=0o700, exist_ok=True)
    (folder / name).write_text(password)
    return name


async def add_platform(engine, url, account, secrets: Path, slug="ptf", **changed):
    """A WordPress platform on this machine, whose password lies among the secrets under its slug."""
    fields = {
        "slug": slug,
        "name": {"fr": "Archive des partenaires", "en": "Partners' archive"},
        "base_url": url,
        "username": account["user"],
        "secret_reference": keep_secret(secrets, slug, account["password"]),
        "categories": {"bulletin": ["bulletins"]},
    }
    async with unit_of_work(engine, system("test"), service="reporting") as unit:
        return await register_platform(unit, PlatformCreate(**{**fields, **changed}), inner=LOOPBACK)


async def freeze_edition(
    engine, store: ArtefactStore, number="2022-02", revision=1, languages=LANGUAGES, audience="public"
):
    """A frozen revision of an edition, with a PDF per language; the revision before it is superseded."""
    now = datetime.now(UTC)
    contents = {language: pdf(number, language, revision) for language in languages}
    hashes = {language: await store.put(content) for language, content in contents.items()}
    async with unit_of_work(engine, system("test"), service="reporting") as unit:
        statement = select(Edition).where(Edition.series == "bulletin", Edition.number == number)
        older = (await unit.session.execute(statement.order_by(Edition.revision.desc()))).scalars().first()
        if older is not None:
            await unit.session.execute(update(Edition).where(Edition.id == older.id).values(state="superseded"))
        edition = Edition(
            slug=number if revision == 1 else f"{number}-r{revision}",
            series="bulletin",
            number=number,
            revision=revision,
            title={"fr": f"Bulletin bimestriel n° {number}", "en": f"Bimonthly bulletin no. {number}"},
            period_start=date(2022, 2, 1),
            period_end=date(2022, 3, 31),
            as_of=date(2022, 3, 31),
            languages=list(languages),
            state="frozen",
            author="awa",
            approved_by="moussa",
            approved_at=now,
            known_at=now,
            frozen_at=now,
            supersedes_id=older.id if older else None,
            version=1,
            recorded_at=unit.recorded_at,
            protection="public",
            is_synthetic=False,
        )
        unit.session.add(edition)
        for language, sha256 in hashes.items():
            if await unit.session.get(Artefact, sha256) is None:
                unit.session.add(
                    Artefact(
                        sha256=sha256,
                        media_type="application/pdf",
                        size=len(contents[language]),
                        recorded_at=unit.recorded_at,
                    )
                )
        await unit.session.flush()
        unit.session.add_all(
            EditionArtefact(
                edition_id=edition.id,
                language=language,
                format="pdf",
                audience=audience,
                sha256=sha256,
                fingerprint={},
                recorded_at=unit.recorded_at,
            )
            for language, sha256 in hashes.items()
        )
        unit.record("edition.frozen", "edition", edition.id)
        return edition


async def promise(engine, edition, wake=None, **options):
    """Request the deliveries of an edition, in a unit of its own; with `wake`, the workers get their hint."""
    async with unit_of_work(engine, system("test"), service="reporting", wake=wake) as unit:
        return await request_deliveries(unit, edition, **options)
