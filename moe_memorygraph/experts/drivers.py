"""Which topics rose before something happened, the strongest first."""

import math
from collections.abc import Sequence
from dataclasses import dataclass

from moe_memorygraph.experts.values import Tally

__all__ = ["Driver", "rank_drivers"]

SMALLEST_RISE = 2  # tickets: one more is chance


@dataclass(frozen=True, slots=True, kw_only=True)
class Driver:
    """A topic and its tickets: in the time asked about, in the time before, and of all customers in both."""

    topic: str
    count: int
    before: int
    peers: int | None = None
    peers_before: int | None = None
    strength: float = 0.0
    """Standard deviations by which `count` lies over what the others' change lets expect; the count where there is no
    baseline."""


def rank_drivers(tallies: Sequence[Tally]) -> list[Driver]:
    """Topics with tickets, the strongest rise first; with a baseline, only those that rose by `SMALLEST_RISE` or more.

    Given both counts together, the later one is binomial with the others' share (without others: one half), and its
    distance from what is expected is measured in standard deviations: `(n - (n + m) p) / sqrt((n + m) p (1 - p))`. A
    topic that one of the counts left out, because it was cut short, is left out. The cancellation itself is the event,
    not a reason for it, so it goes last.
    """
    now, _ = _groups(tallies, ("period", "all"))
    before, before_is_cut = _groups(tallies, ("baseline",))
    peers, peers_are_cut = _groups(tallies, ("peers",))
    peers_before, peers_before_are_cut = _groups(tallies, ("peers_before",))
    compared = peers and peers_before and not peers_are_cut and not peers_before_are_cut
    found = []
    for topic, count in now.items():
        if not topic or not count or (topic not in before and before_is_cut):
            continue
        earlier = before.get(topic, 0)
        if before and count - earlier < SMALLEST_RISE:
            continue
        others = (peers.get(topic, 0), peers_before.get(topic, 0)) if compared else (None, None)
        strength = _strength(count, earlier, *others) if before else float(count)
        found.append(
            Driver(
                topic=topic,
                count=count,
                before=earlier,
                peers=others[0],
                peers_before=others[1],
                strength=round(strength, 6),
            )
        )
    return sorted(
        found,
        key=lambda one: (one.topic == "cancellation", -one.strength, one.before - one.count, -one.count, one.topic),
    )


def _strength(count: int, before: int, peers: int | None, peers_before: int | None) -> float:
    others, others_before = max((peers or 0) - count, 0) + 0.5, max((peers_before or 0) - before, 0) + 0.5
    share = others / (others + others_before)
    both = count + before
    return (count - both * share) / math.sqrt(both * share * (1 - share))


def _groups(tallies: Sequence[Tally], roles: tuple[str, ...]) -> tuple[dict[str, int], bool]:
    """Counts by category, and whether small ones were left out."""
    for tally in tallies:
        if tally.group_field == "category" and tally.role in roles:
            return {group.key: group.count for group in tally.groups}, tally.has_more_groups
    return {}, False
