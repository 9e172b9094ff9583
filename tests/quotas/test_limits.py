"""Limits as people write them, and the bucket."""

import random

import pytest

from moe_memorygraph.errors import InvalidArgument
from moe_memorygraph.quotas import Limits, limits_of, read_limits
from moe_memorygraph.quotas.bucket import TokenBucket
from moe_memorygraph.settings import Settings


def test_limits_are_read_as_they_are_written() -> None:
    read = read_limits(
        ["calls_per_second=0.5", "rows_per_day=1_000", "calls_per_day=unlimited", "embeddings_per_day=0"]
    )
    assert read == {"calls_per_second": 0.5, "rows_per_day": 1000, "calls_per_day": None, "embeddings_per_day": 0}
    limits = Limits(calls_per_second=9, calls_per_day=7).with_own(read)
    assert (limits.calls_per_second, limits.burst, limits.a_day("rows"), limits.a_day("calls")) == (0.5, 1, 1000, None)
    assert limits_of(Settings(calls_at_once=3, _env_file=None)).calls_at_once == 3


@pytest.mark.parametrize(
    "wrong",
    ["calls_per_second", "calls=1", "calls_per_second=0", "calls_per_second=nan", "rows_per_day=1.5", "rows_per_day=-1",
     "calls_at_once=0", "call_burst=0.5", "calls_per_day=1e99", "rows_per_day=many", "rows_per_day="],
)  # fmt: skip
def test_what_is_no_limit_is_refused(wrong: str) -> None:
    with pytest.raises(InvalidArgument):
        read_limits([wrong])
    with pytest.raises(InvalidArgument, match="twice"):
        read_limits(["rows_per_day=1", "rows_per_day=2"])


@pytest.mark.parametrize("seed", range(5))
def test_a_bucket_gives_no_more_than_its_rate_and_says_when_there_is_one(seed: int) -> None:
    chance = random.Random(seed)
    rate, burst, now, given = chance.uniform(0.1, 50), chance.randint(1, 9), 0.0, 0
    bucket = TokenBucket(rate, burst, now=now)
    for _ in range(500):
        wait = bucket.take(now)
        given += not wait
        assert given <= burst + rate * now + 1e-6
        assert 0 <= wait <= 1 / rate
        if wait:  # what it says is true
            assert bucket.take(now + wait * 0.99) > 0
            now += wait + 1e-9
            assert bucket.take(now) == 0
            given += 1
        now += chance.choice([0.0, chance.expovariate(rate)])


def test_who_used_up_one_bucket_has_not_the_next_anew() -> None:
    bucket = TokenBucket(1, 10, now=0)
    for _ in range(10):
        assert bucket.take(0) == 0
    assert bucket.changed(1, 10, now=0) is bucket
    assert bucket.changed(2, 100, now=1).take(1) == 0
    assert bucket.changed(2, 100, now=0.25).take(0.25) > 0
