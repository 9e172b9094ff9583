"""Text as it came to text that may be stored: cleaning of unsafe characters, replacement of personal data.

Importing this folder is cheap: Presidio (and spaCy under it, about a second) loads with the first text that needs it.
"""

from moe_memorygraph.compliance.detection import PLACEHOLDER
from moe_memorygraph.compliance.entities import REPLACED_NAMES, KeptNames, NameFinder, open_names
from moe_memorygraph.compliance.policies import NAMES, NEVER_KEPT, Policies, TenantPolicy, check_policy, written
from moe_memorygraph.compliance.redaction import LANGUAGES, Entity, Policy, Redaction, Redactor, Replaced
from moe_memorygraph.compliance.text import CleanText, RawText, sanitize, sanitize_json

__all__ = [
    "LANGUAGES",
    "NAMES",
    "NEVER_KEPT",
    "PLACEHOLDER",
    "REPLACED_NAMES",
    "CleanText",
    "Entity",
    "KeptNames",
    "NameFinder",
    "Policies",
    "Policy",
    "RawText",
    "Redaction",
    "Redactor",
    "Replaced",
    "TenantPolicy",
    "check_policy",
    "open_names",
    "sanitize",
    "sanitize_json",
    "written",
]
