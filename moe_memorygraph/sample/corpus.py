"""The corpus as values: accounts, tickets, facts, documents, and the truth about them."""

from datetime import timedelta
from importlib.resources import files

from moe_memorygraph.sample.accounts import ACCOUNTS
from moe_memorygraph.sample.composing import Composer
from moe_memorygraph.sample.history import all_facts
from moe_memorygraph.sample.personal import take_marks
from moe_memorygraph.sample.plan import Slot, plan_slots
from moe_memorygraph.sample.stories import Story
from moe_memorygraph.sample.truth import tell_truth
from moe_memorygraph.sample.values import STORY_ENDS, Sample, Ticket

__all__ = ["generate_sample"]


def generate_sample(*, seed: int = 7) -> Sample:
    """The corpus for a seed; the same seed gives the same bytes on every machine."""
    tickets = _tickets(seed)
    facts = all_facts(seed)
    return Sample(
        seed=seed,
        customers=ACCOUNTS,
        tickets=tickets,
        facts=facts,
        documents=_documents(),
        truth=tell_truth(seed, tickets, facts),
    )


def _tickets(seed: int) -> list[Ticket]:
    slots = plan_slots(seed)
    threads = _thread_ids(slots)
    composer = Composer(seed)
    tickets = []
    for number, slot in enumerate(slots, start=1):
        ticket_id = f"T-{number:05d}"
        thread_id = threads.get(slot.thread, "")
        ticket = (
            _told_ticket(slot.story, ticket_id, thread_id)
            if slot.story
            else _drafted_ticket(composer, slot, ticket_id, thread_id)
        )
        tickets.append(ticket)
    return tickets


def _thread_ids(slots: list[Slot]) -> dict[str, str]:
    """An id for each thread of more than one ticket, in order of time."""
    sizes: dict[str, int] = {}
    for slot in slots:
        sizes[slot.thread] = sizes.get(slot.thread, 0) + 1
    longer = [thread for thread, size in sizes.items() if thread and size > 1]
    return {thread: f"C-{number:04d}" for number, thread in enumerate(longer, start=1)}


def _told_ticket(story: Story, ticket_id: str, thread_id: str) -> Ticket:
    account = next(account for account in ACCOUNTS if account.customer_id == story.customer)
    body, spans = take_marks(story.body)
    resolved_at = story.moment + timedelta(days=story.days) if story.days is not None else None
    if resolved_at is not None and resolved_at.date() > STORY_ENDS:
        raise ValueError(f"{story.key} is resolved after the story's end")
    return Ticket(
        ticket_id=ticket_id,
        customer_id=story.customer,
        customer=story.customer,
        created_at=story.moment,
        body=body,
        subject=story.subject,
        category=story.category,
        intent=story.intent,
        channel=story.channel,
        status=story.status,
        priority=story.priority,
        author=f"{story.author} at {account.name}",
        csat=story.csat,
        resolved_at=resolved_at,
        response=story.response,
        thread_id=thread_id,
        topic=story.topic,
        story=story.key,
        spans=spans,
    )


def _drafted_ticket(composer: Composer, slot: Slot, ticket_id: str, thread_id: str) -> Ticket:
    draft = composer.draft(slot)
    body, spans = take_marks(draft.body)
    return Ticket(
        ticket_id=ticket_id,
        customer_id=slot.account.customer_id,
        customer=draft.customer,
        created_at=slot.moment,
        body=body,
        subject=draft.subject,
        category=slot.topic,
        intent=slot.issue.intent if slot.issue else "",
        channel=draft.channel,
        status=draft.status,
        priority=draft.priority,
        author=draft.author,
        csat=draft.csat,
        resolved_at=draft.resolved_at,
        response=draft.response,
        thread_id=thread_id,
        topic=slot.issue.key if slot.issue else "",
        spans=spans,
    )


def _documents() -> dict[str, str]:
    folder = files("moe_memorygraph.sample") / "knowledge"
    names = sorted(entry.name for entry in folder.iterdir() if entry.name.endswith(".md"))
    return {name: (folder / name).read_text(encoding="utf-8") for name in names}
