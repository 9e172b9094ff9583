"""The corpus is the same on every run, holds exactly what was planted, and its rows fit the contract."""

import csv
import json
from collections import Counter
from datetime import UTC, date, datetime
from itertools import pairwise
from pathlib import Path

import pytest

from moe_memorygraph.sample import Sample, generate_sample, write_sample
from moe_memorygraph.sample.plan import BILLING_WAVE, OUTAGE_DAYS, REPLAY_PRAISE, TOTALS
from moe_memorygraph.sample.values import (
    CUSTOMER_COLUMNS,
    FACT_COLUMNS,
    STORY_ENDS,
    STORY_STARTS,
    TICKET_COLUMNS,
    quarter_of,
    quarters,
)


@pytest.fixture(scope="module")
def written(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("sample")
    write_sample(folder)
    return folder


def test_the_same_seed_gives_the_same_bytes(written: Path, tmp_path: Path) -> None:
    write_sample(tmp_path)
    first = {path.relative_to(written): path.read_bytes() for path in written.rglob("*") if path.is_file()}
    second = {path.relative_to(tmp_path): path.read_bytes() for path in tmp_path.rglob("*") if path.is_file()}
    assert first == second
    assert {"customers.csv", "tickets.jsonl", "facts.csv", "truth.json", "golden.jsonl"} <= {
        str(name) for name in first
    }


def test_a_seed_that_leaves_few_tickets_for_colour_gives_a_corpus_too(sample: Sample) -> None:
    assert len(generate_sample(seed=3).tickets) == len(sample.tickets)


def test_another_seed_gives_other_words_and_the_same_counts(sample: Sample) -> None:
    other = generate_sample(seed=8)
    assert {ticket.body for ticket in other.tickets} != {ticket.body for ticket in sample.tickets}
    assert _per_category(other) == _per_category(sample)
    assert other.truth["shifts"] == sample.truth["shifts"]


def test_every_quarter_has_the_planned_tickets_of_every_category(sample: Sample) -> None:
    planned = {
        (category, str(quarter)): count
        for category, counts in TOTALS.items()
        for quarter, count in zip(quarters(), counts, strict=True)
    }
    assert _per_category(sample) == planned


def _per_category(sample: Sample) -> Counter[tuple[str, str]]:
    return Counter((ticket.category, str(quarter_of(ticket.created_at.date()))) for ticket in sample.tickets)


def test_billing_rises_by_forty_percent_and_three_accounts_carry_sixty_percent_of_it(sample: Sample) -> None:
    def billing(quarter: str, customer: str | None = None) -> int:
        return sum(
            ticket.category == "billing"
            and str(quarter_of(ticket.created_at.date())) == quarter
            and customer in (None, ticket.customer_id)
            for ticket in sample.tickets
        )

    rise = billing("2025Q4") - billing("2025Q3")
    assert (billing("2025Q3"), billing("2025Q4")) == (125, 175)
    driven = 0
    for customer, counts in BILLING_WAVE.items():
        assert (billing("2025Q3", customer), billing("2025Q4", customer)) == counts
        driven += counts[1] - counts[0]
    assert driven / rise == pytest.approx(0.6)
    others = {account.customer_id for account in sample.customers} - set(BILLING_WAVE)
    assert max(billing("2025Q4", customer) - billing("2025Q3", customer) for customer in others) <= 2


def test_integration_does_not_change_in_any_account(sample: Sample) -> None:
    def per_customer(quarter: str) -> Counter[str]:
        return Counter(
            ticket.customer_id
            for ticket in sample.tickets
            if ticket.category == "integration" and str(quarter_of(ticket.created_at.date())) == quarter
        )

    assert per_customer("2025Q3") == per_customer("2025Q4")


def test_the_march_outage_has_its_days_and_starts_after_the_failure(sample: Sample) -> None:
    tickets = [
        ticket
        for ticket in sample.tickets
        if ticket.category == "outage" and (ticket.created_at.year, ticket.created_at.month) == (2025, 3)
    ]
    assert Counter(ticket.created_at.day for ticket in tickets) == OUTAGE_DAYS
    assert min(tickets, key=lambda ticket: ticket.created_at).story == "outage_meridian"
    assert min(ticket.created_at for ticket in tickets) > datetime(2025, 3, 11, 6, 12, tzinfo=UTC)
    assert len({ticket.customer_id for ticket in tickets}) >= 30


def test_timeline_replay_is_praised_as_often_as_planned(sample: Sample) -> None:
    praise = Counter(
        str(quarter_of(ticket.created_at.date()))
        for ticket in sample.tickets
        if ticket.topic == "timeline_replay_praise"
    )
    assert praise == REPLAY_PRAISE


def test_nobody_writes_before_joining_or_after_leaving(sample: Sample) -> None:
    accounts = {account.customer_id: account for account in sample.customers}
    for ticket in sample.tickets:
        day = ticket.created_at.date()
        account = accounts[ticket.customer_id]
        assert STORY_STARTS <= day <= STORY_ENDS
        assert account.since <= day
        assert account.churned_at is None or day <= account.churned_at


def test_threads_are_conversations_of_one_customer_in_order(sample: Sample) -> None:
    threads: dict[str, list[str]] = {}
    for ticket in sample.tickets:
        if ticket.thread_id:
            threads.setdefault(ticket.thread_id, []).append(ticket.customer_id)
    assert len(threads) > 100
    assert all(len(members) > 1 and len(set(members)) == 1 for members in threads.values())


def test_tickets_are_ordered_and_resolved_after_they_came(sample: Sample) -> None:
    moments = [ticket.created_at for ticket in sample.tickets]
    assert moments == sorted(moments)
    assert [ticket.ticket_id for ticket in sample.tickets] == [f"T-{n:05d}" for n in range(1, len(moments) + 1)]
    for ticket in sample.tickets:
        assert ticket.resolved_at is None or ticket.created_at < ticket.resolved_at
        assert (ticket.resolved_at is None) == (ticket.status in {"open", "pending"})
        assert ticket.csat is None or 1 <= ticket.csat <= 5


def test_customer_rows_have_the_columns_of_the_contract(written: Path) -> None:
    rows = _csv(written / "customers.csv")
    assert len(rows) == 40
    assert tuple(rows[0]) == CUSTOMER_COLUMNS
    assert len({row["customer_id"] for row in rows}) == 40
    for row in rows:
        assert row["customer_id"]
        assert row["name"]
        assert int(row["arr"]) > 0
        date.fromisoformat(row["since"])
        assert bool(row["churned_at"]) == bool(row["churn_reason"]) == (row["status"] == "churned")


def test_no_name_or_alias_means_two_customers(sample: Sample) -> None:
    names = [
        name.casefold()
        for account in sample.customers
        for name in {account.customer_id, account.name, *account.aliases}
    ]
    owners = {
        name.casefold(): account.customer_id
        for account in sample.customers
        for name in (account.customer_id, account.name, *account.aliases)
    }
    assert len(owners) == len(set(names))
    for account in sample.customers:
        for name in (account.customer_id, account.name, *account.aliases):
            assert owners[name.casefold()] == account.customer_id


def test_ticket_rows_have_the_columns_of_the_contract(written: Path, sample: Sample) -> None:
    known = {name for account in sample.customers for name in (account.customer_id, account.name, *account.aliases)}
    lines = (written / "tickets.jsonl").read_text(encoding="utf-8").splitlines()
    rows = [json.loads(line) for line in lines]
    assert len(rows) == len(sample.tickets)
    for row in rows:
        assert set(row) <= set(TICKET_COLUMNS)
        assert {"ticket_id", "customer", "created_at", "body", "category", "channel", "author"} <= set(row)
        assert row["customer"] in known
        assert datetime.fromisoformat(row["created_at"]).tzinfo is not None
        assert row["channel"] in {"email", "chat", "phone", "web"}
    assert len({row["ticket_id"] for row in rows}) == len(rows)


def test_fact_rows_have_the_columns_of_the_contract(written: Path, sample: Sample) -> None:
    rows = _csv(written / "facts.csv")
    names = {account.name for account in sample.customers}
    assert tuple(rows[0]) == FACT_COLUMNS
    for row in rows:
        assert row["subject"] in names
        assert all(row[name] for name in ("predicate", "object", "source"))
        assert 0 < float(row["confidence"]) <= 1
        start, end = row["valid_from"], row["valid_to"]
        assert not (start and end) or date.fromisoformat(start) < date.fromisoformat(end)


def test_one_source_never_contradicts_itself(sample: Sample) -> None:
    periods: dict[tuple[str, str, str], list[tuple[date, date]]] = {}
    for fact in sample.facts:
        key = (fact.subject, fact.predicate, fact.source)
        periods.setdefault(key, []).append((fact.valid_from or date.min, fact.valid_to or date.max))
    for spans in periods.values():
        spans.sort()
        assert all(before[1] <= after[0] for before, after in pairwise(spans))


def test_planted_contradictions_stand_in_the_facts(sample: Sample) -> None:
    crm = {(account.name, "tier"): account.tier for account in sample.customers}
    crm |= {(account.name, "churn_reason"): account.churn_reason for account in sample.customers}
    told = {(fact.subject, fact.predicate, fact.source): fact.object for fact in sample.facts}
    assert len(sample.truth["contradictions"]) >= 4
    for contradiction in sample.truth["contradictions"]:
        key = (contradiction["subject"], contradiction["predicate"])
        for claim in contradiction["claims"]:
            assert claim["object"] in {told.get((*key, claim["source"])), crm.get(key)}
        assert len({claim["object"] for claim in contradiction["claims"]}) == 2


def test_documents_are_written_as_they_are(written: Path, sample: Sample) -> None:
    assert 12 <= len(sample.documents) <= 16
    for name, text in sample.documents.items():
        assert (written / "knowledge" / name).read_text(encoding="utf-8") == text
        assert text.startswith("# ")
        assert "\n## " in text or name == "release-notes-2025.md"


def test_truth_counts_what_the_rows_hold(written: Path) -> None:
    truth = json.loads((written / "truth.json").read_text(encoding="utf-8"))
    rows = [json.loads(line) for line in (written / "tickets.jsonl").read_text(encoding="utf-8").splitlines()]
    assert truth["totals"]["tickets"] == len(rows)
    counted = Counter(row["category"] for row in rows)
    assert {name: sum(counts.values()) for name, counts in truth["counts"]["category"].items()} == counted
    ids = {row["ticket_id"] for row in rows}
    assert set(truth["stories"]["tickets"].values()) <= ids
    for plot in truth["stories"]["plots"].values():
        assert plot
        assert set(plot) <= ids


def test_vantage_is_kept_waiting(sample: Sample) -> None:
    days = sample.truth["days_to_resolve"]
    assert days["vantage_since_2025_06"] > 3 * days["vantage_before_2025_06"]
    assert days["vantage_since_2025_06"] > 3 * days["others_since_2025_06"]


def _csv(path: Path) -> list[dict[str, str]]:
    with path.open(encoding="utf-8", newline="") as lines:
        return list(csv.DictReader(lines))
