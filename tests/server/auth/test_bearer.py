"""Every HTTP request shows good credentials, or gets no further."""

import json
from typing import Any

import anyio
import pytest
from mcp.server.auth.middleware.auth_context import get_access_token
from mcp.server.auth.middleware.bearer_auth import AuthenticatedUser, authorization_context

from moe_memorygraph.memory.values import tenant_id_of
from moe_memorygraph.server.auth import Doorkeeper, bearer, pinned
from moe_memorygraph.server.auth.bearer import BearerGuard, Patrol, ProtectedResource
from moe_memorygraph.server.auth.door import principal_in
from moe_memorygraph.server.auth.keys import RECHECK_SECONDS
from tests.server.auth.conftest import Keys

RESOURCE = ProtectedResource(base="https://mcp.example.com", issuers=("https://idp.example.com",), scope_prefix="mg:")


class Guarded:
    """A guarded app, what it was asked, and what was answered in its place."""

    def __init__(self, door: Doorkeeper, resource: ProtectedResource | None = None) -> None:
        self.patrol = Patrol(door)
        self.guard = BearerGuard(self._app, door=door, patrol=self.patrol, resource=resource)
        self.stays: anyio.Event | None = None
        self.let_in: list[Any] = []
        self.sdk_knows: list[Any] = []

    async def _app(self, scope: Any, receive: Any, send: Any) -> None:
        self.let_in.append(scope)
        self.sdk_knows.append(get_access_token())
        await send({"type": "http.response.start", "status": 200, "headers": []})
        if self.stays is not None:
            self.stays.set()
            await anyio.sleep_forever()

    async def ask(self, *headers: tuple[str, str], path: str = "/mcp") -> tuple[int, dict[str, str], Any]:
        sent: list[dict[str, Any]] = []

        async def send(message: Any) -> None:
            sent.append(dict(message))

        async def receive() -> dict[str, Any]:
            raise AssertionError("nothing of a stranger's request is read but its headers")

        scope = {
            "type": "http",
            "method": "POST",
            "path": path,
            "query_string": b"access_token=in-the-address",
            "headers": [(name.encode(), value.encode()) for name, value in headers],
        }
        await self.guard(scope, receive, send)
        body = b"".join(one.get("body", b"") for one in sent[1:])
        named = {name.decode(): value.decode() for name, value in sent[0]["headers"]}
        return sent[0]["status"], named, json.loads(body) if body else None


async def test_who_shows_a_good_key_is_let_in_as_its_tenant(keys: Keys) -> None:
    text, key = await keys.make(scopes=("read", "write"))
    guarded = Guarded(Doorkeeper(keys=keys.checker()))
    for scheme in ("Bearer", "bearer", "BEARER "):
        status, _, _ = await guarded.ask(("authorization", f"{scheme} {text}"))
        assert status == 200
    principal = principal_in(guarded.let_in[0])
    assert principal is not None
    assert (principal.tenant_key, principal.subject) == ("vendor", str(key.key_id))
    assert text not in repr(guarded.let_in[0]["user"].access_token)


@pytest.mark.parametrize(
    "header",
    [
        None,
        "",
        "Bearer",
        "Bearer ",
        "Basic dTpw",
        "Bearer a b",
        "Bearer é",
        "Bearer x,y",
        "mg_x",
        "Bearer " + "x" * 9000,
    ],
)
async def test_who_shows_nothing_good_gets_no_further(keys: Keys, header: str | None) -> None:
    guarded = Guarded(Doorkeeper(keys=keys.checker()))
    status, headers, body = await guarded.ask(*(() if header is None else (("authorization", header),)))
    assert status == 401
    assert headers["www-authenticate"].startswith("Bearer")
    assert ("error=" in headers["www-authenticate"]) == (header is not None)
    assert "resource_metadata" not in headers["www-authenticate"]
    assert body["error"] == ("unauthorized" if header is None else "invalid_token")
    assert guarded.let_in == []


async def test_two_headers_are_none(keys: Keys) -> None:
    text, _ = await keys.make()
    guarded = Guarded(Doorkeeper(keys=keys.checker()))
    pair = ("authorization", f"Bearer {text}")
    assert (await guarded.ask(pair, pair))[0] == 401
    assert guarded.let_in == []


async def test_clients_are_told_where_tokens_come_from(keys: Keys) -> None:
    guarded = Guarded(Doorkeeper(keys=keys.checker()), RESOURCE)
    for path, place in (("/mcp", "mcp"), ("/sse", "sse"), ("/messages/", "sse"), ("/nosuch", "mcp")):
        status, headers, _ = await guarded.ask(path=path)
        assert status == 401
        assert headers["www-authenticate"] == (
            'Bearer scope="mg:read", resource_metadata='
            f'"https://mcp.example.com/.well-known/oauth-protected-resource/{place}"'
        )
    assert RESOURCE.metadata("/mcp") == {
        "resource": "https://mcp.example.com/mcp",
        "authorization_servers": ["https://idp.example.com"],
        "scopes_supported": ["mg:read", "mg:write", "mg:admin"],
        "bearer_methods_supported": ["header"],
        "resource_name": "MoE MemoryGraph",
    }


async def test_too_little_is_403_and_says_what_is_wanted(keys: Keys) -> None:
    text, _ = await keys.make(scopes=("write",))
    guarded = Guarded(Doorkeeper(keys=keys.checker(), allowed=frozenset({"read"})), RESOURCE)
    status, headers, body = await guarded.ask(("authorization", f"Bearer {text}"))
    assert (status, body["error"]) == (403, "insufficient_scope")
    assert 'error="insufficient_scope"' in headers["www-authenticate"]
    assert 'scope="mg:read"' in headers["www-authenticate"]


async def test_where_it_cannot_be_told_the_client_shall_try_again(keys: Keys) -> None:
    text, _ = await keys.make()
    keys.database_is_away = True
    guarded = Guarded(Doorkeeper(keys=keys.checker()))
    status, headers, body = await guarded.ask(("authorization", f"Bearer {text}"))
    assert (status, headers["retry-after"], body["error"]) == (503, "1", "temporarily_unavailable")
    assert guarded.let_in == []


@pytest.mark.parametrize("path", ["/healthz", "/readyz"])
async def test_life_signs_are_for_everybody_and_tell_of_nobody(keys: Keys, path: str) -> None:
    guarded = Guarded(Doorkeeper(keys=keys.checker()), RESOURCE)
    assert (await guarded.ask(path=path))[0] == 200
    assert principal_in(guarded.let_in[0]) is None
    assert (await guarded.ask(path=f"{path}/x"))[0] == 401


async def test_the_metadata_is_for_everybody_where_there_is_any(keys: Keys) -> None:
    path = "/.well-known/oauth-protected-resource/mcp"
    assert (await Guarded(Doorkeeper(keys=keys.checker()), RESOURCE).ask(path=path))[0] == 200
    assert (await Guarded(Doorkeeper(keys=keys.checker())).ask(path=path))[0] == 401


async def test_a_pinned_caller_needs_to_show_nothing() -> None:
    guarded = Guarded(pinned("vendor", scopes=["read"], read_only=False))
    for headers in ((), (("authorization", "Basic whatever"),)):
        assert (await guarded.ask(*headers))[0] == 200
    assert "user" not in guarded.let_in[0]


async def test_the_sdk_tells_callers_apart_by_tenant_issuer_and_subject(keys: Keys) -> None:
    """It holds a session, and the state of an unfinished call, to the one who began it."""
    guarded = Guarded(Doorkeeper(keys=keys.checker()))
    for tenant in ("vendor", "vendor", "rival"):
        text, _ = await keys.make(tenant)
        await guarded.ask(("authorization", f"Bearer {text}"))
    users = [scope["user"] for scope in guarded.let_in]
    assert all(isinstance(user, AuthenticatedUser) for user in users)
    assert len({tuple(authorization_context(user).values()) for user in users}) == 3
    assert [token.client_id for token in guarded.sdk_knows] == ["vendor", "vendor", "rival"]


async def test_a_stream_ends_with_what_was_shown_for_it(keys: Keys, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(bearer, "PATROL_SECONDS", 0.0)
    (text, key), (other, _) = await keys.make(), await keys.make()
    guarded = Guarded(Doorkeeper(keys=keys.checker()))
    with anyio.fail_after(5):
        async with anyio.create_task_group() as group:
            for shown in (other, text):
                guarded.stays = anyio.Event()
                group.start_soon(guarded.ask, ("authorization", f"Bearer {shown}"))
                await guarded.stays.wait()
            await guarded.patrol.look()
            assert len(guarded.patrol._inside) == 2
            await keys.store.tenant(tenant_id_of("vendor")).keys.revoke(key.key_id, now=keys.clocks.now)
            keys.clocks.move(RECHECK_SECONDS)
            keys.database_is_away = True
            await guarded.patrol.look()
            assert len(guarded.patrol._inside) == 2, "while nobody can tell, who was good stays"
            keys.database_is_away = False
            await guarded.patrol.look()
            while len(guarded.patrol._inside) == 2:
                await anyio.lowlevel.checkpoint()
            (left,) = guarded.patrol._inside
            assert left.shown == other
            group.cancel_scope.cancel()


async def test_what_is_answered_soon_is_not_looked_at(keys: Keys) -> None:
    text, _ = await keys.make()
    guarded = Guarded(Doorkeeper(keys=keys.checker()))
    guarded.stays = anyio.Event()
    with anyio.fail_after(5):
        async with anyio.create_task_group() as group:
            group.start_soon(guarded.ask, ("authorization", f"Bearer {text}"))
            await guarded.stays.wait()
            keys.clocks.move(RECHECK_SECONDS)
            asked = len(keys.asked)
            await guarded.patrol.look()
            assert len(keys.asked) == asked
            group.cancel_scope.cancel()
    assert guarded.patrol._inside == set()
