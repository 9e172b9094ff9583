"""Who writes about what, and when: the planted counts, and the dates that carry them.

Counts per quarter and topic are fixed; `FIXED` pins single accounts. All other cells are filled by chance, weighted
by the size of the account.
"""

import random
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime, time, timedelta

from moe_memorygraph.sample.accounts import ACCOUNTS, BY_ID
from moe_memorygraph.sample.stories import STORIES, Story
from moe_memorygraph.sample.topics import ISSUES, TOPICS, Issue
from moe_memorygraph.sample.values import STORY_ENDS, Account, Quarter, quarter_of, quarters
from moe_memorygraph.sample.wording import stream

__all__ = ["BILLING_WAVE", "FIXED", "OUTAGE_DAYS", "TOTALS", "Slot", "plan_slots"]

# Tickets per topic and quarter, 2023Q1 to 2025Q4.
TOTALS: Mapping[str, tuple[int, ...]] = {
    "pricing": (6, 6, 7, 8, 8, 9, 10, 12, 12, 14, 18, 22),
    "billing": (26, 30, 33, 36, 48, 58, 70, 85, 100, 115, 125, 175),
    "refund": (5, 6, 6, 7, 8, 9, 9, 10, 12, 12, 13, 19),
    "cancellation": (3, 3, 4, 4, 5, 5, 6, 6, 6, 7, 8, 10),
    "login": (10, 11, 12, 12, 13, 14, 14, 16, 16, 18, 34, 24),
    "outage": (4, 3, 5, 4, 4, 6, 5, 5, 101, 6, 5, 6),
    "performance": (8, 9, 10, 10, 12, 14, 20, 26, 30, 34, 14, 12),
    "bug": (12, 13, 14, 14, 15, 16, 17, 18, 18, 19, 20, 20),
    "feature_request": (8, 9, 9, 10, 11, 12, 12, 13, 14, 15, 16, 17),
    "onboarding": (12, 10, 9, 8, 9, 9, 10, 9, 11, 11, 11, 11),
    "security": (3, 4, 4, 4, 5, 5, 5, 6, 6, 7, 8, 8),
    "privacy": (3, 3, 4, 4, 5, 6, 6, 7, 8, 9, 10, 12),
    "account": (8, 8, 9, 9, 10, 11, 11, 12, 12, 13, 13, 14),
    "feedback": (5, 6, 6, 6, 7, 7, 8, 8, 8, 9, 10, 10),
    "integration": (10, 11, 12, 12, 13, 14, 15, 16, 17, 18, 20, 20),
}

# The wave of billing complaints: +50 in a quarter (125 to 175, +40 %), 30 of them (60 %) in three accounts.
BILLING_WAVE: Mapping[str, tuple[int, int]] = {"initech": (9, 20), "brightwater": (8, 18), "halden": (7, 16)}

# The sync outage: tickets per day of March 2025, 90 while it lasted and 6 in its wake.
OUTAGE_DAYS: Mapping[int, int] = {11: 34, 12: 30, 13: 18, 14: 8, 17: 3, 19: 2, 24: 1}
_NOT_ON_SYNC = frozenset({"horizon", "maple", "summit", "juniper", "evergreen", "redwood", "skyline"})

# Praise for Timeline Replay, a part of feedback.
REPLAY_PRAISE: Mapping[str, int] = {"2025Q1": 3, "2025Q2": 5, "2025Q3": 5, "2025Q4": 5}

MARCH_OUTAGE = ISSUES["sync_outage_2025_03"]
MARCH_AFTERMATH = ISSUES["sync_outage_aftermath"]
TIMELINE_REPLAY_PRAISE = ISSUES["timeline_replay_praise"]

_ACME_TOLD_IN_FULL = ("pricing", "login", "cancellation", "refund", "privacy", "security", "feedback", "onboarding")

# (account, topic, quarter) -> tickets, hand-written ones included.
FIXED: Mapping[tuple[str, str, str], int] = {
    ("marlow", "onboarding", "2025Q1"): 6,
    ("marlow", "onboarding", "2025Q2"): 3,
    ("vantage", "feature_request", "2025Q3"): 0,
    ("vantage", "feature_request", "2025Q4"): 0,
    ("acme", "billing", "2025Q3"): 2,
    ("acme", "billing", "2025Q4"): 2,
    **{(account, "billing", "2025Q3"): counts[0] for account, counts in BILLING_WAVE.items()},
    **{(account, "billing", "2025Q4"): counts[1] for account, counts in BILLING_WAVE.items()},
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Slot:
    """A ticket before it has words."""

    account: Account
    topic: str
    moment: datetime
    issue: Issue | None = None  # None for a hand-written one
    story: Story | None = None
    thread: str = ""  # tickets of one thread share it
    turn: int = 0  # 0 opens a thread


def plan_slots(seed: int) -> list[Slot]:
    """All tickets in order of time, with their topic and issue; exactly as many as `TOTALS` says."""
    slots = [_story_slot(story) for story in STORIES]
    cells = _cells(seed)
    for (account_id, topic, quarter), count in cells.items():
        slots += _cell_slots(seed, BY_ID[account_id], topic, quarter, count)
    slots += _march_slots(seed)
    slots.sort(key=lambda slot: (slot.moment, slot.account.customer_id, slot.topic))
    return _with_praise(seed, slots)


def _story_slot(story: Story) -> Slot:
    return Slot(
        account=BY_ID[story.customer], topic=story.category, moment=story.moment, story=story, thread=story.thread
    )


def _cells(seed: int) -> dict[tuple[str, str, Quarter], int]:
    """How many tickets to generate for each account, topic and quarter; hand-written ones are taken off."""
    cells: dict[tuple[str, str, Quarter], int] = {}
    for topic, totals in TOTALS.items():
        for quarter, total in zip(quarters(), totals, strict=True):
            told = _told(topic, quarter)
            fixed = _fixed(topic, quarter, told)
            open_accounts = [
                account for account in ACCOUNTS if account.customer_id not in fixed and _share(account, quarter)
            ]
            left = total - sum(told.values()) - sum(fixed.values()) - _outage_tickets(topic, quarter)
            drawn = _spread(seed, topic, quarter, left, open_accounts, cells)
            for account_id, count in {**fixed, **drawn}.items():
                cells[account_id, topic, quarter] = count
    return {key: count for key, count in cells.items() if count}


def _told(topic: str, quarter: Quarter) -> dict[str, int]:
    told: dict[str, int] = {}
    for story in STORIES:
        if story.category == topic and quarter_of(story.moment.date()) == quarter:
            told[story.customer] = told.get(story.customer, 0) + 1
    return told


def _fixed(topic: str, quarter: Quarter, told: Mapping[str, int]) -> dict[str, int]:
    fixed = {
        account_id: count - told.get(account_id, 0)
        for (account_id, fixed_topic, name), count in FIXED.items()
        if fixed_topic == topic and name == str(quarter)
    }
    if topic in _ACME_TOLD_IN_FULL and quarter >= Quarter(year=2024, number=3):
        fixed["acme"] = 0
    return fixed


def _outage_tickets(topic: str, quarter: Quarter) -> int:
    """Tickets of the March outage that are generated, apart from the everyday ones."""
    if topic != "outage" or str(quarter) != "2025Q1":
        return 0
    return sum(OUTAGE_DAYS.values()) - sum(_told(topic, quarter).values())


def _spread(
    seed: int,
    topic: str,
    quarter: Quarter,
    left: int,
    accounts: Sequence[Account],
    cells: Mapping[tuple[str, str, Quarter], int],
) -> dict[str, int]:
    """Share `left` tickets among accounts. Two cells of the last quarter repeat the quarter before it:
    integration exactly (nothing changed), billing with one more in each of twenty accounts."""
    chance = stream(seed, "cells", topic, quarter)
    last = Quarter(year=2025, number=3)
    if quarter == last.next and topic in {"integration", "billing"}:
        before = {account.customer_id: cells.get((account.customer_id, topic, last), 0) for account in accounts}
        extra = chance.sample(sorted(before), left - sum(before.values()))
        return {account_id: count + (account_id in extra) for account_id, count in before.items()}
    if topic in {"integration", "billing"} and quarter == last:
        accounts = [account for account in accounts if account.churned_at is None]
    drawn = dict.fromkeys((account.customer_id for account in accounts), 0)
    weights = [_share(account, quarter) for account in accounts]
    for account in chance.choices(accounts, weights, k=left):
        drawn[account.customer_id] += 1
    return drawn


def _share(account: Account, quarter: Quarter) -> float:
    """An account's part in a quarter's tickets: its weight, times the part of the quarter it was a customer."""
    first, last = _window(account, quarter)
    days = (last - first).days + 1
    return account.weight * days / 91 if days > 6 else 0.0


def _window(account: Account, quarter: Quarter) -> tuple[date, date]:
    end = quarter.next.first_day - timedelta(days=1)
    return max(account.since, quarter.first_day), min(account.churned_at or STORY_ENDS, end)


def _cell_slots(seed: int, account: Account, topic: str, quarter: Quarter, count: int) -> list[Slot]:
    chance = stream(seed, "slots", account.customer_id, topic, quarter)
    moments = sorted(_moment(chance, account, topic, quarter) for _ in range(count))
    slots: list[Slot] = []
    for index, moment in enumerate(moments):
        slot = Slot(
            account=account,
            topic=topic,
            moment=moment,
            issue=_issue(chance, account, TOPICS[topic].issues, moment.date(), slots),
            thread=f"{account.customer_id}/{topic}/{quarter}/{index}",
        )
        follow_up = _follow_up(chance, slot, slots[-1], quarter) if slots and chance.random() < 0.3 else None
        slots.append(follow_up or slot)
    return slots


def _follow_up(chance: random.Random, slot: Slot, first: Slot, quarter: Quarter) -> Slot | None:
    """The slot as a later turn of the thread before it, or None where that thread is long or the time is up."""
    moment = _at_work(chance, first.moment.date() + timedelta(days=chance.randint(2, 9)))
    if first.turn == 2 or moment.date() > _window(slot.account, quarter)[1]:
        return None
    return replace(slot, moment=moment, issue=first.issue, thread=first.thread, turn=first.turn + 1)


def _issue(
    chance: random.Random, account: Account, issues: Sequence[Issue], day: date, before: Iterable[Slot]
) -> Issue:
    """One of the topic's issues, rather not one that the account has just written about."""
    recent = {slot.issue.key for slot in before if slot.issue}
    fitting = [issue for issue in issues if issue.fits(day, account.tier)]
    weights = [issue.weight * (0.25 if issue.key in recent and issue.weight < 2 else 1.0) for issue in fitting]
    return chance.choices(fitting, weights)[0]


def _moment(chance: random.Random, account: Account, topic: str, quarter: Quarter) -> datetime:
    first, last = _window(account, quarter)
    if topic == "outage" and quarter == Quarter(year=2025, number=1):
        last = min(last, date(2025, 2, 28))  # March belongs to the big one
    while True:
        day = first + timedelta(days=chance.randrange((last - first).days + 1))
        is_holiday = (day.month, day.day) in {(1, 1), (12, 25)}
        if not is_holiday and (day.weekday() < 5 or chance.random() < 0.12):
            return _at_work(chance, day)


def _at_work(chance: random.Random, day: date) -> datetime:
    hour = chance.choices(range(6, 22), (1, 3, 7, 9, 9, 8, 6, 7, 9, 9, 8, 7, 5, 3, 2, 1))[0]
    return datetime.combine(day, time(hour, chance.randrange(60), chance.randrange(60)), UTC)


def _march_slots(seed: int) -> list[Slot]:
    """The tickets of the March outage: every account on Sync at least once, the larger ones again and again."""
    chance = stream(seed, "march")
    told = [
        story
        for story in STORIES
        if story.category == "outage" and (story.moment.year, story.moment.month) == (2025, 3)
    ]
    hit = [account for account in ACCOUNTS if _is_hit(account)]
    days = [day for day, count in OUTAGE_DAYS.items() for _ in range(count - sum(s.moment.day == day for s in told))]
    first_reports = chance.sample(hit, len(hit))
    later = chance.choices(hit, [account.weight**2 for account in hit], k=len(days) - len(hit))
    threads: dict[str, int] = {}
    slots = []
    for day, account in zip(days, first_reports + later, strict=True):
        turn = threads[account.customer_id] = threads.get(account.customer_id, -1) + 1
        moment = _at_work(chance, date(2025, 3, day))
        if day == 11 and moment.hour < 8:  # it began at 06:12; a hand-written ticket of 07:40 was the first report
            moment = moment.replace(hour=8)
        slots.append(
            Slot(
                account=account,
                topic="outage",
                moment=moment,
                issue=MARCH_OUTAGE if day <= 14 else MARCH_AFTERMATH,
                thread=f"{account.customer_id}/march/{turn}",
            )
        )
    return slots


def _is_hit(account: Account) -> bool:
    march = date(2025, 3, 11)
    is_customer = account.since <= march and (account.churned_at is None or account.churned_at > march)
    return is_customer and account.customer_id not in _NOT_ON_SYNC


def _with_praise(seed: int, slots: Sequence[Slot]) -> list[Slot]:
    """Turn as many feedback tickets of each quarter into praise for Timeline Replay as `REPLAY_PRAISE` says, if there are."""
    praising: set[int] = set()
    for name, count in REPLAY_PRAISE.items():
        chance = stream(seed, "praise", name)
        fitting = [
            index
            for index, slot in enumerate(slots)
            if slot.topic == "feedback"
            and slot.story is None
            and str(quarter_of(slot.moment.date())) == name
            and slot.moment.date() >= TIMELINE_REPLAY_PRAISE.since
        ]
        praising.update(chance.sample(fitting, min(count, len(fitting))))
    return [
        replace(slot, issue=TIMELINE_REPLAY_PRAISE, thread="", turn=0) if index in praising else slot
        for index, slot in enumerate(slots)
    ]
