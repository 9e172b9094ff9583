"""A time against the time before it, in words and numbers."""

from moe_memorygraph.experts.tallies import when_words
from moe_memorygraph.experts.values import Claim, Tally
from moe_memorygraph.experts.writing.phrases import change_words, tally_claim
from moe_memorygraph.experts.writing.sources import Cited, Sources

__all__ = ["change_claims", "moved", "percent", "total_claim"]


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
        f"{when[0].upper()}{when[1:]}, {now.total} {noun}{what} came in, "
        f"against {before.total} {_when(before)}{percent(now.total, before.total)}."
    )
    return Claim(text=text, cites=(period.index, baseline.index))


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
