"""Mechanisms with their dated policies and buckets, sectors, places and reporting areas.

Why: the first schema; expand.
"""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0002"
down_revision = "0001"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "mechanism",
        sa.Column("code", sa.Text(), nullable=False),
        sa.Column("name", postgresql.JSONB(none_as_null=True, astext_type=sa.Text()), nullable=False),
        sa.Column("is_external", sa.Boolean(), nullable=False),
        sa.Column("since", sa.Integer(), nullable=True),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.CheckConstraint("jsonb_typeof(name) = 'object' AND name <> '{}'", name=op.f("ck_mechanism_name_texts")),
        sa.PrimaryKeyConstraint("code", name=op.f("pk_mechanism")),
    )
    op.create_table(
        "policy",
        sa.Column("mechanism_code", sa.Text(), nullable=False),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("value", sa.Numeric(precision=20, scale=3), nullable=False),
        sa.Column("currency", sa.Text(), nullable=True),
        sa.Column("valid_from", sa.Date(), nullable=False),
        sa.Column("source", sa.Text(), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.CheckConstraint("(kind = 'ceiling') = (currency IS NOT NULL)", name=op.f("ck_policy_ceiling_has_currency")),
        sa.CheckConstraint(
            "kind IN ('ceiling', 'duration_months', 'first_tranche', 'support_cost')", name=op.f("ck_policy_kind_known")
        ),
        sa.CheckConstraint("value > 0 AND value <> 'NaN'", name=op.f("ck_policy_value_finite")),
        sa.ForeignKeyConstraint(["mechanism_code"], ["mechanism.code"], name=op.f("fk_policy_mechanism_code")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_policy")),
        sa.UniqueConstraint(
            "mechanism_code", "kind", "valid_from", name=op.f("uq_policy_mechanism_code_kind_valid_from")
        ),
    )
    op.create_table(
        "bucket",
        sa.Column("mechanism_code", sa.Text(), nullable=False),
        sa.Column("bucket", sa.Text(), nullable=False),
        sa.Column("states", sa.ARRAY(sa.Text()), nullable=False),
        sa.Column("ever_states", sa.ARRAY(sa.Text()), nullable=True),
        sa.Column("valid_from", sa.Date(), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.ForeignKeyConstraint(["mechanism_code"], ["mechanism.code"], name=op.f("fk_bucket_mechanism_code")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_bucket")),
        sa.UniqueConstraint(
            "mechanism_code", "bucket", "valid_from", name=op.f("uq_bucket_mechanism_code_bucket_valid_from")
        ),
    )
    op.create_table(
        "sector",
        sa.Column("slug", sa.Text(), nullable=False),
        sa.Column("mechanism_code", sa.Text(), nullable=False),
        sa.Column("name", postgresql.JSONB(none_as_null=True, astext_type=sa.Text()), nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.Column("parent_id", sa.Uuid(), nullable=True),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.CheckConstraint("jsonb_typeof(name) = 'object' AND name <> '{}'", name=op.f("ck_sector_name_texts")),
        sa.ForeignKeyConstraint(["mechanism_code"], ["mechanism.code"], name=op.f("fk_sector_mechanism_code")),
        sa.ForeignKeyConstraint(["parent_id"], ["sector.id"], name=op.f("fk_sector_parent_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_sector")),
        sa.UniqueConstraint("slug", name=op.f("uq_sector_slug")),
    )
    op.create_table(
        "place",
        sa.Column("slug", sa.Text(), nullable=False),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("name", postgresql.JSONB(none_as_null=True, astext_type=sa.Text()), nullable=False),
        sa.Column("parent_id", sa.Uuid(), nullable=True),
        sa.Column("successor_id", sa.Uuid(), nullable=True),
        sa.Column("valid_from", sa.Date(), nullable=True),
        sa.Column("valid_to", sa.Date(), nullable=True),
        sa.Column("latitude", sa.Numeric(precision=9, scale=6), nullable=True),
        sa.Column("longitude", sa.Numeric(precision=9, scale=6), nullable=True),
        sa.Column("coordinate_precision", sa.Text(), nullable=True),
        sa.Column("is_sensitive", sa.Boolean(), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.CheckConstraint("jsonb_typeof(name) = 'object' AND name <> '{}'", name=op.f("ck_place_name_texts")),
        sa.CheckConstraint(
            "kind IN ('country', 'region', 'cercle', 'commune', 'locality')", name=op.f("ck_place_kind_known")
        ),
        sa.CheckConstraint("latitude <> 'NaN'", name=op.f("ck_place_latitude_finite")),
        sa.CheckConstraint("longitude <> 'NaN'", name=op.f("ck_place_longitude_finite")),
        sa.ForeignKeyConstraint(["parent_id"], ["place.id"], name=op.f("fk_place_parent_id")),
        sa.ForeignKeyConstraint(["successor_id"], ["place.id"], name=op.f("fk_place_successor_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_place")),
        sa.UniqueConstraint("slug", name=op.f("uq_place_slug")),
    )
    op.create_table(
        "place_code",
        sa.Column("place_id", sa.Uuid(), nullable=False),
        sa.Column("scheme", sa.Text(), nullable=False),
        sa.Column("code", sa.Text(), nullable=False),
        sa.Column("valid_from", sa.Date(), nullable=True),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.ForeignKeyConstraint(["place_id"], ["place.id"], name=op.f("fk_place_code_place_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_place_code")),
        sa.UniqueConstraint("scheme", "code", "place_id", name=op.f("uq_place_code_scheme_code_place_id")),
    )
    op.create_index("ix_place_code_place_id", "place_code", ["place_id"], unique=False)
    op.create_table(
        "place_alias",
        sa.Column("place_id", sa.Uuid(), nullable=False),
        sa.Column("alias", sa.Text(), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.ForeignKeyConstraint(["place_id"], ["place.id"], name=op.f("fk_place_alias_place_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_place_alias")),
        sa.UniqueConstraint("place_id", "alias", name=op.f("uq_place_alias_place_id_alias")),
    )
    op.create_table(
        "reporting_area",
        sa.Column("slug", sa.Text(), nullable=False),
        sa.Column("name", postgresql.JSONB(none_as_null=True, astext_type=sa.Text()), nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.Column("is_national", sa.Boolean(), nullable=False),
        sa.Column("latitude", sa.Numeric(precision=9, scale=6), nullable=True),
        sa.Column("longitude", sa.Numeric(precision=9, scale=6), nullable=True),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.CheckConstraint("jsonb_typeof(name) = 'object' AND name <> '{}'", name=op.f("ck_reporting_area_name_texts")),
        sa.CheckConstraint("latitude <> 'NaN'", name=op.f("ck_reporting_area_latitude_finite")),
        sa.CheckConstraint("longitude <> 'NaN'", name=op.f("ck_reporting_area_longitude_finite")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_reporting_area")),
        sa.UniqueConstraint("slug", name=op.f("uq_reporting_area_slug")),
    )
    op.create_table(
        "reporting_area_place",
        sa.Column("place_id", sa.Uuid(), nullable=False),
        sa.Column("reporting_area_id", sa.Uuid(), nullable=False),
        sa.ForeignKeyConstraint(["place_id"], ["place.id"], name=op.f("fk_reporting_area_place_place_id")),
        sa.ForeignKeyConstraint(
            ["reporting_area_id"], ["reporting_area.id"], name=op.f("fk_reporting_area_place_reporting_area_id")
        ),
        sa.PrimaryKeyConstraint("place_id", name=op.f("pk_reporting_area_place")),
    )


def downgrade() -> None:
    raise NotImplementedError("The schema moves forward only; write a new revision.")
