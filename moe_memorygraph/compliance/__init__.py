"""Text as it came to text that may be stored: cleaning of unsafe characters, replacement of personal data.

Importing this folder is cheap: Presidio (and spaCy under it, about a second) loads with the first text that needs it.
"""

from moe_memorygraph.compliance.redaction import LANGUAGES, Entity, Policy, Redaction, Redactor
from moe_memorygraph.compliance.text import CleanText, RawText, sanitize, sanitize_json

__all__ = [
    "LANGUAGES",
    "CleanText",
    "Entity",
    "Policy",
    "RawText",
    "Redaction",
    "Redactor",
    "sanitize",
    "sanitize_json",
]
