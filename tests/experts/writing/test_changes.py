"""A time against the one before it."""

from dataclasses import replace
from datetime import UTC, datetime
from uuid import UUID

from moe_memorygraph.experts import Evidence, Question, Synthesizer, Tally, TimeRange, Verifier
from moe_memorygraph.experts.evidence import pattern_evidence, tally_evidence
from moe_memorygraph.memory.values import GroupCount, TicketFilter
from tests.memory.samples import NOW, pattern

ASKED = Question(run_id=UUID(int=1), text="How did tickets of Oneberg change?", kind="trend", asked_at=NOW)


def year(number: int, total: int, *, is_before: bool) -> Evidence:
    time = TimeRange(
        since=datetime(number, 1, 1, tzinfo=UTC), until=datetime(number + 1, 1, 1, tzinfo=UTC), label=str(number)
    )
    groups = (GroupCount(key="billing", count=total),) if total else ()
    tally = Tally(
        what="of Oneberg",
        filters=TicketFilter(),
        total=total,
        time=time,
        group_field="category",
        groups=groups,
        role="baseline" if is_before else "period",
    )
    return tally_evidence(tally, expert="VectorRetrieve", question=ASKED, score=0.9 if total else 0.2)


def told(now: int, before: int) -> list[str]:
    evidence = [year(2025, now, is_before=False), year(2024, before, is_before=True)]
    return [claim.text for claim in Synthesizer().compose(ASKED, evidence).claims]


def test_none_after_some_is_a_change() -> None:
    assert told(0, 67) == ["In 2025, 0 tickets of Oneberg came in, against 67 in 2024 (-100 %)."]


def test_none_after_none_is_not_known() -> None:
    assert told(0, 0) == []


def counted(number: int, groups: dict[str, int], *, is_before: bool) -> Evidence:
    one = year(number, sum(groups.values()), is_before=is_before)
    assert isinstance(one.payload, Tally)
    rows = tuple(GroupCount(key=key, count=count) for key, count in groups.items())
    return tally_evidence(replace(one.payload, groups=rows), expert="VectorRetrieve", question=ASKED, score=0.9)


def verified(question: Question, *evidence: Evidence) -> list[str]:
    verdict = Verifier().verify(question, Synthesizer().compose(question, evidence), evidence)
    assert not verdict.dropped
    return [claim.text for claim in verdict.draft.claims]


def test_of_what_rose_falls_are_left_out_and_the_clearest_comes_first() -> None:
    rising = replace(ASKED, direction="up", asks_ranking=True)
    told = verified(
        rising,
        counted(2025, {"billing": 175, "login": 24, "refund": 19, "bug": 30}, is_before=False),
        counted(2024, {"billing": 125, "login": 34, "refund": 13, "bug": 2}, is_before=True),
    )
    assert told[0] == (
        "What rose in 2025 against 2024, the clearest first: bug 30 (2 before, +1400 %); billing 175 (125 before, +40 %)."
    )
    assert told[1] == "What rose too, by so little that it may be chance: refund 19 (13 before, +46 %)."
    assert not any("login" in sentence for sentence in told)


def test_of_what_fell_rises_are_left_out() -> None:
    told = verified(
        replace(ASKED, direction="down", asks_ranking=True),
        counted(2025, {"billing": 175, "login": 24}, is_before=False),
        counted(2024, {"billing": 125, "login": 94}, is_before=True),
    )
    assert told[0] == "What fell in 2025 against 2024, the clearest first: login 24 (94 before, -74 %)."


def test_why_something_rose_that_fell_is_answered_by_the_numbers() -> None:
    why = replace(ASKED, kind="why", direction="up", text="Why did tickets of Oneberg rise in 2025?")
    told = verified(why, year(2025, 9, is_before=False), year(2024, 34, is_before=True))
    assert told[0] == "It is not so that they rose: in 2025, 9 tickets of Oneberg came in, against 34 in 2024 (-74 %)."
    rose = verified(why, year(2025, 34, is_before=False), year(2024, 9, is_before=True))
    assert rose[0] == "In 2025, 34 tickets of Oneberg came in, against 9 in 2024 (+278 %)."


def test_what_stood_out_begins_with_what_was_tested() -> None:
    evidence = (
        year(2025, 40, is_before=False),
        year(2024, 20, is_before=True),
        pattern_evidence(pattern("outage", "Outage tickets spiked in March 2025."), expert="LTMRecall", score=0.8),
    )
    told = verified(replace(ASKED, asks_unusual=True), *evidence)
    assert told[0] == "Outage tickets spiked in March 2025."
    assert told[1].startswith("In 2025, 40 tickets")
