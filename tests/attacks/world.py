"""Two tenants: ours, who attacks, and theirs, whose every text holds a word that stands nowhere else.

Theirs has what looks most like ours: names that are nearly our customers' names, the same ids for other things, tickets
in the words of our questions. What may differ between two answers is named here, field by field; all else is compared
byte by byte.
"""

import re
from dataclasses import dataclass
from datetime import timedelta

from moe_memorygraph.embedding import HashEmbedder
from moe_memorygraph.memory.ports import TenantMemory
from moe_memorygraph.memory.predicates import Predicate
from moe_memorygraph.memory.uris import memory_uri
from moe_memorygraph.memory.values import Customer, Job, OwnTopic, RunRecord
from tests.memory.samples import DAY, NOW, an_id, document, fact, pattern, ticket, told, turn

__all__ = ["CANARY", "OURS", "SAME", "THEIRS", "Side", "plain", "plant"]

CANARY = "zqxcanary"


@dataclass(frozen=True, slots=True, kw_only=True)
class Side:
    """What one tenant has, by the names under which it can be asked for."""

    word: str
    customer_id: str
    name: str
    alias: str
    other_names: tuple[str, ...]
    category: str
    channel: str
    status: str
    predicate: str
    subject: str
    kind: str

    @property
    def ticket_id(self) -> str:
        return f"T-{self.customer_id}-1"

    @property
    def session_id(self) -> str:
        return f"S-{self.customer_id}"

    @property
    def document_id(self) -> str:
        return f"D-{self.customer_id}"

    def id_of(self, what: str) -> str:
        """Of a fact, a pattern, a run or a job."""
        return str(an_id(f"{what} of {self.customer_id}"))


OURS = Side(
    word="oursword",
    customer_id="acme-1",
    name="Acme Corp",
    alias="Acme",
    other_names=("Globex", "Initech"),
    category="billing",
    channel="email",
    status="closed",
    predicate="owner",
    subject="roadmap",
    kind="volume_shift",
)
THEIRS = Side(
    word=CANARY,
    customer_id="zeta-91",
    name="Zephyrine Labs",
    alias="Zephy",
    other_names=("Akme Corp", "Acme Corpse", "Globexx"),
    category="zqxcanary billing",
    channel="zqxcanarychannel",
    status="zqxcanarystatus",
    predicate="zqxcanary_level",
    subject="zqxcanary roadmap",
    kind="zqxcanary_shift",
)
SAME = Side(
    word="",
    customer_id="shared-1",
    name="",
    alias="",
    other_names=(),
    category="billing",
    channel="email",
    status="open",
    predicate="owner",
    subject="",
    kind="volume_shift",
)
"""Ids under which both have something."""

_COMPLAINTS = (
    "The price was raised twice and nobody told us about the renewal",
    "Single sign-on fails after the update and our team cannot log in",
    "The export of the report is slow and ends with an error",
    "We want to cancel the contract because a competitor is cheaper",
    "Thank you, the refund arrived and the invoice is right now",
)


async def plant(memory: TenantMemory, side: Side) -> None:
    """Everything that a tenant can have, also under the ids of `SAME`."""
    names = {side.customer_id: (side.name, side.alias), SAME.customer_id: (f"Northwind {side.word}", f"NW{side.word}")}
    names |= {f"{side.customer_id}-{number}": (name, "") for number, name in enumerate(side.other_names)}
    await memory.customers.put_many(
        [
            Customer(
                customer_id=customer_id,
                name=name,
                aliases=tuple(filter(None, (alias,))),
                tier="enterprise",
                status="active",
                industry=side.word,
                attributes={"note": side.word},
                content_hash=name.encode(),
            )
            for customer_id, (name, alias) in names.items()
        ]
    )
    await _plant_tickets(memory, side, tuple(names))
    await _plant_knowledge(memory, side)
    await _plant_work(memory, side)
    await memory.mining.refresh()
    await memory.maintain()


async def _plant_tickets(memory: TenantMemory, side: Side, customers: tuple[str, ...]) -> None:
    embedder = HashEmbedder()
    ids = [side.ticket_id, f"T-{SAME.customer_id}-1"] + [
        f"T-{side.customer_id}-{number}" for number in range(2, 10 + len(side.other_names))
    ]
    tickets = []
    for number, ticket_id in enumerate(ids):
        body = f"{_COMPLAINTS[number % len(_COMPLAINTS)]}, {side.word}."
        customer = SAME.customer_id if ticket_id.startswith(f"T-{SAME.customer_id}") else customers[number % 3]
        said = (told(ticket_id, "plan_mentioned", side.word, side.word, start=body.index(side.word)),)
        tickets.append(
            ticket(
                ticket_id,
                body,
                customer=customer,
                at=NOW - number * DAY,
                vector=await embedder.embed_query(body),
                subject=f"About {side.word}",
                category=side.category if number % 2 else "login",
                channel=side.channel,
                status=side.status,
                priority="high",
                told=said if number == 0 else (),
                attributes={"product": side.word},
            )
        )
    await memory.vector.put_many(tickets)
    await memory.topics.put(OwnTopic(name=f"{side.word} topic", names=(side.word,), words=(side.word,), examples=()))


async def _plant_knowledge(memory: TenantMemory, side: Side) -> None:
    embedder = HashEmbedder()
    statement = f"Complaints about {side.word} pricing rose in June"
    await memory.ltm.replace_all(
        [
            pattern(
                name,
                f"{statement} ({customer})",
                kind=side.kind,
                customer_id=customer,
                topic=side.category,
                evidence=(side.ticket_id,),
                embedding=await embedder.embed_query(statement),
            )
            for name, customer in (
                (f"pattern of {side.customer_id}", side.customer_id),
                (f"pattern of {SAME.customer_id}", SAME.customer_id),
            )
        ],
        mined_at=NOW,
    )
    await memory.catalogue.put(Predicate(name=side.predicate, aliases=(f"{side.word}code",), asked_by=(side.word,)))
    said = [
        (side.customer_id, side.predicate, f"Dana {side.word}", f"fact of {side.customer_id}"),
        (SAME.customer_id, "owner", f"Robin {side.word}", f"fact of {SAME.customer_id}"),
        (side.subject, "deadline", f"{side.word} in May", f"subject of {side.customer_id}"),
    ]
    await memory.semantic.put_many(
        [
            fact(
                subject,
                predicate,
                value,
                name=name,
                customer_id=None if subject == side.subject else subject,
                embedding=await embedder.embed_query(value),
            )
            for subject, predicate, value, name in said
        ],
        now=NOW,
    )
    policy = f"Refunds of {side.word} are paid within ten days of the request."
    await memory.knowledge.put_many(
        [
            document(one, (f"Refund policy {side.word}", policy), vectors=(await embedder.embed_query(policy),))
            for one in (side.document_id, f"D-{SAME.customer_id}")
        ],
        now=NOW,
    )


async def _plant_work(memory: TenantMemory, side: Side) -> None:
    embedder = HashEmbedder()
    said = f"We spoke about {side.word} and the renewal"
    await memory.stm.remember(
        [
            turn(f"{side.word} {one}", said, session=one, at=NOW, ttl=timedelta(days=9999), embedding=await embedder.embed_query(said))
            for one in (side.session_id, f"S-{SAME.customer_id}")
        ]
    )  # fmt: skip
    for name in (side.customer_id, SAME.customer_id):
        decision = {"experts": [], "rationale": side.word}
        run = RunRecord(
            run_id=an_id(f"run of {name}"),
            tool="query_customer_intel",
            question=f"What of {side.word}?",
            created_at=NOW,
            answer=side.word,
            confidence=0.5,
            abstained=False,
            envelope={"answer": side.word, "gate": {"experts_run": [], "rationale": side.word}},
            decision=decision,
            computed=(f"1 {side.word}",),
        )
        await memory.runs.save(run)
        job_id = an_id(f"job of {name}")
        detail = {"read": 1, "file": side.word}
        await memory.jobs.create(
            Job(
                job_id=job_id,
                kind="sync_knowledge_base",
                state="succeeded",
                detail=detail,
                error=None,
                created_at=NOW,
                updated_at=NOW,
            )
        )


def uris_of(side: Side) -> dict[str, str]:
    """A thing of this tenant behind each kind of resource, by the template's first word."""
    return {
        "customers": memory_uri("customers", side.customer_id),
        "tickets": memory_uri("tickets", side.ticket_id),
        "facts": memory_uri("facts", side.id_of("fact")),
        "patterns": memory_uri("patterns", side.id_of("pattern")),
        "sessions": memory_uri("sessions", side.session_id),
        "documents": memory_uri("documents", side.document_id),
        "runs": memory_uri("runs", side.id_of("run")),
        "health": memory_uri("health", side.customer_id),
    }


# -- what may differ ---------------------------------------------------------------------------------------------

_NUMBER = r"[0-9.e+-]+"
_QUOTE = r"\\*\""

_VOLATILE: dict[str, str] = {
    "latency_ms": _NUMBER,
    "stage_ms": r"\{[^}]*\}",
    "seconds": _NUMBER,
    "uptime_seconds": _NUMBER,
    "created_at": rf"{_QUOTE}[0-9T:.+Z-]+{_QUOTE}",  # of a row that this call wrote
    "updated_at": rf"{_QUOTE}[0-9T:.+Z-]+{_QUOTE}",
    "recorded_at": rf"{_QUOTE}[0-9T:.+Z-]+{_QUOTE}",
    "changed_at": rf"{_QUOTE}[0-9T:.+Z-]+{_QUOTE}",
    "observed_at": rf"{_QUOTE}[0-9T:.+Z-]+{_QUOTE}",
    "next_cursor": rf"{_QUOTE}[A-Za-z0-9_-]+{_QUOTE}",  # sealed for its tenant
    "requestState": rf"{_QUOTE}[^\"\\]+{_QUOTE}",  # sealed for its caller
    "outbox": _NUMBER,  # rows of our own that were erased before they were worked off
    "used": _NUMBER,  # of our own limits, counted behind the calls
    "outbox_pending": _NUMBER,  # of our own, worked off behind the calls
    "database": r"\{[^}]*\}",  # the pool that all share
}
"""Fields that differ between any two calls, by name, and what stands in them."""

_FIELDS = re.compile("|".join(rf"(?P<{name}>{_QUOTE}{name}{_QUOTE}: ?){value}" for name, value in _VOLATILE.items()))
_NEW = re.compile("[0-9a-f]{8}-[0-9a-f]{4}-7[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}")
"""Id of what a call made: a run, a fact, a job (UUIDv7); those that were planted are of another version."""
_NOW = re.compile(r"20(?:2[6-9]|[3-9][0-9])-[0-9]{2}-[0-9]{2}T[0-9:.]+(?:Z|\+00:00)")
"""When a call was made: everything that was planted lies before."""
_FENCE = re.compile("(marked |--- )[0-9a-f]{32}")
"""The digest of a resource's text, which holds new ids and times."""
_STAGE = re.compile(rf"([A-Za-z:_]+){_QUOTE}: ?[0-9]")


def plain(text: str, *given: str) -> str:
    """An answer without its volatile fields, and without what was given where it is repeated."""

    def blank(match: re.Match[str]) -> str:
        name = str(match.lastgroup)
        if name == "stage_ms":  # which stages there were is compared; some run at the same time
            return f"{match[name]}{sorted(_STAGE.findall(match[0]))}"
        return f"{match[name]}#"

    text = _FENCE.sub(r"\1<mark>", _NEW.sub("<new>", _NOW.sub("<now>", _FIELDS.sub(blank, text))))
    for one in sorted(given, key=len, reverse=True):
        text = text.replace(one, "<given>") if one else text
    return text


def first_difference(one: str, other: str) -> str:
    """Where two answers part, with what stands around it."""
    pairs = enumerate(zip(one, other, strict=False))
    at = next((place for place, (left, right) in pairs if left != right), min(len(one), len(other)))
    return f"…{one[max(0, at - 80) : at + 120]!r} against {other[max(0, at - 80) : at + 120]!r}"
