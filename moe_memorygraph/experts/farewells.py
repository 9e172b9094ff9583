"""Tickets in which a customer says that it leaves or may leave, and the words in which it does."""

import re

from moe_memorygraph.words import sentences_of

__all__ = ["SEARCHED", "is_final", "notice_in"]

SEARCHED = "cancel cancellation terminate contract leaving leave switching switch change move renew warning alternatives vendors elsewhere"
"""Words by which such tickets are searched for."""

LONGEST = 420  # characters: a notice with its reason, which mostly stands beside it

_LEAVING = re.compile(
    r"\b(?:cancel(?:l?ing|l?ed|lation)?|terminat\w+|give notice|notice of termination|end (?:the|our|this) (?:contract|subscription|agreement)"
    r"|(?:will|shall|do|can|could|are) (?:not|n't|no longer) (?:renew|extend|continue|stay|prolong)\w*|(?:won't|don't|cannot|can't) (?:renew|extend|continue|stay|prolong)\w*"
    r"|not (?:be )?(?:renewing|extending|continuing)|non-renewal"
    r"|(?:we|they|our \w+) (?:have |are |will |may |might )?(?:now )?(?:leav\w+|quit\w*|left|switch\w*|mov(?:e|ing)|chang(?:e|ing)|go(?:ing)?|migrat\w+) (?:to|away|over|you|us|with|for)\b"
    r"|we(?:'ll| will| are going to)? (?:leave|quit)(?! (?:a|an|the|it|our|early|for|at|on|this|that)\b)"
    r"|(?:consider|think\w* of|thinking about|close to|ready for) (?:leaving|switching|cancel\w+|a change|other|alternatives)"
    r"|consider(?:ing|s)? (?:to )?(?:leav\w+|switch\w*|alternatives|our options|other)|(?:decided|chosen|signed) (?:to|for|with|against)\b"
    r"|(?:last|final) (?:warning|chance|reminder before)|look\w*(?: \w+)? (?:elsewhere|around|at (?:other|alternatives)|for (?:an? )?(?:alternative|replacement|other))"
    r"|(?:other|another|new|different) (?:vendor|provider|supplier)s?|(?:evaluat|compar|test)\w* (?:alternatives|other|competitors)|reconsider\w*|replac\w+ (?:you|it|this|your))\b",
    re.IGNORECASE,
)
_FINAL = re.compile(
    r"\b(?:hereby|herewith|formal(?:ly)?|effective|notice of)\b.*\b(?:cancel|terminat|notice|end|renew|leav)\w*"
    r"|\bwe (?:have )?(?:now )?(?:decided|signed|cancel|terminate|switch|move|change|are leaving|will (?:not|leave|move|switch)|won't)\b",
    re.IGNORECASE | re.DOTALL,
)
_OF_SOMETHING_ELSE = re.compile(
    r"\b(?:how (?:do|can|to)|where (?:do|can)|if (?:we|i)|before we|what happens)\b.*\bcancel|\bcancell?(?:ed|ing|ation of)(?: (?:the|a|an|my|our|your|this))? (?:call|meeting|order|event|appointment|visit|booking|session)",
    re.IGNORECASE,
)


def notice_in(text: str) -> str:
    """A verbatim piece of `text` that says that its writer leaves, or may; '' where none does.

    From the first sentence that says so on, as far as `LONGEST` characters reach; from the text's start where all of
    it is no longer.
    """
    spans = sentences_of(text)
    if not spans:
        return ""
    for place, (start, stop) in enumerate(spans):
        if _LEAVING.search(text, start, stop) and not _OF_SOMETHING_ELSE.search(text, start, stop):
            first = spans[0][0] if stop - spans[0][0] <= LONGEST // 2 else spans[place][0]
            last = max(end for _, end in spans if end - first <= LONGEST or end == stop)
            return text[first:last]
    return ""


def is_final(notice: str) -> bool:
    """Whether it announces that its writer leaves, where others threaten to, or speak of it afterwards."""
    return _FINAL.search(notice) is not None
