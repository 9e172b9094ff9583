"""Access tokens: good ones say whose they are; an issuer on this machine also makes every kind of bad one."""

import json
from collections.abc import Callable, Iterator, Mapping
from typing import Any

import pytest

from moe_memorygraph.errors import NotFound, Unavailable
from moe_memorygraph.server.auth.issuers import FRESH_SECONDS, PAUSE_SECONDS, STALE_SECONDS, read_json
from moe_memorygraph.server.auth.tokens import TokenChecker
from moe_memorygraph.server.principal import Principal, Refused
from moe_memorygraph.settings import OAuthIssuer
from tests.server.auth.conftest import Clocks
from tests.server.auth.issuer import AUDIENCE, LocalIssuer, local_issuer, sealed_with, unsigned

AUDIENCES = (AUDIENCE, "https://mcp.example.com/sse", "https://mcp.example.com")


@pytest.fixture(scope="module")
def shared() -> Iterator[LocalIssuer]:
    with local_issuer() as one:
        yield one


@pytest.fixture
def issuer(shared: LocalIssuer) -> LocalIssuer:
    """With one key of each kind, which it says as it should."""
    shared.pages.clear()
    shared.asked.clear()
    shared.rotate("rs-1", "es-1", "ed-1")
    shared.announce()
    return shared


Make = Callable[..., TokenChecker]


@pytest.fixture
def clocks() -> Clocks:
    return Clocks()


@pytest.fixture
def make(issuer: LocalIssuer, clocks: Clocks) -> Make:
    async def memory(tenant_key: str) -> object:
        if tenant_key not in ("vendor", "rival"):
            raise NotFound("This tenant does not exist.")
        return tenant_key

    def build(*issuers: OAuthIssuer, **more: Any) -> TokenChecker:
        trusted = issuers or (OAuthIssuer(**{"url": issuer.url, **more}),)
        return TokenChecker(trusted, audiences=AUDIENCES, memory=memory, read=read_json, clock=lambda: clocks.seconds)

    return build


@pytest.mark.parametrize("kid", ["rs-1", "es-1", "ed-1"])
async def test_a_good_token_says_whose_it_is_and_what_it_may_do(issuer: LocalIssuer, make: Make, kid: str) -> None:
    assert await make().principal_of(issuer.token(kid)) == Principal(
        tenant_key="vendor", scopes=frozenset({"read", "write"}), issuer=issuer.url, subject='["alice", "agent"]'
    )


@pytest.mark.parametrize(
    ("claims", "scopes"),
    [
        ({"scope": "read"}, {"read"}),
        ({"scope": None, "scp": "admin read"}, {"admin", "read"}),
        ({"scope": None, "scp": ["write"]}, {"write"}),
        ({"scope": None}, set()),
        ({"scope": "reading memory:read"}, set()),
        ({"scope": {"read": True}}, set()),
        ({"scope": ""}, set()),
    ],
)
async def test_scopes_are_ours_among_the_tokens(
    issuer: LocalIssuer, make: Make, claims: dict[str, Any], scopes: set[str]
) -> None:
    assert (await make().principal_of(issuer.token(**claims))).scopes == scopes


async def test_names_may_be_the_issuers_own(issuer: LocalIssuer, make: Make) -> None:
    checker = make(tenant_claim="org", tenants={"org_1": "vendor"}, scope_prefix="mg:")
    principal = await checker.principal_of(issuer.token(tenant="rival", org="org_1", scope="mg:read write"))
    assert (principal.tenant_key, principal.scopes) == ("vendor", frozenset({"read"}))
    for org in ("org_2", "vendor", "", None, ["org_1"], 7):
        with pytest.raises(Refused, match="no tenant"):
            await checker.principal_of(issuer.token(org=org))


@pytest.mark.parametrize("audience", [*AUDIENCES, ["https://other", AUDIENCE]])
async def test_a_token_is_meant_for_us(issuer: LocalIssuer, make: Make, audience: Any) -> None:
    assert await make().principal_of(issuer.token(aud=audience))


@pytest.mark.parametrize(
    ("claims", "sentence"),
    [
        ({"aud": "https://other.example.com/mcp"}, "another server"),
        ({"aud": ["https://other.example.com"]}, "another server"),
        ({"aud": "https://mcp.example.com/mcp/"}, "another server"),
        ({"aud": "https://mcp.example.com.evil.com"}, "another server"),
        ({"aud": None}, "not good"),
        ({"aud": 7}, "another server"),
        ({"exp": 1}, "has expired"),
        ({"exp": None}, "not good"),
        ({"exp": "soon"}, "not good"),
        ({"exp": 1e400}, "cannot be read|not good"),
        ({"nbf": 99_999_999_999}, "not valid yet"),
        ({"iat": 99_999_999_999}, "not valid yet"),
        ({"sub": None}, "not good"),
        ({"sub": 7}, "not good"),
        ({"iss": None}, "not trusted"),
        ({"iss": "https://evil.example.com"}, "not trusted"),
        ({"iss": ["https://idp"]}, "not trusted"),
        ({"tenant": "nosuch"}, "no tenant"),
        ({"tenant": "Not A Key"}, "no tenant|no such"),
        ({"tenant": None}, "no tenant"),
        ({"tenant": ""}, "no tenant"),
        ({"tenant": ["vendor"]}, "no tenant"),
        ({"tenant": {"vendor": 1}}, "no tenant"),
    ],
)
async def test_what_a_token_says_must_be_so(
    issuer: LocalIssuer, make: Make, claims: dict[str, Any], sentence: str
) -> None:
    """Signed by the issuer's own key, all of them."""
    with pytest.raises(Refused, match=sentence):
        await make().principal_of(issuer.token(**claims))


def attacks(issuer: LocalIssuer) -> Mapping[str, str]:
    claims, kid = issuer.claims(), {"kid": "rs-1"}
    good = issuer.token()
    own, stranger = issuer.token("rs-1"), LocalIssuer(1)
    stranger.rotate("rs-1", "es-1")
    head, body, signature = good.split(".")
    public = stranger.keys["rs-1"].public_key().public_numbers()
    jwk = {"kty": "RSA", "n": str(public.n), "e": "AQAB", "kid": "rs-1"}
    return {
        "none": unsigned({"alg": "none", **kid}, claims),
        "None": unsigned({"alg": "None", **kid}, claims),
        "no algorithm": unsigned(kid, claims),
        "a list of algorithms": unsigned({"alg": ["RS256"], **kid}, claims),
        "HS256 with the public key": sealed_with(issuer.public_pem(), {"alg": "HS256", **kid}, claims),
        "HS256 with its name": sealed_with(b"rs-1", {"alg": "HS256", **kid}, claims),
        "HS256 with nothing": sealed_with(b"", {"alg": "HS256", **kid}, claims),
        "RS256 that is a seal": sealed_with(issuer.public_pem(), {"alg": "RS256", **kid}, claims),
        "a stranger's key of that name": issuer.token(key=stranger.keys["rs-1"]),
        "a stranger's key in the header": issuer.token(key=stranger.keys["rs-1"], header={"jwk": jwk}),
        "a stranger's address in the header": issuer.token(
            key=stranger.keys["rs-1"], header={"jku": f"{issuer.url}/evil", "x5u": f"{issuer.url}/evil"}
        ),
        "an algorithm that its key is not for": issuer.token("es-1", header={"kid": "rs-1"}),
        "another key's name": issuer.token("rs-1", header={"kid": "es-1"}),
        "no key's name": issuer.token(header={"kid": "rs-9"}),
        "a path for a name": issuer.token(header={"kid": "../../../dev/null"}),
        "a name without end": issuer.token(header={"kid": "k" * 300}),
        "what is critical and not known": issuer.token(header={"crit": ["exp"]}),
        "another kind of token": issuer.token(header={"typ": "logout+jwt"}),
        "no signature": f"{head}.{body}.",
        "half a signature": f"{head}.{body}.{signature[: len(signature) // 2]}",
        "other claims under its signature": f"{head}.{unsigned({}, issuer.claims(tenant='rival')).split('.')[1]}.{signature}",
        "two parts": f"{head}.{body}",
        "four parts": f"{own}.{signature}",
        "nothing": "..",
        "no JSON": "e30.eA.eA",
        "a list": f"{head}.W10.{signature}",
        "brackets without end": unsigned({"alg": "RS256", **kid}, {}).replace(".e30.", f".{'W1tb' * 1500}."),
    }


ATTACKS = (
    "none", "None", "no algorithm", "a list of algorithms", "HS256 with the public key", "HS256 with its name",
    "HS256 with nothing", "RS256 that is a seal", "a stranger's key of that name", "a stranger's key in the header",
    "a stranger's address in the header", "an algorithm that its key is not for", "another key's name",
    "no key's name", "a path for a name", "a name without end", "what is critical and not known",
    "another kind of token", "no signature", "half a signature", "other claims under its signature", "two parts",
    "four parts", "nothing", "no JSON", "a list", "brackets without end",
)  # fmt: skip


@pytest.mark.parametrize("name", ATTACKS)
async def test_a_token_that_the_issuer_did_not_sign_is_none(issuer: LocalIssuer, make: Make, name: str) -> None:
    issuer.serve("/evil", {"keys": []})
    with pytest.raises(Refused):
        await make().principal_of(attacks(issuer)[name])
    assert "/evil" not in issuer.asked


def test_every_attack_is_tried(issuer: LocalIssuer) -> None:
    assert tuple(attacks(issuer)) == ATTACKS


async def test_one_issuer_does_not_speak_for_another(issuer: LocalIssuer, make: Make) -> None:
    with local_issuer() as other:
        other.rotate("rs-1")
        other.announce()
        checker = make(
            OAuthIssuer(url=issuer.url, tenants={"vendor": "vendor"}),
            OAuthIssuer(url=other.url, tenants={"rival": "rival"}),
        )
        assert (await checker.principal_of(issuer.token())).tenant_key == "vendor"
        assert (await checker.principal_of(other.token(tenant="rival"))).tenant_key == "rival"
        with pytest.raises(Refused, match="no tenant"):
            await checker.principal_of(other.token(tenant="vendor"))
        with pytest.raises(Refused, match="not good"):
            await checker.principal_of(other.token(iss=issuer.url))


async def test_only_algorithms_that_are_allowed_are(issuer: LocalIssuer, make: Make) -> None:
    checker = make(algorithms=("ES256",))
    assert await checker.principal_of(issuer.token("es-1"))
    with pytest.raises(Refused, match="not allowed"):
        await checker.principal_of(issuer.token("rs-1"))
    assert issuer.asked.count("/keys") == 1


@pytest.mark.filterwarnings("ignore::jwt.warnings.InsecureKeyLengthWarning")
async def test_keys_that_are_no_keys_for_this_are_not_used(issuer: LocalIssuer, make: Make) -> None:
    issuer.rotate("rs-1", "rs-short", "es-1")
    document = json.loads(issuer.pages["/keys"][1])
    secret = {"kty": "oct", "k": "c2VjcmV0", "kid": "rs-oct"}
    for one in document["keys"]:
        if one["kid"] == "es-1":
            one["use"] = "enc"
        if one["kid"] == "rs-1":
            one["alg"] = "PS256"
    issuer.serve("/keys", {"keys": [*document["keys"], secret, "junk", {"kid": 7}]})
    checker = make()
    for token in (
        issuer.token("rs-1"),
        issuer.token("es-1"),
        issuer.token("rs-short"),
        issuer.token("rs-1", header={"kid": "rs-oct"}),
        sealed_with(b"secret", {"alg": "HS256", "kid": "rs-oct"}, issuer.claims()),
    ):
        with pytest.raises(Refused):
            await checker.principal_of(token)


# -- keys: read once, kept, rotated, out of reach ----------------------------------------------------------------


async def test_keys_are_read_once(issuer: LocalIssuer, make: Make) -> None:
    checker = make()
    for _ in range(5):
        await checker.principal_of(issuer.token())
    assert issuer.asked == ["/.well-known/oauth-authorization-server", "/keys"]


async def test_a_new_key_is_known_at_once_and_one_that_was_taken_back_soon_is_not(
    issuer: LocalIssuer, make: Make, clocks: Clocks
) -> None:
    checker, old = make(), issuer.token("rs-1")
    await checker.principal_of(old)
    issuer.rotate("rs-2")
    clocks.move(PAUSE_SECONDS)
    await checker.principal_of(issuer.token("rs-2"))
    with pytest.raises(Refused, match="does not have"):
        await checker.principal_of(old)


async def test_a_key_that_was_taken_back_is_refused_when_keys_are_read_anew(
    issuer: LocalIssuer, make: Make, clocks: Clocks
) -> None:
    checker, token = make(), issuer.token("rs-1")
    await checker.principal_of(token)
    issuer.rotate("es-1")
    clocks.move(FRESH_SECONDS - 1)
    await checker.principal_of(token)
    clocks.move(1)
    with pytest.raises(Refused, match="does not have"):
        await checker.principal_of(token)


async def test_unknown_names_do_not_have_the_issuer_asked_each_time(
    issuer: LocalIssuer, make: Make, clocks: Clocks
) -> None:
    checker = make()
    for number in range(20):
        with pytest.raises(Refused):
            await checker.principal_of(issuer.token(header={"kid": f"rs-{number + 10}"}))
    assert issuer.asked.count("/keys") == 1
    clocks.move(PAUSE_SECONDS)
    with pytest.raises(Refused):
        await checker.principal_of(issuer.token(header={"kid": "rs-99"}))
    assert issuer.asked.count("/keys") == 2


async def test_while_the_issuer_is_away_known_keys_are_good_for_a_day(
    issuer: LocalIssuer, make: Make, clocks: Clocks
) -> None:
    checker, token = make(), issuer.token()
    await checker.principal_of(token)
    issuer.pages.clear()
    clocks.move(FRESH_SECONDS)
    await checker.principal_of(token)
    with pytest.raises(Unavailable):  # it may be a new one: nobody can tell
        await checker.principal_of(issuer.token(header={"kid": "rs-2"}))
    clocks.move(STALE_SECONDS)
    with pytest.raises(Unavailable):
        await checker.principal_of(token)
    issuer.announce()
    issuer.rotate("rs-1")
    clocks.move(PAUSE_SECONDS)
    await checker.principal_of(token)


async def test_an_issuer_that_never_answered_is_said_to_be_away(make: Make, clocks: Clocks) -> None:
    with local_issuer() as gone:
        gone.rotate("rs-1")
        token = gone.token()
    with pytest.raises(Unavailable, match="cannot be reached"):
        await make(OAuthIssuer(url=gone.url)).principal_of(token)


async def test_keys_are_where_the_settings_or_the_issuer_say(issuer: LocalIssuer, make: Make, clocks: Clocks) -> None:
    place = "/.well-known/openid-configuration"
    del issuer.pages["/.well-known/oauth-authorization-server"]
    issuer.announce(place)
    assert await make().principal_of(issuer.token())
    del issuer.pages[place]
    assert await make(jwks_url=f"{issuer.url}/keys").principal_of(issuer.token())


@pytest.mark.parametrize(
    "told",
    [
        {"issuer": "https://evil.example.com"},
        {"jwks_uri": "http://evil.example.com/keys"},
        {"jwks_uri": "file:///etc/passwd"},
        {"jwks_uri": 7},
    ],
)
async def test_metadata_that_are_not_the_issuers_are_not_followed(
    issuer: LocalIssuer, make: Make, told: dict[str, Any]
) -> None:
    issuer.announce(**told)
    with pytest.raises(Unavailable):
        await make().principal_of(issuer.token())


async def test_no_redirect_is_followed_and_nothing_too_long_is_read(issuer: LocalIssuer, make: Make) -> None:
    keys = issuer.pages["/keys"]
    for page in (
        (302, f"{issuer.url}/elsewhere".encode()),
        (200, b" " * 300_000 + keys[1]),
        (200, b"no JSON"),
        (200, b"7"),
    ):
        issuer.pages["/keys"], issuer.pages["/elsewhere"] = page, keys
        with pytest.raises(Unavailable):
            await make().principal_of(issuer.token())
    assert "/elsewhere" not in issuer.asked
