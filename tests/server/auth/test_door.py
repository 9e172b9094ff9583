"""The door: the one place that decides."""

import pytest

from moe_memorygraph.errors import InvalidArgument, NotFound
from moe_memorygraph.server.auth import Doorkeeper, pinned
from moe_memorygraph.server.principal import Principal, Refused, chosen_scopes
from tests.server.auth.conftest import Keys

SOMEBODY = Principal(tenant_key="vendor", scopes=frozenset({"read", "admin"}), issuer="https://idp", subject="s")


class Checks:
    """Finds good one text, and notes what it was asked."""

    def __init__(self, principal: Principal | None = SOMEBODY) -> None:
        self.principal = principal
        self.asked: list[str] = []

    async def principal_of(self, text: str) -> Principal:
        self.asked.append(text)
        if self.principal is None:
            raise NotFound("This tenant does not exist.")
        return self.principal


async def test_who_shows_nothing_is_told_to_show_something() -> None:
    with pytest.raises(Refused) as refused:
        await Doorkeeper(keys=Checks()).admit(None)
    assert refused.value.error is None
    assert refused.value.code == "permission_denied"


async def test_keys_and_tokens_go_to_who_can_tell() -> None:
    keys, tokens = Checks(), Checks()
    door = Doorkeeper(keys=keys, tokens=tokens)
    await door.admit("mg_x")
    await door.admit("ey.x.y")
    assert (keys.asked, tokens.asked) == (["mg_x"], ["ey.x.y"])


async def test_without_anybody_who_can_tell_nobody_is_let_in() -> None:
    for text in ("mg_x", "ey.x.y", "x"):
        with pytest.raises(Refused, match="not known"):
            await Doorkeeper().admit(text)


async def test_a_server_gives_less_than_credentials_allow_never_more() -> None:
    door = Doorkeeper(tokens=Checks(), allowed=chosen_scopes(["read", "write"]))
    assert (await door.admit("x")).scopes == {"read"}
    with pytest.raises(Refused) as refused:
        await Doorkeeper(tokens=Checks(), allowed=chosen_scopes(["write"])).admit("x")
    assert refused.value.error == "insufficient_scope"


async def test_a_tenant_that_was_never_created_is_a_stranger_like_any_other() -> None:
    with pytest.raises(Refused) as unknown:
        await Doorkeeper(tokens=Checks(None)).admit("x")
    with pytest.raises(Refused) as stranger:
        await Doorkeeper().admit("x")
    assert str(unknown.value) == str(stranger.value)


async def test_one_that_is_pinned_is_everybody() -> None:
    door = pinned("vendor", scopes=["read", "write"], read_only=True)
    assert not door.asks
    for shown in (None, "mg_x"):
        assert await door.admit(shown) == Principal(tenant_key="vendor", scopes=frozenset({"read"}))


async def test_read_only_wins(keys: Keys) -> None:
    text, _ = await keys.make(scopes=("read", "write", "admin"))
    door = Doorkeeper(keys=keys.checker(), allowed=chosen_scopes(["read", "write", "admin"], read_only=True))
    assert (await door.admit(text)).scopes == {"read"}


def test_scopes_are_ours_or_refused() -> None:
    assert chosen_scopes(["admin", "read"]) == {"read", "admin"}
    for wanted, read_only in ((["root"], False), ([], False), (["read", "root"], False), (["write"], True)):
        with pytest.raises(InvalidArgument):
            chosen_scopes(wanted, read_only=read_only)
