"""How a WordPress says where its API is, and what its server says when it does not let us through to it."""

import re
from dataclasses import dataclass
from typing import Any
from urllib.parse import urljoin, urlsplit

import httpx

from services.reporting_worker.platforms.adapter import PlatformFailure
from services.reporting_worker.platforms.addresses import origin_of
from services.reporting_worker.platforms.transfer import Answer
from shared.domain.delivery import Outcome
from shared.errors import Texts

API_RELATION = "https://api.w.org/"
"""The link relation by which WordPress announces its API, in a header and in the head of each page."""
_LINK = re.compile(r"<link\b[^<>]{0,500}>", re.IGNORECASE)
_HREF = re.compile(r"""\bhref=["']([^"'<>]{1,300})["']""", re.IGNORECASE)
_WRONG_PASSWORD = frozenset({"incorrect_password", "invalid_username", "invalid_email"})
_NOBODY: Texts = {
    "fr": "Le site nous traite comme des inconnus. Ou bien le mot de passe d'application est faux ou révoqué, ou, tout "
    "aussi souvent, le serveur retire l'en-tête Authorization : son administrateur ajoute `SetEnvIf Authorization (.+) "
    "HTTP_AUTHORIZATION=$1` à .htaccess (Apache avec FastCGI : `CGIPassAuth On`), ou le fait passer par le proxy et "
    "l'extension de sécurité.",
    "en": "The site treats us as nobody. Either the application password is wrong or revoked, or, as likely, the server drops "
    "the Authorization header: its administrator adds `SetEnvIf Authorization (.+) HTTP_AUTHORIZATION=$1` to .htaccess "
    "(Apache with FastCGI: `CGIPassAuth On`), or lets the proxy and the security plugin pass it on.",
}


@dataclass(frozen=True)
class ApiRoot:
    """The address below which the API lies; with plain permalinks it is a parameter of the home page."""

    address: str
    is_announced: bool = False
    """Whether the site said so; else it is where WordPress has it by default."""

    def url(self, path: str, parameters: dict[str, Any] | None = None) -> str:
        """The address of a resource of the API.

        >>> ApiRoot("https://archive.org/?rest_route=/").url("/wp/v2/posts", {"slug": "a"})
        'https://archive.org/?rest_route=%2Fwp%2Fv2%2Fposts&slug=a'
        """
        root = httpx.URL(self.address)
        if "rest_route" in root.params:
            root = root.copy_set_param("rest_route", path)
        else:
            root = httpx.URL(f"{self.address.rstrip('/')}{path}")
        return str(root.copy_merge_params(parameters or {}))


def announced_root(home: Answer, base_url: str) -> ApiRoot | None:
    """The API root that a home page announces, None when it announces none.

    Raises:
        PlatformFailure: it lies on another origin, where our password is not sent.
    """
    links = httpx.Response(200, headers=home.headers).links
    address = links.get(API_RELATION, {}).get("url") or _announced_in_page(home)
    if not address:
        return None
    root = urljoin(f"{base_url}/", address)
    if origin_of(root) != origin_of(base_url):
        raise has_moved(origin_of(root), home)
    return ApiRoot(root, is_announced=True)


def _announced_in_page(home: Answer) -> str | None:
    for link in _LINK.findall(home.body[:200_000].decode(errors="replace")):
        if API_RELATION in link and (href := _HREF.search(link)):
            return href[1].replace("&#038;", "&").replace("&amp;", "&")
    return None


def lacks_api(answer: Answer) -> bool:
    """Whether an answer comes from no API: a page, or a server that knows no such path."""
    return answer.json() is None and (answer.status in (404, 405, 410) or 200 <= answer.status < 300)


def refusal_of(answer: Answer, asked: str, base_url: str, default: Outcome | None = None) -> PlatformFailure:
    """What an answer that is not the API's success means, in words that say what to do."""
    if 300 <= answer.status < 400 and (location := answer.headers.get("location")):
        return _redirected(answer, asked, urljoin(asked, location), base_url, default)
    if 200 <= answer.status < 300 and answer.json() is None:
        said = {
            "fr": "Une page a répondu à la place de WordPress : contrôle de sécurité, connexion ou maintenance. Faites "
            "laisser passer l'API par l'administrateur.",
            "en": "A page answered instead of WordPress: a security check, a login or a maintenance page. Have the "
            "administrator let the API through.",
        }
        return PlatformFailure(default or Outcome.UNCLEAR, said, http_status=answer.status)
    failure = answer.failure(default)
    is_nobody = answer.status == httpx.codes.UNAUTHORIZED or '"status"' in str(answer.json()).replace("'", '"')
    if failure.outcome is Outcome.UNAUTHORISED and is_nobody and answer.code not in _WRONG_PASSWORD:
        return _explained(failure, _NOBODY)
    return failure


def as_nobody(failure: PlatformFailure) -> PlatformFailure:
    """The failure of a request that asked as an account and was answered as nobody."""
    return _explained(
        PlatformFailure(Outcome.UNAUTHORISED, failure.detail, http_status=httpx.codes.UNAUTHORIZED), _NOBODY
    )


def has_moved(address: str, answer: Answer) -> PlatformFailure:
    """The site is elsewhere now: for a person to confirm, since our password would go there."""
    said = {
        "fr": f"Le site a déménagé à {address}. Rien n'y a été envoyé : changez base_url (PUT /v1/platforms/... ; un "
        "autre protocole, hôte ou port demande son mot de passe sous un nouveau nom), puis reprenez.",
        "en": f"The site has moved to {address}. Nothing was sent there: change base_url to it (PUT /v1/platforms/...; "
        "another scheme, host or port needs its password under a new name), then resume.",
    }
    return PlatformFailure(Outcome.UNAUTHORISED, said, http_status=answer.status)


def _redirected(answer: Answer, asked: str, target: str, base_url: str, default: Outcome | None) -> PlatformFailure:
    before, after = urlsplit(asked), urlsplit(target)
    if before.path.rstrip("/") == after.path.rstrip("/"):
        if origin_of(target) != origin_of(asked):
            return has_moved(f"{origin_of(target)}{urlsplit(base_url).path}", answer)
        said = {
            "fr": f"Le serveur renvoie de {before.path} à {after.path}. Rien n'y a été envoyé : faites exempter l'API "
            "(wp-json) de cette redirection par l'administrateur, puis reprenez.",
            "en": f"The server sends {before.path} on to {after.path}. Nothing was sent there: have the administrator "
            "exempt the API (wp-json) from this redirection, then resume.",
        }
        return PlatformFailure(Outcome.UNAUTHORISED, said, http_status=answer.status)
    said = {
        "fr": f"HTTP {answer.status} : le serveur nous renvoie à {target[:200]}, ce qui n'est pas suivi.",
        "en": f"HTTP {answer.status}: the server sends us to {target[:200]}, which is not followed.",
    }
    return PlatformFailure(default or Outcome.REJECTED, said, http_status=answer.status)


def _explained(failure: PlatformFailure, said: Texts) -> PlatformFailure:
    return PlatformFailure(
        failure.outcome,
        {language: f"{failure.detail[language][:80]}. {said[language]}" for language in said},
        http_status=failure.http_status,
        retry_after=failure.retry_after,
    )
