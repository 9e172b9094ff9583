"""One sentence as the patterns see it, and what stands around a match: denied, supposed, quoted, asked, of others.

Pure and linear in the sentence: every look around a match is bounded.
"""

import re
from dataclasses import dataclass
from datetime import datetime

__all__ = ["Sentence", "folded"]

_STRAIGHT = str.maketrans(
    {"’": "'", "‘": "'", "“": '"', "”": '"', "–": "-", "—": "-", "\n": " ", "\t": " ", "\xa0": " "}
)
_ASCII_LOWER = {upper: upper + 32 for upper in range(ord("A"), ord("Z") + 1)}

_BEHIND = 90
"""Characters before a match that may deny it: more is another thought, and the look stays cheap."""

_CLAUSE = re.compile(
    r"[,;:.!?()]\s|\s-\s|\b(?:but|however|because|although|though)\b|\b(?:so|and|then) (?=(?:i|we|i'm|we're|your|my|our|they|he|she|it|the)\b)"
)
_SUBJECT = re.compile(r"(?:i|we)\b")
_DENIED = re.compile(
    r"\b(?:not|never|no|without|nor|neither|nobody|none|hardly|cannot|cant|dont|didnt|doesnt|wont|instead of|rather than"
    r"|far from|less than|avoid|prevent|refus\w+)\b|n't\b"
)
_SUPPOSED = re.compile(
    r"\b(?:if|unless|whether|suppose|supposing|assuming|imagine|in case|would|wouldn't|could have|should|shouldn't|until"
    r"|till|once|before|otherwise|lest|in the event|when(?:ever)? (?:i|we|you|they))\b|\b(?:i|we)'d\b"
)
_CONDITION = re.compile(r"\b(?:if|unless|otherwise|or else)\b")
_OTHERS = re.compile(
    r"\b(?:he|she|they|someone|somebody|people|friends?|colleagues?|neighbou?rs?|brother|sister|husband|wife|mother|mom|father|dad"
    r"|son|daughter|customers|other (?:users|customers|companies)|another customer)(?:'s)?\b[^,;]*$"
)
_CITING = re.compile(
    r"\b(?:polic(?:y|ies)|terms|agreement|faq|documentation|docs|article|guide|page|website|site|clause|section|law|act|rules?"
    r"|e-?mail|letter|message|notice|advert\w*|banner|brochure|contract|template|text|book|movie|news)"
    r"(?: \w+){0,3} (?:says?|said|states?|stated|reads?|reading|mentions?|claims?|requires?|explains?|told|saying|stating)\b"
    r"|\baccording to\b|\b(?:was|were|been|am|being) told\b|\b(?:he|she|they|you|rep\w*|agent) (?:said|says|told|claim\w*|promised)\b"
)
_YES_OR_NO = re.compile(
    r"^\W*(?:@\w+\W+)*(?:(?:hi|hello|hey|so|and|also|please|ok|okay|well)\W+)*"
    r"(?:is|are|was|were|do|does|did|has|have|had|can|could|will|would|should|may|any|anyone|am)\b"
)
_ASKING = re.compile(
    r"^\W*(?:@\w+\W+)*(?:(?:hi|hello|hey|so|and|also|but|please|ok|okay|well)\W+)*"
    r"(?:what|which|who|whose|how|when|where|why|is|are|was|were|do|does|did|has|have|had|can|could|will|would|should|may|any)\b"
)


def folded(text: str) -> str:
    """The text in lower case and with straight quotes, of the same length, so that offsets stay."""
    text = text.translate(_STRAIGHT)
    lower = text.lower()
    return lower if len(lower) == len(text) else text.translate(_ASCII_LOWER)


@dataclass(frozen=True, slots=True, kw_only=True)
class Sentence:
    """A sentence of a ticket: `text` verbatim, `low` folded, alike in length."""

    text: str
    low: str
    said_at: datetime

    @property
    def is_question(self) -> bool:
        return self.low.rstrip().endswith("?")

    def clause_before(self, at: int) -> str:
        """What precedes `at` within its clause, at most `_BEHIND` characters."""
        behind = self.low[max(0, at - _BEHIND) : at]
        return behind[max((one.end() for one in _CLAUSE.finditer(behind)), default=0) :]

    def is_denied(self, at: int) -> bool:
        """Whether a "not" stands before it in its clause; before an "I", close before: further off it is another's."""
        behind = self.clause_before(at)
        return bool(_DENIED.search(behind[-25:] if _SUBJECT.match(self.low, at) else behind))

    def is_denied_here(self, at: int) -> bool:
        """Whether a denial stands right before it, and not merely somewhere in the clause."""
        return bool(_DENIED.search(self.clause_before(at)[-20:]))

    def is_supposed(self, at: int) -> bool:
        """Whether what follows is only thought of: "if we cancel", "I would cancel"."""
        return bool(_SUPPOSED.search(self.clause_before(at)))

    def is_conditional(self) -> bool:
        """Whether anything in the sentence hangs on a condition."""
        return bool(_CONDITION.search(self.low))

    def is_of_others(self, at: int) -> bool:
        return bool(_OTHERS.search(self.clause_before(at)))

    def is_cited(self, at: int) -> bool:
        """Whether it is somebody else's wording: inside quotation marks, or after "your policy states"."""
        behind = self.low[max(0, at - 400) : at]
        return behind.count('"') % 2 == 1 or bool(_CITING.search(behind[-_BEHIND:]))

    def is_asked(self, at: int) -> bool:
        """Whether the clause is a question of any kind."""
        return self.is_question and bool(_ASKING.search(self._question_before(at)))

    def is_asked_whether(self, at: int) -> bool:
        """Whether the clause is a question for yes or no: "is the site down?" does not say that it is."""
        return self.is_question and bool(_YES_OR_NO.search(self._question_before(at)))

    def _question_before(self, at: int) -> str:
        clause = self.clause_before(at)
        return f"{clause} {self.low[at : at + 12]}"
