"""Which of the tenant's ticket categories a question means. No I/O."""

import re
from functools import lru_cache

from moe_memorygraph.words import content_words, stem, stems

__all__ = ["meant_stems", "named_categories"]

_TOPIC_WORDS: dict[str, str] = {
    "billing": "invoice invoicing invoiced overcharge overcharged charged",
    "login": "sso saml sign-on password signin log-in okta mfa",
    "outage": "downtime unavailable incident",
    "performance": "slow latency sluggish",
    "pricing": "price prices expensive",
    "privacy": "gdpr erasure",
    "refund": "refunds reimbursement",
    "cancellation": "cancelled cancelling",
}
"""What people say for a topic that a tenant may keep as a category of this name."""


def named_categories(text: str, labels: tuple[str, ...]) -> tuple[str, ...]:
    """Ticket categories named in the text: every word of the label's head stands in it, or a word that means it."""
    said = stems(text)
    topics = _topics(labels)
    found = tuple(label for label, wanted, _ in topics if wanted and wanted <= said)
    return found or tuple(label for label, _, meant in topics if said & meant)


@lru_cache(maxsize=256)
def _topics(categories: tuple[str, ...]) -> tuple[tuple[str, frozenset[str], frozenset[str]], ...]:
    """Of each category its label, the stems of its head, and the stems of what people say for it."""
    return tuple(
        (
            label,
            frozenset(stem(word) for word in content_words(re.split(r"[:/>|]", label)[0].replace("_", " "))),
            frozenset(stems(_TOPIC_WORDS.get(label.casefold(), ""))),
        )
        for label in categories
    )


def meant_stems(categories: tuple[str, ...]) -> frozenset[str]:
    """Stems of what people say for the categories beside their labels."""
    return frozenset(one for label in categories for one in stems(_TOPIC_WORDS.get(label.casefold(), "")))
