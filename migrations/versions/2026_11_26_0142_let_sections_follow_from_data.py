"""Let sections follow from data.

Why: the order, keys and headings of the bulletin stood in the code, so that the next edition's new section needed a release.
"""

import json

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects.postgresql import JSONB
from uuid_utils.compat import uuid7

from migrations.tables import revised

revision = "0142"
down_revision = "0141"
branch_labels = None
depends_on = None

BULLETIN = (
    ("highlights", "Faits saillants", "Highlights", False, False),
    ("key-figures", "Chiffres-clés", "Key figures", False, False),
    ("foreword", "Avant-propos", "Foreword", False, False),
    ("overview", "Aperçu global", "Overview", False, True),
    (
        "partner-exchanges",
        "Échanges avec les partenaires techniques et financiers",
        "Exchanges with technical and financial partners",
        False,
        False,
    ),
    ("programmatic-funds", "Fonds programmatiques", "Programmatic funds", False, False),
    ("qip", "Projets à effet rapide (QIP)", "Quick impact projects (QIPs)", True, True),
    (
        "trust-fund",
        "Fonds fiduciaire pour la paix et la sécurité au Mali",
        "Trust Fund in Support of Peace and Security in Mali",
        True,
        True,
    ),
    (
        "centre-meeting",
        "Rencontre sur la gestion de la crise du Centre",
        "Meeting on the management of the crisis in the Centre",
        False,
        False,
    ),
    ("outreach", "Sensibilisation communautaire", "Community outreach", False, False),
    ("other-activities", "Autres activités de la Section", "Other activities of the Section", False, False),
    ("contact", "Contact", "Contact", False, False),
    ("links", "Liens utiles", "Useful links", False, False),
    ("controls", "Annexe : contrôles", "Annex: controls", False, True),
)
"""Key, heading in French and English, whether its items bear numbers, whether it begins a page."""


def upgrade() -> None:
    op.create_table(
        "series",
        sa.Column("slug", sa.Text(), nullable=False),
        sa.Column("name", JSONB(none_as_null=True), nullable=False),
        sa.Column("recorded_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("protection", sa.Text(), nullable=False),
        sa.Column("is_synthetic", sa.Boolean(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.CheckConstraint("protection IN ('public', 'partners', 'internal')", name=op.f("ck_series_protection_known")),
        sa.CheckConstraint("jsonb_typeof(name) = 'object' AND name <> '{}'", name=op.f("ck_series_name_texts")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_series")),
        sa.UniqueConstraint("slug", name=op.f("uq_series_slug")),
    )
    op.create_table(
        "series_section",
        sa.Column("series_id", sa.Uuid(), nullable=False),
        sa.Column("key", sa.Text(), nullable=False),
        sa.Column("title", JSONB(none_as_null=True), nullable=False),
        sa.Column("is_numbered", sa.Boolean(), nullable=False),
        sa.Column("begins_page", sa.Boolean(), nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.CheckConstraint(
            "jsonb_typeof(title) = 'object' AND title <> '{}'", name=op.f("ck_series_section_title_texts")
        ),
        sa.ForeignKeyConstraint(["series_id"], ["series.id"], name=op.f("fk_series_section_series_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_series_section")),
        sa.UniqueConstraint("series_id", "key", name=op.f("uq_series_section_series_id_key")),
    )
    revised("series")
    revised("series_section")
    _add_bulletin()


def _add_bulletin() -> None:
    """The bulletin as it was printed so far; every database has it, and what was known before too."""
    series, connection = uuid7(), op.get_bind()
    name = {"fr": "Bulletin bimestriel", "en": "Bimonthly bulletin"}
    connection.execute(
        sa.text(
            "INSERT INTO series (id, slug, name, recorded_at, protection, is_synthetic, version, known_since)"
            " VALUES (:id, 'bulletin', CAST(:name AS jsonb), '1970-01-01T00:00:00Z', 'public', false, 1, '-infinity')"
        ),
        {"id": series, "name": json.dumps(name)},
    )
    for position, (key, french, english, is_numbered, begins_page) in enumerate(BULLETIN):
        connection.execute(
            sa.text(
                "INSERT INTO series_section (id, series_id, key, title, is_numbered, begins_page, position, known_since)"
                " VALUES (:id, :series, :key, CAST(:title AS jsonb), :is_numbered, :begins_page, :position, '-infinity')"
            ),
            {
                "id": uuid7(),
                "series": series,
                "key": key,
                "title": json.dumps({"fr": french, "en": english}),
                "is_numbered": is_numbered,
                "begins_page": begins_page,
                "position": position,
            },
        )


def downgrade() -> None:
    raise NotImplementedError("The schema moves forward only; write a new revision.")
