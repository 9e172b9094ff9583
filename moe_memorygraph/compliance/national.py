"""National identifiers: the words that name them, and those that Presidio lacks, with their checksums.

A number of nine or eleven digits passes one checksum or another far too often to be believed by itself: each of these
counts only after a word that names it.
"""

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass

from moe_memorygraph.compliance.context import phrase_pattern

__all__ = ["LABELLED_BY", "LABELS", "LEAST_SCORE", "OWN", "OwnFormat"]

_PHRASES = {
    "AU_ABN": "abn, australian business number",
    "AU_ACN": "acn, australian company number",
    "BE_NATIONAL_NUMBER": "rijksregisternummer, rijksregister, registre national, numéro national, insz, niss, national register",
    "BR_CPF": "cpf, cadastro de pessoas físicas",
    "CH_AHV": "ahv, avs, ahvn, navs, ahv nummer, numéro avs",
    "DE_HEALTH_INSURANCE": "krankenversichertennummer, kvnr, versichertennummer, gesundheitskarte, krankenkasse",
    "DE_ID_CARD": "personalausweis, personalausweisnummer, ausweisnummer, ausweis, ausweis nr",
    "DE_PASSPORT": "reisepass, reisepassnummer, passnummer",
    "DE_SOCIAL_SECURITY": "rentenversicherungsnummer, sozialversicherungsnummer, rvnr, svnr, versicherungsnummer",
    "ES_NIE": "nie, identidad de extranjero, extranjería",
    "ES_NIF": "nif, dni, documento nacional, cif",
    "FI_PERSONAL_IDENTITY_CODE": "hetu, henkilötunnus, henkilotunnus, personal identity code, personbeteckning",
    "FR_NIR": "nir, sécurité sociale, securite sociale, numéro de sécu, numero de secu, insee",
    "IN_PAN": "pan, pan card, permanent account",
    "IN_PASSPORT": "passport, passports",
    "IN_VOTER": "voter, voter id, voter card, epic, election card",
    "IT_DRIVER_LICENSE": "patente, patente di guida",
    "IT_FISCAL_CODE": "codice fiscale, fiscal code, cod fiscale",
    "IT_IDENTITY_CARD": "carta d'identità, carta di identità, carta d’identità, carta identità, cie",
    "IT_VAT_CODE": "partita iva, iva, piva",
    "KR_RRN": "rrn, resident registration, 주민등록번호, 주민번호",
    "NG_NIN": "nin, national identification number",
    "NL_BSN": "bsn, burgerservicenummer, sofinummer",
    "PL_PESEL": "pesel, numer pesel",
    "SE_PERSONNUMMER": "personnummer, personnr, samordningsnummer",
    "SG_NRIC_FIN": "nric, fin, fin number, fin no",
    "TH_TNIN": "thai id, thai national id, tnin, บัตรประชาชน, เลขประจำตัวประชาชน",
    "TR_NATIONAL_ID": "tckn, kimlik, kimlik no, kimlik numarası",
    "UK_DRIVING_LICENCE": "driving licence, driving license, driver's licence, drivers licence, dvla",
    "UK_PASSPORT": "passport, passports",
    "ZA_ID_NUMBER": "south african id, sa id, rsa id, id number, identity number",
}

LABELS = {entity_type: phrase_pattern(phrases) for entity_type, phrases in _PHRASES.items()}


def _by_first_word() -> dict[str, tuple[str, ...]]:
    found: dict[str, list[str]] = {}
    for entity_type, phrases in _PHRASES.items():
        for word in {re.split(r"\W+", phrase.strip())[0] for phrase in phrases.split(",")}:
            found.setdefault(word, []).append(entity_type)
    return {word: tuple(types) for word, types in found.items()}


LABELLED_BY = _by_first_word()
"""The first word of a label, in lower case, to the types that it may name: most texts hold none."""

LEAST_SCORE = {
    **dict.fromkeys(("IN_PASSPORT", "UK_PASSPORT", "IT_DRIVER_LICENSE", "IT_IDENTITY_CARD"), 0.01),
    **dict.fromkeys(("IN_PAN", "KR_RRN", "SG_NRIC_FIN", "UK_DRIVING_LICENCE"), 0.5),
    "IN_VOTER": 0.3,
}
"""What Presidio must give a number of a type that has no check digits (any more); of the others only what passes them
counts."""


def _digits(number: str) -> list[int]:
    return [int(one) for one in number if one.isdigit()]


def _is_bsn(number: str) -> bool:
    """The test of eleven (Logisch Ontwerp BSN, 1.4): weights 9 to 2, and -1 for the last digit."""
    digits = _digits(number)
    weighted = sum(digit * weight for digit, weight in zip(digits, (9, 8, 7, 6, 5, 4, 3, 2, -1), strict=True))
    return any(digits) and weighted % 11 == 0


def _is_cpf(number: str) -> bool:
    """Two digits modulo 11 (Receita Federal, IN RFB 1548/2015); eleven equal digits are none."""
    digits = _digits(number)
    if len(set(digits)) == 1:
        return False
    return all(
        digits[length] == sum(d * w for d, w in zip(digits, range(length + 1, 1, -1), strict=False)) * 10 % 11 % 10
        for length in (9, 10)
    )


def _is_belgian(number: str) -> bool:
    """97 less the rest of the first nine digits modulo 97; those born from 2000 on have a 2 before them."""
    digits = "".join(map(str, _digits(number)))
    born, check = digits[:9], int(digits[9:])
    return check in (97 - int(born) % 97, 97 - int(f"2{born}") % 97)


def _is_nir(number: str) -> bool:
    """97 less the rest of the first thirteen characters modulo 97; Corsica's 2A and 2B count as 19 and 18 (INSEE)."""
    plain = re.sub(r"[ .\-]", "", number).upper()
    counted = plain[:13].replace("2A", "19", 1) if "A" in plain else plain[:13].replace("2B", "18", 1)
    return counted.isdigit() and int(plain[13:]) == 97 - int(counted) % 97


def _is_ahv(number: str) -> bool:
    """The check digit of EAN-13."""
    digits = _digits(number)
    return sum(digit * (3 if place % 2 else 1) for place, digit in enumerate(digits)) % 10 == 0


def _is_german_document(number: str) -> bool:
    """The number as it is printed, or with the check digit that stands behind it for machines (ICAO 9303: 7, 3, 1)."""
    if sum(map(str.isdigit, number)) < 2:
        return False
    weighted = sum(int(one, 36) * (7, 3, 1)[place % 3] for place, one in enumerate(number[:9]))
    return len(number) == 9 or weighted % 10 == int(number[9])


_GERMAN_DOCUMENT = re.compile(r"(?<!\w)[CFGHJKLMNPRTVWXYZ][CFGHJKLMNPRTVWXYZ0-9]{8}\d?(?!\w)")


@dataclass(frozen=True, slots=True, kw_only=True)
class OwnFormat:
    """A number that Presidio does not know, or takes for one with a check digit: its form, and whether its check digits are right."""

    pattern: re.Pattern[str]
    is_valid: Callable[[str], bool]

    def find(self, text: str) -> Iterator[tuple[int, int]]:
        for match in self.pattern.finditer(text):
            if self.is_valid(match[0]):
                yield match.span()


OWN = {
    "BE_NATIONAL_NUMBER": OwnFormat(
        pattern=re.compile(r"(?<!\w)\d{2}[.\- ]?\d{2}[.\- ]?\d{2}[.\- ]?\d{3}[.\- ]?\d{2}(?!\w)"), is_valid=_is_belgian
    ),
    "BR_CPF": OwnFormat(pattern=re.compile(r"(?<!\w)\d{3}[. ]?\d{3}[. ]?\d{3}[\- ]?\d{2}(?!\w)"), is_valid=_is_cpf),
    "CH_AHV": OwnFormat(pattern=re.compile(r"(?<!\w)756[. ]?\d{4}[. ]?\d{4}[. ]?\d{2}(?!\w)"), is_valid=_is_ahv),
    "DE_ID_CARD": OwnFormat(pattern=_GERMAN_DOCUMENT, is_valid=_is_german_document),
    "DE_PASSPORT": OwnFormat(pattern=_GERMAN_DOCUMENT, is_valid=_is_german_document),
    "FR_NIR": OwnFormat(
        pattern=re.compile(
            r"(?<!\w)[1-478][ .\-]?\d{2}[ .\-]?\d{2}[ .\-]?(?:\d{2}|2[ABab])[ .\-]?\d{3}[ .\-]?\d{3}[ .\-]?\d{2}(?!\w)"
        ),
        is_valid=_is_nir,
    ),
    "NL_BSN": OwnFormat(
        pattern=re.compile(r"(?<!\w)\d{3}[. ]?\d{3}[. ]?\d{3}(?!\w)|(?<!\w)\d{4}\.\d{2}\.\d{3}(?!\w)"), is_valid=_is_bsn
    ),
}
