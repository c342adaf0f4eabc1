"""Keyset pages: an opaque cursor that names the last row seen, in one order; no offsets, so that nothing is skipped."""

import json
from base64 import urlsafe_b64decode, urlsafe_b64encode
from uuid import UUID

from shared.errors import Fault, InvalidInput

LIMIT_DEFAULT, LIMIT_MAX = 50, 500


def encode_cursor(ordering: str, key: str, identity: str) -> str:
    """An opaque position: after the row with this key and id, in this order."""
    return urlsafe_b64encode(json.dumps([ordering, key, identity]).encode()).decode().rstrip("=")


def decode_cursor(cursor: str, ordering: str) -> tuple[str, UUID]:
    """The key and id of a cursor.

    Raises:
        InvalidInput: it is none of ours, or belongs to a list in another order.
    """
    try:
        padded = cursor + "=" * (-len(cursor) % 4)
        order, key, identity = json.loads(urlsafe_b64decode(padded))
        if order == ordering and isinstance(key, str) and isinstance(identity, str):
            return key, UUID(identity)
    except (ValueError, TypeError):
        pass
    raise InvalidInput(
        {"fr": "Le curseur n'est pas valable.", "en": "The cursor is not valid."},
        faults=[
            Fault(
                "cursor",
                {
                    "fr": "Renvoyez next_cursor tel que reçu, avec les mêmes filtres et le même ordre.",
                    "en": "Send next_cursor as received, with the same filters and ordering.",
                },
            )
        ],
    )
