"""How far a value is believed."""

import pytest

from moe_memorygraph.memory.belief import belief_in
from tests.memory.samples import fact


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
