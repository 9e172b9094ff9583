"""The tickets of a world: a plan of counts with level shifts, texts from templates, and the plots between them."""

import random
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime, time, timedelta

from moe_memorygraph.evaluation.worlds.cast import QUARTERS, Cast
from moe_memorygraph.evaluation.worlds.plots import plot_tickets
from moe_memorygraph.evaluation.worlds.topics import CLOSINGS, DISTRACTIONS, OPENINGS, REPLIES, Topic
from moe_memorygraph.evaluation.worlds.values import Company, Quarter, TicketRow, quarter_of
from moe_memorygraph.sample.wording import write

__all__ = ["Shift", "Tickets", "draw_tickets"]

_MOSTLY = 0.6
"""Share of a rising topic's tickets that its driver sends in the quarter of the rise."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Shift:
    """A planted change of a topic's level between a quarter and the one before."""

    topic: Topic
    quarter: Quarter
    factor: float


@dataclass(frozen=True, slots=True, kw_only=True)
class Tickets:
    """All tickets by time, and what was planted in them."""

    rows: Sequence[TicketRow]
    rise: Shift
    fall: Shift
    steady: Topic

    def of(self, plot: str) -> list[TicketRow]:
        return [row for row in self.rows if row.plot == plot]

    def counted(
        self, *, topic: Topic | None = None, company: Company | None = None, since: Quarter, until: Quarter
    ) -> int:
        """How many tickets of the quarters `since` to `until`, both counted."""
        return len(
            [
                row
                for row in self.rows
                if (topic is None or row.topic == topic.key)
                and (company is None or row.company == company)
                and since <= quarter_of(row.created_at.date()) <= until
            ]
        )


def draw_tickets(cast: Cast) -> Tickets:
    chance = cast.chance("tickets")
    rising, falling, steady = chance.sample([topic for topic in cast.topics if topic.weight >= 0.8], 3)
    rise = Shift(topic=rising, quarter=cast.last.plus(-chance.randint(0, 1)), factor=2.4)
    fall = Shift(topic=falling, quarter=cast.last.plus(-chance.randint(2, 4)), factor=0.35)
    drafts = [*_plain(cast, rise, fall), *_plots(cast)]
    drafts.sort(key=lambda draft: (draft.created_at, draft.subject, draft.body))
    return Tickets(
        rows=[_numbered(draft, place) for place, draft in enumerate(drafts)], rise=rise, fall=fall, steady=steady
    )


def _numbered(draft: TicketRow, place: int) -> TicketRow:
    return replace(draft, ticket_id=f"K-{20000 + place * 3}")


def _plain(cast: Cast, rise: Shift, fall: Shift) -> Iterator[TicketRow]:
    total = sum(topic.weight for topic in cast.topics)
    for place in range(QUARTERS):
        quarter = cast.first.plus(place)
        for topic in cast.topics:
            chance = cast.chance("plan", place, topic.key)
            level = cast.size.tickets / QUARTERS * topic.weight / total
            if topic is rise.topic and quarter >= rise.quarter:
                level *= rise.factor
            if topic is fall.topic and quarter >= fall.quarter:
                level *= fall.factor
            for number in range(max(1, round(level + chance.uniform(-0.8, 0.8)))):
                one = cast.chance("ticket", place, topic.key, number)
                driven = topic is rise.topic and quarter == rise.quarter and one.random() < _MOSTLY
                yield _ticket(cast, one, topic, quarter, cast.role("driver")[0] if driven else None)


def _ticket(cast: Cast, chance: random.Random, topic: Topic, quarter: Quarter, sender: Company | None) -> TicketRow:
    days = (quarter.plus(1).first_day - quarter.first_day).days
    when = quarter.first_day + timedelta(days=chance.randrange(days))
    if sender is None:
        there = [
            one for one in cast.companies if one.since <= when and (one.churned_at is None or when < one.churned_at)
        ]
        (sender,) = chance.choices(there, [one.weight for one in there])
    details = cast.details(chance)
    parts = [write(chance.choice(OPENINGS), chance, details), write(chance.choice(topic.bodies), chance, details)]
    if chance.random() < 0.35:
        parts.insert(chance.choice((1, 2)), write(chance.choice(DISTRACTIONS), chance, details))
    parts.append(write(chance.choice(CLOSINGS), chance, details))
    return _draft(
        cast,
        chance,
        sender,
        datetime.combine(when, time(chance.randint(6, 18), chance.randrange(60)), UTC),
        subject=write(chance.choice(topic.subjects), chance, details),
        body=" ".join(part for part in parts if part),
        topic=topic,
    )


def _draft(
    cast: Cast,
    chance: random.Random,
    sender: Company,
    created_at: datetime,
    *,
    subject: str,
    body: str,
    topic: Topic,
    plot: str = "",
) -> TicketRow:
    settled = chance.random() < 0.85
    return TicketRow(
        ticket_id="",
        company=sender,
        customer=chance.choice((sender.customer_id, sender.name, sender.name, *sender.aliases[:1])),
        created_at=created_at,
        subject=subject,
        body=body,
        category=cast.label(topic),
        channel=chance.choice(("email", "email", "portal", "chat", "phone")),
        status="solved" if settled else "open",
        priority=chance.choices(("low", "normal", "high", "urgent"), (2, 6, 2, 1))[0],
        resolved_at=created_at + timedelta(hours=chance.randint(2, 140)) if settled else None,
        response=write(chance.choice(REPLIES), chance, cast.details(chance)) if settled and not plot else "",
        topic=topic.key,
        plot=plot,
    )


def _plots(cast: Cast) -> Iterator[TicketRow]:
    by_key: Mapping[str, Topic] = {topic.key: topic for topic in cast.topics}
    for place, part in enumerate(plot_tickets(cast)):
        chance = cast.chance("plot", place)
        topic = next((by_key[key] for key in part.topics if key in by_key), cast.topics[0])
        at = datetime.combine(part.on, time(chance.randint(7, 16), chance.randrange(60)), UTC)
        yield _draft(cast, chance, part.company, at, subject=part.subject, body=part.body, topic=topic, plot=part.plot)
