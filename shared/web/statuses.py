"""What is said with a status that the server itself gives."""

from collections.abc import Mapping

from shared.errors import Texts, Unavailable

STATUSES: Mapping[int, tuple[str, Texts, Texts]] = {
    400: (
        "bad-request",
        {"fr": "Requête illisible", "en": "Unreadable request"},
        {
            "fr": "La requête ne peut pas être lue : sa première ligne, un en-tête ou son corps n'est pas du HTTP/1.1.",
            "en": "The request cannot be read: its first line, a header or its body is no HTTP/1.1.",
        },
    ),
    404: (
        "not-found",
        {"fr": "Introuvable", "en": "Not found"},
        {
            "fr": "Rien ne se trouve à cette adresse ; /docs donne la liste des adresses.",
            "en": "Nothing is found at this address; /docs lists the addresses.",
        },
    ),
    405: (
        "method-not-allowed",
        {"fr": "Méthode non admise", "en": "Method not allowed"},
        {
            "fr": "Cette adresse n'admet pas cette méthode ; l'en-tête Allow donne celles qu'elle admet.",
            "en": "This address does not allow this method; the header Allow lists those it does.",
        },
    ),
    408: (
        "request-timeout",
        {"fr": "Requête trop lente", "en": "Request too slow"},
        {
            "fr": "La requête n'est pas arrivée à temps ; renvoyez-la, d'une seule traite.",
            "en": "The request did not arrive in time; send it again, in one go.",
        },
    ),
    413: (
        "content-too-large",
        {"fr": "Corps trop long", "en": "Content too large"},
        {
            "fr": "Le corps dépasse ce que cette adresse admet ; envoyez-le en plusieurs parties.",
            "en": "The body exceeds what this address admits; send it in several parts.",
        },
    ),
    415: (
        "unsupported-media-type",
        {"fr": "Type de contenu non lu", "en": "Unsupported media type"},
        {
            "fr": "Ce type de contenu n'est pas lu ici ; envoyez le corps en application/json.",
            "en": "This type of content is not read here; send the body as application/json.",
        },
    ),
    421: (
        "misdirected-request",
        {"fr": "Requête mal adressée", "en": "Misdirected request"},
        {
            "fr": "Ce serveur ne répond pas pour l'hôte demandé ; corrigez l'adresse.",
            "en": "This server does not answer for the host that was asked; correct the address.",
        },
    ),
    431: (
        "headers-too-large",
        {"fr": "En-têtes trop longs", "en": "Headers too large"},
        {
            "fr": "L'adresse et les en-têtes dépassent 64 Kio ; raccourcissez-les, ou demandez moins à la fois.",
            "en": "The address and the headers exceed 64 KiB; shorten them, or ask for less at a time.",
        },
    ),
    500: (
        "internal-error",
        {"fr": "Erreur interne", "en": "Internal error"},
        {
            "fr": "Une erreur s'est produite de notre côté et rien n'a été enregistré ; signalez request_id.",
            "en": "Something failed on our side and nothing was recorded; report the request_id.",
        },
    ),
    501: (
        "not-implemented",
        {"fr": "Méthode inconnue", "en": "Not implemented"},
        {
            "fr": "Ce serveur ne connaît ni cette méthode ni ce codage ; utilisez GET, POST, PUT, PATCH ou DELETE.",
            "en": "This server knows neither this method nor this coding; use GET, POST, PUT, PATCH or DELETE.",
        },
    ),
    505: (
        "http-version-not-supported",
        {"fr": "Version de HTTP non admise", "en": "HTTP version not supported"},
        {
            "fr": "Ce serveur parle HTTP/1.1 ; renvoyez la requête dans cette version.",
            "en": "This server speaks HTTP/1.1; send the request in that version.",
        },
    ),
    503: (
        Unavailable.kind,
        Unavailable.title,
        {
            "fr": "Toutes les connexions de ce serveur sont occupées et rien n'a été lu ; réessayez après Retry-After.",
            "en": "All connections of this server are at work and nothing was read; try again after Retry-After.",
        },
    ),
}
"""Kind, title and sentence by status."""
