"""Who is calling: a tenant and what it may do. Today it is pinned at start; tokens come with a later release."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass

from moe_memorygraph.errors import InvalidArgument
from moe_memorygraph.memory.values import tenant_id_of
from moe_memorygraph.tools.definition import SCOPES, Scope

__all__ = ["Principal", "PrincipalSource", "pinned"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Principal:
    tenant_key: str
    scopes: frozenset[Scope]


PrincipalSource = Callable[[], Principal]
"""Asked once per request."""


def pinned(tenant_key: str, *, scopes: Iterable[str], read_only: bool) -> PrincipalSource:
    """The same caller for every request. `read_only` wins over any scope.

    Raises `InvalidArgument` for a tenant's key or a scope that cannot be.
    """
    tenant_id_of(tenant_key)
    wanted = set(scopes)
    known = frozenset(scope for scope in SCOPES if scope in wanted)
    if not known or len(known) != len(wanted):
        raise InvalidArgument("A scope is unknown.", f"Use one or more of {', '.join(SCOPES)}.")
    principal = Principal(tenant_key=tenant_key, scopes=known & {"read"} if read_only else known)
    if not principal.scopes:
        raise InvalidArgument("Read-only leaves no scope.", "Add the scope read.")
    return lambda: principal
