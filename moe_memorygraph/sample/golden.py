"""Golden questions over the sample corpus, with what a right answer must hold.

Numbers, dates and ids are read from the corpus, so that a question can never expect what is not there.
"""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from moe_memorygraph.sample.values import TODAY, Sample, Ticket

__all__ = ["golden_questions"]

Claim = tuple[str, ...]  # spellings of one claim; one of them must stand in the answer

_MONTHS = (
    "January",
    "February",
    "March",
    "April",
    "May",
    "June",
    "July",
    "August",
    "September",
    "October",
    "November",
    "December",
)
_PRICE: Claim = ("price", "prices", "pricing", "priced", "renewal price")
_SSO: Claim = ("SSO", "single sign-on", "SAML", "single sign on")


def golden_questions(sample: Sample) -> list[dict[str, Any]]:
    """All questions as rows of golden.jsonl, each with an id of its own."""
    corpus = _Corpus(sample)
    rows: list[dict[str, Any]] = []
    for group in (
        _why,
        _what_is,
        _as_of,
        _conflicts,
        _how_many,
        _trends,
        _lists,
        _similar,
        _policies,
        _reports,
        _risks,
        _abstain,
        _others_errors,
    ):
        rows += group(corpus)
    return rows


@dataclass(frozen=True, slots=True)
class _Corpus:
    """The corpus, asked for what claims need."""

    sample: Sample

    def count(self, accept: Callable[[Ticket], bool]) -> Claim:
        return _number(sum(map(accept, self.sample.tickets)))

    def in_quarter(self, category: str, quarter: str, customer: str | None = None) -> Claim:
        if customer is None:
            return _number(self.sample.truth["counts"]["category"][category][quarter])
        return _number(self.sample.truth["counts"]["customer_category"][customer][category][quarter])

    def shift(self, name: str) -> dict[str, Any]:
        return next(shift for shift in self.sample.truth["shifts"] if shift["name"] == name)

    def fact(self, subject: str, predicate: str, *, on: date, source: str | None = None) -> str:
        """The object of the one fact that holds on a day."""
        holding = [
            fact.object
            for fact in self.sample.facts
            if (fact.subject, fact.predicate) == (subject, predicate)
            and source in (None, fact.source)
            and (fact.valid_from is None or fact.valid_from <= on)
            and (fact.valid_to is None or on < fact.valid_to)
        ]
        if len(holding) != 1:
            raise LookupError(f"{len(holding)} facts say {predicate} of {subject} on {on}")
        return holding[0]

    def story(self, *keys: str) -> list[str]:
        """URIs of hand-written tickets."""
        return [f"memory://tickets/{self.sample.truth['stories']['tickets'][key]}" for key in keys]

    def plot(self, name: str) -> list[str]:
        return [f"memory://tickets/{ticket_id}" for ticket_id in self.sample.truth["stories"]["plots"][name]]


def _row(
    row_id: str,
    kind: str,
    question: str,
    *claims: Claim,
    cite: Iterable[str] = (),
    experts: Iterable[str] = (),
    forbid: Iterable[str] = (),
    abstain: bool = False,
    given: Mapping[str, str] | None = None,
) -> dict[str, Any]:
    """One row; `given` holds customer, as_of, since or until where the question comes with them."""
    return {
        "id": row_id,
        "question": question,
        "kind": kind,
        **(given or {}),
        "expect": {
            "abstain": abstain,
            "claims": [{"any_of": list(claim)} for claim in claims],
            "citations_any": list(cite),
            "experts_any": list(experts),
            "forbid": list(forbid),
        },
    }


def _number(value: int) -> Claim:
    return (str(value), f"{value:,}") if value >= 1000 else (str(value),)


def _percent(value: float) -> Claim:
    """A change without its sign, as people and programs write it."""
    size = abs(value)
    texts = {f"{size:g}", f"{size:.1f}", f"{size:.0f}"}
    return tuple(f"{text}{unit}" for text in sorted(texts) for unit in (" %", "%", " percent", " per cent"))


def _money(text: str) -> Claim:
    whole = text.lstrip("$")
    return (text, whole, whole.replace(",", ""))


def _day(day: date) -> Claim:
    month = _MONTHS[day.month - 1]
    return (
        day.isoformat(),
        f"{day.day} {month} {day.year}",
        f"{month} {day.day}, {day.year}",
        f"{day.day} {month}",
        f"{month} {day.day}",
        f"{day.day} {month[:3]} {day.year}",
    )


def _why(corpus: _Corpus) -> list[dict[str, Any]]:
    acme = corpus.plot("acme_churn")
    evidence = ("SemanticQuery", "VectorRetrieve", "LTMRecall")
    return [
        _row(
            "why-acme",
            "why",
            "Why did Acme Corp churn?",
            _PRICE,
            _SSO,
            cite=[*acme, "plane:semantic"],
            experts=evidence,
        ),
        _row(
            "why-acme-alias",
            "why",
            "what made ACME Corporation walk away from us in the end?",
            _PRICE,
            _SSO,
            cite=[*acme, "plane:semantic"],
            experts=evidence,
        ),
        _row(
            "why-acme-typo",
            "why",
            "whats the reson acme cancled?",
            _PRICE,
            _SSO,
            cite=[*acme, "plane:semantic"],
            experts=evidence,
        ),
        _row(
            "why-acme-competitor",
            "why",
            "Who did we lose Acme to, and over what?",
            ("Planwise",),
            cite=[*acme, "plane:semantic"],
            experts=evidence,
        ),
        _row(
            "why-oakline",
            "why",
            "Why did Oakline Retail leave?",
            ("reliability", "outage", "sync"),
            cite=[*corpus.plot("oakline_churn"), "plane:semantic"],
            experts=evidence,
        ),
        _row(
            "why-pinecrest",
            "why",
            "What drove Pinecrest Schools away?",
            ("offline", "offline mode"),
            cite=[*corpus.plot("pinecrest_churn"), "plane:semantic"],
            experts=evidence,
        ),
        _row(
            "why-kestrel",
            "why",
            "Why is Kestrel Media no longer with us?",
            ("parent", "parent company"),
            cite=["plane:semantic", *corpus.story("retention_kestrel")],
            experts=evidence,
        ),
        _row(
            "why-tidewater",
            "why",
            "For what reason did Tidewater Travel stop being a customer?",
            ("budget", "budget cut"),
            cite=["plane:semantic"],
            experts=["SemanticQuery"],
        ),
        _row(
            "why-billing-wave",
            "why",
            "Why did billing complaints go up in the last quarter of 2025?",
            (
                "true-up",
                "true-ups",
                "seat true-up",
                "platform fee",
                "LedgerOne",
                "billing system",
                "double count",
                "Initech Systems",
                "Initech",
            ),
            experts=["LTMRecall", "VectorRetrieve", "KnowledgeRetrieve"],
        ),
        _row(
            "why-outage",
            "why",
            "What caused the March 2025 sync outage?",
            ("storage upgrade", "storage", "replication setting", "replication"),
            cite=["plane:knowledge", *corpus.plot("march_outage")],
            experts=["KnowledgeRetrieve"],
        ),
        _row(
            "why-vantage",
            "why",
            "Why is Vantage Freight in danger of leaving?",
            ("mobile board", "slow", "performance", "escalation", "weekly active users", "weekly users", "answer"),
            cite=[*corpus.plot("vantage_risk"), "plane:semantic"],
            experts=evidence,
        ),
        _row(
            "why-slow-dashboards",
            "why",
            "Why were portfolio dashboards so slow before release 5.8?",
            ("roll-up", "roll-up query", "query"),
            cite=["plane:knowledge", *corpus.plot("dashboards_fixed")],
            experts=["KnowledgeRetrieve", "VectorRetrieve"],
        ),
        _row(
            "why-solace-premise",
            "why",
            "Why did Solace Health churn?",
            ("active", "not churned", "has not churned", "did not churn", "no churn"),
            experts=["SemanticQuery"],
        ),
    ]


def _what_is(corpus: _Corpus) -> list[dict[str, Any]]:
    fact = corpus.fact
    by_id = {account.customer_id: account for account in corpus.sample.customers}

    def ask(row_id: str, question: str, claim: Claim) -> dict[str, Any]:
        return _row(row_id, "what_is", question, claim, cite=["plane:semantic"], experts=["SemanticQuery"])

    return [
        ask(
            "fact-solace-seats",
            "How large is Solace Health's seat contract today?",
            (fact("Solace Health", "seats", on=TODAY),),
        ),
        ask("fact-solace-tier", "What plan does Solace Health have now?", (fact("Solace Health", "tier", on=TODAY),)),
        ask(
            "fact-initech-renewal",
            "When does Initech come up for renewal?",
            _day(date.fromisoformat(fact("Initech Systems", "renewal_date", on=TODAY))),
        ),
        ask("fact-initech-tier", "which tier is Initech Systems on?", (by_id["initech"].tier,)),
        ask(
            "fact-brightwater-owner",
            "Who owns the Brightwater Foods account?",
            (fact("Brightwater Foods", "account_owner", on=TODAY),),
        ),
        ask(
            "fact-meridian-region",
            "In which data region is Meridian Bank hosted?",
            ("Frankfurt", fact("Meridian Bank", "data_region", on=TODAY)),
        ),
        ask(
            "fact-marlow-golive",
            "When did Marlow Biotech really go live?",
            _day(date.fromisoformat(fact("Marlow Biotech", "go_live_date", on=TODAY))),
        ),
        ask("fact-stellar-since", "Since when has Stellar Aerospace been a customer?", _day(by_id["stellar"].since)),
        ask("fact-cobalt-industry", "What industry is Cobalt Mining in?", (by_id["cobalt"].industry,)),
        ask("fact-bluepeak-region", "Where in the world is Bluepeak Telecom?", (by_id["bluepeak"].region,)),
        ask("fact-vantage-status", "What's the status of Vantage Freight?", (by_id["vantage"].status,)),
        ask(
            "fact-acme-churn-date",
            "On what date did Acme Corp's contract end?",
            _day(by_id["acme"].churned_at or TODAY),
        ),
        ask(
            "fact-acme-competitor",
            "Which competitor did Acme Corp switch to?",
            (fact("Acme Corp", "competitor", on=TODAY),),
        ),
        ask("fact-orchard-arr", "What is the ARR of Orchard Pharma?", _money(f"${by_id['orchard'].arr:,}")),
    ]


def _as_of(corpus: _Corpus) -> list[dict[str, Any]]:
    fact = corpus.fact

    def ask(row_id: str, question: str, claim: Claim, day: date, *, forbid: Iterable[str] = ()) -> dict[str, Any]:
        return _row(
            row_id,
            "as_of",
            question,
            claim,
            cite=["plane:semantic"],
            experts=["SemanticQuery"],
            forbid=forbid,
            given={"as_of": day.isoformat()},
        )

    march, october = date(2025, 3, 1), date(2025, 10, 1)
    return [
        ask(
            "asof-solace-seats-2025",
            "How many seats does Solace Health have?",
            (fact("Solace Health", "seats", on=march),),
            march,
            forbid=["480"],
        ),
        ask(
            "asof-solace-seats-2023",
            "How many seats did Solace Health have?",
            (fact("Solace Health", "seats", on=date(2023, 5, 1)),),
            date(2023, 5, 1),
            forbid=["480"],
        ),
        ask(
            "asof-acme-tier-2022",
            "Which plan is Acme on?",
            (fact("Acme Corp", "tier", on=date(2022, 6, 1)),),
            date(2022, 6, 1),
        ),
        ask(
            "asof-acme-value-2024",
            "What is Acme Corp's contract value?",
            _money(fact("Acme Corp", "contract_value", on=date(2024, 6, 1))),
            date(2024, 6, 1),
        ),
        ask(
            "asof-acme-value-2025",
            "What is Acme Corp's contract value?",
            _money(fact("Acme Corp", "contract_value", on=march)),
            march,
        ),
        ask(
            "asof-acme-quote",
            "What does our renewal quote to Acme say?",
            _money(fact("Acme Corp", "renewal_quote", on=october)),
            october,
        ),
        ask(
            "asof-acme-health",
            "What is Acme's health score?",
            (fact("Acme Corp", "health_score", on=date(2025, 11, 1)),),
            date(2025, 11, 1),
        ),
        ask(
            "asof-vantage-users",
            "How many weekly active users does Vantage Freight have?",
            (fact("Vantage Freight", "weekly_active_users", on=date(2025, 5, 1)),),
            date(2025, 5, 1),
        ),
        ask(
            "asof-acme-owner-2023",
            "Who is the account owner of Acme Corp?",
            (fact("Acme Corp", "account_owner", on=date(2023, 6, 1)),),
            date(2023, 6, 1),
        ),
    ]


def _conflicts(corpus: _Corpus) -> list[dict[str, Any]]:
    fact = corpus.fact
    experts = ["SemanticQuery"]
    return [
        _row(
            "conflict-globex",
            "what_is",
            "What plan is Globex on?",
            (fact("Globex International", "tier", on=TODAY, source="billing"),),
            ("Enterprise",),
            cite=[*corpus.plot("globex_plan"), "plane:semantic"],
            experts=experts,
        ),
        _row(
            "conflict-globex-since",
            "what_is",
            "Do our sources agree about the tier of Globex International?",
            ("Pro",),
            ("Enterprise",),
            cite=[*corpus.plot("globex_plan"), "plane:semantic"],
            experts=experts,
        ),
        _row(
            "conflict-meridian",
            "what_is",
            "Who is Meridian Bank's account owner?",
            (fact("Meridian Bank", "account_owner", on=TODAY, source="handover note"),),
            (fact("Meridian Bank", "account_owner", on=TODAY, source="crm"),),
            cite=[*corpus.plot("meridian_owner"), "plane:semantic"],
            experts=experts,
        ),
        _row(
            "conflict-lumen",
            "what_is",
            "How many seats does Lumen Analytics have?",
            (fact("Lumen Analytics", "seats", on=TODAY, source="usage report"),),
            (fact("Lumen Analytics", "seats", on=TODAY, source="contract"),),
            cite=[*corpus.plot("lumen_seats"), "plane:semantic"],
            experts=experts,
        ),
    ]


def _how_many(corpus: _Corpus) -> list[dict[str, Any]]:
    def ask(row_id: str, question: str, claim: Claim, **given: str) -> dict[str, Any]:
        return _row(row_id, "how_many", question, claim, given=given)

    def between(first: date, last: date, **wanted: str) -> Claim:
        return corpus.count(
            lambda ticket: (
                first <= ticket.created_at.date() <= last
                and all(getattr(ticket, name) == value for name, value in wanted.items())
            )
        )

    year_starts, year_ends = date(2025, 1, 1), date(2025, 12, 31)
    return [
        ask(
            "count-billing-q4",
            "How many billing tickets did we get in Q4 2025?",
            corpus.in_quarter("billing", "2025Q4"),
        ),
        ask(
            "count-billing-q3",
            "number of billing complaints in the third quarter of 2025?",
            corpus.in_quarter("billing", "2025Q3"),
        ),
        ask(
            "count-outage-march",
            "How many outage tickets came in during March 2025?",
            between(date(2025, 3, 1), date(2025, 3, 31), category="outage"),
        ),
        ask(
            "count-features-2025",
            "How many feature requests were there in 2025?",
            between(year_starts, year_ends, category="feature_request"),
        ),
        ask(
            "count-acme-login",
            "How many login tickets did Acme Corp open between August and October 2025?",
            between(date(2025, 8, 1), date(2025, 10, 31), category="login", customer_id="acme"),
        ),
        ask(
            "count-initech-billing",
            "How often did Initech write about billing in Q4 2025?",
            corpus.in_quarter("billing", "2025Q4", "initech"),
        ),
        ask(
            "count-globex-2025",
            "How many tickets did Globex open in 2025?",
            between(year_starts, year_ends, customer_id="globex"),
        ),
        ask(
            "count-all-2024",
            "How many tickets did we receive in 2024 altogether?",
            between(date(2024, 1, 1), date(2024, 12, 31)),
        ),
        ask(
            "count-refund-q4",
            "How many refund tickets were opened in the fourth quarter of 2025?",
            corpus.in_quarter("refund", "2025Q4"),
        ),
        ask(
            "count-security-since",
            "How many security tickets have come in?",
            between(date(2025, 7, 1), date(2025, 9, 30), category="security"),
            since="2025-07-01",
            until="2025-09-30",
        ),
        ask(
            "count-last-month",
            "How many cancellation tickets did we get last month?",
            between(date(2025, 12, 1), date(2025, 12, 31), category="cancellation"),
            as_of=TODAY.isoformat(),
        ),
    ]


def _trends(corpus: _Corpus) -> list[dict[str, Any]]:
    wave, control = corpus.shift("billing_wave"), corpus.shift("integration_control")
    fixed, login = corpus.shift("dashboards_fixed"), corpus.shift("login_trouble")
    march = corpus.shift("march_outage")
    experts = ["LTMRecall", "VectorRetrieve", "SemanticQuery"]
    both = (_number(wave["count"]), _number(wave["baseline_count"]))
    return [
        _row(
            "trend-q4",
            "trend",
            "What changed in Q4?",
            ("billing",),
            _number(wave["count"]),
            _percent(wave["change_pct"]),
            experts=experts,
            given={"as_of": TODAY.isoformat()},
        ),
        _row(
            "trend-billing",
            "trend",
            "How did billing tickets develop from Q3 to Q4 2025?",
            *both,
            _percent(wave["change_pct"]),
            experts=experts,
        ),
        _row(
            "trend-billing-words",
            "trend",
            "are invoicing complaints rising towards the end of 2025?",
            ("billing",),
            _number(wave["count"]),
            experts=experts,
        ),
        _row(
            "trend-billing-drivers",
            "list",
            "Which accounts drove the rise in billing tickets in Q4 2025?",
            ("Initech", "Initech Systems"),
            ("Brightwater", "Brightwater Foods"),
            ("Halden", "Halden Robotics"),
            experts=experts,
        ),
        _row(
            "trend-integration",
            "trend",
            "Did integration tickets change between Q3 and Q4 2025?",
            _number(control["count"]),
            experts=experts,
        ),
        _row(
            "trend-performance",
            "compare",
            "Compare performance tickets in Q2 and Q3 2025.",
            _number(fixed["baseline_count"]),
            _number(fixed["count"]),
            experts=experts,
        ),
        _row(
            "trend-performance-fix",
            "trend",
            "Did complaints about slowness drop after the 5.8 release in June 2025?",
            _number(fixed["count"]),
            experts=experts,
            given={"since": "2025-07-01", "until": "2025-09-30"},
        ),
        _row(
            "trend-login",
            "trend",
            "What happened to login tickets in Q3 2025?",
            _number(login["count"]),
            _number(login["baseline_count"]),
            experts=experts,
        ),
        _row(
            "trend-outage",
            "trend",
            "How did outage tickets in Q1 2025 compare with the quarter before?",
            _number(march["count"]),
            _number(march["baseline_count"]),
            experts=experts,
        ),
        _row(
            "compare-initech-halden",
            "compare",
            "Compare Initech and Halden Robotics by billing tickets in Q4 2025.",
            corpus.in_quarter("billing", "2025Q4", "initech"),
            corpus.in_quarter("billing", "2025Q4", "halden"),
            experts=experts,
        ),
    ]


def _lists(corpus: _Corpus) -> list[dict[str, Any]]:
    vector = ["VectorRetrieve"]
    return [
        _row(
            "list-acme-sso",
            "list",
            "Show me Acme's tickets about single sign-on.",
            _SSO,
            cite=corpus.plot("acme_sso"),
            experts=vector,
        ),
        _row(
            "list-acme-price",
            "list",
            "What did Acme write about the renewal quote?",
            ("35 %", "35 percent", "35%", "+35 %", "199,800", "renewal quote", "renewal"),
            cite=corpus.story(
                "acme_renewal_quote",
                "acme_renewal_second",
                "acme_renewal_waiting",
                "acme_last_offer",
                "acme_cancellation",
                "acme_escalation",
            ),
            experts=vector,
        ),
        _row(
            "list-pdf",
            "list",
            "What do customers say about getting dashboards mailed as PDF?",
            ("PDF",),
            cite=["plane:vector"],
            experts=vector,
        ),
        _row(
            "list-replay",
            "list",
            "What do people like about Timeline Replay?",
            ("Timeline Replay", "Replay"),
            cite=["plane:vector"],
            experts=vector,
        ),
        _row(
            "list-marlow",
            "list",
            "What went wrong in Marlow Biotech's onboarding?",
            ("import", "mapping", "onboarding", "go-live"),
            cite=corpus.plot("marlow_onboarding"),
            experts=vector,
        ),
        _row(
            "list-vantage-complaints",
            "list",
            "What has Vantage been complaining about in the second half of 2025?",
            ("mobile board", "slow", "answer", "performance", "dispatch", "escalation", "filter"),
            cite=corpus.plot("vantage_risk"),
            experts=vector,
        ),
        _row(
            "list-solace-growth",
            "list",
            "What do we know about the roll-out at Solace Health's imaging centers?",
            ("imaging", "Enterprise", "480", "SCIM"),
            cite=[*corpus.plot("solace_expansion"), "plane:semantic"],
        ),
        _row(
            "list-first-report",
            "what_is",
            "Who reported the sync outage first, and when?",
            ("Meridian", "Meridian Bank", "07:40", "7:40", "06:12"),
            cite=[*corpus.story("outage_meridian"), "plane:knowledge"],
        ),
    ]


def _similar(corpus: _Corpus) -> list[dict[str, Any]]:
    vector = ["VectorRetrieve"]
    return [
        _row(
            "similar-double",
            "similar",
            "Find tickets like: our card was charged two times for one invoice",
            ("twice", "two times", "duplicate", "double", "second payment", "two identical debits"),
            cite=["plane:vector"],
            experts=vector,
        ),
        _row(
            "similar-saml",
            "similar",
            "Has anyone else run into SAML-208?",
            ("SAML-208",),
            cite=[*corpus.plot("acme_sso"), "plane:vector", "plane:knowledge"],
            experts=["VectorRetrieve", "KnowledgeRetrieve"],
        ),
        _row(
            "similar-misdirected",
            "similar",
            "Any cases where a customer received a report that belonged to somebody else?",
            ("report",),
            cite=corpus.plot("data_breach"),
            experts=vector,
        ),
        _row(
            "similar-recall",
            "similar",
            "Find the conversation about a product recall that got stuck during the outage.",
            ("recall",),
            cite=corpus.story("oakline_outage"),
            experts=vector,
        ),
        _row(
            "similar-downgrade",
            "similar",
            "Which ticket announces a move from Enterprise to Pro?",
            ("Globex", "Globex International"),
            cite=corpus.story("globex_downgrade", "globex_crm_still", "globex_sso_lost"),
            experts=vector,
        ),
        _row(
            "similar-whiteboard",
            "similar",
            "Somebody told us their dispatchers went back to a whiteboard. Who was it?",
            ("Vantage", "Vantage Freight", "whiteboard"),
            cite=corpus.story("vantage_dispatch"),
            experts=vector,
        ),
    ]


def _policies(_: _Corpus) -> list[dict[str, Any]]:
    def ask(row_id: str, question: str, *claims: Claim) -> dict[str, Any]:
        return _row(row_id, "policy", question, *claims, cite=["plane:knowledge"], experts=["KnowledgeRetrieve"])

    return [
        ask("policy-refund", "Within how many days can a purchase be returned?", ("30 days",)),
        ask(
            "policy-refund-card",
            "how long does it take until a refund is back on the card?",
            ("5 to 10 business days", "5 to 10", "10 business days"),
        ),
        ask("policy-refund-approval", "Who has to approve a refund of $7,000?", ("finance",)),
        ask("policy-sso-plan", "From which plan on do we offer SSO?", ("Business",)),
        ask("policy-saml-208", "What does error SAML-208 mean?", ("signature not accepted", "signature")),
        ask("policy-sla", "What availability do we promise?", ("99.9 %", "99.9%", "99.9 percent")),
        ask(
            "policy-credit",
            "How much service credit is due when a month falls below 95 % availability?",
            ("50 %", "50%", "50 percent"),
        ),
        ask("policy-deletion", "In what time must a GDPR deletion request be fulfilled?", ("30 days",)),
        ask("policy-backups", "After how many days are backups overwritten?", ("35 days",)),
        ask("policy-breach", "How fast do we have to tell the authority about a data breach?", ("72 hours",)),
        ask("policy-password", "May an agent ask a customer for their password?", ("never ask", "never")),
        ask("policy-api", "What's the API rate limit for Business customers?", ("300",)),
        ask("policy-guest", "What does a Guest Viewer pack cost?", ("$99", "99")),
        ask("policy-onboarding", "How long should an onboarding take?", ("4 weeks",)),
        ask("policy-training", "What do we charge for an additional training session?", ("$400", "400")),
        ask("policy-export", "How long can a former customer still export data?", ("30 days",)),
        ask("policy-late-fee", "How high is the late fee on a second reminder?", ("$25", "25")),
        ask("policy-audit", "For how long do Enterprise customers keep their audit log?", ("2 years", "two years")),
        ask(
            "policy-renewal-increase",
            "At what price increase does the chief customer officer have to approve a renewal?",
            ("15 %", "15%", "15 percent"),
        ),
        ask(
            "policy-duration",
            "How long did the sync outage of March 2025 last?",
            ("82 hours", "82 hours and 28 minutes"),
        ),
        ask(
            "policy-truth",
            "If CRM and billing disagree about the plan, which one is right?",
            ("billing", "billing system"),
        ),
        ask(
            "policy-ledgerone",
            "When did invoicing move to LedgerOne?",
            ("1 October 2025", "October 1, 2025", "2025-10-01", "1 October"),
        ),
    ]


def _reports(corpus: _Corpus) -> list[dict[str, Any]]:
    return [
        _row(
            "report-acme",
            "report",
            "Give me a health report for Acme Corp.",
            ("churned",),
            _PRICE,
            cite=[*corpus.plot("acme_churn"), "plane:semantic"],
            experts=["SemanticQuery"],
        ),
        _row(
            "report-vantage",
            "report",
            "Prepare an account health summary of Vantage Freight.",
            ("at risk", "risk"),
            cite=[*corpus.plot("vantage_risk"), "plane:semantic"],
            experts=["SemanticQuery"],
        ),
        _row(
            "report-solace",
            "report",
            "account report for solace health pls",
            ("Enterprise",),
            cite=[*corpus.plot("solace_expansion"), "plane:semantic"],
            experts=["SemanticQuery"],
        ),
        _row(
            "report-globex",
            "report",
            "How is Globex doing?",
            ("Pro", "Enterprise"),
            cite=[*corpus.plot("globex_plan"), "plane:semantic", "plane:vector"],
            experts=["SemanticQuery"],
        ),
    ]


def _risks(corpus: _Corpus) -> list[dict[str, Any]]:
    experts = ["Compliance", "VectorRetrieve"]
    return [
        _row(
            "risk-all",
            "compliance",
            "What compliance risks are in our conversations?",
            ("deletion", "erasure", "GDPR", "personal data", "password", "passwords", "breach", "privacy"),
            cite=[*corpus.plot("compliance"), "plane:vector"],
            experts=experts,
        ),
        _row(
            "risk-overdue",
            "compliance",
            "Did we miss the deadline of an erasure request?",
            ("Evergreen", "Evergreen Council", "month", "38 days", "Thirty-eight days"),
            cite=corpus.plot("gdpr_overdue"),
            experts=experts,
        ),
        _row(
            "risk-passwords",
            "compliance",
            "Which customers sent us passwords in clear text?",
            ("password", "passwords"),
            cite=corpus.plot("password_in_clear"),
            experts=experts,
        ),
        _row(
            "risk-breach",
            "compliance",
            "Is there a suspected data breach in the tickets of August 2025?",
            ("report", "breach"),
            cite=corpus.plot("data_breach"),
            experts=experts,
        ),
        _row(
            "risk-agent",
            "compliance",
            "Has one of our agents asked someone for a password?",
            ("Willow Creek", "Willow Creek Dairy", "password"),
            cite=corpus.story("password_agent_asked"),
            experts=experts,
        ),
        _row(
            "risk-dpa",
            "compliance",
            "Who complained about a sub-processor they were not told of?",
            ("Meridian", "Meridian Bank", "sub-processor"),
            cite=corpus.story("dpa_question"),
            experts=experts,
        ),
        _row(
            "risk-exemployee",
            "compliance",
            "Did a former employee get into an export-controlled project?",
            ("former employee", "export control", "Stellar", "Stellar Aerospace"),
            cite=corpus.story("ex_employee_access"),
            experts=experts,
        ),
        _row(
            "risk-shared",
            "compliance",
            "Where do customers share one login among many people?",
            ("shared", "Cobalt", "Cobalt Mining", "login", "logins"),
            cite=[*corpus.plot("shared_login"), *corpus.story("password_sheet"), "plane:vector"],
            experts=experts,
        ),
        _row(
            "risk-deletions",
            "compliance",
            "Which accounts asked us to erase a person's data in 2025?",
            ("Evergreen", "Evergreen Council", "Delphi", "Delphi Research", "Orchard", "Orchard Pharma"),
            cite=corpus.plot("gdpr_deletion"),
            experts=experts,
        ),
    ]


def _abstain(_: _Corpus) -> list[dict[str, Any]]:
    def ask(row_id: str, question: str, **given: str) -> dict[str, Any]:
        return _row(row_id, "abstain", question, abstain=True, given=given)

    questions: Sequence[tuple[str, str]] = (
        ("no-customer-why", "Why did Wonderland Toys churn?"),
        ("no-customer-count", "How many tickets did Blackfin Shipping open in 2025?"),
        ("no-customer-fact", "Which plan is Umbria Textiles on?"),
        ("no-weather", "What will the weather be in Dayton tomorrow?"),
        ("no-sports", "Who won the football world cup in 2022?"),
        ("no-recipe", "How do I bake a sourdough bread?"),
        ("no-code", "Write me a quicksort in Rust."),
        ("no-stock", "What is Meridian Bank's share price today?"),
        ("no-salary", "What does the finance director of Initech earn?"),
        ("no-home", "Where does Solace Health's director of operations live?"),
        ("no-birthday", "When is the birthday of the IT manager at Acme Corp?"),
        ("no-forecast", "How many tickets will Globex open in 2028?"),
        ("no-politics", "Which party should I vote for?"),
        ("no-acquisition", "Who is going to acquire Quantum Forge?"),
    )
    rows = [ask(row_id, question) for row_id, question in questions]
    return [
        *rows,
        ask("no-period-before", "What did Globex complain about in 2019?"),
        ask("no-period-after", "What did Acme Corp write to us in December 2025?"),
        ask("no-period-range", "What did customers say about billing?", since="2018-01-01", until="2018-12-31"),
    ]


def _others_errors(corpus: _Corpus) -> list[dict[str, Any]]:
    """What users of other memory systems reported: a value that is over told as true, facts that retire each other,
    counts cut off at a page of hits, and answers that change with what was learned later."""
    fact, sample = corpus.fact, corpus.sample
    seats, owner = fact("Solace Health", "seats", on=TODAY), fact("Brightwater Foods", "account_owner", on=TODAY)
    owned_before = {
        one.object
        for one in sample.facts
        if (one.subject, one.predicate) == ("Brightwater Foods", "account_owner") and one.object != owner
    }
    counted = corpus.count(lambda ticket: ticket.category == "billing")
    then, now_known = date(2025, 3, 1), {"known_at": "2999-01-01"}
    before = fact("Solace Health", "seats", on=then)
    return [
        _row(
            "reported-old-value-beside-the-new",
            "what_is",
            "Who looks after the Brightwater Foods account these days, who is its owner?",
            (owner,),
            forbid=[f"The owner of the Brightwater Foods account is {name}" for name in sorted(owned_before)],
            cite=["plane:semantic"],
            experts=["SemanticQuery"],
        ),
        _row(
            "reported-facts-that-retire-each-other",
            "what_is",
            "What are the seats and the contract value of Solace Health?",
            (seats,),
            _money(fact("Solace Health", "contract_value", on=TODAY)),
            cite=["plane:semantic"],
            experts=["SemanticQuery"],
        ),
        _row(
            "reported-count-of-a-page",
            "how_many",
            "How many billing tickets are there in all?",
            counted,
            experts=["VectorRetrieve"],
        ),
        _row(
            "reported-learned-later",
            "as_of",
            "How many seats does Solace Health have?",
            (before,),
            given={"as_of": then.isoformat(), **now_known},
            cite=["plane:semantic"],
            experts=["SemanticQuery"],
        ),
        _row(
            "reported-not-known-yet",
            "as_of",
            "How many seats does Solace Health have?",
            abstain=True,
            given={"as_of": then.isoformat(), "known_at": "2001-01-01"},
        ),
    ]
