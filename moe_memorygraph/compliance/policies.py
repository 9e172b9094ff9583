"""What a tenant has made of each type of personal data. Pure: the keys behind a hash or a pseudonym are given."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Literal, Protocol, get_args

from moe_memorygraph.compliance.detection import NAMES
from moe_memorygraph.compliance.national import LABELS
from moe_memorygraph.compliance.redaction import mask
from moe_memorygraph.errors import InvalidArgument

__all__ = [
    "CUSTOMER_NAME",
    "ENTITY_TYPES",
    "EVERY_OTHER",
    "NAMES",
    "NEVER_KEPT",
    "Policies",
    "Substitutes",
    "TenantPolicy",
    "check_policy",
    "needs_key",
    "written",
]

TenantPolicy = Literal["replace", "pseudonym", "mask", "hash", "encrypt", "keep"]
_POLICIES: tuple[TenantPolicy, ...] = get_args(TenantPolicy)

ENTITY_TYPES = (
    *("PERSON", "LOCATION", "ORGANIZATION"),
    *("EMAIL_ADDRESS", "PHONE_NUMBER", "CREDIT_CARD", "IBAN_CODE", "IP_ADDRESS", "MAC_ADDRESS", "SECRET", "CRYPTO"),
    *("US_SSN", "US_ITIN", "US_BANK_NUMBER", "US_PASSPORT", "US_DRIVER_LICENSE", "US_MBI"),
    *("UK_NHS", "UK_NINO", "CA_SIN", "AU_TFN", "AU_MEDICARE", "IN_AADHAAR", "DE_TAX_ID"),
    *LABELS,
)
"""Types that are found; a test holds them against the finders."""

EVERY_OTHER = "DEFAULT"
"""Stands for every type of which the tenant says nothing."""
CUSTOMER_NAME = "CUSTOMER_NAME"
"""What is found as a name and is that of one of the tenant's customers: an account, not a person. Kept, unless said."""

NEVER_KEPT = frozenset({"EMAIL_ADDRESS", "CREDIT_CARD", "IBAN_CODE", "US_SSN", "SECRET"})
"""No answer carries these out, whatever ingestion made of them: kept, they would only make a text unquotable."""


def check_policy(entity_type: str, policy: str) -> TenantPolicy:
    """The policy, if a tenant may say it of this type; `InvalidArgument` with what it may say otherwise."""
    known = (*ENTITY_TYPES, EVERY_OTHER, CUSTOMER_NAME)
    if entity_type not in known:
        raise InvalidArgument(f"{entity_type!r} is no type of personal data.", f"Use one of: {', '.join(known)}.")
    if policy not in _POLICIES:
        raise InvalidArgument(f"{policy!r} is no policy.", f"Use one of: {', '.join(_POLICIES)}.")
    if entity_type == CUSTOMER_NAME and policy not in ("keep", "replace"):
        raise InvalidArgument(
            f"The names of customers are kept, or treated as any other name: {policy!r} is neither.",
            "Use keep or replace, and say of PERSON, LOCATION and ORGANIZATION what is made of names.",
        )
    if policy == "keep" and entity_type in {EVERY_OTHER, *NEVER_KEPT}:
        raise InvalidArgument(
            "This is never stored as it is: no answer may carry it out.", "`encrypt` and the vault can be opened again."
        )
    return policy


def _known(policy: str) -> TenantPolicy:
    return next((one for one in _POLICIES if one == policy), "replace")


def needs_key(policy: TenantPolicy) -> bool:
    """Whether what is written under this policy depends on a key."""
    return policy in ("pseudonym", "hash", "encrypt")


@dataclass(frozen=True, slots=True, kw_only=True)
class Policies:
    """By type; what is not said is replaced, but names are kept, and those of customers even where names are not."""

    said: Mapping[str, TenantPolicy] = field(default_factory=dict)

    def of(self, entity_type: str) -> TenantPolicy:
        other = None if entity_type == "ORGANIZATION" else self.said.get(EVERY_OTHER)
        return self.said.get(entity_type) or other or ("keep" if entity_type in NAMES else "replace")

    @classmethod
    def said_by(cls, said: Mapping[str, str]) -> "Policies":
        """Those that were stored; one that a later version said is taken for `replace`, the strictest."""
        return cls(said={one: _known(policy) for one, policy in said.items()})

    @property
    def keep_customers(self) -> bool:
        return self.said.get(CUSTOMER_NAME, "keep") == "keep"

    @property
    def replaced_names(self) -> frozenset[str]:
        """Types of names that are not kept: only these are looked for in what the tenant stores."""
        return frozenset(kind for kind in NAMES if self.of(kind) != "keep")

    @property
    def number_values(self) -> bool:
        return "pseudonym" in self.said.values()

    @property
    def need_key(self) -> bool:
        return any(map(needs_key, self.said.values()))


class Substitutes(Protocol):
    """What stands for a value under the tenant's key."""

    def hashed(self, entity_type: str, value: str) -> str:
        """Eight hexadecimal digits, the same for the same value however it is spelled."""
        ...

    def encrypted(self, entity_type: str, value: str) -> str:
        """Letters, the same for the same characters, that the key opens again."""
        ...

    def number(self, entity_type: str, value: str) -> int | None:
        """The value's number; None where it has none yet."""
        ...


def written(policy: TenantPolicy, entity_type: str, value: str, substitutes: Substitutes) -> str | None:
    """What stands in the place of a value under a policy; None: it stays.

    A value without a number is written as `replace` does.
    """
    if policy == "keep":
        return None
    if policy == "mask":
        return mask(entity_type, value)
    if policy == "replace":
        return f"<{entity_type}>"
    if policy == "hash":
        return f"<{entity_type}:{substitutes.hashed(entity_type, value)}>"
    if policy == "encrypt":
        return f"<{entity_type}:aes:{substitutes.encrypted(entity_type, value)}>"
    number = substitutes.number(entity_type, value)
    return f"<{entity_type}>" if number is None else f"<{entity_type}_{number}>"
