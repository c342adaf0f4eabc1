"""Let the correction of a receipt wait for a second person too.

Why: it reverses an entry; expand.
"""

from alembic import op

revision = "0032"
down_revision = "0031"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.drop_constraint(op.f("ck_proposal_kind_known"), "proposal")
    op.create_check_constraint(
        op.f("ck_proposal_kind_known"), "proposal", "kind IN ('allocation', 'correction', 'reversal', 'rate')"
    )


def downgrade() -> None:
    raise NotImplementedError("The schema moves forward only; write a new revision.")
