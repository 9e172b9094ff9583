"""How far a value is believed."""

import pytest

from moe_memorygraph.memory.belief import aged, belief_in
from tests.memory.samples import DAY, NOW, fact


def test_one_source_is_believed_as_far_as_it_is_trusted() -> None:
    said = fact("C-1", "tier", "Pro", source="CRM", confidence=0.8)
    assert belief_in([said], {}) == pytest.approx(0.8)
    assert belief_in([said], {"crm": 0.5}) == pytest.approx(0.4)
    assert belief_in([], {}) == 0.0


def test_sources_that_agree_are_believed_more_and_one_that_repeats_itself_is_not() -> None:
    crm = fact("C-1", "tier", "Pro", source="crm", confidence=0.8)
    again = fact("C-1", "tier", "Pro", name="again", source="CRM", confidence=0.6)
    billing = fact("C-1", "tier", "Pro", source="billing", confidence=0.5)
    assert belief_in([crm, billing], {}) == pytest.approx(1 - 0.2 * 0.5)
    assert belief_in([crm, again], {}) == pytest.approx(0.8)
    assert belief_in([crm, billing], {"crm": 0.0}) == pytest.approx(0.5)


HALF_LIVES = {"health_score": 100.0}


def test_an_open_fact_is_believed_half_as_much_after_each_half_life() -> None:
    score = fact("C-1", "health_score", "80", source="survey", confidence=0.8, valid_from=NOW - 200 * DAY)
    assert aged(score, at=NOW, half_lives=HALF_LIVES).confidence == pytest.approx(0.2)
    assert aged(score, at=NOW - 200 * DAY, half_lives=HALF_LIVES).confidence == pytest.approx(0.8)
    assert aged(score, at=NOW - 300 * DAY, half_lives=HALF_LIVES).confidence == pytest.approx(0.8)


def test_the_age_of_a_fact_counts_from_when_it_was_recorded_where_its_start_is_not_known() -> None:
    score = fact("C-1", "health_score", "80", source="survey", recorded_at=NOW - 100 * DAY)
    assert aged(score, at=NOW, half_lives=HALF_LIVES).confidence == pytest.approx(0.5)
    assert aged(fact("C-1", "health_score", "80"), at=NOW, half_lives=HALF_LIVES).confidence == 1.0


def test_a_snapshot_is_as_old_as_its_load() -> None:
    score = fact("C-1", "health_score", "80", source="crm", valid_from=NOW - 900 * DAY, recorded_at=NOW - 100 * DAY)
    assert aged(score, at=NOW, half_lives=HALF_LIVES).confidence == pytest.approx(0.5)


def test_what_has_an_end_or_no_half_life_does_not_grow_old() -> None:
    ended = fact("C-1", "health_score", "80", valid_from=NOW - 900 * DAY, valid_to=NOW - DAY)
    owner = fact("C-1", "account_owner", "Ann", valid_from=NOW - 900 * DAY)
    assert aged(ended, at=NOW, half_lives=HALF_LIVES) == ended
    assert aged(owner, at=NOW, half_lives=HALF_LIVES) == owner
