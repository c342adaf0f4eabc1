"""Say in data what an earmark asks: sectors and places of the projects that a contribution may pay.

Why: words alone cannot refuse an allocation; expand.
"""

import sqlalchemy as sa
from alembic import op

revision = "0016"
down_revision = "0015"
branch_labels = None
depends_on = None


def upgrade() -> None:
    for name in ("earmark_sectors", "earmark_places"):
        op.add_column("contribution", sa.Column(name, sa.ARRAY(sa.Text()), nullable=False, server_default="{}"))
        op.alter_column("contribution", name, server_default=None)
    op.create_check_constraint(
        op.f("ck_contribution_hard_earmark_is_checkable"),
        "contribution",
        "earmark_kind <> 'hard' OR cardinality(earmark_sectors) + cardinality(earmark_places) > 0",
    )


def downgrade() -> None:
    raise NotImplementedError("The schema moves forward only; write a new revision.")
