"""Facts of a ticket: only what its customer said, each with its own sentence."""

from datetime import UTC, datetime
from typing import Any

import pytest

from moe_memorygraph.extraction import told_facts
from moe_memorygraph.memory.values import Message, Ticket

AT = datetime(2026, 2, 10, 9, tzinfo=UTC)
TALK = (("Kim", "customer", "hi, please cancel our plan"), ("Dana", "agent", "I will close your account now"))


def messages(*talk: tuple[str, str, str]) -> tuple[Message, ...]:
    return tuple(Message(author=author, role=role, at=None, text=text) for author, role, text in talk)


def conversation(*talk: tuple[str, str, str], **more: Any) -> Ticket:
    """A ticket whose body is its messages, a line each, as a load makes it."""
    body = "\n".join(f"{author or role}: {text}" for author, role, text in talk)
    values: dict[str, Any] = {"body": body, "messages": messages(*talk)} | more
    return Ticket(ticket_id="T-1", customer_id="C-1", created_at=AT, **values)


def said(ticket: Ticket) -> list[tuple[str, str]]:
    facts = told_facts(ticket)
    assert all(ticket.body[one.quote_start : one.quote_stop] == one.statement for one in facts)
    return [(one.object, one.statement) for one in facts]


def test_of_a_conversation_only_the_customers_lines_are_read() -> None:
    assert said(conversation(*TALK)) == [("asks to cancel", "hi, please cancel our plan")]


@pytest.mark.parametrize("role", ["agent", "Support", "bot", "system"])
def test_what_we_say_is_no_fact(role: str) -> None:
    assert said(conversation(("Dana", role, "We will close our account with you."))) == []


def test_a_line_is_told_by_its_role_where_nobody_is_named() -> None:
    talk = (("", "agent", "Please close this account."), ("", "customer", "Please cancel our plan."))
    assert [one for one, _ in said(conversation(*talk))] == ["asks to cancel"]


def test_a_message_of_several_lines_is_one() -> None:
    talk = (
        ("Dana", "agent", "Hello\nPlease close your account."),
        ("Kim", "customer", "No.\n\nPlease cancel our plan."),
    )
    assert said(conversation(*talk)) == [("asks to cancel", "Please cancel our plan.")]


def test_a_conversation_whose_lines_are_lost_tells_nothing() -> None:
    body = "<PERSON>: please cancel our plan\nDana: I will close your account now"
    assert said(conversation(*TALK, body=body)) == []


def test_a_conversation_in_which_every_name_is_lost_tells_nothing() -> None:
    body = "<PERSON>: please cancel our plan\n<PERSON>: I will close your account now"
    assert said(conversation(*TALK, body=body)) == []


def test_a_body_of_its_own_beside_messages_is_read_whole() -> None:
    assert [one for one, _ in said(conversation(*TALK, body="Please cancel our plan."))] == ["asks to cancel"]


def test_the_same_ticket_gives_the_same_facts() -> None:
    one = conversation(*TALK)
    assert told_facts(one) == told_facts(one)
    assert told_facts(one)[0].source == "memory://tickets/T-1"
