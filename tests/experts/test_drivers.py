"""Drivers are ranked by how clear their rise is, against the customer's own past and against everybody's."""

from hypothesis import given
from hypothesis import strategies as st

from moe_memorygraph.experts.drivers import SMALLEST_RISE, rank_drivers
from moe_memorygraph.experts.values import Tally, TallyRole
from moe_memorygraph.memory.values import GroupCount, TicketFilter

COUNTS = st.dictionaries(
    st.sampled_from(["billing", "login", "outage", "pricing", "cancellation"]), st.integers(0, 500)
)


def counted(role: TallyRole, counts: dict[str, int], *, more: bool = False) -> Tally:
    return Tally(
        what="",
        filters=TicketFilter(),
        total=sum(counts.values()),
        group_field="category",
        groups=tuple(GroupCount(key=key, count=count) for key, count in counts.items()),
        has_more_groups=more,
        role=role,
    )


def ranked(now: dict[str, int], before: dict[str, int], **peers: dict[str, int]) -> list[str]:
    tallies = [counted("period", now), counted("baseline", before)]
    tallies += [counted(role, counts) for role, counts in peers.items()]  # type: ignore[arg-type]  # roles of peers
    return [driver.topic for driver in rank_drivers(tallies)]


def test_a_clear_rise_comes_before_a_large_one() -> None:
    assert ranked({"billing": 110, "login": 9}, {"billing": 98, "login": 0}) == ["login", "billing"]


def test_what_rose_for_everybody_comes_after_what_rose_here_alone() -> None:
    now, before = {"outage": 12, "login": 10}, {"outage": 2, "login": 2}
    assert ranked(now, before) == ["outage", "login"]
    everybody = {"peers": {"outage": 600, "login": 90}, "peers_before": {"outage": 100, "login": 88}}
    assert ranked(now, before, **everybody) == ["login", "outage"]


def test_the_cancellation_is_the_event_and_goes_last() -> None:
    assert ranked({"cancellation": 50, "login": 4}, {"login": 1}) == ["login", "cancellation"]


def test_a_topic_that_a_count_left_out_is_not_called_new() -> None:
    tallies = [counted("period", {"billing": 9}), counted("baseline", {"login": 3}, more=True)]
    assert rank_drivers(tallies) == []


@given(COUNTS, COUNTS)
def test_only_rises_are_drivers_and_each_once(now: dict[str, int], before: dict[str, int]) -> None:
    topics = ranked(now, before)
    assert len(topics) == len(set(topics))
    if before:
        assert all(now[topic] - before.get(topic, 0) >= SMALLEST_RISE for topic in topics)


@given(st.integers(3, 400), st.integers(0, 200), st.integers(1, 200))
def test_a_larger_rise_of_the_same_topic_is_never_weaker(now: int, before: int, more: int) -> None:
    tallies = [counted("baseline", {"billing": before, "login": 1})]
    weaker = rank_drivers([*tallies, counted("period", {"billing": before + now})])
    stronger = rank_drivers([*tallies, counted("period", {"billing": before + now + more})])
    assert stronger[0].strength >= weaker[0].strength
