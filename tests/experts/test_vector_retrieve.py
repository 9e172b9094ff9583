"""What VectorRetrieve prefers and what it demands."""

from dataclasses import replace
from datetime import UTC, datetime
from uuid import UUID

from moe_memorygraph.experts import Question, VectorRetrieve
from moe_memorygraph.experts.values import TimeRange
from moe_memorygraph.memory.fakes import InMemoryStore
from moe_memorygraph.memory.ports import TenantMemory
from moe_memorygraph.memory.values import Tenant, TicketFilter, tenant_id_of
from tests.memory.samples import ticket

MARCH = TimeRange(since=datetime(2025, 3, 1, tzinfo=UTC), until=datetime(2025, 4, 1, tzinfo=UTC), label="March 2025")
PAGE = Question(
    run_id=UUID(int=1),
    text="invoice in March 2025",
    kind="list",
    asked_at=datetime(2025, 6, 1, tzinfo=UTC),
    time=MARCH,
    ticket_filter=TicketFilter(),
    options={"tool": "search_tickets"},
)


async def _memory() -> TenantMemory:
    store = InMemoryStore()
    tenant = tenant_id_of("t")
    await store.create_tenant(Tenant(tenant_id=tenant, key="t", name="T"))
    memory = store.tenant(tenant)
    await memory.vector.put_many(
        [
            ticket("a-may", "the invoice is wrong", at=datetime(2025, 5, 9, tzinfo=UTC)),
            ticket("b-march", "the invoice is wrong", at=datetime(2025, 3, 9, tzinfo=UTC)),
            ticket("c-january", "the invoice is wrong", at=datetime(2025, 1, 9, tzinfo=UTC)),
        ]
    )
    return memory


async def _found(question: Question) -> list[str]:
    findings = await VectorRetrieve().gather(question, await _memory())
    return [item.uri.rpartition("/")[2] for item in findings.evidence]


async def test_a_time_in_the_words_is_preferred_and_excludes_nothing() -> None:
    found = await _found(PAGE)
    assert found[0] == "b-march"
    assert set(found) == {"a-may", "b-march", "c-january"}


async def test_a_time_given_as_an_argument_excludes() -> None:
    given = TicketFilter(since=MARCH.since, until=MARCH.until)
    assert await _found(replace(PAGE, ticket_filter=given)) == ["b-march"]


async def test_the_latest_comes_first_where_it_is_asked_for() -> None:
    assert (await _found(replace(PAGE, time=None, text="the latest invoice")))[0] == "a-may"


def test_given_arguments_leave_nothing_to_prefer() -> None:
    given = TicketFilter(since=MARCH.since, categories=("billing",))
    hints = replace(PAGE, ticket_filter=given, categories=("billing", "login")).hints()
    assert (hints.since, hints.until, hints.categories) == (None, None, ())


ASKED = replace(PAGE, kind="similar", text="the latest tickets", time=None, options={}, newest=True)


async def _told(question: Question) -> list[str]:
    store = InMemoryStore()
    tenant = tenant_id_of("t")
    await store.create_tenant(Tenant(tenant_id=tenant, key="t", name="T"))
    memory = store.tenant(tenant)
    await memory.vector.put_many(
        [
            ticket("old", "latest tickets", at=datetime(2025, 1, 9, tzinfo=UTC), status="open", category="billing"),
            ticket("new", "it broke", at=datetime(2025, 5, 9, tzinfo=UTC), status="closed", category="bug"),
            ticket("newer", "nothing works", at=datetime(2025, 5, 10, tzinfo=UTC), status="open", category="bug"),
        ]
    )
    findings = await VectorRetrieve().gather(question, memory)
    return [item.quote if item.uri.startswith("memory://runs/") else item.uri for item in findings.evidence]


async def test_the_newest_are_those_that_came_last_whatever_they_say_after_how_many_there_are() -> None:
    assert await _told(ASKED) == [
        "3 tickets.",
        "memory://tickets/newer",
        "memory://tickets/new",
        "memory://tickets/old",
    ]


async def test_tickets_of_a_status_are_counted_and_shown_newest_first() -> None:
    of_status = replace(ASKED, newest=False, ticket_filter=TicketFilter(status="open"), text="Which tickets are open?")
    assert await _told(of_status) == [
        "2 tickets with status open.",
        "memory://tickets/newer",
        "memory://tickets/old",
    ]
    assert await _told(replace(of_status, categories=("billing",))) == [
        "1 ticket about billing with status open.",
        "memory://tickets/old",
    ]


async def test_a_status_is_counted_and_no_word_of_the_tickets() -> None:
    text = "How many resolved bug tickets are there?"
    closed = replace(
        ASKED,
        kind="how_many",
        newest=False,
        ticket_filter=TicketFilter(status="closed"),
        text=text,
        keywords=("resolved", "bug"),
        categories=("bug",),
    )
    assert (await _told(closed))[0] == "1 ticket about bug with status closed."


async def _counted(text: str, *keywords: str) -> str:
    question = replace(ASKED, kind="how_many", newest=False, ticket_filter=None, text=text, keywords=keywords)
    store = InMemoryStore()
    tenant = tenant_id_of("t")
    await store.create_tenant(Tenant(tenant_id=tenant, key="t", name="T"))
    memory = store.tenant(tenant)
    await memory.vector.put_many(
        [
            ticket("a", "urgent: it broke", priority="low", channel="chat", at=datetime(2025, 1, 9, tzinfo=UTC)),
            ticket("b", "nothing works", priority="urgent", channel="phone", at=datetime(2025, 2, 9, tzinfo=UTC)),
            ticket("c", "nor this", priority="urgent", channel="chat", at=datetime(2025, 2, 9, tzinfo=UTC)),
        ]
    )
    findings = await VectorRetrieve().gather(question, memory)
    return findings.evidence[0].quote


async def test_a_priority_or_channel_is_counted_as_recorded_and_no_word_of_the_tickets() -> None:
    assert await _counted("How many urgent tickets came in?", "urgent") == "3 tickets; by priority: urgent 2, low 1."
    assert await _counted("How many tickets came by phone?", "phone") == "3 tickets; by channel: chat 2, phone 1."


async def test_how_to_count_is_no_word_of_the_tickets() -> None:
    assert await _counted("How many tickets per month?", "per") == "3 tickets; by month: 2025-01 1, 2025-02 2."
