"""Content words that the evidence explains, and how much the others weigh."""

import pytest

from moe_memorygraph.workflow.confidence.words import explained, rarity, unexplained_words
from tests.workflow.confidence.samples import ACME, fact, question, ticket

TEXT = ticket("The parrot gave the order by voice.")


def test_a_rarer_word_weighs_more() -> None:
    weights = [rarity(share) for share in (0.0, 0.001, 0.02, 0.5, 1.0)]
    assert weights == sorted(weights, reverse=True)
    assert weights[0] == 1.0
    assert weights[-1] == pytest.approx(0.0)


def test_what_the_cited_text_holds_is_explained_whatever_its_form() -> None:
    asked = question("Did parrots give orders?", keywords=("parrots", "orders"))
    found = explained(asked, [TEXT], {"parrots": 0.0, "orders": 0.1})
    assert (found.missing, found.absent) == (0.0, 0)
    assert found.wanted == pytest.approx(1.0 + rarity(0.1))


def test_what_nothing_holds_is_missing_and_what_stands_nowhere_is_absent() -> None:
    asked = question("Do we grant parental holidays?", keywords=("grant", "parental", "holidays"))
    shares = {"grant": 0.05, "parental": 0.0, "holidays": 0.2}
    found = explained(asked, [TEXT], shares)
    assert found.missing == pytest.approx(sum(map(rarity, shares.values())))
    assert found.absent == 1
    assert unexplained_words(asked, [TEXT], shares) == ["parental", "grant", "holidays"]


def test_words_that_frame_a_question_or_name_a_category_need_no_evidence() -> None:
    asked = question("Why do customers complain about invoices?", keywords=("complaint", "invoices"))
    assert unexplained_words(asked, [], {}) == ["invoices"]
    meant = question("?", keywords=("invoices", "parrot"), categories=("invoices",))
    assert unexplained_words(meant, [], {}) == ["parrot"]


def test_of_facts_that_were_asked_for_only_what_no_predicate_explains_is_missing() -> None:
    asked = question(
        "How many licences did Acme buy for its office?",
        customers=(ACME,),
        predicates=("seats",),
        keywords=("licences", "buy", "office"),
        unexplained=("office",),
    )
    assert unexplained_words(asked, [fact("seats", "120")], {}) == ["office"]
    assert set(unexplained_words(asked, [TEXT], {})) == {"licences", "buy", "office"}


def test_an_abbreviation_is_explained_by_its_long_form() -> None:
    asked = question("Is there an SLA?", keywords=("SLA",))
    assert unexplained_words(asked, [ticket("Our service level agreement ends.")], {}) == []
