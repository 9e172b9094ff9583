"""A time against the time before it, in words and numbers."""

import math

from moe_memorygraph.experts.tallies import when_words
from moe_memorygraph.experts.values import Claim, Direction, Tally
from moe_memorygraph.experts.writing.phrases import change_words, first_upper, tally_claim
from moe_memorygraph.experts.writing.sources import Cited, Sources

__all__ = ["change_claims", "moved", "percent", "ranked_claims", "total_claim", "unlike_asked"]

_CLEAR = 1.96  # standard deviations: by as much two equal rates differ in one of twenty cases


def change_claims(sources: Sources, *, most: int) -> list[Claim]:
    """The period against its baseline: the totals, be one of them 0, then the groups that moved most."""
    period, baseline = sources.tally("period"), sources.tally("baseline")
    if period is None or (period.payload.total == 0 and not (baseline and baseline.payload.total)):
        whole = sources.tally("all", "category")
        return [tally_claim(whole)] if whole and whole.payload.total else []
    if baseline is None:
        return [tally_claim(period)]
    claims = [total_claim(period, baseline)]
    now, before = period.payload, baseline.payload
    rows = moved(now, before)
    if len(rows) > 1 or (rows and now.total != rows[0][1]):
        words = "; ".join(change_words(*row) for row in rows[:most])
        subject = "customer" if now.group_field == "customer_id" else "topic"
        cites = (period.index, baseline.index)
        rises = sorted((row for row in rows if row[1] > row[2]), key=lambda row: row[2] - row[1])
        if subject == "customer" and rises and rises[0] != rows[0]:
            claims.append(Claim(text=f"The largest rise: {change_words(*rises[0])}.", cites=cites))
        claims.append(Claim(text=f"By {subject}, the largest change first: {words}.", cites=cites))
    return claims


def total_claim(period: Cited[Tally], baseline: Cited[Tally]) -> Claim:
    """For example "In Q4 2025, 41 tickets of Acme Corp came in, against 30 in Q3 2025 (+37 %)."."""
    now, before = period.payload, baseline.payload
    what = f" {now.what}" if now.what else ""
    noun, when = "ticket" if now.total == 1 else "tickets", _when(now)
    text = (
        f"{first_upper(when)}, {now.total} {noun}{what} came in, "
        f"against {before.total} {_when(before)}{percent(now.total, before.total)}."
    )
    return Claim(text=text, cites=(period.index, baseline.index))


def ranked_claims(sources: Sources, direction: Direction, *, most: int) -> list[Claim]:
    """What went the way asked for, the clearest first, and apart from it what may have done so by chance; then the totals."""
    period, baseline = sources.tally("period"), sources.tally("baseline")
    if period is None or baseline is None:
        return []
    sign = 1 if direction == "up" else -1
    rows = [(_strength(row) * sign, row) for row in moved(period.payload, baseline.payload)]
    ranked = sorted((one for one in rows if one[0] > 0), key=lambda one: (-one[0], one[1]))[:most]
    clear, faint = [row for size, row in ranked if size >= _CLEAR], [row for size, row in ranked if size < _CLEAR]
    verb = "rose" if direction == "up" else "fell"
    times = f"{_when(period.payload)} against {_when(baseline.payload).removeprefix('in ')}"
    cites = (period.index, baseline.index)
    claims = []
    if clear:
        words = "; ".join(change_words(*row) for row in clear)
        claims.append(Claim(text=f"What {verb} {times}, the clearest first: {words}.", cites=cites))
    if faint:
        words = "; ".join(change_words(*row) for row in faint[: most if not clear else 3])
        lead = f"What {verb} too" if clear else f"What {verb} {times}"
        claims.append(Claim(text=f"{lead}, by so little that it may be chance: {words}.", cites=cites))
    return [*claims, total_claim(period, baseline)]


def unlike_asked(sources: Sources) -> list[Claim]:
    """That things did not go as the question takes for given, with the totals; [] where they did, or it says no way."""
    period, baseline, direction = sources.tally("period"), sources.tally("baseline"), sources.question.direction
    if period is None or baseline is None or direction is None:
        return []
    now, before = period.payload.total, baseline.payload.total
    ever = sources.tally("all", "quarter")
    if (now > before if direction == "up" else now < before) or not (now or before or (ever and ever.payload.total)):
        return []
    counted = total_claim(period, baseline)
    said = "rose" if direction == "up" else "fell"
    lead = (
        f"In the latest quarter it is not so that they {said}"
        if sources.question.takes_latest
        else f"It is not so that they {said}"
    )
    text = f"{lead}: {counted.text[:1].lower()}{counted.text[1:]}"
    return [Claim(text=text, cites=counted.cites), *([tally_claim(ever)] if ever else [])]


def _strength(row: tuple[str, int, int]) -> float:
    """Standard deviations of a rise: given both counts together, each is binomial with one half where the rates are equal."""
    _, now, before = row
    return (now - before) / math.sqrt(now + before)


def moved(now: Tally, before: Tally) -> list[tuple[str, int, int]]:
    """(group, count, count before), the largest change first.

    A group that one of the counts left out, because it was cut short, is left out: it may be small, not none.
    """
    earlier = {group.key: group.count for group in before.groups}
    later = {group.key: group.count for group in now.groups}
    rows = [
        (key, later.get(key, 0), earlier.get(key, 0))
        for key in {**later, **earlier}
        if key and (key in later or not now.has_more_groups) and (key in earlier or not before.has_more_groups)
    ]
    return sorted(rows, key=lambda row: (-abs(row[1] - row[2]), -row[1], row[0]))


def _when(tally: Tally) -> str:
    return when_words(tally.time.label if tally.time else "all time")


def percent(now: int, before: int) -> str:
    return f" ({round(100 * (now / before - 1)):+d} %)" if before else ""
