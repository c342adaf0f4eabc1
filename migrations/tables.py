"""What revisions do to a new table beyond creating it."""

from alembic import op


def revised(table: str) -> None:
    """Keep what rows of the table said before each change, for reads as known before (`shared.models.revision`)."""
    op.execute(f"ALTER TABLE {table} ADD COLUMN known_since timestamptz NOT NULL DEFAULT instant_of_unit()")
    op.execute(
        f"CREATE TRIGGER revised BEFORE UPDATE OR DELETE ON {table} FOR EACH ROW EXECUTE FUNCTION keep_revision()"
    )


def append_only(table: str) -> None:
    """Let rows of the table be added only: a correction is a further row that supersedes (DESIGN 4)."""
    for name, changes, each in (
        ("append_only", "UPDATE OR DELETE", "ROW"),
        ("append_only_whole", "TRUNCATE", "STATEMENT"),
    ):
        op.execute(
            f"CREATE TRIGGER {name} BEFORE {changes} ON {table} FOR EACH {each} EXECUTE FUNCTION refuse_change()"
        )
