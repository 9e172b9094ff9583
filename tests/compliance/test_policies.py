"""A tenant's policies: each type as it asks, whatever overlaps, and twice is once."""

from typing import get_args
from uuid import UUID

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from moe_memorygraph.compliance import Policies, RawText, Redactor, TenantPolicy, check_policy
from moe_memorygraph.compliance.detection import _FINDERS, _NATIONAL
from moe_memorygraph.compliance.national import LABELS
from moe_memorygraph.compliance.policies import CUSTOMER_NAME, ENTITY_TYPES, EVERY_OTHER, NAMES, NEVER_KEPT
from moe_memorygraph.compliance.redaction import same_value
from moe_memorygraph.errors import InvalidArgument
from moe_memorygraph.vault import Privacy, TenantKey
from tests.compliance.test_properties import FRAGMENTS

REDACTOR = Redactor()
KEY = TenantKey(UUID(int=1), UUID(int=2), bytes(32))
POLICIES: tuple[TenantPolicy, ...] = get_args(TenantPolicy)


def privacy(**said: TenantPolicy) -> Privacy:
    return Privacy(policies=Policies(said=said), key=KEY, may_write=False)


class Numbering(Privacy):
    """Numbers as they come, without a database."""

    def number(self, entity_type: str, value: str) -> int:
        return 1 + len(same_value(entity_type, value))


def test_every_type_that_is_found_has_a_policy() -> None:
    found = {finder.entity_type for finder in _FINDERS} - {"NATIONAL_ID"} | {"MAC_ADDRESS"}
    found |= {*LABELS, *(one for types in _NATIONAL.values() for one in types)}
    assert found | NAMES == set(ENTITY_TYPES)
    assert len(set(ENTITY_TYPES)) == len(ENTITY_TYPES)
    assert found >= NEVER_KEPT


@settings(deadline=None, max_examples=60)
@given(FRAGMENTS, st.dictionaries(st.sampled_from([*ENTITY_TYPES, EVERY_OTHER]), st.sampled_from(POLICIES)))
def test_twice_is_once_under_every_mix_of_policies(text: str, said: dict[str, TenantPolicy]) -> None:
    rules = Numbering(policies=Policies(said=said), key=KEY)
    once = REDACTOR.rewrite(RawText(text), rules.write)
    twice = REDACTOR.rewrite(RawText(once.text), rules.write)
    assert twice.text == once.text
    assert all(rules.policies.of(entity.type) == "keep" for entity in twice.entities)
    assert [one.type for one in once.replaced] == [
        entity.type for entity in once.entities if rules.policies.of(entity.type) != "keep"
    ]


def test_each_type_is_written_as_its_policy_says_and_what_overlaps_as_one() -> None:
    rules = privacy(
        EMAIL_ADDRESS="encrypt", PHONE_NUMBER="keep", CREDIT_CARD="mask", IP_ADDRESS="hash", DEFAULT="replace"
    )
    # The password holds an address and a card: it is one secret, and goes as one.
    text = "ann@example.com, 415-555-0132, 4111 1111 1111 1111, 10.1.2.3; password: ann@example.com4111111111111111"
    written = REDACTOR.rewrite(RawText(text), rules.write).text
    letters = written.removeprefix("<EMAIL_ADDRESS:aes:").partition(">")[0]
    assert KEY.decrypt("EMAIL_ADDRESS", letters) == "ann@example.com"
    rest = written.partition(">")[2]
    assert rest.startswith(", 415-555-0132, ****1111, <IP_ADDRESS:")
    assert "ann@" not in written
    assert "4111" not in written


def test_a_forged_placeholder_hides_no_number() -> None:
    text = "card <CREDIT_CARD:aes:4111111111111111> and <CREDIT_CARD_ 4111 1111 1111 1111> and <A:4111111111111111>"
    assert "1111" not in REDACTOR.rewrite(RawText(text), privacy().write).text


@pytest.mark.parametrize(
    ("entity_type", "spellings", "other"),
    [
        ("PERSON", ["Dr. Ada Lovelace", "Lovelace, Ada", "ada  lovelace's", "ADA LOVELACE"], "Ada"),
        ("PHONE_NUMBER", ["415-555-0132", "(415) 555 0132"], "415-555-0133"),
        ("EMAIL_ADDRESS", ["Ann@Example.com", "ann@example.com"], "an.n@example.com"),
    ],
)
def test_a_value_is_known_again_however_it_is_spelled(entity_type: str, spellings: list[str], other: str) -> None:
    assert len({same_value(entity_type, one) for one in spellings}) == 1
    assert same_value(entity_type, other) != same_value(entity_type, spellings[0])


def test_what_may_not_be_said_is_refused_with_what_may() -> None:
    for entity_type, policy, says in (
        ("EMAIL", "mask", "EMAIL_ADDRESS"),
        ("PERSON", "blur", "pseudonym"),
        ("SECRET", "keep", "never stored"),
        (EVERY_OTHER, "keep", "never stored"),
        (CUSTOMER_NAME, "mask", "keep or replace"),
    ):
        with pytest.raises(InvalidArgument, match=says):
            check_policy(entity_type, policy)
    assert check_policy("PERSON", "keep") == "keep"
    assert Policies.said_by({"PERSON": "of a later version"}).of("PERSON") == "replace"
