"""The contract of `TicketMemory`, for every store."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from moe_memorygraph.errors import Conflict, InvalidArgument
from moe_memorygraph.memory.ports import TenantMemory
from moe_memorygraph.memory.ranking import Hints
from moe_memorygraph.memory.values import (
    DataSpan,
    GroupCount,
    GroupCounts,
    GroupField,
    Message,
    Ticket,
    TicketFilter,
    TicketPassage,
    WriteCounts,
)
from tests.memory.samples import DAY, NOW, ticket, unit

ALL = TicketFilter()

FULL = Ticket(
    ticket_id="T-1",
    customer_id="C-1",
    created_at=NOW,
    subject="Invoice is wrong",
    body="The invoice counts 12 seats. We have ten. 🧾 Naïve façade.",
    category="billing",
    intent="complaint",
    channel="email",
    status="open",
    priority="high",
    csat=2.5,
    resolved_at=NOW + DAY,
    response="We corrected it and sent a refund.",
    author="Kim",
    thread_id="TH-1",
    messages=(
        Message(author="Kim", role="customer", at=NOW, text="The invoice is wrong"),
        Message(author="Lee", role="agent", at=None, text="We look into it"),
    ),
    attributes={"product": "Suite", "quote": "'; \\"},
    pii_types=("EMAIL_ADDRESS", "PERSON"),
    content_hash=b"full",
    passages=(
        TicketPassage(part=0, field="body", start=0, stop=28, embedding=unit(1)),
        TicketPassage(part=1, field="body", start=29, stop=57),
        TicketPassage(part=2, field="response", start=3, stop=21, embedding=unit(0, 1)),
    ),
)


async def test_a_ticket_comes_back_whole(memory: TenantMemory) -> None:
    assert await memory.vector.put_many([FULL]) == WriteCounts(inserted=1)
    without_vectors = tuple(replace(one, embedding=None) for one in FULL.passages)
    assert await memory.vector.get("T-1") == replace(FULL, passages=without_vectors)
    assert await memory.vector.get("T-2") is None
    assert await memory.vector.browse(ALL, limit=5) == [replace(FULL, passages=(), content_hash=b"")]


async def test_hashes_are_known_of_stored_tickets_alone(memory: TenantMemory) -> None:
    await memory.vector.put_many([FULL])
    assert await memory.vector.known_hashes(["T-0", "T-1"]) == {"T-1": b"full"}
    assert await memory.vector.known_hashes([]) == {}


async def test_the_same_tickets_again_change_nothing(memory: TenantMemory) -> None:
    tickets = [ticket(f"T-{number}", f"text number {number}", vector=unit(1, number)) for number in range(5)]
    assert await memory.vector.put_many(tickets) == WriteCounts(inserted=5)
    before = await memory.revisions()
    assert await memory.vector.put_many(tickets[::-1]) == WriteCounts(unchanged=5)
    assert await memory.revisions() == before


async def test_a_changed_ticket_loses_its_old_passages(memory: TenantMemory) -> None:
    await memory.vector.put_many([FULL])
    changed = ticket("T-1", "All about shipping now", vector=unit(0, 0, 1))
    assert await memory.vector.put_many([changed, ticket("T-2", "other")]) == WriteCounts(inserted=1, updated=1)
    hits = await memory.vector.search(text="invoice seats", embedding=None, filters=ALL, limit=5)
    assert hits == []
    (hit,) = await memory.vector.search(text="", embedding=unit(1), filters=ALL, limit=5)
    assert (hit.ticket.ticket_id, hit.part) == ("T-1", 0)
    assert hit.similarity == pytest.approx(0, abs=1e-3)


async def test_passages_quote_their_ticket_in_code_points(memory: TenantMemory) -> None:
    await memory.vector.put_many([FULL])
    (hit,) = await memory.vector.search(text="naïve façade", embedding=None, filters=ALL, limit=5)
    assert hit.part == 1
    assert hit.text == "We have ten. 🧾 Naïve façade."
    (hit,) = await memory.vector.search(text="", embedding=unit(0, 1), filters=ALL, limit=5)
    assert (hit.part, hit.text) == (2, "corrected it and s")
    assert hit.ticket == replace(FULL, passages=(), content_hash=b"")


async def test_words_and_meaning_both_find(memory: TenantMemory) -> None:
    await memory.vector.put_many(
        [
            ticket("both", "refund for the outage", vector=unit(1, 0.1)),
            ticket("meaning", "money back please", vector=unit(1)),
            ticket("words", "outage refund", vector=unit(0, 0, 1)),
            ticket("neither", "shipping address", vector=unit(0, 0, 0, 1)),
            ticket("wordless", "an outage again"),
        ]
    )
    hits = await memory.vector.search(text="Refund after outages?", embedding=unit(1), filters=ALL, limit=9)
    scores = {hit.ticket.ticket_id: hit for hit in hits}
    assert hits[0].ticket.ticket_id == "both"
    assert set(scores) == {"both", "meaning", "words", "neither", "wordless"}
    assert scores["both"].lexical == 1.0
    assert scores["both"].similarity == pytest.approx(0.995, abs=1e-3)
    assert {name: hit.lexical for name, hit in scores.items()} == {
        "both": 1.0,
        "meaning": 0.0,
        "words": 1.0,
        "neither": 0.0,
        "wordless": 0.5,
    }
    assert scores["meaning"].similarity == pytest.approx(1, abs=1e-3)
    assert scores["words"].similarity == pytest.approx(0, abs=1e-3)
    assert scores["wordless"].similarity == 0.0
    assert all(0 < hit.score < 1 for hit in hits)
    assert [hit.score for hit in hits] == sorted((hit.score for hit in hits), reverse=True)


async def test_words_alone_and_meaning_alone(memory: TenantMemory) -> None:
    await memory.vector.put_many(
        [ticket("a", "login fails", vector=unit(1)), ticket("b", "invoice wrong", vector=unit(0, 1))]
    )
    words = await memory.vector.search(text="the login", embedding=None, filters=ALL, limit=5)
    assert [hit.ticket.ticket_id for hit in words] == ["a"]
    meaning = await memory.vector.search(text="", embedding=unit(0, 1), filters=ALL, limit=5)
    assert [hit.ticket.ticket_id for hit in meaning] == ["b", "a"]
    stop_words = await memory.vector.search(text="is it the", embedding=unit(0, 1), filters=ALL, limit=5)
    assert [(hit.ticket.ticket_id, hit.lexical) for hit in stop_words] == [("b", 0.0), ("a", 0.0)]
    assert await memory.vector.search(text="?!", embedding=None, filters=ALL, limit=5) == []


async def test_the_subject_is_searched_too(memory: TenantMemory) -> None:
    await memory.vector.put_many([ticket("a", "It does not work.", subject="Password reset")])
    (hit,) = await memory.vector.search(text="password", embedding=None, filters=ALL, limit=5)
    assert hit.text == "It does not work."


async def test_each_ticket_comes_once_with_its_best_passage(memory: TenantMemory) -> None:
    body = "alpha beta. gamma delta."
    passages = (
        TicketPassage(part=0, field="body", start=0, stop=11, embedding=unit(0, 1)),
        TicketPassage(part=1, field="body", start=12, stop=24, embedding=unit(1)),
    )
    await memory.vector.put_many([ticket("a", body, passages=passages), ticket("b", "beta", vector=unit(0.5, 1))])
    hits = await memory.vector.search(text="", embedding=unit(1), filters=ALL, limit=5)
    assert [(hit.ticket.ticket_id, hit.part, hit.text) for hit in hits] == [("a", 1, "gamma delta."), ("b", 0, "beta")]


async def test_ties_come_by_id_and_pages_follow_each_other(memory: TenantMemory) -> None:
    names = [f"T-{number:02}" for number in range(30)]
    await memory.vector.put_many([ticket(name, "same words", vector=unit(1)) for name in reversed(names)])
    found = []
    for offset in range(0, 30, 7):
        page = await memory.vector.search(text="words", embedding=unit(1), filters=ALL, limit=7, offset=offset)
        found += [hit.ticket.ticket_id for hit in page]
    assert found == names


async def test_a_ticket_of_many_passages_hides_no_other(memory: TenantMemory) -> None:
    body = "word " * 900
    passages = tuple(
        TicketPassage(part=part, field="body", start=part * 5, stop=part * 5 + 4, embedding=unit(1, 0.001 * part))
        for part in range(900)
    )
    others = [ticket(f"T-{number}", "word", vector=unit(0.5, 1)) for number in range(8)]
    await memory.vector.put_many([ticket("long", body, passages=passages), *others])
    hits = await memory.vector.search(text="word", embedding=unit(1), filters=ALL, limit=9)
    assert [hit.ticket.ticket_id for hit in hits] == ["long", *(f"T-{number}" for number in range(8))]


async def test_rare_words_lead_once_words_were_counted(memory: TenantMemory) -> None:
    common = [ticket(f"C-{number:02}", f"invoice question number {number}") for number in range(30)]
    await memory.vector.put_many([*common, ticket("rare", "the escrow statement")])
    assert await memory.maintain() == ("vector",)
    hits = await memory.vector.search(text="escrow invoice", embedding=None, filters=ALL, limit=31)
    assert hits[0].ticket.ticket_id == "rare"
    assert hits[0].lexical > 0.5 > hits[1].lexical
    assert len(hits) == 31


async def test_what_stands_beside_a_good_passage_is_worth_more(memory: TenantMemory) -> None:
    def said(name: str, text: str, minute: int, thread: str | None) -> Ticket:
        return ticket(name, text, at=NOW + timedelta(minutes=minute), thread_id=thread, vector=unit(0.3, 1))

    await memory.vector.put_many(
        [
            said("ask", "does the refund for the outage come today", 0, "TH-1"),
            said("z-answer", "it does, on Monday", 1, "TH-1"),
            said("alone", "it does, on Monday", 1, None),
            said("elsewhere", "it does, on Monday", 1, "TH-2"),
        ]
    )
    hits = await memory.vector.search(text="refund outage", embedding=unit(1), filters=ALL, limit=9)
    scores = {hit.ticket.ticket_id: hit.score for hit in hits}
    assert hits[0].ticket.ticket_id == "ask"
    assert scores["z-answer"] > scores["alone"] == pytest.approx(scores["elsewhere"])


async def test_neighbours_keep_to_the_filter(memory: TenantMemory) -> None:
    mine = ticket("mine", "refund for the outage", thread_id="TH-1", vector=unit(1))
    other = ticket("other", "on Monday", customer="C-2", at=NOW + DAY, thread_id="TH-1", vector=unit(1))
    old = ticket("old", "before that", at=NOW - DAY, thread_id="TH-1", vector=unit(1))
    await memory.vector.put_many([mine, other, old])
    filters = TicketFilter(customer_ids=("C-1",), since=NOW)
    hits = await memory.vector.search(text="refund outage", embedding=unit(1), filters=filters, limit=9)
    assert [hit.ticket.ticket_id for hit in hits] == ["mine"]


async def test_hints_prefer_and_leave_nothing_out(memory: TenantMemory) -> None:
    await memory.vector.put_many(
        [
            ticket("a", "refund for the outage", customer="C-1", category="billing", vector=unit(1)),
            ticket("b", "refund for the outage", customer="C-2", category="outage", vector=unit(1)),
        ]
    )
    for hints in (Hints(customer_ids=("C-2",)), Hints(categories=("outage",))):
        hits = await memory.vector.search(text="refund", embedding=unit(1), filters=ALL, limit=9, hints=hints)
        assert [hit.ticket.ticket_id for hit in hits] == ["b", "a"]
    hits = await memory.vector.search(text="refund", embedding=unit(1), filters=ALL, limit=9)
    assert [hit.ticket.ticket_id for hit in hits] == ["a", "b"]


async def test_repeats_come_after_what_differs_where_asked(memory: TenantMemory) -> None:
    same = [ticket(f"same-{number}", "refund for the outage", vector=unit(1)) for number in range(4)]
    await memory.vector.put_many([*same, ticket("z", "refund of a fee", vector=unit(1, 0.5))])
    hits = await memory.vector.search(text="refund outage", embedding=unit(1), filters=ALL, limit=2, distinct=True)
    assert [hit.ticket.ticket_id for hit in hits] == ["same-0", "z"]


async def test_an_abbreviation_finds_what_is_written_out_and_the_other_way_round(memory: TenantMemory) -> None:
    await memory.vector.put_many(
        [ticket("long", "single sign-on fails"), ticket("short", "SSO fails"), ticket("other", "the sign fails")]
    )
    await memory.maintain()
    for asked in ("SSO fails", "single sign-on fails"):
        hits = await memory.vector.search(text=asked, embedding=None, filters=ALL, limit=9)
        assert {hit.ticket.ticket_id for hit in hits[:2]} == {"long", "short"}
        assert hits[0].lexical == hits[1].lexical == pytest.approx(1.0)
        assert hits[2].lexical < 1.0


@pytest.mark.parametrize(
    ("body", "questions"),
    [
        (
            "Die Rechnungen wurden doppelt abgebucht",
            ("doppelte Rechnung", "Warum wurde die Rechnung doppelt abgebucht?"),
        ),
        ("Las facturas se cobraron dos veces y no contestan", ("facturas", "¿Por qué se cobraron las facturas?")),
        ("Les factures ont été débitées deux fois", ("factures", "Pourquoi les factures sont-elles débitées ?")),
    ],
)
async def test_tickets_in_other_languages_are_found_by_their_words(
    memory: TenantMemory, body: str, questions: tuple[str, ...]
) -> None:
    english = ticket("english", "The invoices were charged twice and nobody answers")
    await memory.vector.put_many([ticket("foreign", body), english, ticket("other", "The export is slow today")])
    await memory.maintain()
    for question in questions:
        hits = await memory.vector.search(text=question, embedding=None, filters=ALL, limit=9)
        assert hits[0].ticket.ticket_id == "foreign", question
    hits = await memory.vector.search(text="Why were the invoices charged?", embedding=None, filters=ALL, limit=9)
    assert hits[0].ticket.ticket_id == "english"
    assert hits[0].lexical == pytest.approx(1.0)


async def test_small_words_of_a_foreign_question_neither_find_nor_weigh(memory: TenantMemory) -> None:
    await memory.vector.put_many(
        [ticket("words", "Das war und ist nicht die Frage"), ticket("thing", "Kündigung bestätigt, danke und bis bald")]
    )
    await memory.maintain()
    hits = await memory.vector.search(text="Ist die Kündigung nicht bestätigt?", embedding=None, filters=ALL, limit=9)
    assert hits[0].ticket.ticket_id == "thing"
    assert hits[0].lexical == pytest.approx(1.0)


async def test_common_words_alone_still_fill_pages(memory: TenantMemory) -> None:
    await memory.vector.put_many([ticket(f"T-{number:03}", "the same words again") for number in range(450)])
    await memory.maintain()
    found: list[str] = []
    for offset in range(0, 450, 150):
        page = await memory.vector.search(text="words again", embedding=None, filters=ALL, limit=150, offset=offset)
        found += [hit.ticket.ticket_id for hit in page]
    assert found == [f"T-{number:03}" for number in range(450)]


async def test_a_selective_filter_still_fills_the_page(memory: TenantMemory) -> None:
    near = [ticket(f"N-{number}", "refund outage", vector=unit(1), customer="C-1") for number in range(300)]
    far = [ticket(f"F-{number}", "shipping", vector=unit(0, 1), customer="C-2") for number in range(5)]
    await memory.vector.put_many([*near, *far])
    hits = await memory.vector.search(
        text="refund outage", embedding=unit(1), filters=TicketFilter(customer_ids=("C-2",)), limit=5
    )
    assert [hit.ticket.ticket_id for hit in hits] == [f"F-{number}" for number in range(5)]


VARIED = [
    ticket("a", "x one", customer="C-1", at=NOW - 400 * DAY, category="billing", channel="email", status="open"),
    ticket("b", "x two", customer="C-1", at=NOW - 40 * DAY, category="outage", channel="chat", status="closed"),
    ticket("c", "x three", customer="C-2", at=NOW, category="billing", channel="chat", pii_types=("PHONE", "EMAIL")),
    ticket("d", "x four", customer="C-3", at=NOW, status="open", priority="high", pii_types=("EMAIL",)),
]


@pytest.mark.parametrize(
    ("filters", "fitting"),
    [
        (TicketFilter(), "dcba"),
        (TicketFilter(customer_ids=("C-1", "C-3")), "dba"),
        (TicketFilter(categories=("billing",)), "ca"),
        (TicketFilter(categories=("billing", "outage"), channel="chat"), "cb"),
        (TicketFilter(status="open"), "da"),
        (TicketFilter(since=NOW - 40 * DAY), "dcb"),
        (TicketFilter(until=NOW), "ba"),
        (TicketFilter(since=NOW, until=NOW), ""),
        (TicketFilter(with_pii=True), "dc"),
        (TicketFilter(customer_ids=("C-1",), categories=("billing",), channel="email", status="open"), "a"),
        (TicketFilter(customer_ids=("c-1",)), ""),
    ],
)
async def test_every_filter_holds_everywhere(memory: TenantMemory, filters: TicketFilter, fitting: str) -> None:
    await memory.vector.put_many([replace(one, passages=_with_vector(one)) for one in VARIED])
    newest_first = sorted(fitting, key=lambda one: ({"a": 2, "b": 1, "c": 0, "d": 0}[one], one))
    assert await memory.vector.ids(filters, limit=9) == newest_first
    assert [one.ticket_id for one in await memory.vector.browse(filters, limit=9)] == newest_first
    assert await memory.vector.count(filters) == len(fitting)
    for text, embedding in (("x", None), ("", unit(1)), ("x", unit(1))):
        hits = await memory.vector.search(text=text, embedding=embedding, filters=filters, limit=9)
        assert sorted(hit.ticket.ticket_id for hit in hits) == sorted(fitting)


def _with_vector(one: Ticket) -> tuple[TicketPassage, ...]:
    return tuple(replace(passage, embedding=unit(1)) for passage in one.passages)


async def test_browsing_pages_through_all(memory: TenantMemory) -> None:
    await memory.vector.put_many(VARIED)
    assert [one.ticket_id for one in await memory.vector.browse(ALL, limit=2, offset=1)] == ["d", "b"]
    assert await memory.vector.ids(ALL, limit=1) == ["c"]
    assert await memory.vector.ids(ALL, limit=0) == []


async def test_counting_by_words_needs_every_word_in_any_passage(memory: TenantMemory) -> None:
    body = "The invoice was late. The refund was slow."
    passages = (
        TicketPassage(part=0, field="body", start=0, stop=21),
        TicketPassage(part=1, field="body", start=22, stop=len(body)),
    )
    await memory.vector.put_many(
        [
            ticket("a", body, subject="Money", passages=passages),
            ticket("b", "refunds for invoices", customer="C-2"),
            ticket("c", "refund only"),
        ]
    )
    assert await memory.vector.count(ALL, text="refund") == 3
    assert await memory.vector.count(ALL, text="invoices refunded") == 2
    assert await memory.vector.count(ALL, text="money invoice refund") == 1
    assert await memory.vector.count(TicketFilter(customer_ids=("C-2",)), text="refund invoice") == 1
    assert await memory.vector.count(ALL, text="refund rockets") == 0
    assert await memory.vector.count(ALL, text="the") == 3
    assert await memory.vector.count(ALL, text="") == 3


@pytest.mark.parametrize(
    ("group", "counts"),
    [
        ("category", [("billing", 2, "ca"), ("", 1, "d"), ("outage", 1, "b")]),
        ("customer_id", [("C-1", 2, "ba"), ("C-2", 1, "c"), ("C-3", 1, "d")]),
        ("channel", [("chat", 2, "cb"), ("", 1, "d"), ("email", 1, "a")]),
        ("status", [("open", 2, "da"), ("", 1, "c"), ("closed", 1, "b")]),
        ("priority", [("", 3, "cba"), ("high", 1, "d")]),
        ("month", [("2024-05", 1, "a"), ("2025-05", 1, "b"), ("2025-06", 2, "cd")]),
        ("quarter", [("2024Q2", 1, "a"), ("2025Q2", 3, "cdb")]),
        ("pii_type", [("EMAIL", 2, "cd"), ("PHONE", 1, "c")]),
    ],
)
async def test_counts_by_group(memory: TenantMemory, group: GroupField, counts: list[tuple[str, int, str]]) -> None:
    await memory.vector.put_many(VARIED)
    expected = [GroupCount(key=key, count=count, sample=tuple(sample)) for key, count, sample in counts]
    assert await memory.vector.count_by(group, ALL) == expected
    some = TicketFilter(customer_ids=("C-9",))
    assert await memory.vector.count_by(group, some) == []


async def test_few_groups_are_the_largest_or_the_latest(memory: TenantMemory) -> None:
    await memory.vector.put_many(VARIED)
    assert [one.key for one in await memory.vector.count_by("category", ALL, limit=1)] == ["billing"]
    assert [one.key for one in await memory.vector.count_by("month", ALL, limit=2)] == ["2025-05", "2025-06"]


@pytest.mark.parametrize(
    ("group", "total"), [("category", 4), ("customer_id", 4), ("month", 4), ("quarter", 4), ("pii_type", 2)]
)
async def test_a_tally_counts_each_ticket_once_in_groups_shown_or_not(
    memory: TenantMemory, group: GroupField, total: int
) -> None:
    await memory.vector.put_many(VARIED)
    tally = await memory.vector.tally(group, ALL, limit=1)
    assert tally.total == total
    assert tally.named == len([one for one in await memory.vector.count_by(group, ALL) if one.key])
    assert list(tally.groups) == await memory.vector.count_by(group, ALL, limit=1)


async def test_a_tally_of_what_tickets_say_and_of_nothing(memory: TenantMemory) -> None:
    await memory.vector.put_many(VARIED)
    said = VARIED[0].body
    assert (await memory.vector.tally("category", ALL, text=said)).total == await memory.vector.count(ALL, text=said)
    nobody = TicketFilter(customer_ids=("C-9",))
    assert await memory.vector.tally("category", nobody) == GroupCounts(total=0, groups=(), named=0)


async def test_a_sample_is_the_five_newest(memory: TenantMemory) -> None:
    await memory.vector.put_many([ticket(f"T-{day}", "x", at=NOW + day * DAY) for day in range(9)])
    (group,) = await memory.vector.count_by("customer_id", ALL)
    assert group == GroupCount(key="C-1", count=9, sample=("T-8", "T-7", "T-6", "T-5", "T-4"))


async def test_the_span_is_from_the_oldest_to_the_newest(memory: TenantMemory) -> None:
    assert await memory.vector.span() == DataSpan(oldest=None, newest=None)
    first, last = datetime(2024, 12, 31, 23, 59, tzinfo=UTC), datetime(2025, 1, 1, 5, tzinfo=UTC)
    tickets = [ticket("a", "x", at=last), ticket("b", "x", at=first), ticket("c", "x", at=last - timedelta(hours=5))]
    await memory.vector.put_many(tickets)
    assert await memory.vector.span() == DataSpan(oldest=first, newest=last)


async def test_bad_passages_are_refused_and_nothing_is_stored(memory: TenantMemory) -> None:
    beyond = ticket("a", "short", passages=(TicketPassage(part=0, field="body", start=0, stop=6),))
    in_no_response = ticket("a", "short", passages=(TicketPassage(part=0, field="response", start=0, stop=1),))
    twice = ticket("a", "short", passages=2 * (TicketPassage(part=0, field="body", start=0, stop=5),))
    for bad in (beyond, in_no_response, twice):
        with pytest.raises(InvalidArgument):
            await memory.vector.put_many([ticket("good", "fine"), bad])
    assert await memory.vector.count(ALL) == 0


async def test_vectors_of_one_tenant_have_one_dimension(memory: TenantMemory) -> None:
    await memory.vector.put_many([ticket("a", "x", vector=unit(1))])
    with pytest.raises(Conflict, match="dimension"):
        await memory.vector.put_many([ticket("b", "x", vector=unit(1, dim=5))])
    with pytest.raises(Conflict, match="dimension"):
        await memory.vector.search(text="x", embedding=unit(1, dim=5), filters=ALL, limit=5)
    assert await memory.vector.ids(ALL, limit=9) == ["a"]


async def test_groups_are_counted_among_the_tickets_that_say_every_word(memory: TenantMemory) -> None:
    await memory.vector.put_many(
        [
            ticket("a", "Slow dashboards every morning", customer="A", category="z"),
            ticket("b", "The dashboard is slow", customer="A", category="y"),
            ticket("c", "Slow export", customer="B", category="z"),
        ]
    )
    said = "slow dashboards"
    assert [(one.key, one.count) for one in await memory.vector.count_by("customer_id", ALL, text=said)] == [("A", 2)]
    assert [(one.key, one.count) for one in await memory.vector.count_by("category", ALL, text=said)] == [
        ("y", 1),
        ("z", 1),
    ]
    assert await memory.vector.count_by("category", ALL, text="dashboards exports") == []
    assert len(await memory.vector.count_by("category", ALL, text="the")) == 2, "a text without stems leaves none out"
