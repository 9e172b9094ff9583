"""The one place that knows Presidio: its pattern recognizers, without its engine, a language model or the network.

Importing this module imports Presidio and spaCy (about a second); others import it when a text first needs it.
"""

import logging
from dataclasses import dataclass
from functools import cache

from presidio_analyzer import PatternRecognizer
from presidio_analyzer.predefined_recognizers import (
    AuAbnRecognizer,
    AuAcnRecognizer,
    AuMedicareRecognizer,
    AuTfnRecognizer,
    CaSinRecognizer,
    CryptoRecognizer,
    DeHealthInsuranceRecognizer,
    DeSocialSecurityRecognizer,
    DeTaxIdRecognizer,
    EmailRecognizer,
    EsNieRecognizer,
    EsNifRecognizer,
    FiPersonalIdentityCodeRecognizer,
    IbanRecognizer,
    InAadhaarRecognizer,
    InPanRecognizer,
    InPassportRecognizer,
    InVoterRecognizer,
    IpRecognizer,
    ItDriverLicenseRecognizer,
    ItFiscalCodeRecognizer,
    ItIdentityCardRecognizer,
    ItVatCodeRecognizer,
    KrRrnRecognizer,
    MacAddressRecognizer,
    NgNinRecognizer,
    NhsRecognizer,
    PhoneRecognizer,
    PlPeselRecognizer,
    SePersonnummerRecognizer,
    SgFinRecognizer,
    ThTninRecognizer,
    TrNationalIdRecognizer,
    UkDrivingLicenceRecognizer,
    UkNinoRecognizer,
    UkPassportRecognizer,
    UsBankRecognizer,
    UsItinRecognizer,
    UsLicenseRecognizer,
    UsMbiRecognizer,
    UsPassportRecognizer,
    UsSsnRecognizer,
    ZaIdNumberRecognizer,
)

__all__ = ["PHONE_REGIONS", "Hit", "is_valid_iban", "recognize"]

# Presidio's messages may quote the text it looks at; ours never do.
logging.getLogger("presidio-analyzer").setLevel(logging.CRITICAL)

# Presidio's own eight, and the regions whose grouped national numbers tickets bring most.
PHONE_REGIONS = ("US", "GB", "DE", "FR", "IL", "IN", "CA", "BR", "AU", "ES", "IT", "NL", "CH", "SE", "PL", "MX")


@dataclass(frozen=True, slots=True, kw_only=True)
class Hit:
    """What a recognizer found, with its own score (checksums count, context does not)."""

    start: int
    end: int
    score: float


class _EmailRecognizer(EmailRecognizer):  # type: ignore[misc]  # Presidio is untyped to us
    """Any domain counts: internal ones hold personal data too, and the list of public suffixes is a download."""

    def validate_result(self, pattern_text: str) -> bool | None:  # noqa: ARG002  # Presidio's signature
        return None


_CLASSES = {
    "EMAIL_ADDRESS": _EmailRecognizer,
    "CRYPTO": CryptoRecognizer,
    "IBAN_CODE": IbanRecognizer,
    "IP_ADDRESS": IpRecognizer,
    "MAC_ADDRESS": MacAddressRecognizer,
    "US_SSN": UsSsnRecognizer,
    "US_ITIN": UsItinRecognizer,
    "US_BANK_NUMBER": UsBankRecognizer,
    "US_PASSPORT": UsPassportRecognizer,
    "US_DRIVER_LICENSE": UsLicenseRecognizer,
    "US_MBI": UsMbiRecognizer,
    "UK_NHS": NhsRecognizer,
    "UK_NINO": UkNinoRecognizer,
    "CA_SIN": CaSinRecognizer,
    "AU_TFN": AuTfnRecognizer,
    "AU_MEDICARE": AuMedicareRecognizer,
    "IN_AADHAAR": InAadhaarRecognizer,
    "ES_NIF": EsNifRecognizer,
    "ES_NIE": EsNieRecognizer,
    "IT_FISCAL_CODE": ItFiscalCodeRecognizer,
    "DE_TAX_ID": DeTaxIdRecognizer,
    "ZA_ID_NUMBER": ZaIdNumberRecognizer,
    "UK_PASSPORT": UkPassportRecognizer,
    "UK_DRIVING_LICENCE": UkDrivingLicenceRecognizer,
    "TR_NATIONAL_ID": TrNationalIdRecognizer,
    "TH_TNIN": ThTninRecognizer,
    "SG_NRIC_FIN": SgFinRecognizer,
    "SE_PERSONNUMMER": SePersonnummerRecognizer,
    "PL_PESEL": PlPeselRecognizer,
    "NG_NIN": NgNinRecognizer,
    "KR_RRN": KrRrnRecognizer,
    "IT_VAT_CODE": ItVatCodeRecognizer,
    "IT_IDENTITY_CARD": ItIdentityCardRecognizer,
    "IT_DRIVER_LICENSE": ItDriverLicenseRecognizer,
    "IN_VOTER": InVoterRecognizer,
    "IN_PASSPORT": InPassportRecognizer,
    "IN_PAN": InPanRecognizer,
    "FI_PERSONAL_IDENTITY_CODE": FiPersonalIdentityCodeRecognizer,
    "DE_SOCIAL_SECURITY": DeSocialSecurityRecognizer,
    "DE_HEALTH_INSURANCE": DeHealthInsuranceRecognizer,
    "AU_ACN": AuAcnRecognizer,
    "AU_ABN": AuAbnRecognizer,
}


@cache
def _recognizer(entity_type: str) -> PatternRecognizer:
    if entity_type == "PHONE_NUMBER":
        return PhoneRecognizer(supported_regions=PHONE_REGIONS)
    return _CLASSES[entity_type]()


def recognize(entity_type: str, text: str) -> list[Hit]:
    """What Presidio's recognizer of this type finds in the text, scores as it gives them."""
    results = _recognizer(entity_type).analyze(text, [entity_type], None)
    return [_without_space(text, result.start, result.end, float(result.score)) for result in results]


def _without_space(text: str, start: int, end: int, score: float) -> Hit:
    """Some releases count the space before a number to it."""
    found = text[start:end]
    return Hit(start=end - len(found.lstrip()), end=start + len(found.rstrip()), score=score)


def is_valid_iban(iban: str) -> bool:
    """Checksum and country format of an IBAN in capitals without separators, by Presidio's recognizer."""
    return bool(_recognizer("IBAN_CODE").validate_result(iban))
