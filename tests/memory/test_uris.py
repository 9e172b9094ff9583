"""URIs of memory: any id goes in and comes out the same."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from moe_memorygraph.errors import NotFound
from moe_memorygraph.memory.uris import MemoryUri, memory_uri, parse_memory_uri
from moe_memorygraph.memory.values import PLANES, Plane

IDS = st.text(st.characters(exclude_categories=["Cs"], exclude_characters="\0"), min_size=1, max_size=40)


@given(IDS)
def test_any_id_survives_the_round_trip(resource_id: str) -> None:
    assert parse_memory_uri(memory_uri("tickets", resource_id)).resource_id == resource_id


@given(IDS, st.sampled_from(PLANES))
def test_a_page_of_a_plane_survives_the_round_trip(customer_id: str, plane: Plane) -> None:
    page = MemoryUri(kind="customers", resource_id=customer_id, plane=plane, cursor="a+/= b", limit=7)
    assert parse_memory_uri(str(page)) == page


@pytest.mark.parametrize("resource_id", ["a b", "a/b", "../x", "..", "Ünïcode?", "100%", "a#b", "https://x/y?z=1"])
def test_an_id_is_one_printable_path_segment(resource_id: str) -> None:
    uri = memory_uri("documents", resource_id)
    assert uri.isascii()
    assert uri.count("/") == 3
    assert not {" ", "?", "#"} & set(uri)


def test_ids_of_dots_are_not_path_steps() -> None:
    assert memory_uri("customers", "..") == "memory://customers/%2E%2E"


def test_an_ordinary_id_reads_as_it_is() -> None:
    assert memory_uri("customers", "acme-corp_1.a~") == "memory://customers/acme-corp_1.a~"
    assert memory_uri("customers", "acme", plane="ltm") == "memory://customers/acme/ltm"


@pytest.mark.parametrize(
    "uri",
    [
        "",
        "memory://",
        "memory://tickets",
        "memory://tickets/",
        "memory://tickets/a/b",
        "memory://tickets/%ff",
        "memory://tickets/a%00",
        "memory://customers/a/nothing",
        "memory://customers//ltm",
        "memory://nothing/a",
        "memory://planes/x",
        "memory://tickets/a#b",
        "memory://customers/a/ltm?limit=-1",
        "memory://customers/a/ltm?limit=many",
        "file:///etc/passwd",
    ],
)
def test_a_uri_that_names_nothing_is_not_found(uri: str) -> None:
    with pytest.raises(NotFound, match="no such resource"):
        parse_memory_uri(uri)


def test_an_empty_id_has_no_uri() -> None:
    with pytest.raises(ValueError, match="empty id"):
        memory_uri("tickets", "")
