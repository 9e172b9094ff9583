"""From settings and options to the door: decided, or refused with advice, before anything is opened."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from time import monotonic
from typing import TYPE_CHECKING

from moe_memorygraph.errors import InvalidArgument
from moe_memorygraph.memory.values import tenant_id_of
from moe_memorygraph.server.app import App
from moe_memorygraph.server.auth.door import Checker, Doorkeeper
from moe_memorygraph.server.auth.keys import KeyChecker, KeySeal, has_lasting_secret, seal_of
from moe_memorygraph.server.principal import Principal, chosen_scopes
from moe_memorygraph.settings import Settings, is_loopback
from moe_memorygraph.tools.definition import Scope

if TYPE_CHECKING:
    from moe_memorygraph.server.auth.bearer import ProtectedResource

__all__ = ["Access", "choose_access"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Access:
    """Who may be served: one pinned tenant's caller, or whoever shows good credentials."""

    settings: Settings
    scopes: frozenset[Scope]
    tenant: str | None
    """The pinned one; None: callers are asked."""
    own: str | None = None
    """Credentials that the process was given for the one client of its pipes."""

    def door(self, app: App) -> Doorkeeper:
        if self.tenant is not None:
            return Doorkeeper(only=Principal(tenant_key=self.tenant, scopes=self.scopes))
        return Doorkeeper(
            keys=self._keys(app),
            tokens=self._tokens(app),
            allowed=self.scopes,
            own=self.own,
            on_refusal=app.note_refusal,
        )

    @property
    def resource(self) -> "ProtectedResource | None":
        """What clients are told of where tokens come from; None where no authorization server is trusted."""
        issuers, base = self.settings.oauth_issuers, self.settings.public_url
        if self.tenant is not None or not issuers or base is None:
            return None
        from moe_memorygraph.server.auth.bearer import ProtectedResource  # brings the SDK's HTTP parts

        return ProtectedResource(
            base=base, issuers=tuple(one.url for one in issuers), scope_prefix=issuers[0].scope_prefix
        )

    def _tokens(self, app: App) -> Checker | None:
        if not self.settings.oauth_issuers:
            return None
        from moe_memorygraph.server.auth.issuers import read_json  # brings an HTTP client and cryptography
        from moe_memorygraph.server.auth.tokens import TokenChecker

        return TokenChecker(
            self.settings.oauth_issuers,
            audiences=[f"{self.settings.public_url}{path}" for path in ("/mcp", "/sse", "")],
            memory=app.memory,
            read=read_json,
            clock=monotonic,
        )

    def _keys(self, app: App) -> KeyChecker | None:
        if not has_lasting_secret(self.settings):
            return None

        async def seal() -> KeySeal:
            return seal_of(await app.secret(), self.settings)

        return KeyChecker(
            seal, app.memory, now=lambda: datetime.now(UTC), clock=monotonic, notes_use=not self.settings.read_only
        )


def choose_access(
    settings: Settings, *, transport: str, host: str, tenant: str | None, scopes: Sequence[str]
) -> Access:
    """Raises `InvalidArgument` for what cannot be, or would let in strangers."""
    chosen = chosen_scopes(scopes, read_only=settings.read_only)
    if tenant is not None:
        tenant_id_of(tenant)
    own = settings.token.get_secret_value() if settings.token is not None and transport == "stdio" else None
    if transport == "stdio":
        _check_pipes(tenant, own)
    else:
        _check_network(settings, host, tenant)
    if tenant is None and not has_lasting_secret(settings) and not settings.oauth_issuers:
        raise InvalidArgument(
            "Nobody could show who they are: beside an external database, API keys need a secret of their own.",
            "Set MEMORYGRAPH_SECRET, alike on every machine: for example `openssl rand -hex 32`;"
            " or MEMORYGRAPH_OAUTH_ISSUERS.",
        )
    return Access(settings=settings, scopes=chosen, tenant=tenant, own=own)


def _check_pipes(tenant: str | None, own: str | None) -> None:
    if tenant is None and own is None:
        raise InvalidArgument("A tenant is needed.", "Give it with --tenant, or set MEMORYGRAPH_TOKEN to an API key.")
    if tenant is not None and own is not None:
        raise InvalidArgument(
            "MEMORYGRAPH_TOKEN says already whose memory is served.", "Leave out --tenant (or MEMORYGRAPH_TENANT)."
        )


def _check_network(settings: Settings, host: str, tenant: str | None) -> None:
    if not is_loopback(host) and settings.public_url is None:
        raise InvalidArgument(
            f"Other machines could reach {host or 'this address'}, and it is not known by which name.",
            "Use --host 127.0.0.1, or set MEMORYGRAPH_PUBLIC_URL and leave out --tenant, so that callers are asked.",
        )
    if tenant is not None and (settings.public_url is not None or not is_loopback(host)):
        raise InvalidArgument(
            "With --tenant nobody is asked who they are, and others could reach this server.",
            "Leave out --tenant (or MEMORYGRAPH_TENANT), so that callers need an API key;"
            " or use --host 127.0.0.1 and no MEMORYGRAPH_PUBLIC_URL.",
        )
