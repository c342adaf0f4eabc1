"""Addresses of partners' sites as they may be saved: https on the open internet, spelled in one way only.

Whatever two programs could read differently (RFC 3986 against WHATWG: backslashes, octal numbers, wide digits, user
names) is refused, not repaired. Where a name leads is judged when it is saved and again at each connection.
"""

import re
from ipaddress import ip_address
from typing import Annotated
from urllib.parse import urlsplit

from pydantic import AfterValidator, Field

from shared.egress import is_public
from shared.sentences import refusal

MAX_CHARACTERS = 300
_SITE = re.compile(
    r"(?P<scheme>https?)://(?P<host>\[[0-9a-f:.]+\]|[a-z0-9.-]+)(?::(?P<port>[1-9][0-9]{0,4}))?"
    r"(?P<path>(?:/[A-Za-z0-9._~-]+)*)/?",
    re.ASCII,
)
_LABEL = re.compile(r"(?!-)[a-z0-9-]{1,63}(?<!-)", re.ASCII)
_NUMBER = re.compile(r"[0-9]+|0x[0-9a-f]*", re.ASCII)
"""A last label that every browser reads as part of an IPv4 address (WHATWG URL, 3.5)."""
_THIS_MACHINE = frozenset({"localhost", "127.0.0.1", "[::1]"})
_INNER_DOMAINS = frozenset(
    (
        *("alt", "arpa", "consul", "corp", "docker", "domain", "example", "home", "internal", "intranet", "invalid"),
        *("lan", "local", "localdomain", "localhost", "onion", "private", "svc", "test"),
    )
)
"""Last labels that the public name system never gives out (RFC 6761, 6762, 7686, 8375, 9476, ICANN's `internal`), and
those that inner networks use."""


def site_address(value: str) -> str:
    """A site's address in its one spelling: lower-case scheme and host, no default port, no slash at the end.

    This machine's own names pass here, over any port; whether they may be used says a setting.

    >>> site_address("HTTPS://Archive.Example.org:443/wp/")
    'https://archive.example.org/wp'
    """
    split_at = value.find("/", value.find("://") + 3) if "://" in value else -1
    front, path = (value, "") if split_at < 0 else (value[:split_at], value[split_at:])
    found = _SITE.fullmatch(front.lower() + path) if value.isascii() else None
    if found is None or {".", ".."} & set(path.split("/")):
        raise refusal(
            "site_address_form",
            "L'adresse d'un site s'écrit https://nom.domaine, au besoin avec un dossier : sans nom d'utilisateur, "
            "paramètre, fragment, espace ni autre signe ; un nom accentué s'écrit sous sa forme xn--.",
            "A site's address is written https://name.domain, with a folder if need be: no user name, query, fragment, "
            "space or other sign; a name beyond ASCII is written in its xn-- form.",
        )
    host, port = found["host"], found["port"]
    if host not in _THIS_MACHINE:
        _insist_on_public(found["scheme"], host, port)
    is_default = port is None or (found["scheme"], port) in (("https", "443"), ("http", "80"))
    return f"{found['scheme']}://{host}{'' if is_default else ':' + port}{found['path']}"


def _insist_on_public(scheme: str, host: str, port: str | None) -> None:
    if scheme != "https" or port not in (None, "443"):
        raise refusal(
            "site_address_not_https",
            "Un site partenaire est joint par https, sur le port 443 : le mot de passe y passe.",
            "A partner's site is reached over https, on port 443: the password travels there.",
        )
    if not _is_public_host(host):
        raise refusal(
            "site_address_not_public",
            f"« {host} » n'est pas le nom d'un site de l'internet public.",
            f"'{host}' is not the name of a site on the public internet.",
        )


def _is_public_host(host: str) -> bool:
    labels = host.split(".")
    if host.startswith("[") or _NUMBER.fullmatch(labels[-1]):
        try:
            return is_public(ip_address(host.strip("[]")))
        except ValueError:
            return False
    if len(labels) < 2 or len(host) > 253 or not all(_LABEL.fullmatch(label) for label in labels):
        return False
    try:
        for label in labels:
            label.encode().decode("idna")
    except UnicodeError:
        return False
    return labels[-1] not in _INNER_DOMAINS


def origin_of(address: str) -> str:
    """Scheme, host and port of a saved address: what a password is given to.

    >>> origin_of("https://archive.example.org/wp")
    'https://archive.example.org'
    """
    parts = urlsplit(address)
    return f"{parts.scheme}://{parts.netloc}"


SiteAddress = Annotated[str, Field(strict=True, max_length=MAX_CHARACTERS), AfterValidator(site_address)]
"""The address of a partner's site."""
