"""Date what donors agree: amount and earmark of a contribution become facts, so that an amendment overwrites nothing.

Why: more may be received than was first agreed once the agreement is amended, and a figure of a past moment reads
what was agreed then; expand and contract in one, since the columns move as they are.
"""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0031"
down_revision = "0042"
branch_labels = None
depends_on = None

WORDS = {"contribution": "search_words(reference)", "agreement": "search_words(earmark)"}
"""By what each is found; those of the contribution read the earmark, which moves."""

MOVED = ("words", "agreement_on", "amount", "earmark_kind", "earmark", "earmark_sectors", "earmark_places")

AS_SIGNED = """
INSERT INTO agreement (id, contribution_id, amount, earmark_kind, earmark, earmark_sectors, earmark_places, value_on,
    precision, position, recorded_at, recorded_by, is_retraction, is_synthetic)
SELECT uuidv7(), id, amount, earmark_kind, earmark, earmark_sectors, earmark_places, agreement_on, 'day', 0,
    recorded_at, author, false, is_synthetic
FROM contribution
"""


def upgrade() -> None:
    op.create_table(
        "agreement",
        sa.Column("contribution_id", sa.Uuid(), nullable=False),
        sa.Column("amount", sa.Numeric(precision=20, scale=3), nullable=False),
        sa.Column("earmark_kind", sa.Text(), nullable=False),
        sa.Column("earmark", postgresql.JSONB(none_as_null=True, astext_type=sa.Text()), nullable=True),
        sa.Column("earmark_sectors", sa.ARRAY(sa.Text()), nullable=False),
        sa.Column("earmark_places", sa.ARRAY(sa.Text()), nullable=False),
        sa.Column("value_on", sa.Date(), nullable=False),
        sa.Column("precision", sa.Text(), nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.Column("recorded_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("recorded_by", sa.Text(), nullable=False),
        sa.Column("reason", sa.Text(), nullable=True),
        sa.Column("source", sa.Text(), nullable=True),
        sa.Column("is_retraction", sa.Boolean(), nullable=False),
        sa.Column("is_synthetic", sa.Boolean(), nullable=False),
        sa.Column("supersedes_id", sa.Uuid(), nullable=True),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.CheckConstraint("amount > 0 AND amount <> 'NaN'", name=op.f("ck_agreement_amount_finite")),
        sa.CheckConstraint("earmark_kind IN ('none', 'soft', 'hard')", name=op.f("ck_agreement_earmark_kind_known")),
        sa.CheckConstraint(
            "earmark_kind <> 'hard' OR cardinality(earmark_sectors) + cardinality(earmark_places) > 0",
            name=op.f("ck_agreement_hard_earmark_is_checkable"),
        ),
        sa.CheckConstraint("precision IN ('day', 'month', 'period')", name=op.f("ck_agreement_precision_known")),
        sa.CheckConstraint(
            "NOT is_retraction OR supersedes_id IS NOT NULL", name=op.f("ck_agreement_retraction_supersedes")
        ),
        sa.CheckConstraint("supersedes_id <> id", name=op.f("ck_agreement_not_itself")),
        sa.ForeignKeyConstraint(["contribution_id"], ["contribution.id"], name=op.f("fk_agreement_contribution_id")),
        sa.ForeignKeyConstraint(["supersedes_id"], ["agreement.id"], name=op.f("fk_agreement_supersedes_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_agreement")),
        sa.UniqueConstraint("supersedes_id", name=op.f("uq_agreement_supersedes_id")),
    )
    op.create_index(op.f("ix_agreement_contribution_id"), "agreement", ["contribution_id"])
    op.execute(AS_SIGNED)
    op.execute(
        "CREATE TRIGGER append_only BEFORE UPDATE OR DELETE ON agreement FOR EACH ROW EXECUTE FUNCTION refuse_change()"
    )
    op.execute(
        "CREATE TRIGGER append_only_whole BEFORE TRUNCATE ON agreement"
        " FOR EACH STATEMENT EXECUTE FUNCTION refuse_change()"
    )
    for column in MOVED:
        op.drop_column("contribution", column)
    for table, words in WORDS.items():
        op.execute(f"ALTER TABLE {table} ADD COLUMN words text GENERATED ALWAYS AS ({words}) STORED")


def downgrade() -> None:
    raise NotImplementedError("The schema moves forward only; write a new revision.")
