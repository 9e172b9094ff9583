"""Counts as sentences. The numbers come from the database, the words from here, and the verifier can write them anew."""

import re
from collections.abc import Sequence
from decimal import Decimal

from moe_memorygraph.experts.values import Reckoned, Tally
from moe_memorygraph.memory.values import GroupCount

__all__ = ["group_words", "label_words", "number_words", "tally_sentence", "topics_words", "when_words"]

_NAMED = 3
"""Topics that a sentence names; more are a table."""
_GROUP_NAMES = {
    "category": "category",
    "customer_id": "customer",
    "channel": "channel",
    "status": "status",
    "priority": "priority",
    "month": "month",
    "quarter": "quarter",
    "pii_type": "type of personal data",
}


_LABELS = {
    "arr": "ARR",
    "csat": "CSAT",
    "mrr": "MRR",
    "nps": "NPS",
    "CREDIT_CARD": "credit card number",
    "EMAIL_ADDRESS": "e-mail address",
    "IBAN_CODE": "IBAN",
    "IP_ADDRESS": "IP address",
    "PHONE_NUMBER": "phone number",
    "SECRET": "password or key",
    "US_SSN": "US social security number",
}


def label_words(key: str) -> str:
    """A stored key as people read it: "feature_request" is "feature request"; '' is "not given"."""
    return _LABELS.get(key) or key.replace("_", " ") or "not given"


def group_words(groups: tuple[GroupCount, ...]) -> str:
    return ", ".join(f"{label_words(group.key)} {group.count}" for group in groups)


def topics_words(labels: Sequence[str]) -> str:
    """Topics of a count, at most three by name: "billing and refund", "Loan (6 categories)" where all begin with the same
    head, "billing, refund and 4 other categories"."""
    if len(labels) <= _NAMED:
        return " and ".join(map(label_words, labels))
    heads = {label.partition(":")[0].strip() for label in labels}
    if len(heads) <= _NAMED:
        return f"{' and '.join(sorted(map(label_words, heads)))} ({len(labels)} categories)"
    return f"{', '.join(map(label_words, labels[: _NAMED - 1]))} and {len(labels) - _NAMED + 1} other categories"


def tally_sentence(tally: Tally) -> str:
    """For example "41 tickets of Acme Corp in Q4 2025; by category: pricing 14, login 9."."""
    if tally.reckoned is not None:
        return _reckoned_sentence(tally, tally.reckoned)
    noun = tally.noun if tally.total == 1 else f"{tally.noun}s"
    when = f" {when_words(tally.time.label)}" if tally.time else ""
    what = f" {tally.what}" if tally.what else ""
    if tally.total == 1:
        what = what.replace(" that mention ", " that mentions ").replace(" that tell of ", " that tells of ")
    sentence = f"{tally.total} {noun}{what}{when}"
    if tally.group_field and tally.groups:
        sentence += (
            f"; by {_GROUP_NAMES.get(tally.group_field) or label_words(tally.group_field)}: {group_words(tally.groups)}"
        )
        sentence += " and others" if tally.has_more_groups else ""
    if tally.out_of:
        share = number_words(round(Decimal(100 * tally.total) / tally.out_of, 1))
        sentence += f", which is {share} % of {tally.out_of} on any topic"
    return f"{sentence}."


def _reckoned_sentence(tally: Tally, reckoned: Reckoned) -> str:
    """For example "The total arr of 3 customers that we have lost is 412,000; 1 more has none on record."."""
    noun = tally.noun if tally.total == 1 else f"{tally.noun}s"
    what = f" {tally.what}" if tally.what else ""
    what += f" {when_words(tally.time.label)}" if tally.time else ""
    name = label_words(reckoned.predicate)
    if reckoned.figure is None:
        units = " and ".join(unit or "bare numbers" for unit in reckoned.units)
        return f"The {name} of {tally.total} {noun}{what} is on record in different units ({units})."
    unit = {"": "", "percent": " %"}.get(reckoned.units[0], f" {reckoned.units[0]}")
    more = f"; {reckoned.without} more {'has' if reckoned.without == 1 else 'have'} none on record"
    return (
        f"The {reckoned.measure} {name} of {tally.total} {noun}{what} is {number_words(reckoned.figure)}{unit}"
        f"{more if reckoned.without else ''}."
    )


def number_words(number: Decimal) -> str:
    """With commas between thousands and no zeros behind: "1,234.5"."""
    words = f"{number:,f}"
    return words.rstrip("0").rstrip(".") if "." in words else words


def when_words(label: str) -> str:
    """ "in Q4 2025", "on 2025-03-04", "from March 2025 to May 2025", "since March 2025"."""
    if label.startswith(_BOUNDED):
        return label
    if re.fullmatch(r"\d{4}-\d\d-\d\d", label):
        return f"on {label}"
    return f"from {label}" if re.fullmatch(r".+ to (?!date$).+", label) else f"in {label}"


_BOUNDED = ("since", "after", "until", "till", "before", "by the", "up to", "prior to", "not after", "through")
