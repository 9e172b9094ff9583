"""What systems recorded about the customers of a world: with history, and with sources that disagree."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta

from moe_memorygraph.evaluation.worlds.cast import Cast
from moe_memorygraph.evaluation.worlds.values import Company, FactRow

__all__ = ["FactBook", "Move", "draw_facts"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Move:
    """A person who changed from one employer to another."""

    person: str
    before: str
    after: str
    on: date


@dataclass(frozen=True, slots=True, kw_only=True)
class FactBook:
    """All rows of facts.csv."""

    rows: Sequence[FactRow]
    moves: Sequence[Move]

    def on(self, subject: str, predicate: str, when: date, *, source: str | None = None) -> str:
        """The one value that the rows give for a day. Raises `LookupError` where they give none or several."""
        values = {
            row.object
            for row in self.history(subject, predicate)
            if row.valid_from <= when and (row.valid_to is None or when < row.valid_to) and source in (None, row.source)
        }
        if len(values) != 1:
            raise LookupError(f"{len(values)} values of {predicate} of {subject} on {when}")
        return values.pop()

    def history(self, subject: str, predicate: str) -> list[FactRow]:
        return [row for row in self.rows if (row.subject, row.predicate) == (subject, predicate)]


def draw_facts(cast: Cast) -> FactBook:
    rows: list[FactRow] = []
    for place, company in enumerate(cast.companies):
        rows += _of_company(cast, company, cast.contacts[place])
    rows += _disputes(cast)
    left = cast.role("left_recorded")[0]
    rows.append(_row(left.name, "competitor", cast.rivals[0], left.churned_at or cast.today, "exit call"))
    moves = _moves(cast)
    for move in moves:
        hired = move.on - timedelta(days=900)
        rows.append(_row(move.person, "employer", move.before, hired, "contact list", until=move.on))
        rows.append(_row(move.person, "employer", move.after, move.on, "contact list"))
    return FactBook(rows=rows, moves=moves)


def _row(subject: str, predicate: str, value: str, start: date, source: str, *, until: date | None = None) -> FactRow:
    return FactRow(subject=subject, predicate=predicate, object=value, valid_from=start, valid_to=until, source=source)


def _of_company(cast: Cast, company: Company, contact: str) -> list[FactRow]:
    """Owner, seats, value, renewal and contact, some with a value before; as long as the customer is one."""
    chance = cast.chance("facts", company.customer_id)
    name, start, end = company.name, company.since, company.churned_at
    turn = max(start + timedelta(days=20), cast.first.plus(chance.randint(1, 5)).first_day + timedelta(days=11))
    if end is not None:
        turn = min(turn, end - timedelta(days=120))
    changes = turn > start
    rows = []

    def told(predicate: str, value: str, before: str | None, source: str) -> None:
        if before is not None and changes:
            rows.append(_row(name, predicate, before, start, source, until=turn))
            rows.append(_row(name, predicate, value, turn, source, until=end))
        else:
            rows.append(_row(name, predicate, value, start, source, until=end))

    seats = chance.randint(12, 600)
    owner, earlier = chance.sample(cast.owners, 2)
    told("account_owner", owner, earlier if chance.random() < 0.4 else None, "crm")
    disputed = company in cast.role("disputed_seats")
    told(
        "seats",
        str(seats),
        str(seats - chance.randint(3, 10)) if chance.random() < 0.5 and not disputed else None,
        "contract",
    )
    told("contract_value", f"${company.worth:,}", f"${round(company.worth * 0.82, -2):,.0f}", "contract")
    told("primary_contact", contact, None, "onboarding form")
    told("data_region", chance.choice(("Dublin", "Zurich", "Oslo", "Ohio", "Sydney")), None, "data agreement")
    if end is None:
        renewal = date(cast.today.year + 1, chance.randint(1, 12), chance.randint(1, 28))
        rows.append(_row(name, "renewal_date", renewal.isoformat(), turn, "contract"))
    if company in cast.role("moved_plan"):
        first, second = chance.sample(cast.tiers, 2)
        told("tier", second, first, "billing")
    return rows


def _disputes(cast: Cast) -> list[FactRow]:
    """Another source says otherwise than the first one, a little later and no less sure."""
    when = cast.last.plus(-1).first_day + timedelta(days=25)
    chance = cast.chance("disputes")
    (plan,), (owner,), (seats,) = (cast.role(f"disputed_{what}") for what in ("plan", "owner", "seats"))
    other = chance.choice([tier for tier in cast.tiers if tier != plan.tier])
    return [
        _row(plan.name, "tier", other, when, "billing"),
        _row(owner.name, "account_owner", cast.contacts[-1], when, "handover note"),
        _row(seats.name, "seats", str(chance.randint(700, 990)), when, "usage report"),
    ]


def _moves(cast: Cast) -> list[Move]:
    people = cast.contacts[len(cast.companies) : len(cast.companies) + 3]
    plain = cast.role("plain")
    return [
        Move(
            person=person,
            before=plain[place].name,
            after=plain[place + 3].name,
            on=cast.first.plus(3 + place).first_day + timedelta(days=40),
        )
        for place, person in enumerate(people)
    ]
