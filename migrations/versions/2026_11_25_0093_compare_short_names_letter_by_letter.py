"""Bring the extension that compares names letter by letter.

Why: trigrams say little of short names whose letters changed places (`kidla`, `sgeou`), which is how people mistype
them; the neighbours of an unknown key are found by both. The extension is trusted, as the two of 0017 are. Expand.
"""

from alembic import op

revision = "0093"
down_revision = "0072"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.execute("CREATE EXTENSION IF NOT EXISTS fuzzystrmatch SCHEMA public")


def downgrade() -> None:
    raise NotImplementedError("The schema moves forward only; write a new revision.")
