"""Access tokens of authorization servers (JWT, RFC 9068): whose they are, once everything about them is as it must be."""

import json
from collections.abc import Awaitable, Callable, Mapping, Sequence
from typing import Any

import jwt

from moe_memorygraph.errors import InvalidArgument, NotFound
from moe_memorygraph.server.auth.issuers import IssuerKeys, Read
from moe_memorygraph.server.principal import Principal, Refused
from moe_memorygraph.settings import OAuthIssuer
from moe_memorygraph.tools.definition import SCOPES, Scope

__all__ = ["LEEWAY_SECONDS", "TokenChecker"]

LEEWAY_SECONDS = 30.0
"""How far an issuer's clock may be from ours."""

_TYPES = (None, "jwt", "at+jwt", "application/at+jwt")
_MOST_KID = 256  # characters


class TokenChecker:
    """Whose token this is. Lives as long as the process."""

    def __init__(
        self,
        issuers: Sequence[OAuthIssuer],
        *,
        audiences: Sequence[str],
        memory: Callable[[str], Awaitable[object]],
        read: Read,
        clock: Callable[[], float],
    ) -> None:
        """`audiences`: our own addresses; `memory` raises `NotFound` for a tenant that was never created."""
        self._issuers = {one.url: (one, IssuerKeys(one, read=read, clock=clock)) for one in issuers}
        self._audiences = tuple(audiences)
        self._memory = memory

    async def principal_of(self, text: str) -> Principal:
        """Raises `Refused` for a token that is not good, and `Unavailable` where its issuer's keys cannot be had."""
        try:
            header = jwt.get_unverified_header(text)
            said = jwt.decode(text, options={"verify_signature": False})
        except (jwt.PyJWTError, ValueError, TypeError, RecursionError):
            raise Refused("The token cannot be read.") from None
        trusted = self._issuers.get(said["iss"]) if isinstance(said.get("iss"), str) else None
        if trusted is None:
            raise Refused("The token's issuer is not trusted.")
        issuer, keys = trusted
        claims = self._checked(text, issuer, await keys.key(*_key_named(header, issuer)))
        tenant_key = _tenant_in(claims, issuer)
        try:
            await self._memory(tenant_key)
        except (NotFound, InvalidArgument):
            raise _without_tenant() from None
        return Principal(
            tenant_key=tenant_key,
            scopes=_scopes_in(claims, issuer),
            issuer=issuer.url,
            subject=json.dumps([claims["sub"], claims.get("client_id", claims.get("azp"))]),
        )

    def _checked(self, text: str, issuer: OAuthIssuer, key: jwt.PyJWK) -> Mapping[str, Any]:
        """The claims, once signature, time, issuer and audience are good."""
        try:
            claims: Mapping[str, Any] = jwt.decode(
                text,
                key,
                algorithms=[key.algorithm_name],  # of the key, which `_key_named` held against the allowed ones
                audience=self._audiences,
                issuer=issuer.url,
                leeway=LEEWAY_SECONDS,
                options={"require": ["exp", "iss", "aud", "sub"]},
            )
        except jwt.ExpiredSignatureError:
            raise Refused("The token has expired.", "Get a new one.") from None
        except jwt.ImmatureSignatureError:
            raise Refused("The token is not valid yet.", "Check the clocks.") from None
        except jwt.InvalidAudienceError:
            raise Refused("The token is meant for another server.", f"Ask for one for {self._audiences[0]}.") from None
        except (jwt.PyJWTError, ValueError, TypeError, OverflowError, RecursionError):
            raise Refused("The token is not good.") from None
        return claims


def _key_named(header: Mapping[str, Any], issuer: OAuthIssuer) -> tuple[str, str]:
    """Name of the key and algorithm; nothing else of an unchecked header counts, `jku`, `jwk` and `x5u` least of all."""
    algorithm, kid, kind = header.get("alg"), header.get("kid"), header.get("typ")
    if algorithm not in issuer.algorithms:
        raise Refused("The token's algorithm is not allowed.")
    if (kind.lower() if isinstance(kind, str) else kind) not in _TYPES or "crit" in header:
        raise Refused("The token is of a kind that is not taken.")
    if not isinstance(kid, str) or not 0 < len(kid) <= _MOST_KID:
        raise Refused("The token does not name its key.")
    return kid, str(algorithm)


def _without_tenant() -> Refused:
    return Refused("The token names no tenant of this server.", "Ask the administrator to add it.")


def _tenant_in(claims: Mapping[str, Any], issuer: OAuthIssuer) -> str:
    """A claim that is missing, or no text, names none: never a default."""
    named = claims.get(issuer.tenant_claim)
    if not isinstance(named, str) or not named:
        raise _without_tenant()
    if issuer.tenants is None:
        return named
    if named not in issuer.tenants:
        raise _without_tenant()
    return issuer.tenants[named]


def _scopes_in(claims: Mapping[str, Any], issuer: OAuthIssuer) -> frozenset[Scope]:
    """Ours among the token's: `scope` (RFC 8693) or `scp`, as words or as a list."""
    given = claims.get("scope", claims.get("scp", ""))
    words = given.split() if isinstance(given, str) else given if isinstance(given, list) else []
    return frozenset(scope for scope in SCOPES if f"{issuer.scope_prefix}{scope}" in words)
