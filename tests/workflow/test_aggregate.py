"""Where sources disagree: which value is preferred, by which rule, and both sides shown."""

from typing import Any

import pytest

from moe_memorygraph.experts.evidence import fact_evidence
from moe_memorygraph.memory.predicates import Predicate
from moe_memorygraph.memory.standard_predicates import STANDARD
from moe_memorygraph.memory.values import Fact
from moe_memorygraph.workflow.aggregate import FactConflict, find_conflicts
from tests.memory.samples import DAY, NOW, fact


def tier(value: str, source: str, **more: Any) -> Fact:
    values = {"customer_id": "C-1", "confidence": 0.8, "recorded_at": NOW, "valid_from": NOW - 9 * DAY, **more}
    return fact("C-1", "tier", value, source=source, **values)


def settled(*facts: Fact, trust: dict[str, float] | None = None) -> list[FactConflict]:
    evidence = [fact_evidence(one, expert="SemanticQuery", score=0.5) for one in facts]
    return find_conflicts(evidence, at=NOW, trust=trust or {})


def preferred(*facts: Fact, trust: dict[str, float] | None = None) -> tuple[str, str, str]:
    (conflict,) = settled(*facts, trust=trust)
    return conflict.preferred.source, conflict.other.source, conflict.reason


def test_what_is_valid_from_a_later_date_comes_before_all_else() -> None:
    later = tier("Pro", "billing", valid_from=NOW - DAY, confidence=0.1)
    assert preferred(tier("Free", "contract"), later, trust={"billing": 0.1}) == (
        "billing",
        "contract",
        "it is valid from a later date",
    )


def test_what_was_entered_for_its_date_comes_before_a_snapshot() -> None:
    found = preferred(tier("Free", "crm", confidence=1.0), tier("Pro", "billing", confidence=0.5))
    assert found[:2] == ("billing", "crm")
    assert "snapshot" in found[2]


def test_a_source_that_is_trusted_more_is_believed_more() -> None:
    sides = tier("Free", "sheet", confidence=0.9), tier("Pro", "billing", confidence=0.8)
    assert preferred(*sides)[0] == "sheet"
    assert preferred(*sides, trust={"sheet": 0.5}) == (
        "billing",
        "sheet",
        "it is believed more (0.80 against 0.45)",
    )


def test_two_sources_that_agree_are_believed_more_than_one() -> None:
    found = preferred(
        tier("Pro", "billing"), tier("pro", "contract", confidence=0.7), tier("Free", "sheet", confidence=0.9)
    )
    assert found == ("billing", "sheet", "2 sources agree on it and it is believed more (0.94 against 0.90)")


def test_of_equals_what_was_recorded_later() -> None:
    older = tier("Free", "sheet", recorded_at=NOW - DAY)
    assert preferred(older, tier("Pro", "billing"))[2] == "it was recorded later"
    assert "nothing tells them apart" in preferred(tier("Free", "sheet"), tier("Pro", "billing"))[2]


@pytest.mark.parametrize(
    "other",
    [
        tier("pro", "sheet"),
        tier("Free", "sheet", valid_to=NOW - DAY),
        tier("Free", "sheet", valid_from=NOW + DAY),
        fact("C-2", "tier", "Free", source="sheet", customer_id="C-2"),
        fact("C-1", "product", "Free", source="sheet", customer_id="C-1"),
    ],
)
def test_what_does_not_contradict_is_no_conflict(other: Fact) -> None:
    assert settled(tier("Pro", "billing"), other) == []


def test_three_values_are_three_conflicts() -> None:
    assert len(settled(tier("A", "a"), tier("B", "b"), tier("C", "c"))) == 3


def test_a_predicate_is_the_same_under_each_of_its_names_from_another_source() -> None:
    seats = fact("C-1", "seats", "40", source="contract", customer_id="C-1", valid_from=NOW - DAY)
    licences = fact("C-1", "licensed_seats", "45", source="usage", customer_id="C-1", valid_from=NOW - 2 * DAY)
    (conflict,) = settled(seats, licences)
    assert (conflict.preferred, conflict.other) == (seats, licences)
    beside = fact("C-1", "licensed_seats", "45", source="contract", customer_id="C-1", valid_from=NOW - 2 * DAY)
    assert settled(seats, beside) == []


def test_a_tenants_own_description_says_what_contradicts() -> None:
    colours = [fact("C-1", "colour", value, source=value, customer_id="C-1") for value in ("red", "blue")]
    evidence = [fact_evidence(one, expert="SemanticQuery", score=0.5) for one in colours]
    assert find_conflicts(evidence, at=NOW) == []
    own = STANDARD.with_own([Predicate(name="colour", single=True)])
    assert len(find_conflicts(evidence, at=NOW, catalogue=own)) == 1
