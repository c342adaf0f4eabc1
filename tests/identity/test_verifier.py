"""Access tokens: what is accepted, the one answer to everything else, and the keeping of keys and tokens (RFC 9068)."""

import asyncio
import time

import pytest
import time_machine
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat

from shared.auth import InvalidToken, KeysUnavailable, Verifier
from tests.identity.keys import AUDIENCE, ISSUER, Provider, by_hand, claims, jwk, key, signed_with_public_key, token

GOOD = {"alg": "ES256", "typ": "at+jwt", "kid": "k1"}


@pytest.fixture
def provider() -> Provider:
    return Provider()


@pytest.fixture
def verifier(provider: Provider) -> Verifier:
    return Verifier(ISSUER, AUDIENCE, provider.fetch)


async def test_no_token_is_nobody(verifier: Verifier) -> None:
    assert (await verifier.verify(None)).is_anonymous


@pytest.mark.parametrize("kind", ["RS256", "ES256", "EdDSA"])
async def test_accepts_each_allowed_signature(kind: str) -> None:
    provider = Provider([jwk(kind, "k1")])
    principal = await Verifier(ISSUER, AUDIENCE, provider.fetch).verify(f"Bearer {token(kind)}")
    assert principal.subject == "awa"
    assert principal.roles == {"viewer"}
    assert not principal.is_anonymous


async def test_reads_name_roles_scopes_and_section(verifier: Verifier) -> None:
    given = token(
        name="first", roles=["sponsor_editor", "emperor"], scope="openid projects:read", sponsor="civil-affairs"
    )
    principal = await verifier.verify(f"bearer {given}")
    assert principal.roles == {"sponsor_editor"}
    assert principal.scopes == {"projects:read"}
    assert principal.sponsor == "civil-affairs"
    assert not principal.is_service


async def test_a_token_whose_subject_is_its_client_is_a_program(verifier: Verifier) -> None:
    assert (await verifier.verify(f"Bearer {token(sub='sync', client_id='sync')}")).is_service


async def test_accepts_the_audience_among_several_and_the_long_type(verifier: Verifier) -> None:
    given = token(typ="application/at+JWT", aud=["other", AUDIENCE])
    assert (await verifier.verify(f"Bearer {given}")).subject == "awa"


def bad_tokens() -> dict[str, str]:
    now = int(time.time())
    public = key("ES256").public_key().public_bytes(Encoding.PEM, PublicFormat.SubjectPublicKeyInfo)
    good = token()
    head, body, signature = good.split(".")
    return {
        "nothing": "",
        "one word": "hello",
        "two parts": "a.b",
        "not base64": "%%%.%%%.%%%",
        "header not JSON": by_hand(b"{", claims(), b"x"),
        "header a list": by_hand([1], claims(), b"x"),
        "claims a list": by_hand(GOOD, [1], b"x"),
        "no signature": f"{head}.{body}.",
        "signature of another body": f"{head}.{token(sub='admin').split('.')[1]}.{signature}",
        "signature cut": good[:-8],
        "alg none": by_hand({**GOOD, "alg": "none"}, claims()),
        "alg None": by_hand({**GOOD, "alg": "NoNe"}, claims()),
        "alg missing": by_hand({"typ": "at+jwt", "kid": "k1"}, claims(), b"x"),
        "alg a list": by_hand({**GOOD, "alg": ["ES256"]}, claims(), b"x"),
        "alg HS256 with the public key": signed_with_public_key(public),
        "alg of another key type": by_hand({**GOOD, "alg": "RS256"}, claims(), b"x"),
        "signed by a stranger": token(name="stranger"),
        "unknown kid": token(kid="k9"),
        "kid missing": by_hand({"alg": "ES256", "typ": "at+jwt"}, claims(), b"x"),
        "kid a number": by_hand({**GOOD, "kid": 1}, claims(), b"x"),
        "kid a path": token(kid="../../../../dev/null"),
        "an ID token": token(typ="JWT"),
        "type missing": by_hand({"alg": "ES256", "kid": "k1"}, claims(), b"x"),
        "unknown critical header": by_hand({**GOOD, "crit": ["exp"]}, claims(), b"x"),
        "another issuer": token(iss="https://evil.example.org"),
        "issuer with a slash": token(iss=ISSUER + "/"),
        "another audience": token(aud="payroll"),
        "audience a number": token(aud=3),
        "expired": token(exp=now - 3600),
        "expiry missing": token(exp=None),
        "expiry a word": by_hand(GOOD, claims(exp="tomorrow"), b"x"),
        "not yet valid": token(nbf=now + 3600),
        "issued tomorrow": token(iat=now + 86400),
        "subject missing": token(sub=None),
        "subject empty": by_hand(GOOD, claims(sub=""), b"x"),
        "subject a number": by_hand(GOOD, claims(sub=7), b"x"),
        "subject with NUL": token(sub="a\x00b"),
        "subject anonymous": token(sub="anonymous"),
        "subject one of our jobs": token(sub="system:rates"),
        "subject endless": token(sub="a" * 300),
        "client missing": token(client_id=None),
        "jti missing": token(jti=None),
        "audience missing": token(aud=None),
        "roles a word": token(roles="admin"),
        "huge": "a" * 20_000,
        "not ASCII": "é.é.é",
    }


@pytest.mark.parametrize("name", bad_tokens())
async def test_refuses_all_bad_tokens_alike(verifier: Verifier, name: str) -> None:
    with pytest.raises(InvalidToken) as refused:
        await verifier.verify(f"Bearer {bad_tokens()[name]}")
    assert refused.value.detail == InvalidToken().detail
    assert refused.value.headers == InvalidToken().headers


@pytest.mark.parametrize("header", ["", "Bearer", "Basic YTpi", "Token x", token(), f"Bearer{token()}"])
async def test_refuses_other_headers(verifier: Verifier, header: str) -> None:
    with pytest.raises(InvalidToken):
        await verifier.verify(header)


@pytest.mark.parametrize(
    "published",
    [
        jwk("ES256", "k1", use="enc"),
        {**jwk("ES256", "k1"), "alg": "ES384"},
        {**jwk("ES256", "k1"), "x": "!!"},
        {"kty": "oct", "kid": "k1", "k": "c2VjcmV0", "alg": "HS256"},
        {"kty": "EC"},
        "k1",
    ],
)
async def test_ignores_keys_that_are_not_for_our_signatures(published: object) -> None:
    provider = Provider([published])  # type: ignore[list-item]
    with pytest.raises(InvalidToken):
        await Verifier(ISSUER, AUDIENCE, provider.fetch).verify(f"Bearer {token()}")


@pytest.mark.filterwarnings("ignore:The RSA key is:jwt.warnings.InsecureKeyLengthWarning")
async def test_ignores_rsa_keys_that_are_too_short() -> None:
    provider = Provider([jwk("RS256", "k1", "short")])
    with pytest.raises(InvalidToken):
        await Verifier(ISSUER, AUDIENCE, provider.fetch).verify(f"Bearer {token('RS256', name='short')}")


class TestKeys:
    async def test_fetches_once_for_many_callers(self, provider: Provider, verifier: Verifier) -> None:
        given = [f"Bearer {token(sub=f'person-{number}')}" for number in range(20)]
        found = await asyncio.gather(*(verifier.verify(one) for one in given))
        assert [one.subject for one in found] == [f"person-{number}" for number in range(20)]
        assert provider.fetches == 1

    async def test_fetches_at_most_once_in_ten_seconds_for_unknown_kids(self, provider: Provider) -> None:
        clock = Clock()
        verifier = Verifier(ISSUER, AUDIENCE, provider.fetch, clock)
        for number in range(10_000):
            made_up = by_hand({**GOOD, "kid": f"made-up-{number}"}, {}, b"x")
            with pytest.raises(InvalidToken):
                await verifier.verify(f"Bearer {made_up}")
        assert provider.fetches == 1
        clock.now += 10
        with pytest.raises(InvalidToken):
            await verifier.verify(f"Bearer {token(kid='made-up')}")
        assert provider.fetches == 2

    async def test_a_new_key_works_ten_seconds_after_the_last_fetch_at_most(self, provider: Provider) -> None:
        clock = Clock()
        verifier = Verifier(ISSUER, AUDIENCE, provider.fetch, clock)
        await verifier.verify(f"Bearer {token()}")
        provider.keys.append(jwk("ES256", "k2", "second"))
        with pytest.raises(InvalidToken):
            await verifier.verify(f"Bearer {token(kid='k2', name='second')}")
        clock.now += 10
        assert (await verifier.verify(f"Bearer {token(kid='k2', name='second')}")).subject == "awa"

    async def test_a_withdrawn_key_ends_its_tokens(self, provider: Provider) -> None:
        clock = Clock()
        verifier = Verifier(ISSUER, AUDIENCE, provider.fetch, clock)
        old = f"Bearer {token()}"
        await verifier.verify(old)
        provider.keys = [jwk("ES256", "k2", "second")]
        clock.now += 10
        await verifier.verify(f"Bearer {token(kid='k2', name='second')}")
        with pytest.raises(InvalidToken):
            await verifier.verify(old)

    async def test_known_keys_serve_through_an_outage(self, provider: Provider) -> None:
        clock = Clock()
        verifier = Verifier(ISSUER, AUDIENCE, provider.fetch, clock)
        await verifier.verify(f"Bearer {token()}")
        provider.is_down = True
        clock.now += 86400
        assert (await verifier.verify(f"Bearer {token(sub='issa')}")).subject == "issa"
        assert provider.fetches == 2

    async def test_without_any_key_yet_the_answer_is_try_again(self, provider: Provider) -> None:
        clock = Clock()
        verifier = Verifier(ISSUER, AUDIENCE, provider.fetch, clock)
        provider.is_down = True
        with pytest.raises(KeysUnavailable):
            await verifier.verify(f"Bearer {token()}")
        provider.is_down = False
        clock.now += 10
        assert (await verifier.verify(f"Bearer {token()}")).subject == "awa"

    async def test_a_key_set_that_is_none_keeps_the_old_one(self, provider: Provider) -> None:
        clock = Clock()
        verifier = Verifier(ISSUER, AUDIENCE, provider.fetch, clock)
        await verifier.verify(f"Bearer {token()}")
        provider.keys = "<html>"  # type: ignore[assignment]
        clock.now += 600
        assert (await verifier.verify(f"Bearer {token(sub='issa')}")).subject == "issa"


class TestMemory:
    async def test_a_remembered_token_still_expires(self, verifier: Verifier) -> None:
        with time_machine.travel(1_650_000_000, tick=False) as clock:
            given = f"Bearer {token(exp=1_650_000_030)}"
            await verifier.verify(given)
            clock.shift(29)
            await verifier.verify(given)
            clock.shift(31)
            with pytest.raises(InvalidToken):
                await verifier.verify(given)

    async def test_a_token_is_looked_at_again_after_a_minute(self, provider: Provider) -> None:
        timer = Clock()
        verifier = Verifier(ISSUER, AUDIENCE, provider.fetch, timer)
        with time_machine.travel(1_650_000_000, tick=False) as clock:
            given = f"Bearer {token(exp=1_650_009_000)}"
            await verifier.verify(given)
            provider.keys = [jwk("ES256", "k2", "second")]
            timer.now += 400
            clock.shift(59)
            await verifier.verify(given)
            clock.shift(2)
            with pytest.raises(InvalidToken):
                await verifier.verify(given)

    async def test_memory_is_bounded(self, verifier: Verifier, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setattr("shared.auth.REMEMBERED_TOKENS", 8)
        for number in range(50):
            await verifier.verify(f"Bearer {token(jti=str(number))}")
        assert len(verifier._remembered) <= 8


class Clock:
    """Seconds that pass when told to."""

    def __init__(self) -> None:
        self.now = 1000.0

    def __call__(self) -> float:
        return self.now
