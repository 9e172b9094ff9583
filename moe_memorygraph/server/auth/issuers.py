"""Authorization servers that are trusted, and the keys that each signs with: read over HTTP, kept, read anew.

Where keys are is taken from our settings or from the issuer's own metadata, never from a token.
"""

from collections.abc import Awaitable, Callable, Mapping
from typing import Any
from urllib.parse import urlsplit

import anyio
import httpx2
import jwt
import structlog
from cryptography.hazmat.primitives.asymmetric.rsa import RSAPublicKey
from jwt import PyJWK
from pydantic_core import from_json

from moe_memorygraph.errors import Unavailable
from moe_memorygraph.server.principal import Refused
from moe_memorygraph.settings import OAuthIssuer, is_loopback

__all__ = ["FRESH_SECONDS", "PAUSE_SECONDS", "STALE_SECONDS", "IssuerKeys", "Read", "read_json"]

log = structlog.get_logger(__name__)

FRESH_SECONDS = 600.0
"""A key that its issuer took back is refused after this long."""
PAUSE_SECONDS = 10.0
"""Between two readings, however many tokens with unknown keys come."""
STALE_SECONDS = 86_400.0
"""How long known keys are good while their issuer cannot be reached."""

_READ_SECONDS = 5.0
_MOST_BYTES = 256 * 1024
_MOST_KEYS = 100
_LEAST_RSA_BITS = 2048  # RFC 7518, section 3.3

_KIND = {
    **dict.fromkeys(("RS256", "RS384", "RS512", "PS256", "PS384", "PS512"), ("RSA", None)),
    "ES256": ("EC", "P-256"),
    "ES384": ("EC", "P-384"),
    "ES512": ("EC", "P-521"),
    "EdDSA": ("OKP", "Ed25519"),
}
"""Algorithm to the type and curve of its keys: a key never serves another kind of signature than its own."""

Read = Callable[[str], Awaitable[Any]]
"""The JSON at an address. Raises `Unavailable`."""


async def read_json(url: str) -> Any:
    """The JSON document there: no redirects, at most 256 KiB, within five seconds. Raises `Unavailable`."""
    try:
        with anyio.fail_after(_READ_SECONDS):
            async with (
                httpx2.AsyncClient(follow_redirects=False, timeout=_READ_SECONDS) as client,
                client.stream("GET", url, headers={"accept": "application/json"}) as response,
            ):
                body = bytearray()
                async for chunk in response.aiter_bytes():
                    body += chunk
                    if len(body) > _MOST_BYTES:
                        raise ValueError("too long")
                if response.status_code != 200:
                    raise ValueError("no document")
                return from_json(bytes(body))
    except (httpx2.HTTPError, OSError, TimeoutError, ValueError) as error:
        log.warning("issuer_not_read", host=urlsplit(url).hostname, reason=type(error).__name__)
        raise Unavailable("The authorization server cannot be reached.", "Try again in a moment.") from None


class IssuerKeys:
    """The keys of one issuer. Lives as long as the process."""

    def __init__(self, issuer: OAuthIssuer, *, read: Read, clock: Callable[[], float]) -> None:
        self._issuer = issuer
        self._read = read
        self._clock = clock
        self._keys: dict[str, Mapping[str, Any]] = {}
        self._made: dict[tuple[str, str], PyJWK] = {}
        self._read_at: float | None = None
        self._asked_at: float | None = None
        self._is_reached = False
        self._lock = anyio.Lock()

    async def key(self, kid: str, algorithm: str) -> PyJWK:
        """The key to check a signature with.

        Raises `Refused` where the issuer has none of this name for this algorithm, `Unavailable` where it cannot be told.
        """
        if kid not in self._keys or not self._is_younger_than(FRESH_SECONDS):
            await self._refresh(kid)
        found = self._keys.get(kid)
        if found is None and not self._is_reached:
            raise Unavailable("The authorization server cannot be reached.", "Try again in a moment.")
        if found is None:
            raise Refused("The token is signed with a key that its issuer does not have.")
        if (kid, algorithm) not in self._made:
            self._made[kid, algorithm] = _made(found, algorithm)
        return self._made[kid, algorithm]

    def _is_younger_than(self, seconds: float) -> bool:
        return self._read_at is not None and self._clock() - self._read_at < seconds

    async def _refresh(self, kid: str) -> None:
        async with self._lock:  # of many that wait, one reads
            if kid in self._keys and self._is_younger_than(FRESH_SECONDS):
                return
            if self._asked_at is not None and self._clock() - self._asked_at < PAUSE_SECONDS:
                return
            self._asked_at = self._clock()
            try:
                keys = await self._read_keys()
            except Unavailable:
                self._is_reached = False
                if not self._is_younger_than(STALE_SECONDS):
                    self._keys, self._made = {}, {}
                return
            self._keys, self._made = keys, {}
            self._read_at, self._is_reached = self._clock(), True

    async def _read_keys(self) -> dict[str, Mapping[str, Any]]:
        document = await self._read(self._issuer.jwks_url or await self._discover())
        listed = document.get("keys") if isinstance(document, Mapping) else None
        if not isinstance(listed, list):
            raise Unavailable("The authorization server's keys cannot be read.", "Check its address.")
        keys: dict[str, Mapping[str, Any]] = {}
        for one in listed[:_MOST_KEYS]:
            if isinstance(one, Mapping) and isinstance(one.get("kid"), str) and one.get("use") in (None, "sig"):
                keys.setdefault(one["kid"], one)
        return keys

    async def _discover(self) -> str:
        """Where the issuer says its keys are: RFC 8414, then OpenID Connect Discovery."""
        url = self._issuer.url
        parts = urlsplit(url)
        path = parts.path.rstrip("/")
        origin = f"{parts.scheme}://{parts.netloc}"
        places = (
            f"{origin}/.well-known/oauth-authorization-server{path}",
            f"{url.rstrip('/')}/.well-known/openid-configuration",
        )
        for place in places:
            try:
                told = await self._read(place)
            except Unavailable:
                continue
            if (
                isinstance(told, Mapping)
                and told.get("issuer") == url
                and _is_safe(told.get("jwks_uri"), parts.hostname)
            ):
                return str(told["jwks_uri"])
        raise Unavailable("The authorization server does not say where its keys are.", "Set its jwks_url.")


def _is_safe(url: object, issuer_host: str | None) -> bool:
    """https, but for an issuer on this machine, whose keys are on this machine too."""
    if not isinstance(url, str):
        return False
    parts = urlsplit(url)
    if is_loopback(issuer_host or ""):
        return parts.scheme in ("http", "https") and is_loopback(parts.hostname or "")
    return parts.scheme == "https" and bool(parts.hostname)


def _made(key: Mapping[str, Any], algorithm: str) -> PyJWK:
    kind, curve = _KIND[algorithm]
    if key.get("kty") != kind or (curve is not None and key.get("crv") != curve):
        raise Refused("The token's algorithm does not fit its key.")
    if key.get("alg") not in (None, algorithm):
        raise Refused("The token's algorithm does not fit its key.")
    try:
        made = PyJWK(dict(key), algorithm)
    except (jwt.PyJWTError, ValueError, TypeError):
        raise Refused("The token's key cannot be used.") from None
    if isinstance(made.key, RSAPublicKey) and made.key.key_size < _LEAST_RSA_BITS:
        raise Refused("The token's key is too short.")
    return made
