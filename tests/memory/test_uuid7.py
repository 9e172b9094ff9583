"""Ids that sort by time."""

import time
from concurrent.futures import ThreadPoolExecutor

from moe_memorygraph.memory.uuid7 import uuid7


def test_it_is_a_version_7_uuid_of_this_moment() -> None:
    before = time.time_ns() // 1_000_000
    one = uuid7()
    assert (one.version, one.variant) == (7, "specified in RFC 4122")
    assert before <= one.int >> 80 <= time.time_ns() // 1_000_000 + 1


def test_ids_grow_strictly() -> None:
    ids = [uuid7() for _ in range(20_000)]
    assert ids == sorted(set(ids))


def test_threads_never_make_the_same() -> None:
    with ThreadPoolExecutor(8) as pool:
        made = [one for ids in pool.map(lambda _: [uuid7() for _ in range(1_000)], range(8)) for one in ids]
    assert len(set(made)) == 8_000
