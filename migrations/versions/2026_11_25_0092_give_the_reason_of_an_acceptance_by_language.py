"""Give the reason of an acceptance by language.

Why: the annex printed one text, of no language that it named, in both prints. Reasons kept so far count as French, the
mission's first language; contract.
"""

from alembic import op

revision = "0092"
down_revision = "0071"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.execute(
        "ALTER TABLE edition_control ALTER COLUMN acceptance TYPE jsonb "
        "USING CASE WHEN acceptance IS NOT NULL THEN jsonb_build_object('fr', acceptance) END"
    )


def downgrade() -> None:
    raise NotImplementedError("The schema moves forward only; write a new revision.")
