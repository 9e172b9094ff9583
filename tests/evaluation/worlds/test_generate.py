"""A world is made from its seed alone, and its questions expect what it holds."""

import re
from collections import Counter
from datetime import date
from pathlib import Path

import pytest

from moe_memorygraph.evaluation.golden import read_golden
from moe_memorygraph.evaluation.worlds import World, WorldSize, generate_world, write_world
from moe_memorygraph.sample.accounts import ACCOUNTS

SEEDS = tuple(range(12))


@pytest.fixture(scope="module", params=SEEDS)
def world(request: pytest.FixtureRequest) -> World:
    return generate_world(request.param)


def written(folder: Path, world: World) -> dict[str, bytes]:
    write_world(world, folder)
    return {str(path.relative_to(folder)): path.read_bytes() for path in sorted(folder.rglob("*")) if path.is_file()}


def test_the_same_seed_gives_the_same_bytes_and_another_one_other_names(tmp_path: Path) -> None:
    first, again = written(tmp_path / "a", generate_world(5)), written(tmp_path / "b", generate_world(5))
    assert first == again
    assert sorted(first)[:4] == ["customers.csv", "facts.csv", "golden.jsonl", "knowledge/api-limits.md"]
    names = [{company.name for company in generate_world(seed).customers} for seed in (5, 6)]
    assert not names[0] & names[1]


def test_a_world_is_as_large_as_told(world: World) -> None:
    assert len(world.customers) == 30
    assert 800 <= len(world.tickets) <= 1_050
    assert len(world.documents) == 12
    assert len(world.questions) >= 100
    abstaining = sum(row["expect"]["abstain"] for row in world.questions)
    assert abstaining / len(world.questions) >= 0.25
    assert len({row["id"] for row in world.questions}) == len(world.questions)


def test_a_golden_file_of_a_world_reads(world: World, tmp_path: Path) -> None:
    write_world(world, tmp_path)
    questions = read_golden(tmp_path / "golden.jsonl")
    assert len(questions) == len(world.questions)
    assert {question.session_id for question in questions} == {None, "s-account_owner", "s-tier", "s-reason"}
    for question in questions:
        assert question.expect.abstain or question.expect.claims, question.id
        assert not (question.expect.abstain and question.expect.claims), question.id
        right = {text for claim in question.expect.claims for text in claim}
        assert not right & set(question.expect.forbid), question.id


def test_no_customer_is_of_the_sample_or_of_the_neighbour(world: World) -> None:
    names = {name.casefold() for one in world.customers for name in (one.name, *one.aliases)}
    sample = {name.casefold() for one in ACCOUNTS for name in (one.name, *one.aliases)}
    assert not names & sample
    assert world.neighbour is not None
    assert not names & {one.name.casefold() for one in world.neighbour.customers}
    assert len(names) == sum(1 + len(one.aliases) for one in world.customers)


def test_unanswerable_names_are_not_stored(world: World) -> None:
    stored = {name.casefold() for one in world.customers for name in (one.name, *one.aliases)}
    for row in world.questions:
        if row["kind"] in ("unknown_customer", "look_alike_unknown", "other_tenant"):
            assert not any(re.search(rf"\b{re.escape(name)}\b", row["question"].casefold()) for name in stored)


def test_counts_are_those_of_the_rows(world: World) -> None:
    (row,) = (row for row in world.questions if row["id"] == "how_many-year")
    (year,) = re.findall(r"20\d\d", row["question"])
    counted = sum(ticket.created_at.year == int(year) for ticket in world.tickets)
    assert str(counted) in row["expect"]["claims"][0]["any_of"]
    assert counted > 50, "more than any list of hits holds"


def test_the_planted_rise_is_in_the_rows(world: World) -> None:
    (row,) = (row for row in world.questions if row["id"] == "trend-rise-0")
    before, after = (int(claim["any_of"][0]) for claim in row["expect"]["claims"])
    assert after >= 1.4 * before


def test_tickets_are_of_customers_at_their_time(world: World) -> None:
    for ticket in world.tickets:
        company, when = ticket.company, ticket.created_at.date()
        assert company.since <= when or ticket.plot
        assert company.churned_at is None or when < company.churned_at
        assert ticket.customer in (company.customer_id, company.name, *company.aliases)
        assert "[" not in ticket.body
        assert "{" not in ticket.body


def test_texts_vary(world: World) -> None:
    bodies = Counter(ticket.body for ticket in world.tickets)
    assert len(bodies) >= 0.95 * len(world.tickets)


def test_the_reason_that_only_tickets_tell_is_in_no_record(world: World) -> None:
    told = [row for row in world.questions if row["kind"] == "why_from_tickets"]
    assert told
    lost = [one for one in world.customers if one.churned_at is not None]
    assert [bool(one.churn_reason) for one in lost].count(False) == 1
    for row in told:
        claims = row["expect"]["claims"][0]["any_of"]
        bodies = " ".join(ticket.body for ticket in world.tickets if ticket.plot.startswith("left:"))
        assert any(text.casefold() in bodies.casefold() for text in claims)


def test_sources_disagree_on_open_facts(world: World) -> None:
    disputed: Counter[tuple[str, str]] = Counter(
        (fact.subject, fact.predicate) for fact in world.facts if fact.valid_to is None
    )
    assert {predicate for (_, predicate), count in disputed.items() if count > 1} == {"account_owner", "seats"}
    assert all(fact.valid_to is None or fact.valid_from < fact.valid_to for fact in world.facts)
    assert all(fact.valid_from < date(2026, 6, 1) for fact in world.facts)


def test_a_small_world_and_one_that_is_too_small() -> None:
    small = generate_world(3, size=WorldSize(customers=22, tickets=150, questions=30))
    assert len(small.questions) == 30
    assert len(small.customers) == 22
    assert 110 <= len(small.tickets) <= 220
    assert len({row["kind"] for row in small.questions}) >= 12
    with pytest.raises(ValueError, match="needs 22 customers"):
        generate_world(3, size=WorldSize(customers=10))
