"""Which sentences of a model stand, and which of its inventions are found out."""

import pytest

from moe_memorygraph.experts.retelling import Sentence, fault_of
from tests.experts.retelling.world import (
    BASELINE,
    CANNOT,
    CHURNED,
    CLAIMS,
    EVIDENCE,
    PERIOD,
    PLAN,
    QUESTION,
    REASON,
    TICKET,
    TIER,
)


def fault(text: str, *cites: int) -> str | None:
    return fault_of(Sentence(text=text, cites=cites or None), QUESTION, CLAIMS, EVIDENCE)


@pytest.mark.parametrize(
    ("text", "cites"),
    [
        ("Acme Corp churned on 2025-11-30.", (CHURNED,)),
        ("Acme Corp churned on 2025-11-30 because of the price.", (CHURNED, REASON)),
        ("According to the CRM, the reason for the loss of Acme Corp is price.", (REASON,)),
        ("Acme Corp reported that SSO login fails with a SAML error.", (TICKET,)),
        ("Acme Corp repeatedly reported SSO login failures with SAML errors.", (TICKET,)),
        ("Acme Corp also wrote that “The renewal quote is 35 % higher.”", (TICKET,)),
        ("Acme Corp cannot export invoices.", (CANNOT,)),
        ("In October 2025 Acme Corp reported a SAML error.", (TICKET,)),
        ("Acme Corp was in the Enterprise tier and on the Scale plan.", (TIER, PLAN)),
        ("Acme Corp was on the Scale plan until 2025-12-01.", (PLAN,)),
        ("In Q4 2025 Acme Corp raised 48 tickets, compared with 40 in Q3 2025.", (PERIOD, BASELINE)),
        ("Tickets of Acme Corp rose from 40 in Q3 2025 to 48 in Q4 2025, an increase of 20 %.", (PERIOD, BASELINE)),
        ("Billing tickets rose from 12 to 30 while login tickets fell from 20 to 10.", (PERIOD, BASELINE)),
        ("Billing tickets of Acme Corp grew by 150 %.", (PERIOD, BASELINE)),
    ],
)
def test_a_sentence_that_its_evidence_bears_stands(text: str, cites: tuple[int, ...]) -> None:
    assert fault(text, *cites) is None


@pytest.mark.parametrize(
    ("text", "cites", "why"),
    [
        ("Acme Corp churned on 2025-11-30.", (), "citation"),
        ("Acme Corp churned on 2025-11-30.", (TIER,), "number"),
        ("Acme Corp churned on 2025-12-31.", (CHURNED,), "number"),
        ("In Q4 2025 Acme Corp raised 49 tickets.", (PERIOD,), "number"),
        ("The renewal quote of Acme Corp is 53 % higher.", (TICKET,), "number"),
        ("Acme Corp got a refund of 35 EUR and 5000 % more.", (TICKET, CANNOT), "number"),
        ("Acme Corp reported three SSO login errors.", (TICKET,), "number"),
        ("SSO login errors of Acme Corp doubled.", (TICKET,), "number"),
        ("Login tickets of Acme Corp came to 30 in Q4 2025.", (PERIOD,), "number"),
        ("Tickets of Acme Corp came to 40 in Q4 2025, against 48 in Q3 2025.", (PERIOD, BASELINE), "number"),
        ("Tickets of Acme Corp went from 48 to 40.", (PERIOD, BASELINE), "number"),
        ("Login tickets of Acme Corp rose.", (PERIOD, BASELINE), "direction"),
        ("Tickets of Acme Corp fell in Q4 2025.", (PERIOD, BASELINE), "direction"),
        ("Acme Corp wrote “SSO never worked”.", (TICKET,), "quote"),
        ("Acme Corp named Initech as the price reason.", (REASON,), "name"),
        ("The SSO login of Acme Corp fails with an Okta error.", (TICKET,), "name"),
        ("Globex reported that SSO login fails.", (TICKET,), "word"),
        ("Billing tickets of Acme Corp grew by 50 %.", (PERIOD, BASELINE), "number"),
        ("Acme Corp threatened to sue over the price.", (REASON,), "word"),
        ("Acme Corp was delighted with the SSO login.", (TICKET,), "word"),
        ("The SSO login error of Acme Corp was resolved.", (TICKET,), "word"),
        ("Acme Corp is in the Scale tier and was on the Enterprise plan.", (TIER, PLAN), "mixed"),
        ("In Q4 2026 Acme Corp raised 48 tickets.", (PERIOD,), "time"),
        ("In Q1 2025 Acme Corp raised 48 tickets.", (PERIOD,), "number"),
        ("In May 2025 Acme Corp reported a SAML error.", (TICKET,), "time"),
        ("Acme Corp is currently on the Scale plan.", (PLAN,), "time"),
        ("SSO login fails because the renewal quote is higher.", (TICKET,), "cause"),
        ("Acme Corp churned due to login.", (CHURNED, TICKET), "cause"),
        ("SSO login never fails with a SAML error.", (TICKET,), "negation"),
        ("Acme Corp did not churn on 2025-11-30.", (CHURNED,), "negation"),
        ("Acme Corp cannot log in, and nobody approved the refund.", (CANNOT,), "negation"),
        ("Nobody approved the refund, and Acme Corp can export invoices.", (CANNOT,), "negation"),
        ("Acme Corp can export invoices and cannot export invoices.", (CANNOT,), "negation"),
        ("Billing 30 and login 12 tickets came in.", (PERIOD, BASELINE), "number"),
        ("12 login tickets came in.", (PERIOD, BASELINE), "number"),
        ("Acme Corp can export invoices.", (CANNOT,), "negation"),
        ("The refund of 5000 EUR was approved for Acme Corp.", (CANNOT,), "negation"),
        ("All SSO logins of Acme Corp fail.", (TICKET,), "sweeping"),
        ("Acme Corp will churn.", (CHURNED,), "sweeping"),
    ],
)
def test_what_the_evidence_does_not_say_is_found_out(text: str, cites: tuple[int, ...], why: str) -> None:
    assert fault(text, *cites) == why


def test_no_sentence_and_no_citation_are_faults() -> None:
    assert fault_of(None, QUESTION, CLAIMS, EVIDENCE) == "form"
    assert fault_of(Sentence(text="Acme Corp churned.", cites=None), QUESTION, CLAIMS, EVIDENCE) == "citation"
