"""Who is calling: a tenant and what it may do; and why somebody is refused."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import Literal

from moe_memorygraph.errors import InvalidArgument, PermissionDenied
from moe_memorygraph.tools.definition import SCOPES, Scope

__all__ = ["Principal", "PrincipalSource", "Refused", "chosen_scopes"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Principal:
    tenant_key: str
    scopes: frozenset[Scope]
    issuer: str = ""
    """Who vouches for it: `key` for an API key, an issuer's URL for an access token, "" for one that was pinned."""
    subject: str = ""
    """Which caller of that issuer: a key's id, or the token's subject and client."""

    @property
    def actor(self) -> str:
        """As what it writes is marked with it."""
        return f"{self.issuer or 'local'}:{self.subject}" if self.subject else self.issuer or "local"


PrincipalSource = Callable[[], Principal]
"""Whose the request at work is; good only while one is."""


class Refused(PermissionDenied):
    """A caller that is not let in. `error` is what RFC 6750 calls it; None where no credentials were shown."""

    def __init__(
        self,
        sentence: str,
        advice: str = "Ask the administrator for an API key.",
        *,
        error: Literal["invalid_token", "insufficient_scope"] | None = "invalid_token",
        caller: "Principal | None" = None,
    ) -> None:
        """`caller`: whose credentials these were, where they were genuine once."""
        super().__init__(sentence, advice)
        self.error = error
        self.caller = caller


def chosen_scopes(wanted: Iterable[str], *, read_only: bool = False) -> frozenset[Scope]:
    """Scopes by name. `read_only` wins over any. Raises `InvalidArgument` for one that there is not, and for none."""
    names = set(wanted)
    known = frozenset(scope for scope in SCOPES if scope in names)
    if not known or len(known) != len(names):
        raise InvalidArgument("A scope is unknown.", f"Use one or more of {', '.join(SCOPES)}.")
    scopes = known & {"read"} if read_only else known
    if not scopes:
        raise InvalidArgument("Read-only leaves no scope.", "Add the scope read.")
    return scopes
