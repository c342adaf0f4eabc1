"""Let dated policies of mechanisms be corrected.

Why: a ceiling that was entered wrongly was overwritten by a register, or stayed. A correction is a row of its own, with
its reason; what a row said before it was overwritten becomes the row that it corrects. `recorded_at` takes the place of
`known_since`.
"""

import sqlalchemy as sa
from alembic import op

revision = "0132"
down_revision = "0131"
branch_labels = None
depends_on = None

# what stood when revisions began is known for ever before, which Python's dates cannot say
RECORDED = """
UPDATE policy SET line_id = id, recorded_at = greatest(known_since, '1970-01-01T00:00:00Z'), recorded_by = coalesce(
    (SELECT actor FROM audit WHERE subject_type = 'policy' AND subject_id = policy.id ORDER BY at LIMIT 1), 'system')
"""
BEFORE = """
INSERT INTO policy (id, mechanism_code, kind, value, currency, valid_from, source, recorded_at, recorded_by, line_id)
SELECT uuidv7(), mechanism_code, kind, value, currency, valid_from, source,
    greatest(known_from, '1970-01-01T00:00:00Z'), 'system', held.id
FROM revision, jsonb_populate_record(NULL::policy, content) AS held WHERE table_name = 'policy'
"""
IN_LINE = """
UPDATE policy SET supersedes_id = earlier.id FROM (
    SELECT id AS of, lag(id) OVER (PARTITION BY line_id ORDER BY recorded_at) AS id FROM policy) AS earlier
WHERE earlier.of = policy.id
"""


def upgrade() -> None:
    op.execute("DROP TRIGGER revised ON policy")
    op.drop_constraint("uq_policy_mechanism_code_kind_valid_from", "policy")
    op.add_column("policy", sa.Column("line_id", sa.Uuid()))
    op.add_column("policy", sa.Column("recorded_at", sa.DateTime(timezone=True)))
    op.add_column("policy", sa.Column("recorded_by", sa.Text()))
    op.add_column("policy", sa.Column("reason", sa.Text()))
    op.add_column("policy", sa.Column("is_retraction", sa.Boolean(), nullable=False, server_default=sa.false()))
    op.add_column("policy", sa.Column("supersedes_id", sa.Uuid()))
    for statement in (RECORDED, BEFORE, IN_LINE):
        op.execute(statement)
    for name in ("line_id", "known_since"):
        op.drop_column("policy", name)
    for name in ("recorded_at", "recorded_by"):
        op.alter_column("policy", name, nullable=False)
    op.alter_column("policy", "is_retraction", server_default=None)
    op.create_foreign_key(op.f("fk_policy_supersedes_id"), "policy", "policy", ["supersedes_id"], ["id"])
    op.create_unique_constraint(op.f("uq_policy_supersedes_id"), "policy", ["supersedes_id"])
    op.create_check_constraint(
        op.f("ck_policy_retraction_supersedes"), "policy", "NOT is_retraction OR supersedes_id IS NOT NULL"
    )
    op.create_check_constraint(op.f("ck_policy_not_itself"), "policy", "supersedes_id <> id")
    op.execute(
        "CREATE TRIGGER append_only BEFORE UPDATE OR DELETE ON policy FOR EACH ROW EXECUTE FUNCTION refuse_change()"
    )
    op.execute(
        "CREATE TRIGGER append_only_whole BEFORE TRUNCATE ON policy FOR EACH STATEMENT EXECUTE FUNCTION refuse_change()"
    )


def downgrade() -> None:
    raise NotImplementedError("The schema moves forward only; write a new revision.")
