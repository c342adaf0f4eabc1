"""What anonymous readers may see of editions: the public files of frozen ones, and nothing of drafts.

Why: anonymous routes read under a role that can SELECT `public_*` views only; expand.
"""

from alembic import op

revision = "0015"
down_revision = "0014"
branch_labels = None
depends_on = None

PUBLIC_EDITION_ARTEFACT = """
CREATE VIEW public_edition_artefact AS
SELECT edition.slug, edition.series, edition.number, edition.revision, edition.title, edition.period_start,
    edition.period_end, edition.as_of, edition.known_at, edition.frozen_at, edition.state,
    (SELECT newer.slug FROM edition AS newer WHERE newer.supersedes_id = edition.id AND newer.state = 'frozen')
        AS superseded_by,
    edition_artefact.language, edition_artefact.format, edition_artefact.sha256, artefact.media_type, artefact.size
FROM edition
JOIN edition_artefact ON edition_artefact.edition_id = edition.id
JOIN artefact ON artefact.sha256 = edition_artefact.sha256
WHERE edition.state IN ('frozen', 'superseded') AND edition.protection = 'public'
    AND edition_artefact.audience = 'public'
"""


def upgrade() -> None:
    op.execute(PUBLIC_EDITION_ARTEFACT)


def downgrade() -> None:
    raise NotImplementedError("The schema moves forward only; write a new revision.")
