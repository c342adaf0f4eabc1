"""Name secrets, and bind each name to the site that it was first used with.

Why: a reference that was a path or a variable could name any file of the host, and a changed address had the password
sent to it; expand. A reference of the old form becomes the platform's slug: put the password under that name.
"""

import sqlalchemy as sa
from alembic import op

revision = "0018"
down_revision = "0017"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "platform_secret",
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("origin", sa.Text(), nullable=False),
        sa.Column("bound_at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("name", name=op.f("pk_platform_secret")),
    )
    op.execute("UPDATE platform SET secret_reference = slug, version = version + 1")
    op.execute(
        "INSERT INTO platform_secret (name, origin, bound_at) "
        "SELECT slug, substring(base_url FROM '^https?://[^/]+'), recorded_at FROM platform"
    )
    op.execute(
        "CREATE TRIGGER append_only BEFORE UPDATE OR DELETE ON platform_secret "
        "FOR EACH ROW EXECUTE FUNCTION refuse_change()"
    )
    op.execute(
        "CREATE TRIGGER append_only_whole BEFORE TRUNCATE ON platform_secret "
        "FOR EACH STATEMENT EXECUTE FUNCTION refuse_change()"
    )


def downgrade() -> None:
    raise NotImplementedError("The schema moves forward only; write a new revision.")
