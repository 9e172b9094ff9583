"""Planted personal data stands where the truth says, and its numbers are well-formed."""

import ipaddress
import re

import pytest

from moe_memorygraph.sample import Sample
from moe_memorygraph.sample.personal import marked, take_marks

KINDS = {"EMAIL_ADDRESS", "PHONE_NUMBER", "CREDIT_CARD", "IBAN_CODE", "US_SSN", "IP_ADDRESS", "PERSON"}


def _planted(sample: Sample, kind: str) -> list[str]:
    return [span.text for ticket in sample.tickets for span in ticket.spans if span.kind == kind]


def test_spans_cut_exactly_the_planted_text(sample: Sample) -> None:
    for ticket in sample.tickets:
        for span in ticket.spans:
            assert ticket.body[span.start : span.end] == span.text


def test_truth_holds_the_spans(sample: Sample) -> None:
    bodies = {ticket.ticket_id: ticket.body for ticket in sample.tickets}
    planted = sample.truth["personal_data"]
    assert len(planted) > 200
    for ticket_id, spans in planted.items():
        for span in spans:
            assert bodies[ticket_id][span["start"] : span["end"]] == span["text"]


def test_no_mark_is_left_in_any_text(sample: Sample) -> None:
    for ticket in sample.tickets:
        assert not re.search("[⟦⟧]|<>", ticket.body + ticket.subject + ticket.response)


@pytest.mark.parametrize("kind", sorted(KINDS))
def test_every_kind_is_planted_several_times(sample: Sample, kind: str) -> None:
    assert len(_planted(sample, kind)) >= 8


def test_no_mail_address_or_card_stands_outside_the_spans(sample: Sample) -> None:
    looks_personal = re.compile(r"[\w.+-]+@[\w.-]+\w|\b(?:\d[ -]?){12,18}\d\b")
    for ticket in sample.tickets:
        planted = {(span.start, span.end) for span in ticket.spans}
        for match in looks_personal.finditer(ticket.body):
            assert any(start <= match.start() and match.end() <= end for start, end in planted), match.group()
        assert not looks_personal.search(ticket.response + ticket.subject)


def test_cards_pass_the_luhn_check(sample: Sample) -> None:
    for text in _planted(sample, "CREDIT_CARD"):
        digits = [int(sign) for sign in re.sub(r"\D", "", text)]
        doubled = [2 * digit - 9 * (2 * digit > 9) for digit in digits[-2::-2]]
        assert (sum(digits[-1::-2]) + sum(doubled)) % 10 == 0


def test_ibans_pass_their_checksum(sample: Sample) -> None:
    for text in _planted(sample, "IBAN_CODE"):
        iban = text.replace(" ", "")
        assert int("".join(str(int(sign, 36)) for sign in iban[4:] + iban[:4])) % 97 == 1


def test_social_security_numbers_are_none_that_exist(sample: Sample) -> None:
    for text in _planted(sample, "US_SSN"):
        assert re.fullmatch(r"9\d\d-\d\d-\d{4}", text)


def test_addresses_belong_to_nobody(sample: Sample) -> None:
    for text in _planted(sample, "EMAIL_ADDRESS"):
        assert text.endswith(".example.com")
    networks = [ipaddress.ip_network(name) for name in ("192.0.2.0/24", "198.51.100.0/24", "203.0.113.0/24")]
    for text in _planted(sample, "IP_ADDRESS"):
        assert any(ipaddress.ip_address(text) in network for network in networks)


def test_marks_give_offsets_in_code_points() -> None:
    body = f"Grüße 🙂 {marked('PERSON', 'Zoë Öst')} und {marked('IP_ADDRESS', '192.0.2.1')}."
    text, spans = take_marks(body)
    assert text == "Grüße 🙂 Zoë Öst und 192.0.2.1."
    assert [(span.kind, text[span.start : span.end]) for span in spans] == [
        ("PERSON", "Zoë Öst"),
        ("IP_ADDRESS", "192.0.2.1"),
    ]
