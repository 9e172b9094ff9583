"""Names of people and places: found in texts that nobody trained on, in the right places, and only where they are asked for."""

import subprocess
import sys
from collections.abc import Sequence
from pathlib import Path

import pytest

from moe_memorygraph.compliance import (
    REPLACED_NAMES,
    KeptNames,
    NameFinder,
    RawText,
    Redaction,
    Redactor,
    open_names,
)
from moe_memorygraph.compliance.detection import Entity
from moe_memorygraph.compliance.entities import DIGEST, SHIPPED, Tagger, digest_of
from moe_memorygraph.errors import InvalidArgument, Unavailable

# Written for this test: [P: a person], [L: a place]. Everything else is neither.
TOLD = """
Good afternoon, [P:Ravindra Kulkarni] from our Pune desk reported that exports hang at 40 percent.
I had a long call with [P:Siobhan] yesterday and she promised a credit note.
Please remove [P:Dmitri Volkov] and [P:Ana Lucía Prieto] from the project, they left in March.
hello this is [P:tamika johnson], my order never came
my name is [P:viktor] and i forgot my password
Kind regards,\n[P:Eleanor Whitcombe]\nProcurement Lead
The replacement went to [L:14 Birchwood Lane, Northampton NN3 8QT] instead of our depot.
We ship from [L:Rotterdam] to [L:Valparaíso] twice a month.
i am moving to [L:denver] next week, please change my address
Could you ask [P:Mr. Okonkwo] whether the invoice for March was paid?
[P:Yuki Tanabe] said the dashboard freezes. Her colleague [P:Bram] sees the same in [L:Utrecht].
Our auditor, [P:Margarethe Lindqvist], needs the log of the last quarter.
Can [P:Femi] get access to the billing page?
The courier left the parcel with [P:Giulia Ferrante] at the reception.
Thanks [P:Harold], that did the trick!
The card is in the name of [P:Thandiwe Mbeki] and the statement goes to [L:Cape Town].
Outage in [L:Frankfurt] since 09:40, all users there are locked out.
Meeting notes: [P:Joaquín] to send the contract, [P:Wei] to check the numbers.
cc [P:Nadia Haddad], please follow up with the landlord in [L:Lyon].
Die Lieferung ging an [P:Jürgen Hoffmeister] in [L:Leipzig].
"""
NOTHING = (
    "The import stops at row 66 with error E-3702, the preview looked right.",
    "Please cancel the subscription at the end of the billing period.",
    "I was charged twice in March and nobody has answered since Monday.",
    "Open Settings, then Billing, and click Download Invoice.",
    "thanks for the quick help, have a nice day",
    "URGENT: Payment declined for order 884120, please advise.",
    "The dashboard shows last quarter's numbers after the update.",
    "can i get a refund for the broken headphones",
    "Two-factor codes arrive ten minutes late on Android.",
    "Is there a discount for schools, and how long is the trial?",
    "Your order <CREDIT_CARD> was shipped to <LOCATION>, says <PERSON>.",
    "Sent from my iPhone",
    "Adds up to nothing, says the controller; the incremental refresh logs no columns.",
)


@pytest.fixture(scope="module")
def finder() -> NameFinder:
    found = open_names("shipped")
    assert found is not None
    return found


@pytest.fixture(scope="module")
def redactor(finder: NameFinder) -> Redactor:
    return Redactor(names=finder)


def _told(line: str) -> tuple[str, list[tuple[str, int, int]]]:
    """A line without its marks, and what they say."""
    text, spans = "", []
    for part in line.replace("\\n", "\n").replace("]", "[").split("["):
        kind = {"P:": "PERSON", "L:": "LOCATION"}.get(part[:2])
        if kind:
            spans.append((kind, len(text), len(text) + len(part) - 2))
        text += part[2:] if kind else part
    return text, spans


def _share(spans: Sequence[tuple[str, int, int]], others: Sequence[tuple[str, int, int]], kind: str) -> tuple[int, int]:
    """How many of the spans of a kind the others cover by half, and how many there are."""
    mine = [span for span in spans if span[0] == kind]
    covered = sum(
        2 * sum(max(0, min(end, right) - max(start, left)) for also, left, right in others if also == kind)
        >= end - start
        for _, start, end in mine
    )
    return covered, len(mine)


def test_names_are_found_in_texts_that_nobody_trained_on(finder: NameFinder) -> None:
    told = [_told(line) for line in TOLD.strip().split("\n")]
    found = [
        [(one.type, one.start, one.end) for one in entities]
        for entities in finder.find_many([text for text, _ in told])
    ]
    for kind, least in (("PERSON", 0.85), ("LOCATION", 0.7)):
        recall = [_share(truth, claims, kind) for (_, truth), claims in zip(told, found, strict=True)]
        precision = [_share(claims, truth, kind) for (_, truth), claims in zip(told, found, strict=True)]
        assert sum(hit for hit, _ in recall) >= least * sum(of for _, of in recall), kind
        assert sum(hit for hit, _ in precision) >= least * sum(of for _, of in precision), kind


def test_ordinary_tickets_name_nobody(finder: NameFinder) -> None:
    found = finder.find_many(NOTHING)
    assert sum(map(len, found)) <= 1, [text for text, entities in zip(NOTHING, found, strict=True) if entities]


def test_places_are_code_points_of_the_text_as_given(redactor: Redactor) -> None:
    plain = "Please call Eleanor Whitcombe in Rotterdam about it."
    (expected,) = redactor.find_many([plain])
    assert [plain[one.start : one.end] for one in expected] == ["Eleanor Whitcombe", "Rotterdam"]
    for before in ("😀👩‍👩‍👧 ", "\ud83d x ", "\u200b\u00ad", "𝐇𝐢 "):
        text = before + plain.replace("Whitcombe", "Whit\u200bcombe")
        (found,) = redactor.find_many([text])
        assert [text[one.start : one.end].replace("\u200b", "") for one in found][-2:] == [
            "Eleanor Whitcombe",
            "Rotterdam",
        ]


def test_many_at_once_find_what_each_alone_does(finder: NameFinder) -> None:
    texts = [_told(line)[0] for line in TOLD.strip().split("\n")] + list(NOTHING) + ["", " ", "😀"]
    assert finder.find_many(texts) == [finder.find_many([text])[0] for text in texts]


def test_a_long_text_is_seen_to_its_end(finder: NameFinder) -> None:
    line = "The report was late again. "
    text = line * 400 + "Please call Eleanor Whitcombe in Rotterdam about it."
    (found,) = finder.find_many([text])
    assert [text[one.start : one.end] for one in found][-2:] == ["Eleanor Whitcombe", "Rotterdam"]


def test_no_hostile_text_is_seen_at_once() -> None:
    """spaCy's time to cut a run of signs into words grows with the square of its length."""
    seen: list[str] = []

    def tag(texts: Sequence[str]) -> list[list[Entity]]:
        seen.extend(texts)
        return [[] for _ in texts]

    finder = NameFinder(lambda: tag, fingerprint="none")
    texts = ["(" * 9_000, "a." * 9_000, "\n" * 9_000, "😀 " * 9_000, "x" * 5_000 + " Eleanor Whitcombe "]
    assert finder.find_many(texts) == [()] * len(texts)
    assert "".join(seen) == "".join(texts)
    assert max(map(len, seen)) <= 4_000
    assert max(len(run) for one in seen for run in one.split()) <= 200


def _redacted(redactor: Redactor, texts: Sequence[RawText]) -> list[Redaction]:
    return [redactor.redact(text, names=REPLACED_NAMES) for text in texts]


def test_redacting_twice_changes_nothing(redactor: Redactor) -> None:
    texts = [
        RawText(_told(line)[0] + " Mail ann.lee@acme.example or 415-555-0132.") for line in TOLD.strip().split("\n")
    ]
    once = [one.text for one in _redacted(redactor, texts)]
    assert all("<EMAIL_ADDRESS>" in one and "<PHONE_NUMBER>" in one for one in once)
    assert sum("<PERSON>" in one or "<LOCATION>" in one for one in once) >= 18
    twice = _redacted(redactor, [RawText(one) for one in once])
    assert [one.text for one in twice] == once
    assert not any(one.entities for one in twice)


def test_customers_keep_their_names(finder: NameFinder) -> None:
    text = "Please call Eleanor Whitcombe in Rotterdam about it."
    for kept, left in (
        (["ROTTERDAM", ""], ["Eleanor Whitcombe"]),
        (["eleanor  whitcombe"], ["Rotterdam"]),
        (["Whitcombe"], ["Eleanor", "Rotterdam"]),
        (["Rotterdam Freight"], ["Eleanor Whitcombe", "Rotterdam"]),
    ):
        (found,) = finder.find_many([text], kept=KeptNames(kept))
        assert [text[one.start : one.end] for one in found] == left


def test_kept_names_are_cut_out_of_longer_ones() -> None:
    finder = NameFinder(_everything, fingerprint="everything")
    (found,) = finder.find_many(["Ann Lee Acme Corp Bo Fox"], kept=KeptNames(["ACME Corp"]))
    assert [(one.start, one.end) for one in found] == [(0, 7), (18, 24)]
    (found,) = finder.find_many(["<PERSON> of **** <PERSON_3> and Bo"])
    assert [(one.start, one.end) for one in found] == [(9, 11), (28, 34)]


def _everything() -> Tagger:
    """A model that takes each text for one name."""
    return lambda texts: [[Entity(type="PERSON", start=0, end=len(text), score=0.5)] for text in texts]


def test_questions_are_looked_at_without_names(redactor: Redactor) -> None:
    question = "Why did Eleanor Whitcombe leave, and who is in Rotterdam?"
    assert redactor.find(question) == ()
    assert redactor.redact(RawText(question)).text == question
    redacted = redactor.redact(RawText(question), names={"PERSON"}).text
    assert redacted == "Why did <PERSON> leave, and who is in Rotterdam?"
    assert redactor.redact(RawText(question), names={"PERSON"}, policy="mask").text.startswith("Why did **** leave")


def test_off_finds_no_names_and_all_else() -> None:
    assert open_names("off") is None
    redactor = Redactor(names=open_names("off"))
    redaction = redactor.redact(RawText("Eleanor Whitcombe, ann.lee@acme.example"), names={"PERSON"})
    assert redaction.text == "Eleanor Whitcombe, <EMAIL_ADDRESS>"
    assert Redactor(enabled=False, names=open_names("shipped")).find_many(["Eleanor Whitcombe"]) == [()]


@pytest.mark.parametrize(
    ("setting", "told"),
    [
        ("nonsense model", "names no model"),
        ("transformers:acme/ner", "package transformers is not installed.*moe-memorygraph.models"),
        ("acme/gliner_multi", "package gliner is not installed.*moe-memorygraph.gliner"),
        (str(Path(__file__).parent), "holds no model"),
    ],
)
def test_a_model_that_cannot_be_used_is_refused_by_name(
    setting: str, told: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(sys.modules, "transformers", None)
    monkeypatch.setitem(sys.modules, "gliner", None)
    with pytest.raises(InvalidArgument, match=told):
        open_names(setting)


def test_a_spacy_model_that_is_not_there_is_told_when_it_is_needed() -> None:
    finder = open_names("en_core_web_none")
    assert finder is not None
    assert not finder.is_loaded
    with pytest.raises(Unavailable, match="en_core_web_none is not installed"):
        finder.load()


def test_another_spacy_model_is_used_by_its_folder(finder: NameFinder) -> None:
    other = open_names(str(SHIPPED))
    assert other is not None
    assert other.fingerprint != finder.fingerprint
    text = ["Please call Eleanor Whitcombe in Rotterdam about it."]
    assert other.find_many(text) == finder.find_many(text)


def test_presidio_takes_the_recognizer_as_any_other() -> None:
    spacy = pytest.importorskip("spacy")
    from presidio_analyzer import AnalyzerEngine, RecognizerRegistry  # takes a second
    from presidio_analyzer.nlp_engine import SpacyNlpEngine

    from moe_memorygraph.compliance.recognizer import NameRecognizer

    nlp = SpacyNlpEngine(models=[{"lang_code": "en", "model_name": "blank"}])
    nlp.nlp = {"en": spacy.blank("en")}
    registry = RecognizerRegistry(recognizers=[NameRecognizer()], supported_languages=["en"])
    text = "Please call Eleanor Whitcombe in Rotterdam about it."
    results = AnalyzerEngine(registry=registry, nlp_engine=nlp).analyze(text, language="en")
    assert {(one.entity_type, text[one.start : one.end]) for one in results} == {
        ("PERSON", "Eleanor Whitcombe"),
        ("LOCATION", "Rotterdam"),
    }


def test_the_shipped_model_is_whole_small_and_holds_no_text(finder: NameFinder) -> None:
    files = [path for path in SHIPPED.rglob("*") if path.is_file()]
    assert sum(path.stat().st_size for path in files) < 10_000_000
    assert digest_of(SHIPPED) == (SHIPPED / DIGEST).read_text().strip() == finder.fingerprint
    assert not (SHIPPED / "vocab").exists()  # a table of all words of the training texts


def test_looking_for_no_names_loads_no_model() -> None:
    script = (
        "import sys; from moe_memorygraph.compliance import RawText, Redactor, open_names; "
        "redactor = Redactor(names=open_names('shipped')); redactor.redact(RawText('Why did Ann Lee leave?')); "
        "print(redactor.names.is_loaded, 'spacy' in sys.modules, 'thinc' in sys.modules)"
    )
    done = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True, check=True, timeout=60)
    assert done.stdout.split() == ["False", "False", "False"]
