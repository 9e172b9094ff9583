"""National identifiers: found after a word that names them where their check digits are right, and nowhere else."""

import pytest

from moe_memorygraph.compliance import RawText, Redactor
from moe_memorygraph.compliance.national import LABELS, LEAST_SCORE

REDACTOR = Redactor()

# Published examples of the issuers, or numbers made with their check digits.
NUMBERS = {
    "AU_ABN": ("ABN", "51 824 753 556"),
    "AU_ACN": ("our ACN is", "004 085 616"),
    "BE_NATIONAL_NUMBER": ("rijksregisternummer", "85.07.30-033.28"),
    "BR_CPF": ("meu CPF é", "529.982.247-25"),
    "CH_AHV": ("AHV-Nummer", "756.9217.0769.85"),
    "DE_HEALTH_INSURANCE": ("Krankenversichertennummer:", "A123456780"),
    "DE_ID_CARD": ("Personalausweis Nr.", "L01X00T471"),
    "DE_PASSPORT": ("Reisepass", "C01X00T478"),
    "DE_SOCIAL_SECURITY": ("Rentenversicherungsnummer", "15070649C103"),
    "ES_NIE": ("mi NIE:", "X1234567L"),
    "ES_NIF": ("DNI", "12345678Z"),
    "FI_PERSONAL_IDENTITY_CODE": ("henkilötunnus", "131052-308T"),
    "FR_NIR": ("numéro de sécurité sociale", "1 84 12 76 451 089 46"),
    "IN_PAN": ("PAN card", "ABCPE1234F"),
    "IN_PASSPORT": ("passport number", "J8369854"),
    "IN_VOTER": ("voter id", "ABC1234567"),
    "IT_DRIVER_LICENSE": ("patente di guida", "AB1234567C"),
    "IT_FISCAL_CODE": ("codice fiscale", "RSSMRA85T10A562S"),
    "IT_IDENTITY_CARD": ("carta d'identità", "CA12345AA"),
    "IT_VAT_CODE": ("partita IVA", "00743110157"),
    "KR_RRN": ("주민등록번호", "960121-1234561"),
    "NG_NIN": ("my NIN", "12345678902"),
    "NL_BSN": ("BSN", "111222333"),
    "PL_PESEL": ("PESEL", "44051401359"),
    "SE_PERSONNUMMER": ("personnummer", "811218-9876"),
    "SG_NRIC_FIN": ("NRIC", "S1234567D"),
    "TH_TNIN": ("thai id", "1101700230708"),
    "TR_NATIONAL_ID": ("TC kimlik", "10000000146"),
    "UK_DRIVING_LICENCE": ("driving licence", "MORGA657054SM9IJ"),
    "UK_PASSPORT": ("passport", "AB1234567"),
    "ZA_ID_NUMBER": ("South African ID", "8001015009087"),
}


def found(text: str) -> list[tuple[str, str]]:
    return [(entity.type, text[entity.start : entity.end]) for entity in REDACTOR.find(text)]


def test_every_format_is_tried() -> None:
    assert NUMBERS.keys() == LABELS.keys()


@pytest.mark.parametrize("entity_type", NUMBERS)
def test_it_is_found_after_its_name_only(entity_type: str) -> None:
    label, number = NUMBERS[entity_type]
    assert found(f"Hello, {label} {number}, thank you.") == [(entity_type, number)]
    assert entity_type not in [one for one, _ in found(f"Tracking no. {number}, thank you.")]
    written = REDACTOR.redact(RawText(f"Hello, {label} {number}, thank you.")).text
    assert written == f"Hello, {label} <{entity_type}>, thank you."


@pytest.mark.parametrize("entity_type", sorted(NUMBERS.keys() - LEAST_SCORE.keys()))
def test_a_wrong_digit_is_another_number(entity_type: str) -> None:
    label, number = NUMBERS[entity_type]
    place = max(place for place, one in enumerate(number) if one.isdigit())
    wrong = f"{number[:place]}{(int(number[place]) + 1) % 10}{number[place + 1 :]}"
    assert entity_type not in [one for one, _ in found(f"Hello, {label} {wrong}, thank you.")]
