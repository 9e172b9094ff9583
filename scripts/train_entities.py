"""Train the shipped named-entity model: PERSON, LOCATION, ORGANIZATION in support text. One CPU core, no downloads.

usage: python scripts/train_entities.py --ner FOLDER --multidogo FOLDER [--goemotions FILE] [--complaints FILE]
           [--banking FILE] [--articles FILE] [--minutes 20 | --steps N] [--seed 7] [--out FOLDER]

Texts come from our templates (`entity_templates.txt`) filled with names that Faker makes, and from public sets that allow
any use: BTC, Wikigold and WNUT17 (`--ner`, `*.conll.gz`, CC BY 4.0), MultiDoGO (CDLA-Permissive-1.0), GoEmotions
(CC BY 4.0, its [NAME] filled in), published complaints (public domain), Banking77 (CC BY 4.0); articles of tau2-bench
(MIT) lend words. Sets under a share-alike licence are left out: the weights are ours to give away. `bench/entities.py`
reports on sets never seen here.

`--minutes` of CPU time decide how many steps there are, by the time that the first ones take; the number is written to the
model's `meta.json`, and `--steps` with it and the same seed trains the same model again (to rounding of the machine).
Every thousand steps the model is written as it is, so that one which was stopped can be used.
Needs the extra `train`.
"""

import argparse
import csv
import gzip
import json
import random
import re
import sys
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from time import process_time
from typing import Any
from zlib import crc32

import spacy
from entity_words import (
    CALLED,
    CITIES,
    FEATURES,
    JOBS,
    NAME_WORDS,
    ORGANIZATIONS,
    PRODUCTS,
    REGIONS,
    SENTENCES,
    THINGS,
    TRADES,
    VERBS,
)
from faker import Faker
from spacy.scorer import PRFScore
from spacy.training import Example, offsets_to_biluo_tags
from thinc.api import Adam, fix_random_seed

from moe_memorygraph.compliance.entities import DIGEST, ORDINARY, SHIPPED, digest_of
from moe_memorygraph.compliance.matrices import multiply_with_numpy

TEMPLATES = Path(__file__).with_name("entity_templates.txt")
SUPPORT_LOCALES = (
    *("en_US", "en_US", "en_US", "en_US", "en_GB", "en_GB", "en_IN", "en_IN", "en_IE", "en_NZ", "en_NG", "en_KE"),
    *("de_DE", "de_AT", "fr_FR", "fr_CH", "es_ES", "es_MX", "it_IT", "nl_NL", "pt_BR", "pt_PT", "pl_PL", "sv_SE"),
    *("da_DK", "no_NO", "fi_FI", "cs_CZ", "tr_TR", "hu_HU", "ro_RO", "hr_HR", "sl_SI", "et_EE", "lt_LT", "sk_SK"),
    *("id_ID", "vi_VN", "fil_PH"),
)
ROMANIZED = ("ja_JP", "zh_CN")  # names of these in Latin letters
NAMES_OF_A_LOCALE = 260
WARM_UP = 200  # steps
MEASURED = 100  # steps after which --minutes are turned into steps
WORDS_OF_A_STEP = 700
NAMELESS = frozenset({"multidogo", "complaints", "banking"})
"""Sets whose texts without a name lend sentences to templates."""
UNKNOWN = "-"  # spaCy's word for a token of which nobody says whether it is a name

Span = tuple[int, int, str]


@dataclass(frozen=True, slots=True)
class Text:
    """A text, the names in it, and parts of it that may be names or not (type UNKNOWN)."""

    text: str
    spans: tuple[Span, ...]


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--ner", type=Path, required=True)
    parser.add_argument("--multidogo", type=Path, required=True)
    parser.add_argument("--goemotions", type=Path)
    parser.add_argument("--complaints", type=Path)
    parser.add_argument("--banking", type=Path)
    parser.add_argument("--articles", type=Path, help="JSONL with `content`; lends ordinary words only")
    parser.add_argument("--minutes", type=float, default=20.0)
    parser.add_argument("--steps", type=int)
    parser.add_argument("--stop", type=int, help="end after this many of the steps, as one that was interrupted did")
    parser.add_argument("--words-only", action="store_true", help="write the list of ordinary words anew, and no model")
    parser.add_argument("--templates", type=int, default=45_000, help="texts made from templates")
    parser.add_argument("--width", type=int, default=64)
    parser.add_argument("--seed", type=int, default=7)
    parser.add_argument("--out", type=Path, default=SHIPPED)
    args = parser.parse_args()
    fix_random_seed(args.seed)
    draw = random.Random(args.seed)
    names = Names(random.Random(args.seed + 1))
    held_out_names = Names(random.Random(args.seed + 2), offset=1)
    train: list[Text] = []
    dev: dict[str, list[Text]] = {}
    nameless: list[str] = []
    words = OrdinaryWords()
    for name, texts in sets(args, names):
        kept = [one for one in texts if not is_held_out(one.text)]
        nameless += [one.text for one in kept if not one.spans and name in NAMELESS]
        words.add(kept)
        dev[name] = [one for one in texts if is_held_out(one.text)][:600]
        train += kept
        print(f"{name}: {len(kept)} to train on, {len(dev[name])} held back", file=sys.stderr)
    if args.articles:
        with gzip.open(args.articles, "rt", encoding="utf-8") as lines:
            words.add([Text(json.loads(line)["content"], ()) for line in lines])
    words.write(args.out / ORDINARY, names)
    if args.words_only:
        (args.out / DIGEST).write_text(digest_of(args.out) + "\n", encoding="ascii")
        return
    source = TEMPLATES.read_text(encoding="utf-8")
    filled = Templates(source, names, draw, nameless)
    train += [filled.text() for _ in range(args.templates)]
    others = Templates(source, held_out_names, random.Random(args.seed + 3), nameless)
    dev["templates"] = [others.text() for _ in range(600)]
    model = Model(args.width, args.seed)
    steps = model.train(
        train, names, draw, minutes=args.minutes, steps=args.steps, stop=args.stop, dev=dev, out=args.out
    )
    model.save(args.out, {"seed": args.seed, "steps": steps, "dev": model.scores(dev)})


def is_held_out(text: str) -> bool:
    """One text in twenty, the same ones in every run."""
    return crc32(text.encode()) % 20 == 0


# --- names -----------------------------------------------------------------------------------------------------------


class Names:
    """Names of people, places and firms, drawn from Faker's locales and from lists of our own."""

    def __init__(self, draw: random.Random, *, offset: int = 0) -> None:
        self._draw = draw
        self._pools: list[dict[str, list[str]]] = []
        for locale in dict.fromkeys(SUPPORT_LOCALES):
            fake = Faker(locale)
            fake.seed_instance(1_000 * draw.randrange(1_000) + offset)
            self._pools += [self._pool(fake)] * SUPPORT_LOCALES.count(locale)
        self._romanized: list[str] = []
        for locale in ROMANIZED:
            fake = Faker(locale)
            fake.seed_instance(draw.randrange(1_000))
            self._romanized += [fake.romanized_name() for _ in range(NAMES_OF_A_LOCALE)]
        english = Faker("en_US")
        english.seed_instance(draw.randrange(1_000))
        self._english = english
        self._countries = [english.country().partition(" (")[0] for _ in range(600)]
        self._states = sorted({english.state() for _ in range(400)}) + list(REGIONS)

    @staticmethod
    def _pool(fake: Faker) -> dict[str, list[str]]:
        makers: dict[str, Callable[[], str]] = {
            "first": fake.first_name,
            "last": fake.last_name,
            "city": fake.city,
            "street": fake.street_address,
            "address": fake.address,
            "company": fake.company,
        }
        return {
            kind: [" ".join(make().split(" ")).strip() for _ in range(NAMES_OF_A_LOCALE)]
            for kind, make in makers.items()
        }

    def _pick(self, kind: str) -> str:
        return self._draw.choice(self._draw.choice(self._pools)[kind])

    def first(self) -> str:
        if self._draw.random() < 0.06:
            return self._draw.choice(self._romanized).split()[0]
        return self._pick("first")

    def last(self) -> str:
        return self._pick("last")

    def person(self) -> str:
        draw = self._draw.random()
        pool = self._draw.choice(self._pools)
        first, last = self._draw.choice(pool["first"]), self._draw.choice(pool["last"])
        if draw < 0.62:
            return f"{first} {last}"
        if draw < 0.67:
            return self._draw.choice(self._romanized)
        if draw < 0.72:
            return f"{first} {self._draw.choice(pool['first'])} {last}"
        if draw < 0.76:
            return f"{first} {self._draw.choice('ABCDEFGHJKLMNPRSTVW')}. {last}"
        if draw < 0.79:
            return f"{first[0]}. {last}"
        if draw < 0.82:
            return f"{first} {last}-{self._draw.choice(pool['last'])}"
        if draw < 0.85:
            return f"{first} {last} {self._draw.choice(pool['last'])}"
        if draw < 0.87:
            return f"{first} {self._draw.choice(('van', 'de', 'von', 'van der', 'del', 'al', 'bin', 'di'))} {last}"
        if draw < 0.89:
            return f"{first} {self._draw.choice(('Mc', 'Mac', 'O’', 'D’'))}{last}"
        if draw < 0.90:
            return f"{first} {last} {self._draw.choice(('Jr.', 'Sr.', 'III', 'II'))}"
        return first

    def city(self) -> str:
        return self._draw.choice(CITIES) if self._draw.random() < 0.6 else self._pick("city")

    def country(self) -> str:
        return self._draw.choice(self._countries)

    def state(self) -> str:
        return self._draw.choice(self._states)

    def place(self) -> str:
        return self._draw.choice((self.city, self.city, self.city, self.country, self.country, self.state))()

    def street(self) -> str:
        return self._one_line(self._pick("street"))

    def address(self) -> str:
        address = self._pick("address")
        if self._draw.random() < 0.25:
            address += self._draw.choice((", ", "\n")) + self.country()
        return address if self._draw.random() < 0.3 else self._one_line(address)

    def _one_line(self, address: str) -> str:
        return address.replace("\n", self._draw.choice((", ", ", ", " ")))

    def org(self) -> str:
        if self._draw.random() < 0.35:
            return self._draw.choice(ORGANIZATIONS)
        if self._draw.random() < 0.35:  # names made of words: Harbor Freight, BrightPath Systems
            first, second = self._draw.choice(NAME_WORDS), self._draw.choice(NAME_WORDS)
            first = first + second.lower() if self._draw.random() < 0.2 else first
            return self._draw.choice((first, f"{first} {second}", f"{first} {self._draw.choice(TRADES)}"))
        if self._draw.random() < 0.3:
            kind = (
                "University of {}",
                "{} University",
                "{} Hospital",
                "Bank of {}",
                "{} City Council",
                "{} FC",
                "{} Airlines",
            )
            return self._draw.choice(kind).format(self.city())
        if self._draw.random() < 0.4:
            form = ("", "", " Inc", " Ltd", " LLC", " GmbH", " Inc.", " Corp", " & Co")
            return f"{self.last()} {self._draw.choice(TRADES)}{self._draw.choice(form)}"
        return self._pick("company")

    def words(self) -> frozenset[str]:
        """All words of names of people and places that may be drawn, in lower case."""
        drawn = [name for pool in self._pools for kind in ("first", "last", "city") for name in pool[kind]]
        known = (*drawn, *self._romanized, *CALLED, *CITIES, *REGIONS, *self._countries, *self._states)
        return frozenset(word for name in known for word in re.findall(r"[^\W\d_]+", name.lower()))

    def another(self, kind: str, held: str) -> str:
        """Another name of the kind, much as long as the one held."""
        words = held.split()
        if kind == "PERSON":
            return self.first() if len(words) == 1 else self.person()
        if kind == "ORGANIZATION":
            return self.org()
        return self.address() if len(words) > 4 else self.place()


# --- templates -------------------------------------------------------------------------------------------------------

_CHOICE = re.compile(r"\(([^()]*\|[^()]*)\)")
_SLOT = re.compile(r"\{(\w+)\}")
_LABELS = {
    **dict.fromkeys(("person", "first", "last"), "PERSON"),
    **dict.fromkeys(("city", "country", "state", "place", "address", "street"), "LOCATION"),
    "org": "ORGANIZATION",
}


class Templates:
    """Texts from templates: a choice is made in each pair of brackets, then each slot is filled."""

    def __init__(self, source: str, names: Names, draw: random.Random, nameless: Sequence[str]) -> None:
        self._templates = [line for line in source.splitlines() if line and not line.startswith("#")]
        self._nameless = [one for one in nameless if 3 <= len(one.split()) <= 40]
        self._words = sorted({word for one in nameless for word in re.findall(r"(?<!\w)[a-z]{4,}(?!\w)", one)})
        self._names = names
        self._draw = draw
        self._fake = Faker("en_US")
        self._fake.seed_instance(draw.randrange(1_000))

    def text(self) -> Text:
        template = self._draw.choice(self._templates).replace("\\n", "\n").replace("\\(", "\1").replace("\\)", "\2")
        while (choice := _CHOICE.search(template)) is not None:
            template = template[: choice.start()] + self._draw.choice(choice[1].split("|")) + template[choice.end() :]
        template = template.replace("\1", "(").replace("\2", ")")
        pieces: list[str] = []
        spans: list[Span] = []
        length = position = 0
        for slot in _SLOT.finditer(template):
            before, value = template[position : slot.start()], self._value(slot[1])
            pieces += (before, value)
            start = length + len(before)
            length = start + len(value)
            if slot[1] in _LABELS:
                spans.append((start, length, _LABELS[slot[1]]))
            position = slot.end()
        return Text("".join((*pieces, template[position:])), tuple(spans))

    def _value(self, slot: str) -> str:  # noqa: PLR0912  # one line for each slot
        draw, fake = self._draw, self._fake
        if slot in _LABELS:
            return str(getattr(self._names, slot)())
        lists = {"job": JOBS, "product": PRODUCTS, "feature": FEATURES, "thing": THINGS, "thing_verb": VERBS}
        if slot in {"product", "feature"} and draw.random() < 0.5:
            return self._made_up()
        if slot in lists:
            return draw.choice(lists[slot])
        match slot:
            case "s":
                if self._nameless and draw.random() < 0.55:
                    return draw.choice(self._nameless)
                sentence = draw.choice(SENTENCES)
                if draw.random() < 0.6:
                    sentence = sentence[0].upper() + sentence[1:]
                return sentence + draw.choice((".", ".", "", "!", "?", "..."))
            case "month":
                return str(fake.month_name())
            case "day":
                return str(fake.day_of_week())
            case "date":
                return fake.date(draw.choice(("%Y-%m-%d", "%d/%m/%Y", "%B %d", "%b %d, %Y", "%d %B %Y", "%m/%d/%y")))
            case "time":
                return fake.time("%H:%M")
            case "number":
                return str(draw.randrange(1, draw.choice((10, 100, 99_999))))
            case "money":
                return f"{draw.choice('$€£')}{draw.randrange(1, 9_999):,}.{draw.randrange(100):02}"
            case "email":
                return str(fake.email())
            case "phone":
                return str(fake.phone_number())
            case "id":
                return draw.choice(
                    (fake.bothify("INV-#####"), fake.bothify("??#####").upper(), fake.numerify("########"))
                )
            case "url":
                return str(fake.url())
        raise SystemExit(f"{TEMPLATES.name}: no slot is called {slot}.")

    def _made_up(self) -> str:
        """What software calls its parts: one or two ordinary words in capitals, which are nobody's name."""
        words = [self._draw.choice(self._words).capitalize() for _ in range(self._draw.choice((1, 2, 2)))]
        return self._draw.choice((" ", " ", " ", "")).join(words)


# --- public sets -----------------------------------------------------------------------------------------------------


def sets(args: argparse.Namespace, names: Names) -> Iterator[tuple[str, list[Text]]]:
    for path in sorted(args.ner.glob("*.conll.gz")):
        yield path.name.partition(".")[0], list(conll(path)) * 2  # rare and real: names change each time
    yield "multidogo", list(dialogues(args.multidogo))
    if args.goemotions:
        yield "goemotions", list(masked_comments(args.goemotions, names))
    if args.complaints:
        narratives = [text for row in rows_of(args.complaints, ",") if (text := row["Consumer complaint narrative"])]
        yield "complaints", list(unlabelled([part for text in narratives for part in parts_of(text)][:4_000]))
    if args.banking:
        yield "banking", list(unlabelled([row["text"] for row in rows_of(args.banking, ",")][:5_000]))


def rows_of(path: Path, delimiter: str) -> list[dict[str, str]]:
    with gzip.open(path, "rt", encoding="utf-8", newline="") as lines:
        quoting = csv.QUOTE_MINIMAL if delimiter == "," else csv.QUOTE_NONE
        return [row for row in csv.DictReader(lines, delimiter=delimiter, quoting=quoting) if row]


_KINDS = {
    **dict.fromkeys(("PER", "PERSON"), "PERSON"),
    **dict.fromkeys(("LOC", "LOCATION", "GEO-LOC"), "LOCATION"),
    **dict.fromkeys(("ORG", "ORGANIZATION", "CORPORATION", "GROUP"), "ORGANIZATION"),
}


def conll(path: Path) -> Iterator[Text]:
    """Sentences of a file with a token and its label on each line; other labels count as no name."""
    with gzip.open(path, "rt", encoding="utf-8") as lines:
        sentence: list[tuple[str, str]] = []
        for line in [*lines, ""]:
            fields = line.split()
            if len(fields) >= 2:
                sentence.append((fields[0], fields[-1]))
            elif sentence:
                yield joined([word for word, _ in sentence], [label for _, label in sentence])
                sentence = []


_NO_SPACE_BEFORE = re.compile(r"[.,!?;:%)\]}…]|'(?:s|re|ve|ll|d|m)$|n't$|''|’")
_NO_SPACE_AFTER = frozenset("([{$#@")


def joined(words: Sequence[str], labels: Sequence[str]) -> Text:
    """Words as running text, and the spans that their labels (IO or BIO) make."""
    text = ""
    spans: list[Span] = []
    open_kind: str | None = None
    for word, label in zip(words, labels, strict=True):
        glued = not text or _NO_SPACE_BEFORE.match(word) or text[-1] in _NO_SPACE_AFTER
        text += word if glued else f" {word}"
        prefix, _, name = label.rpartition("-")
        kind = _KINDS.get(name.upper())
        if kind is not None and kind == open_kind and prefix != "B":
            spans[-1] = (spans[-1][0], len(text), kind)
        elif kind is not None:
            spans.append((len(text) - len(word), len(text), kind))
        open_kind = kind
    return Text(text, tuple(spans))


_SLOTS = {
    "name": "PERSON",
    **dict.fromkeys(("address", "current_city", "arrival_city", "departure_city"), "LOC"),
    "company_name": "ORG",
}


def dialogues(folder: Path) -> Iterator[Text]:
    """Sentences of chats with a label for each word; half of those without any name."""
    for path in sorted(folder.glob("*_train.tsv.gz")):
        for row in rows_of(path, "\t"):
            words, slots = (row["utterance"] or "").split(), (row["slot-labels"] or "").split()
            if not words or len(words) != len(slots):
                continue
            text = joined(words, [f"I-{_SLOTS[slot]}" if slot in _SLOTS else "O" for slot in slots])
            if text.spans or crc32(text.text.encode()) % 2 == 0:
                yield text


def masked_comments(path: Path, names: Names) -> Iterator[Text]:
    """Comments whose names were masked, with others in their place; what else is in capitals may be a name or not."""
    with gzip.open(path, "rt", encoding="utf-8") as lines:
        comments = [line.split("\t")[0] for line in lines]
    ordinary = ordinary_words(comments)
    for comment in comments:
        if "[RELIGION]" in comment or (("[NAME]" not in comment) and crc32(comment.encode()) % 4):
            continue
        pieces = comment.split("[NAME]")
        text = pieces[0]
        spans: list[Span] = []
        for piece in pieces[1:]:
            name = names.first() if crc32(piece.encode()) % 3 else names.person()
            spans.append((len(text), len(text) + len(name), "PERSON"))
            text += name + piece
        yield Text(text, tuple(sorted([*spans, *doubtful(text, spans, ordinary)])))


def parts_of(narrative: str) -> list[str]:
    """Pieces of a long text, a few sentences each."""
    sentences = re.split(r"(?<=[.!?])\s+", narrative)
    return [" ".join(sentences[start : start + 3]) for start in range(0, len(sentences), 9)]


def unlabelled(texts: Sequence[str]) -> Iterator[Text]:
    """Texts that hold no name but, perhaps, in capitals."""
    ordinary = ordinary_words(texts)
    places = {name.lower() for name in (*CITIES, *REGIONS, *ORGANIZATIONS)} - ordinary
    for text in texts:
        if text.strip() and not places.intersection(re.findall(r"[a-z]+", text)):
            yield Text(text, tuple(doubtful(text, (), ordinary)))


def ordinary_words(texts: Sequence[str]) -> frozenset[str]:
    """Words that are written small often enough to be no names."""
    counts = Counter(word for text in texts for word in re.findall(r"(?<!\w)[a-z][a-z']*", text))
    return frozenset(word for word, count in counts.items() if count >= 5)


class OrdinaryWords:
    """Words that are hardly ever a name, nor part of one: what the model takes for a name in spite of that is none."""

    def __init__(self) -> None:
        self._outside = Counter[str]()
        self._inside = Counter[str]()

    def add(self, texts: Sequence[Text]) -> None:
        for one in texts:
            for match in re.finditer(r"[^\W\d_]+", one.text):
                within = any(start <= match.start() < end for start, end, _ in one.spans)
                if within:
                    self._inside[match[0].lower()] += 1
                elif match[0].islower():
                    self._outside[match[0]] += 1

    def write(self, path: Path, names: Names) -> None:
        called = names.words()
        own = {word for line in SENTENCES for word in re.findall(r"[a-z]{3,}", line)}
        ordinary = own | {
            word for word, count in self._outside.items() if count >= 2 and count >= 8 * self._inside[word]
        }
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text("\n".join(sorted(ordinary - called)) + "\n", encoding="utf-8")


def doubtful(text: str, spans: Sequence[Span], ordinary: frozenset[str]) -> Iterator[Span]:
    """Words in capitals that are hardly ever written small."""
    for match in re.finditer(r"\w*[A-Z]\w*", text):
        if match[0].lower() in ordinary or any(start < match.end() and match.start() < end for start, end, _ in spans):
            continue
        yield match.start(), match.end(), UNKNOWN


# --- variation -------------------------------------------------------------------------------------------------------


def with_other_names(one: Text, names: Names, draw: random.Random) -> Text:
    """Real sentences with other names in them: what surrounds a name tells more than the name."""
    text = ""
    spans: list[Span] = []
    position = 0
    for start, end, kind in one.spans:
        text += one.text[position:start]
        held = one.text[start:end]
        name = held if kind == UNKNOWN or draw.random() < 0.3 else names.another(kind, held)
        if held.islower():
            name = name.lower()
        spans.append((len(text), len(text) + len(name), kind))
        text += name
        position = end
    return Text(text + one.text[position:], tuple(spans))


_MARKS = re.compile(r"(?<=\w)[.,!?;:'](?=\s|$)")


def written_otherwise(one: Text, draw: random.Random) -> Text:
    """All in lower case, in capitals, or without marks, as people type; often as it is."""
    chance = draw.random()
    if chance < 0.62:
        return one
    lowered, raised = one.text.lower(), one.text.upper()
    if chance < 0.80:
        return Text(lowered, one.spans) if len(lowered) == len(one.text) else one
    if chance < 0.83:
        return Text(raised, one.spans) if len(raised) == len(one.text) else one
    text = one.text.lower() if chance > 0.9 and len(lowered) == len(one.text) else one.text
    return without(Text(text, one.spans), [match.start() for match in _MARKS.finditer(text)])


def without(one: Text, places: Sequence[int]) -> Text:
    gone = set(places)
    moved = [0]
    for place in range(len(one.text)):
        moved.append(moved[-1] + (place not in gone))
    text = "".join(character for place, character in enumerate(one.text) if place not in gone)
    return Text(
        text, tuple((moved[start], moved[end], kind) for start, end, kind in one.spans if moved[end] > moved[start])
    )


def strung(texts: Sequence[Text], between: str) -> Text:
    text = ""
    spans: list[Span] = []
    for one in texts:
        text += between if text else ""
        spans += [(start + len(text), end + len(text), kind) for start, end, kind in one.spans]
        text += one.text
    return Text(text, tuple(spans))


# --- the model -------------------------------------------------------------------------------------------------------


class Model:
    """Words as hashes of their shape and parts, four convolutions, a transition parser over them."""

    def __init__(self, width: int, seed: int) -> None:
        self.nlp = spacy.blank("en")
        self.nlp.add_pipe("ner", config={"model": architecture(width)})
        self._seed = seed

    def example(self, one: Text) -> Example:
        doc = self.nlp.make_doc(one.text)
        named = [span for span in one.spans if span[2] != UNKNOWN]
        tags = list(offsets_to_biluo_tags(doc, snapped(doc, named), missing="O"))
        for start, end, kind in one.spans:
            if kind == UNKNOWN:
                for token in doc:
                    if token.idx < end and start < token.idx + len(token) and tags[token.i] == "O":
                        tags[token.i] = "-"
        return Example.from_dict(doc, {"entities": tags})

    def train(
        self,
        texts: list[Text],
        names: Names,
        draw: random.Random,
        *,
        minutes: float,
        steps: int | None,
        stop: int | None,
        dev: dict[str, list[Text]],
        out: Path,
    ) -> int:
        """Train for so many steps or minutes of CPU time; gives the steps."""
        random.seed(self._seed)
        optimizer = Adam(learn_rate=0.001, L2=0.01, L2_is_weight_decay=True, grad_clip=1.0, use_averages=True)
        first = [self.example(one) for one in texts[:200]] + [self.example(one) for one in texts[-200:]]
        self.nlp.initialize(lambda: first, sgd=optimizer)
        multiply_with_numpy(self.nlp)
        begin, step, loss = process_time(), 0, 0.0
        for batch in batches(texts, names, draw):
            if step == MEASURED and steps is None:
                steps = max(WARM_UP, int(minutes * 60 / (process_time() - begin) * MEASURED))
            optimizer.learn_rate = 0.0015 * rate(step, steps)
            losses = self.nlp.update([self.example(one) for one in batch], sgd=optimizer, drop=0.12)
            loss += losses["ner"]
            step += 1
            last = step in (steps, stop)
            if step % 1000 == 0 or last:
                with self.nlp.use_params(optimizer.averages):
                    figures = " ".join(f"{name} {f1:.3f}" for name, f1 in self.scores(dev, most=100).items())
                    spent = (process_time() - begin) / 60
                    told = f"step {step} of {steps}, {spent:.1f} min, loss {loss:.0f}: {figures}"
                    print(told, file=sys.stderr, flush=True)
                    if not last:
                        self.save(
                            out, {"seed": self._seed, "steps": steps, "stop": step}
                        )  # one that is usable, should we be stopped
                loss = 0.0
            if last:
                break
        self._keep(optimizer.averages)
        return step

    def _keep(self, averages: Any) -> None:
        """The averaged weights for good: they are steadier than the last ones."""
        with self.nlp.use_params(averages):
            held = self.nlp.get_pipe("ner").model.to_bytes()
        self.nlp.get_pipe("ner").model.from_bytes(held)

    def scores(self, dev: dict[str, list[Text]], most: int = 600) -> dict[str, float]:
        """F1 of exact spans of each set; names nobody labelled count neither way."""
        figures: dict[str, float] = {}
        for name, texts in dev.items():
            score = PRFScore()
            for one, doc in zip(texts[:most], self.nlp.pipe([one.text for one in texts[:most]]), strict=True):
                gold = {span for span in one.spans if span[2] != UNKNOWN}
                unknown = [span for span in one.spans if span[2] == UNKNOWN]
                found = {(ent.start_char, ent.end_char, ent.label_) for ent in doc.ents}
                score.score_set(
                    {span for span in found if not any(span[0] < end and start < span[1] for start, end, _ in unknown)},
                    gold,
                )
            figures[name] = round(score.fscore, 4)
        return figures

    def save(self, out: Path, training: dict[str, Any]) -> None:
        """As spaCy loads it, without the table of all strings seen in training: the labels are in the parser's moves."""
        self.nlp.meta["name"] = "memorygraph_entities"
        self.nlp.meta["license"] = "MIT"
        self.nlp.meta["spacy_version"] = ">=3.8.0,<4.0.0"
        self.nlp.meta["training"] = training
        self.nlp.to_disk(out, exclude=["vocab"])
        (out / DIGEST).write_text(digest_of(out) + "\n", encoding="ascii")
        size = sum(path.stat().st_size for path in out.rglob("*") if path.is_file())
        print(json.dumps({"out": str(out), "bytes": size, **training}))


def architecture(width: int) -> dict[str, Any]:
    return {
        "@architectures": "spacy.TransitionBasedParser.v2",
        "state_type": "ner",
        "extra_state_tokens": False,
        "hidden_width": 64,
        "maxout_pieces": 2,
        "use_upper": True,
        "tok2vec": {
            "@architectures": "spacy.Tok2Vec.v2",
            "embed": {
                "@architectures": "spacy.MultiHashEmbed.v2",
                "width": width,
                "attrs": ["NORM", "PREFIX", "SUFFIX", "SHAPE"],
                "rows": [14000, 2000, 4000, 2500],
                "include_static_vectors": False,
            },
            "encode": {
                "@architectures": "spacy.MaxoutWindowEncoder.v2",
                "width": width,
                "depth": 4,
                "window_size": 1,
                "maxout_pieces": 3,
            },
        },
    }


def snapped(doc: Any, spans: Sequence[Span]) -> list[Span]:
    """Spans at the borders of tokens, none overlapping another."""
    kept: list[Span] = []
    for start, end, kind in spans:
        span = doc.char_span(start, end, label=kind, alignment_mode="expand")
        if span is None:
            continue
        while len(span) > 1 and span[0].is_space:
            span = doc[span.start + 1 : span.end]
        while len(span) > 1 and span[-1].is_space:
            span = doc[span.start : span.end - 1]
        if not kept or span.start_char >= kept[-1][1]:
            kept.append((span.start_char, span.end_char, kind))
    return kept


def rate(step: int, steps: int | None) -> float:
    """Share of the learning rate: up over the first steps, then down in a line."""
    if step < WARM_UP or steps is None:
        return (step + 1) / WARM_UP
    return max(0.03, 1 - (step - WARM_UP) / max(1, steps - WARM_UP))


def batches(texts: Sequence[Text], names: Names, draw: random.Random) -> Iterator[list[Text]]:
    """Forever: texts in a new order, some with other names, some strung together as the paragraphs of a ticket."""
    order = list(texts)
    while True:
        draw.shuffle(order)
        batch: list[Text] = []
        words = position = 0
        while position < len(order):
            together = draw.choice((1, 1, 1, 2, 3, 4))
            chosen = [
                with_other_names(one, names, draw) if draw.random() < 0.5 else one
                for one in order[position : position + together]
            ]
            position += together
            one = written_otherwise(strung(chosen, draw.choice((" ", "\n", "\n\n"))), draw)
            batch.append(one)
            words += one.text.count(" ") + 1
            if words >= WORDS_OF_A_STEP:
                yield batch
                batch, words = [], 0


if __name__ == "__main__":
    main()
