"""Cursors: good for one tenant and one query, and for nobody who makes one up."""

import base64

import pytest
from hypothesis import given
from hypothesis import strategies as st

from moe_memorygraph.errors import InvalidArgument
from moe_memorygraph.tools.cursors import MAX_OFFSET, CursorSealer

SEALER = CursorSealer(b"k" * 32)
QUERY = {"tool": "search_tickets", "query": "refund"}


@given(st.integers(0, MAX_OFFSET))
def test_an_offset_survives_the_round_trip(offset: int) -> None:
    cursor = SEALER.seal(offset, tenant="acme", query=QUERY)
    assert SEALER.open(cursor, tenant="acme", query=QUERY) == offset


def test_another_process_with_the_key_opens_it() -> None:
    cursor = SEALER.seal(20, tenant="acme", query=QUERY)
    assert CursorSealer(b"k" * 32).open(cursor, tenant="acme", query=dict(reversed(QUERY.items()))) == 20


@pytest.mark.parametrize(
    ("key", "tenant", "query"),
    [
        (b"x" * 32, "acme", QUERY),
        (b"k" * 32, "globex", QUERY),
        (b"k" * 32, "acme", {**QUERY, "query": "refunds"}),
        (b"k" * 32, "acme", {**QUERY, "tool": "recall_ltm"}),
        (b"k" * 32, "acme", {}),
    ],
)
def test_it_opens_for_nothing_else(key: bytes, tenant: str, query: dict[str, str]) -> None:
    cursor = SEALER.seal(20, tenant="acme", query=QUERY)
    with pytest.raises(InvalidArgument, match="does not belong to this query"):
        CursorSealer(key).open(cursor, tenant=tenant, query=query)


@given(st.binary(max_size=40) | st.text(max_size=40).map(str.encode))
def test_a_made_up_cursor_is_refused(made_up: bytes) -> None:
    for cursor in (base64.urlsafe_b64encode(made_up).decode(), made_up.decode("utf-8", "replace")):
        with pytest.raises(InvalidArgument):
            SEALER.open(cursor, tenant="acme", query=QUERY)


def test_a_changed_offset_is_refused() -> None:
    sealed = bytearray(base64.urlsafe_b64decode(SEALER.seal(20, tenant="acme", query=QUERY) + "=="))
    sealed[3] ^= 1
    with pytest.raises(InvalidArgument):
        SEALER.open(base64.urlsafe_b64encode(sealed).decode(), tenant="acme", query=QUERY)


def test_a_key_is_never_shown() -> None:
    assert "kkk" not in repr(SEALER)
