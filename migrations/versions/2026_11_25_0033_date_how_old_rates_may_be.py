"""Date how old rates may be: each setting of a policy is a row of its own, read as known at a moment.

Why: a policy set anew changed what was answered for the past; expand and contract in one, with the history that the
audit holds. A policy of which it holds none is dated by the first rate.
"""

import sqlalchemy as sa
from alembic import op

revision = "0033"
down_revision = "0043"
branch_labels = None
depends_on = None

HISTORY = """
INSERT INTO rate_policy (id, policy, max_age_days, recorded_at, recorded_by)
SELECT uuidv7(), after ->> 'policy', (after ->> 'max_age_days')::integer, at, actor FROM audit
WHERE action = 'rate_policy.set'
UNION ALL
SELECT uuidv7(), policy, max_age_days, coalesce((SELECT min(recorded_at) FROM exchange_rate), now()), 'system:migration'
FROM rate_policy_undated AS undated
WHERE NOT EXISTS (
    SELECT FROM audit WHERE action = 'rate_policy.set' AND after ->> 'policy' = undated.policy)
"""
IN_LINE = """
UPDATE rate_policy SET supersedes_id = earlier.id FROM (
    SELECT id AS of, lag(id) OVER (PARTITION BY policy ORDER BY recorded_at, id) AS id FROM rate_policy) AS earlier
WHERE earlier.of = rate_policy.id
"""


def upgrade() -> None:
    op.rename_table("rate_policy", "rate_policy_undated")
    for kind, name in (("CONSTRAINT", "pk_rate_policy"), ("CONSTRAINT", "ck_rate_policy_age_positive")):
        op.execute(f"ALTER TABLE rate_policy_undated DROP {kind} {name}")
    op.create_table(
        "rate_policy",
        sa.Column("policy", sa.Text(), nullable=False),
        sa.Column("max_age_days", sa.Integer(), nullable=False),
        sa.Column("recorded_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("recorded_by", sa.Text(), nullable=False),
        sa.Column("supersedes_id", sa.Uuid(), nullable=True),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.CheckConstraint("max_age_days > 0", name=op.f("ck_rate_policy_age_positive")),
        sa.ForeignKeyConstraint(["supersedes_id"], ["rate_policy.id"], name=op.f("fk_rate_policy_supersedes_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_rate_policy")),
        sa.UniqueConstraint("supersedes_id", name=op.f("uq_rate_policy_supersedes_id")),
    )
    op.execute(HISTORY)
    op.execute(IN_LINE)
    op.drop_table("rate_policy_undated")
    op.create_index(
        "uq_rate_policy_first",
        "rate_policy",
        ["policy"],
        unique=True,
        postgresql_where=sa.text("supersedes_id IS NULL"),
    )
    op.execute(
        "CREATE TRIGGER append_only BEFORE UPDATE OR DELETE ON rate_policy"
        " FOR EACH ROW EXECUTE FUNCTION refuse_change()"
    )
    op.execute(
        "CREATE TRIGGER append_only_whole BEFORE TRUNCATE ON rate_policy"
        " FOR EACH STATEMENT EXECUTE FUNCTION refuse_change()"
    )


def downgrade() -> None:
    raise NotImplementedError("The schema moves forward only; write a new revision.")
