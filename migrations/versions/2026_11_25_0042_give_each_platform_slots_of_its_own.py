"""Give each platform slots of its own, and hold its jobs where they are claimed.

Why: one slow partner kept all others waiting, and a paused one had its jobs claimed every five seconds; expand.
"""

import sqlalchemy as sa
from alembic import op

revision = "0042"
down_revision = "0041"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "job_lane",
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("slots", sa.Integer(), nullable=False),
        sa.Column("is_held", sa.Boolean(), nullable=False),
        sa.CheckConstraint("slots > 0", name=op.f("ck_job_lane_slots_positive")),
        sa.PrimaryKeyConstraint("name", name=op.f("pk_job_lane")),
    )
    op.execute("INSERT INTO job_lane SELECT 'platform:' || id, 2, is_paused FROM platform")
    op.add_column("job", sa.Column("lane", sa.Text(), nullable=True))
    op.create_foreign_key(op.f("fk_job_lane"), "job", "job_lane", ["lane"], ["name"])
    op.execute("UPDATE job SET lane = 'platform:' || delivery.platform_id FROM delivery WHERE delivery.job_id = job.id")


def downgrade() -> None:
    raise NotImplementedError("The schema moves forward only; write a new revision.")
