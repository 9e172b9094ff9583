"""The language of a text: told by its small words, and English where they do not tell."""

import pytest

from moe_memorygraph.languages import LANGUAGES, Language, language_of


@pytest.mark.parametrize(
    ("text", "language"),
    [
        ("The invoices were charged twice and nobody answers.", "english"),
        ("Die Rechnungen wurden doppelt abgebucht", "german"),
        ("Warum wurde meine Kündigung nicht bestätigt?", "german"),
        ("Las facturas se cobraron dos veces y no me han contestado", "spanish"),
        ("No reconozco el cargo en mi cuenta", "spanish"),
        ("Les factures ont été débitées deux fois", "french"),
        ("L'abonnement n'est pas résilié", "french"),
        ("Le fatture sono state addebitate due volte e non ho ricevuto risposta", "italian"),
        ("As faturas foram cobradas duas vezes e não tenho resposta", "portuguese"),
        ("De facturen zijn dubbel afgeschreven en ik krijg geen antwoord", "dutch"),
    ],
)
def test_small_words_tell_the_language(text: str, language: Language) -> None:
    assert language_of(text) == language
    assert language_of(text.upper()) == language


@pytest.mark.parametrize(
    "text",
    [
        "",
        "4711 !?",
        "doppelte Rechnung",
        "I was told it will die",
        "was will die",
        "no",
        "Did La Quinta or El Torito complain?",
        "refunds of Van der Berg",
        "How does the Las Vegas team of El Paso bill?",
        "is the war in the van over",
        "I must make several cards per day.",
        "@u_17 the La La flight (e. 4)",
    ],
)
def test_what_is_unsure_is_english(text: str) -> None:
    assert language_of(text) == "english"


def test_a_few_foreign_words_leave_an_english_text_english() -> None:
    assert language_of("The customer wrote 'nicht mit mir' and then asked us what to do about it.") == "english"


def test_only_the_beginning_of_a_long_text_is_read() -> None:
    begins = "Die Rechnungen wurden nicht bezahlt. " * 30
    assert language_of(begins + "the and of with from " * 1000) == "german"


def test_english_wins_a_tie_by_standing_first() -> None:
    assert LANGUAGES[0] == "english"
