"""Which of our two languages a caller reads, from Accept-Language (RFC 9110 12.5.4)."""

LANGUAGES = ("en", "fr")
"""English first: what a caller gets who states no preference. Publications put French first on their own."""


def language_of(header: str | None) -> str:
    """The language of messages for this Accept-Language header, `en` when it names none of ours."""
    best, weight = LANGUAGES[0], 0.0
    for part in (header or "").split(","):
        name, _, parameters = part.partition(";")
        quality = _quality(parameters)
        language = name.strip().lower().partition("-")[0]
        if language in LANGUAGES and quality > weight:
            best, weight = language, quality
    return best


def _quality(parameters: str) -> float:
    name, _, value = parameters.strip().partition("=")
    if name.strip().lower() != "q":
        return 1.0
    try:
        return float(value)
    except ValueError:
        return 0.0
