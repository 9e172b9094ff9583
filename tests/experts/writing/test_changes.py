"""A time against the one before it."""

from datetime import UTC, datetime
from uuid import UUID

from moe_memorygraph.experts import Evidence, Question, Synthesizer, Tally, TimeRange
from moe_memorygraph.experts.evidence import tally_evidence
from moe_memorygraph.memory.values import GroupCount, TicketFilter
from tests.memory.samples import NOW

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
