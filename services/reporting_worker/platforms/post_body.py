"""The part of a post that is ours: summary, link to the file, reference line; between marks, the rest is the partner's."""

from html import escape

from services.reporting_worker.platforms.adapter import Publication
from shared.domain.document_names import revision_reference

BEGIN, END = "<!-- djoliba:begin -->", "<!-- djoliba:end -->"
"""WordPress keeps HTML comments for every role, and no reader sees them."""
_WORDS = {
    "fr": ("Télécharger le document", "Référence", "Mo", ","),
    "en": ("Download the document", "Reference", "MB", "."),
}


def compose(publication: Publication, file_url: str) -> str:
    """Our block of the post, in the document's language."""
    download, reference, unit, point = _WORDS[publication.language]
    megabytes = f"{len(publication.file) / 1_000_000:.1f}".replace(".", point)
    key = revision_reference(publication.document_key, publication.sequence)
    separator = " : " if publication.language == "fr" else ": "
    return "\n".join(
        (
            BEGIN,
            f"<p>{escape(publication.summary, quote=False)}</p>",
            f'<p><a href="{escape(file_url)}">{download}</a> (PDF, {megabytes} {unit})</p>',
            f"<p>{reference}{separator}{key}<br>SHA-256{separator}{publication.file_sha256}</p>",
            END,
        )
    )


def replace_block(content: str, block: str) -> str:
    """A post's text with our block renewed; what stands around it stays. Without the marks it goes to the front."""
    before, _, rest = content.partition(BEGIN)
    _, end, after = rest.partition(END)
    return f"{before}{block}{after}" if end else f"{block}\n{content}".rstrip()
