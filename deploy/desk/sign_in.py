"""How one comes to the desk in production: by the organisation's identity provider, and back to where one was."""

import secrets
import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import asdict, dataclass, replace
from typing import Any

import httpx
import structlog
from starlette.requests import Request
from starlette.responses import RedirectResponse, Response
from starlette.routing import Route

from deploy.desk.api import Refused
from deploy.desk.filling import resumed
from deploy.desk.provider import Grant, Provider, ProviderDown, ProviderRefused
from deploy.desk.reception import Reception
from deploy.desk.renewals import Renewals
from deploy.desk.sealing import PIECE_CHARACTERS, Seal, TooLong, fits, joined, put, remove
from deploy.desk.session import DOOR, HOURS, Kept, Session, is_of_this_site, own_address, session_of
from deploy.desk.typed import form_of

SEALED = "session 1"
"""The kind of a sealed session; another number where what it holds has changed, so that none is misread."""
SESSION, ATTEMPT, FAREWELL = "djoliba_desk", "djoliba_sign_in", "djoliba_sign_out"
"""The cookies: who has signed in, one attempt to sign in, one sign-out."""
ATTEMPT_SECONDS = 600
FAREWELL_SECONDS = 60
EARLY_SECONDS = 30
"""How long before its end an access token is renewed: it has to outlive the request, and clocks differ."""
BACK, LEFT = f"{DOOR}/back", "/desk/sign-out/done"
"""Where the provider sends the browser back to; both are registered there."""

log = structlog.get_logger(__name__)


@dataclass(frozen=True)
class _SignedIn:
    grant: Grant
    secret: str

    def written(self) -> Mapping[str, Any]:
        return asdict(self)

    @classmethod
    def read(cls, value: Mapping[str, Any]) -> "_SignedIn":
        return cls(Grant(**value["grant"]), value["secret"])

    def kept(self, cookies: Sequence[str] = ()) -> Kept:
        return Kept(self.grant.access, self.secret, self.grant.name, cookies=cookies)


class ProviderReception(Reception):
    """The reception of a desk whose people the organisation knows."""

    def __init__(
        self,
        client: Callable[[], httpx.AsyncClient],
        provider: Provider,
        seal: Seal,
        public_url: str,
        seconds: Callable[[], float] = time.time,
    ) -> None:
        super().__init__(client, is_secure=public_url.startswith("https://"))
        self._provider, self._seal, self._seconds = provider, seal, seconds
        self._public_url = public_url.rstrip("/")
        self._renewals = Renewals(provider)

    @property
    def routes(self) -> Sequence[Route]:
        """How one comes in and goes out."""
        return (
            Route(DOOR, self.sign_in, methods=["GET", "POST"]),
            Route(f"{DOOR}/start", self.start),
            Route(BACK, self.back),
            Route(f"{DOOR}/done", self.done),
            Route("/desk/sign-out", self.sign_out, methods=["POST"]),
            Route("/desk/sign-out/onward", self.onward),
            Route(LEFT, self.left),
        )

    async def kept(self, request: Request) -> Kept:
        """Whom the cookies name; their token is renewed where it is about to end."""
        sealed = joined(request.cookies, SESSION)
        if not sealed:
            return Kept()
        # what is sealed again with each renewal says itself until when it holds
        value = self._seal.opened(SEALED, sealed, HOURS * 3600)
        if value is None or self._seconds() >= value["until"]:
            return self._ended(request)
        held = _SignedIn.read(value)
        if self._seconds() < held.grant.expires_at - EARLY_SECONDS:
            return held.kept()
        try:
            renewed = replace(held, grant=await self._renewals.of(held.grant))
        except ProviderRefused as refusal:
            log.info("session not renewed", reason=str(refusal))
            return self._ended(request)
        except ProviderDown as error:
            log.warning("identity provider does not answer", reason=str(error))
            return held.kept() if self._seconds() < held.grant.expires_at else Kept(ended="provider_down")
        jar = Response()
        self._put(jar, request, renewed, value["until"])
        return renewed.kept(_cookies_of(jar))

    async def sign_in(self, request: Request) -> Response:
        """The page on which one signs in; with what was typed, once one has: the form as it was left."""
        session = session_of(request)
        if request.method == "GET":
            return self._door(request, session, resume=own_address(request.query_params.get("resume")))
        given, resume = await form_of(request), own_address((await form_of(request)).get("resume"))
        if not is_of_this_site(request):
            return self._door(request, session, status=400)
        typed = {name: value for name, value in given.items() if name not in {"resume", "csrf"}}
        return await self._answered(request, lambda desk: resumed(desk, resume, typed))

    async def start(self, request: Request) -> Response:
        """To the provider, remembering in the browser what for."""
        attempt = {name: secrets.token_urlsafe(32) for name in ("state", "nonce", "verifier")}
        session = session_of(request)
        try:
            address = await self._provider.address(
                **attempt, back=self._public_url + BACK, language=session.language
            )  # fmt: skip
        except ProviderDown as error:
            return self._failed(request, "provider_down", error)
        answer = RedirectResponse(address, status_code=303)
        resume = own_address(request.query_params.get("resume"))
        sealed = self._seal.closed("attempt", {**attempt, "resume": resume})
        if not fits(sealed):  # a list that is filtered by very much, without its filters
            sealed = self._seal.closed("attempt", {**attempt, "resume": resume.partition("?")[0][:PIECE_CHARACTERS]})
        put(answer, {}, _name_of(attempt["state"]), sealed, is_secure=self._is_secure, seconds=ATTEMPT_SECONDS)
        return answer

    async def back(self, request: Request) -> Response:
        """From the provider, with a code; on to where one wanted to be."""
        given = request.query_params
        name = _name_of(given.get("state", ""))
        attempt = self._seal.opened("attempt", joined(request.cookies, name), ATTEMPT_SECONDS)
        if attempt is None or not secrets.compare_digest(attempt["state"].encode(), given.get("state", "").encode()):
            return self._failed(request, "attempt_over", "state")
        try:
            answer = await self._entered(request, attempt)
        except ProviderDown as error:
            answer = self._failed(request, "provider_down", error, attempt["resume"])
        except ProviderRefused as refusal:
            answer = self._failed(request, "not_let_in", refusal, attempt["resume"])
        except TooLong:
            answer = self._failed(request, "not_let_in", "the tokens are longer than cookies hold", attempt["resume"])
        remove(answer, request.cookies, name)
        return answer

    async def done(self, request: Request) -> Response:
        """What the tab says in which one signed in again beside a form."""
        return self._draw(request, session_of(request), "signed_in.html")

    async def sign_out(self, request: Request) -> Response:
        """Forget the tokens, here and at the provider."""
        given, session = await form_of(request), session_of(request)
        if not session.owns(given.get("csrf", "")):
            return RedirectResponse("/desk", status_code=303)
        # the browser leaves from a page: a form may lead to the desk only, and so may what it is redirected to
        answer = self._draw(request, Session(Kept(), session.language), "signing_out.html")
        value = self._seal.opened(SEALED, joined(request.cookies, SESSION), HOURS * 3600)
        if value is not None:
            grant = _SignedIn.read(value).grant
            await self._provider.revoke(grant)
            sealed = self._seal.closed("farewell", {"identity": grant.identity})
            put(answer, {}, FAREWELL, sealed, is_secure=self._is_secure, seconds=FAREWELL_SECONDS)
        remove(answer, request.cookies, SESSION)
        return answer

    async def onward(self, request: Request) -> Response:
        """To the provider, who forgets too; only for a browser that has just signed out here."""
        value = self._seal.opened("farewell", joined(request.cookies, FAREWELL), FAREWELL_SECONDS)
        address = None
        if value is not None:
            language = session_of(request).language
            address = await self._provider.farewell(value["identity"], self._public_url + LEFT, language)
        answer = RedirectResponse(address or LEFT, status_code=303)
        remove(answer, request.cookies, FAREWELL)
        return answer

    async def left(self, request: Request) -> Response:
        """The page of who has signed out."""
        return self._door(request, session_of(request), path=DOOR, query={}, notice="have_left")

    async def _entered(self, request: Request, attempt: Mapping[str, str]) -> Response:
        given = request.query_params
        if "code" not in given:
            raise ProviderRefused(given.get("error", "no code")[:100])
        if given.get("iss", self._provider.issuer) != self._provider.issuer:  # RFC 9207
            raise ProviderRefused("the answer is another provider's")
        grant = await self._provider.exchange(
            given["code"], verifier=attempt["verifier"], nonce=attempt["nonce"], back=self._public_url + BACK
        )  # fmt: skip
        try:
            await self.api(grant.access, "en").get("/v1/enumerations")
        except Refused as refusal:
            if refusal.status == httpx.codes.UNAUTHORIZED:
                raise ProviderRefused("the API does not take the access token: see docs/desk.md") from refusal
        answer = RedirectResponse(attempt["resume"], status_code=303)
        signed_in = _SignedIn(grant, secrets.token_urlsafe(32))
        self._put(answer, request, signed_in, self._seconds() + HOURS * 3600)
        return answer

    def _put(self, answer: Response, request: Request, signed_in: _SignedIn, until: float) -> None:
        sealed = self._seal.closed(SEALED, {**signed_in.written(), "until": until})
        if not fits(sealed):  # the id_token only spares a question when one leaves
            signed_in = replace(signed_in, grant=replace(signed_in.grant, identity=None))
            sealed = self._seal.closed(SEALED, {**signed_in.written(), "until": until})
        put(answer, request.cookies, SESSION, sealed, is_secure=self._is_secure)

    def _ended(self, request: Request) -> Kept:
        jar = Response()
        remove(jar, request.cookies, SESSION)
        return Kept(ended="signed_out", cookies=_cookies_of(jar))

    def _failed(self, request: Request, notice: str, reason: object, resume: str = "/desk") -> Response:
        log.warning("sign-in failed", notice=notice, reason=str(reason))
        status = 503 if notice == "provider_down" else 400
        # in the page's own address stands what the provider has sent, which no page shows
        answer = self._door(
            request, session_of(request), path=DOOR, query={"resume": resume}, notice=notice, resume=resume,
            status=status,
        )  # fmt: skip
        if status == 503:
            answer.headers["Retry-After"] = "30"
        return answer


def _name_of(state: str) -> str:
    """The cookie of one attempt: several tabs may be on their way at once."""
    return f"{ATTEMPT}_{''.join(one for one in state[:12] if one.isascii() and (one.isalnum() or one in '-_'))}"


def _cookies_of(jar: Response) -> Sequence[str]:
    return [value.decode("latin-1") for name, value in jar.raw_headers if name == b"set-cookie"]
