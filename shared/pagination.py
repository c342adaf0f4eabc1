"""Keyset pages: an opaque cursor that names the last row seen, in one order; no offsets, so that nothing is skipped."""

import hashlib
import json
from base64 import urlsafe_b64decode, urlsafe_b64encode
from uuid import UUID

from shared.errors import Fault, InvalidInput

LIMIT_DEFAULT, LIMIT_MAX = 50, 500
_CHECK_BYTES = 8


def encode_cursor(ordering: str, key: str, identity: str) -> str:
    """An opaque position: after the row with this key and id, in this order."""
    position = json.dumps([ordering, key, identity]).encode()
    return urlsafe_b64encode(_check(position) + position).decode().rstrip("=")


def decode_cursor(cursor: str, ordering: str) -> tuple[str, UUID]:
    """The key and id of a cursor.

    Raises:
        InvalidInput: it is none of ours, was changed on the way, or belongs to a list in another order.
    """
    try:
        content = urlsafe_b64decode(cursor + "=" * (-len(cursor) % 4))
        position = content[_CHECK_BYTES:]
        if content[:_CHECK_BYTES] == _check(position):
            order, key, identity = json.loads(position)
            if order == ordering and encode_cursor(order, key, identity) == cursor:
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


def _check(position: bytes) -> bytes:
    """Tells a cursor that was cut or changed; no secret, since a position opens nothing that a list would not."""
    return hashlib.sha256(b"djoliba cursor " + position).digest()[:_CHECK_BYTES]
