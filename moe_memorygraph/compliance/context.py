"""Words that stand before personal data, or before numbers that are none. Whole words, in the languages we serve.

Presidio counts substrings ("sin" in "business") and loses its context step altogether without a language model, so
this is our own: a label counts when it is among the last words before the number.
"""

import re

__all__ = ["AFTER_PHONE", "LANGUAGES", "LOOK_BACK", "NOT_PERSONAL", "NOT_PHONE_UNITS", "WORDS", "phrase_pattern"]

# Words of all of them count in every text, since tickets mix languages; the language adds national identifiers.
LANGUAGES = ("de", "en", "es", "fr", "it", "nl", "pt")

LOOK_BACK = 5  # words, as Presidio's own enhancer looks back


def phrase_pattern(phrases: str) -> re.Pattern[str]:
    """Any of the phrases (commas between) as whole words, in any case; a space stands for white space or a hyphen."""
    longest_first = sorted((phrase.strip() for phrase in phrases.split(",")), key=len, reverse=True)
    alternatives = (re.escape(phrase).replace(r"\ ", r"[\s-]+") for phrase in longest_first)
    return re.compile(r"(?<!\w)(?:" + "|".join(alternatives) + r")(?!\w)", re.IGNORECASE)


WORDS: dict[str, re.Pattern[str]] = {
    "PHONE_NUMBER": phrase_pattern(
        "phone, phones, telephone, cell, cellphone, mobile, mob, call, called, calling, caller, callback, dial, ring, tel"
        ", fax, sms, text, texted, whatsapp, hotline, landline, extension, voicemail, ph, reach, reached, contact"
        ", answering, my number, his number, her number, our number, your number, their number, this number"
        ", telefon, telefonnummer, handy, handynummer, mobil, mobilnummer, rufnummer, anrufen, meine nummer"
        ", teléfono, telefono, móvil, movil, celular, llamar, téléphone, tél, portable, appeler"
        ", cellulare, chiamare, chiamami, telefoon, telefoonnummer, mobiel, bellen, telefone, telemóvel, ligar"
    ),
    "CREDIT_CARD": phrase_pattern(
        "card, cards, cc, creditcard, debitcard, visa, mastercard, amex, american express, discover, jcb, diners, maestro"
        ", unionpay, pan, kreditkarte, karte, kartennummer, tarjeta, carte, carta, creditkaart, kaart, cartão, cartao"
    ),
    "US_SSN": phrase_pattern("ssn, ssns, social security, social, soc sec, ss number, ss no"),
    "US_ITIN": phrase_pattern("itin, itins, taxpayer, individual taxpayer, tax id, taxid, tin"),
    "US_BANK_NUMBER": phrase_pattern(
        "bank account, bank acct, bank number, bank details, checking account, savings account, routing, aba, ach"
        ", sort code, direct deposit"
    ),
    "US_PASSPORT": phrase_pattern("passport, passports, reisepass, pasaporte, passeport, passaporto"),
    "US_DRIVER_LICENSE": phrase_pattern(
        "driver license, driver licence, drivers license, drivers licence, driver's license, driver's licence"
        ", driver’s license, driver’s licence, driving license, driving licence, dl number, dl no, dmv, dln, führerschein"
    ),
    "US_MBI": phrase_pattern("medicare, mbi, beneficiary, medicaid, hicn"),
    "UK_NHS": phrase_pattern("nhs, national health service, health service, health authority, patient"),
    "UK_NINO": phrase_pattern("nino, national insurance, ni number, ni no, insurance number"),
    "CA_SIN": phrase_pattern("sin, social insurance, sin number, nas, assurance sociale"),
    "AU_TFN": phrase_pattern("tfn, tax file, tax file number"),
    "AU_MEDICARE": phrase_pattern("medicare"),
    "IN_AADHAAR": phrase_pattern("aadhaar, aadhar, adhaar, uidai, uid"),
    "DE_TAX_ID": phrase_pattern(
        "steuer, steuernummer, steuer id, steuerid, steueridentifikationsnummer, idnr, identifikationsnummer"
    ),
}

# The last word or two before a number that names a thing, not a person: "order no. 4155550132".
NOT_PERSONAL = re.compile(
    r"(?<!\w)(?:orders?|invoices?|tickets?|cases?|refs?|references?|tracking|shipments?|parcels?|packages?|consignment"
    r"|confirmation|transactions?|trans|trx|txn|payments?|purchases?|serials?|sku|asin|upc|ean|isbn|imei|parts?|models?"
    r"|items?|products?|versions?|builds?|releases?|revisions?|commits?|issues?|bugs?|jobs?|runs?|requests?|correlation"
    r"|trace|session|error|errors|codes?|events?|ids?|uuid|guid|batch|lots?|quotes?|quotations?|contracts?|subscriptions?"
    r"|licen[cs]e key|zip|zip code|postcode|postal code|plz|po|rma|so|wo|sr|inc|cas|timestamps?|epoch|unix|tenant|workspace|device|asset|bestellung"
    r"|bestellnummer|rechnung|rechnungsnummer|auftrag|pedido|factura|commande|facture|ordine|fattura|bestelling|factuur)"
    r"(?:[\s_-]*(?:number|numbers|numbered|nummer|num|nbr|nr|no|nos|id|ids|code|key|was|is|for|of|número|numero|nº|n°))*"
    r"[\s.:#=()\[\]\"'_-]*$",
    re.IGNORECASE,
)

# The word after a number that says what it is, as in a signature: "2546712361 fax".
AFTER_PHONE = re.compile(
    r"[\s,(-]{1,3}(?:office|fax|mobile|cell|phone|tel|home phone|work phone|direct line)(?!\w)", re.IGNORECASE
)

# What follows an amount or a measure: "1 000 000 USD", "12 345 678 bytes".
NOT_PHONE_UNITS = re.compile(
    r"\s?(?:%|[€£$¥₹]|(?:usd|eur|gbp|jpy|inr|chf|rows?|records?|bytes?|[kmgt]i?b|ms|seconds?|users?|requests?|events?"
    r"|dollars?|euros?|pounds?|tokens?|items?|units?|lines?)\b)",
    re.IGNORECASE,
)
