"""What is sealed opens with its own key in its own place, whole, and nowhere else."""

import secrets
from dataclasses import replace
from datetime import UTC, datetime
from uuid import UUID

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from moe_memorygraph.compliance import Replaced
from moe_memorygraph.errors import InvalidArgument, PermissionDenied
from moe_memorygraph.memory.values import ItemKind
from moe_memorygraph.vault import MasterKeys, TenantKey
from moe_memorygraph.vault.originals import open_originals, seal_originals
from moe_memorygraph.vault.xaes import BoxRefused, open_box, seal_box

NOW = datetime(2026, 1, 1, tzinfo=UTC)
A, B = UUID(int=1), UUID(int=2)
KEY = TenantKey(A, UUID(int=3), bytes(range(32)))
ANY_TEXT = st.text(st.characters(exclude_categories=()), max_size=60)
OLD, NEW = "the old master key, 32 characters", "the new master key, 32 characters"


def test_it_is_the_published_cipher() -> None:
    nonce = b"ABCDEFGHIJKLMNOPQRSTUVWX"
    first = seal_box(b"\x01" * 32, b"XAES-256-GCM", b"", nonce=nonce)
    assert first == nonce + bytes.fromhex("ce546ef63c9cc60765923609b33a9a1974e96e52daf2fcf7075e2271")
    second = seal_box(b"\x03" * 32, b"XAES-256-GCM", b"c2sp.org/XAES-256-GCM", nonce=nonce)
    assert second == nonce + bytes.fromhex("986ec1832593df5443a179437fd083bf3fdb41abd740a21f71eb769d")


@settings(deadline=None)
@given(st.binary(max_size=50), st.binary(max_size=20), st.data())
def test_a_box_opens_only_as_it_was_sealed(content: bytes, place: bytes, data: st.DataObject) -> None:
    box = seal_box(KEY.secret, content, place)
    assert open_box(KEY.secret, box, place) == content
    assert box != seal_box(KEY.secret, content, place), "no nonce comes twice"
    at = data.draw(st.integers(0, len(box) - 1))
    changed = bytearray(box)
    changed[at] ^= data.draw(st.integers(1, 255))
    other_key = bytearray(KEY.secret)
    other_key[at % 32] ^= 1
    for key, tried, where in (
        (KEY.secret, bytes(changed), place),
        (KEY.secret, box[:at], place),
        (KEY.secret, box + b"\0", place),
        (KEY.secret, box, place + b"\0"),
        (bytes(other_key), box, place),
    ):
        with pytest.raises(BoxRefused):
            open_box(key, tried, where)


@settings(deadline=None)
@given(st.lists(st.tuples(ANY_TEXT, st.sampled_from(["PERSON", "SECRET"]), ANY_TEXT), min_size=1, max_size=5))
def test_originals_open_in_their_own_place_only(values: list[tuple[str, str, str]]) -> None:
    found = [(part, Replaced(type=kind, original=value, written=f"<{kind}>")) for part, kind, value in values]
    sealed = seal_originals(KEY, "ticket", "T-1", found)
    opened = open_originals(KEY, "ticket", "T-1", sealed)
    assert [(one.part, one.type, one.value) for one in opened] == sorted(values, key=lambda one: one[1])
    other_type = [replace(one, entity_type="PHONE_NUMBER") for one in sealed]
    places: list[tuple[TenantKey, ItemKind, str]] = [
        (replace(KEY, tenant_id=B), "ticket", "T-1"),
        (replace(KEY, secret=secrets.token_bytes(32)), "ticket", "T-1"),
        (KEY, "ticket", "T-2"),
        (KEY, "document", "T-1"),
    ]
    for key, kind, item_id in places:
        with pytest.raises(BoxRefused):
            open_originals(key, kind, item_id, sealed)
    with pytest.raises(BoxRefused):
        open_originals(KEY, "ticket", "T-1", other_type)


@settings(deadline=None)
@given(ANY_TEXT, st.sampled_from(["EMAIL_ADDRESS", "SECRET"]))
def test_an_encrypted_value_is_letters_that_repeat_and_open(value: str, entity_type: str) -> None:
    letters = KEY.encrypt(entity_type, value)
    assert letters.isascii()
    assert letters.isalpha()
    assert letters == KEY.encrypt(entity_type, value)
    assert KEY.decrypt(entity_type, letters) == value
    assert replace(KEY, tenant_id=B).encrypt(entity_type, value) != letters
    for key, kind, tried in (
        (KEY, "PERSON", letters),
        (replace(KEY, tenant_id=B), entity_type, letters),
        (KEY, entity_type, letters[:-9]),
        (KEY, entity_type, letters.swapcase()),
    ):
        with pytest.raises(BoxRefused):
            key.decrypt(kind, tried)


def test_a_new_master_key_wraps_and_an_old_one_opens() -> None:
    old = MasterKeys.made_of([OLD])
    held = old.new_key(A, now=NOW)
    both = MasterKeys.made_of([NEW, OLD])
    assert not both.is_in_use(held)
    key = both.unwrap(A, held)
    wrapped, master_id = both.wrap(key)
    held_anew = replace(held, wrapped=wrapped, master_id=master_id)
    assert both.is_in_use(held_anew)
    assert MasterKeys.made_of([NEW]).unwrap(A, held_anew) == old.unwrap(A, held) == key
    with pytest.raises(PermissionDenied, match=held.master_id.hex()):
        MasterKeys.made_of([NEW]).unwrap(A, held)
    for moved in (replace(held, key_id=UUID(int=9)), replace(held, wrapped=held.wrapped[:-1] + b"\0\0")):
        with pytest.raises(PermissionDenied):
            old.unwrap(A, moved)
    with pytest.raises(PermissionDenied):
        old.unwrap(B, held)
    with pytest.raises(InvalidArgument, match="master key"):
        MasterKeys.made_of([]).new_key(A, now=NOW)
