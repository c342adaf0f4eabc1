"""Hold what stays in doubt after its probes are spent: why, until a person has it probed again; expand."""

import sqlalchemy as sa
from alembic import op

revision = "0122"
down_revision = "0121"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("delivery", sa.Column("held_reason", sa.Text(), nullable=True))
    op.create_check_constraint(
        "held_is_in_doubt", "delivery", "held_reason IS NULL OR state = 'unknown'", postgresql_not_valid=True
    )
    op.execute("ALTER TABLE delivery VALIDATE CONSTRAINT ck_delivery_held_is_in_doubt")


def downgrade() -> None:
    raise NotImplementedError("The schema moves forward only; write a new revision.")
