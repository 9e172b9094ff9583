"""What support teams write short and long: a question that says one form also asks for the other. No I/O."""

import re
from collections.abc import Mapping
from functools import lru_cache

__all__ = ["ABBREVIATIONS", "other_forms"]

ABBREVIATIONS: Mapping[str, str] = {
    "2fa": "two-factor authentication",
    "ach": "automated clearing house",
    "api": "application programming interface",
    "apr": "annual percentage rate",
    "arr": "annual recurring revenue",
    "b2b": "business to business",
    "ccpa": "california consumer privacy act",
    "cdn": "content delivery network",
    "cpu": "central processing unit",
    "crm": "customer relationship management",
    "csat": "customer satisfaction",
    "csm": "customer success manager",
    "csv": "comma-separated values",
    "dns": "domain name system",
    "dpa": "data processing agreement",
    "dpo": "data protection officer",
    "eol": "end of life",
    "eta": "estimated time of arrival",
    "faq": "frequently asked questions",
    "gdpr": "general data protection regulation",
    "hipaa": "health insurance portability and accountability act",
    "hr": "human resources",
    "idp": "identity provider",
    "kb": "knowledge base",
    "kpi": "key performance indicator",
    "kyc": "know your customer",
    "ltv": "lifetime value",
    "mfa": "multi-factor authentication",
    "mrr": "monthly recurring revenue",
    "msa": "master service agreement",
    "mttr": "mean time to resolution",
    "nda": "non-disclosure agreement",
    "nps": "net promoter score",
    "ocr": "optical character recognition",
    "otp": "one-time password",
    "pii": "personally identifiable information",
    "poc": "proof of concept",
    "qbr": "quarterly business review",
    "rbac": "role-based access control",
    "rca": "root cause analysis",
    "rfp": "request for proposal",
    "rma": "return merchandise authorization",
    "roi": "return on investment",
    "rpo": "recovery point objective",
    "rto": "recovery time objective",
    "sdk": "software development kit",
    "sku": "stock keeping unit",
    "sla": "service level agreement",
    "smb": "small and medium business",
    "sow": "statement of work",
    "sso": "single sign-on",
    "ssn": "social security number",
    "tco": "total cost of ownership",
    "tos": "terms of service",
    "ttl": "time to live",
    "uat": "user acceptance testing",
    "vat": "value added tax",
    "vpn": "virtual private network",
}
"""Short form, in lower case, to the long one. None of the short forms is an English word."""


def _pattern(form: str) -> str:
    """A form as people write it: with hyphens, blanks or nothing between its words, in the plural too."""
    return r"[-\s]*".join(map(re.escape, re.split(r"[-\s]+", form))) + "s?"


_LONG = {long: short for short, long in ABBREVIATIONS.items()}
_SAID = re.compile(
    rf"\b(?:(?P<short>{'|'.join(map(re.escape, ABBREVIATIONS))})s?|(?P<long>{'|'.join(map(_pattern, _LONG))}))\b",
    re.IGNORECASE,
)


def _key(form: str) -> str:
    return re.sub(r"[-\s]+", "", form).casefold()


_BY_KEY = {_key(long): long for long in _LONG}


@lru_cache(maxsize=4096)
def other_forms(text: str) -> tuple[tuple[str, str], ...]:
    """(form as it is said, the other form) for each that the text says and does not say both ways, in order."""
    said: dict[str, str] = {}
    for found in _SAID.finditer(text):
        if found["short"]:
            short = found["short"].casefold()
            said.setdefault(short, ABBREVIATIONS[short])
        else:
            key = _key(found["long"])
            long = _BY_KEY.get(key) or _BY_KEY[key.removesuffix("s")]
            said.setdefault(long, _LONG[long])
    return tuple((form, other) for form, other in said.items() if other not in said)
