"""Names of people, places and organisations in text, found by a model: the shipped one, or one that a setting names.

The shipped model is a small spaCy pipeline (`scripts/train_entities.py` makes it). Nothing heavy is imported before the
first text is looked at. What is done about a name is not decided here.
"""

import logging
import re
import threading
from bisect import bisect_right
from collections.abc import Callable, Iterable, Iterator, Sequence
from hashlib import sha256
from importlib.util import find_spec
from pathlib import Path
from typing import Any, Protocol

from moe_memorygraph.compliance.detection import NAMES, PLACEHOLDER, Entity, moved_back, with_placeholders
from moe_memorygraph.errors import InvalidArgument, Unavailable

__all__ = [
    "DIGEST",
    "ORDINARY",
    "REPLACED_NAMES",
    "SHIPPED",
    "KeptNames",
    "NameFinder",
    "Tagger",
    "digest_of",
    "find_all",
    "open_names",
]

REPLACED_NAMES = frozenset({"PERSON", "LOCATION"})
"""Organisations are left: most that a ticket names are customers and products, and no small model tells them well."""

SHIPPED = Path(__file__).with_name("ner")
DIGEST = "digest.txt"
"""File beside the model that holds what `digest_of` says of it."""
ORDINARY = "ordinary.txt"
"""File beside the shipped model: words that are no names, a line each, in lower case."""
SCORE = 0.85
"""What Presidio gives a name that a model found without saying how sure it is."""

_PIECE = 4_000
"""Characters that a model sees at once."""
_RUN = re.compile(r"\S{200}")
"""What no word is: spaCy's time to cut a run of signs into words grows with the square of its length."""
_BATCH = 512
"""Pieces between which the model forgets the words it met: fewer cost time, more memory."""

_STEP = 64
"""Pieces that the model reads at once."""

_LABELS = {
    **dict.fromkeys(("PERSON", "PER", "PS"), "PERSON"),
    **dict.fromkeys(("LOCATION", "LOC", "GPE", "FAC", "LC"), "LOCATION"),
    **dict.fromkeys(("ORGANIZATION", "ORG", "OG"), "ORGANIZATION"),
}
"""How models call the kinds: OntoNotes, CoNLL-2003, Presidio, Korean sets."""


class Tagger(Protocol):
    """A model: names in each text, in order, none overlapping another; places in code points."""

    def __call__(self, texts: Sequence[str]) -> list[list[Entity]]: ...


class NameFinder:
    """Finds names in texts; one for the whole server, safe to share between threads, which take turns.

    `open_tagger` loads the model, with the first text; `fingerprint` names the model for content hashes.
    """

    def __init__(self, open_tagger: Callable[[], Tagger], *, fingerprint: str) -> None:
        self.fingerprint = fingerprint
        self._open = open_tagger
        self._tagger: Tagger | None = None
        self._turn = threading.Lock()

    @property
    def is_loaded(self) -> bool:
        return self._tagger is not None

    def load(self) -> None:
        """Load the model now, blocking; without it the first text does. Raises `Unavailable` where there is none."""
        with self._turn:
            self._loaded()

    def find_many(
        self, texts: Sequence[str], *, types: Iterable[str] = REPLACED_NAMES, kept: "KeptNames | None" = None
    ) -> list[tuple[Entity, ...]]:
        """Names of these types in each text, in order, none overlapping; offsets in code points. Blocks.

        What an earlier pass wrote (`<PERSON>`) is none, and of what `kept` holds nothing is one.
        """
        wanted = frozenset(types)
        pieces = [(number, start, piece) for number, text in enumerate(texts) for start, piece in _pieces(text)]
        found: list[list[Entity]] = [[] for _ in texts]
        with self._turn:
            tagger = self._loaded()
            for first in range(0, len(pieces), _BATCH):
                batch = pieces[first : first + _BATCH]
                for (number, start, _), entities in zip(batch, tagger([one[2] for one in batch]), strict=True):
                    found[number] += [_moved(entity, start) for entity in entities if entity.type in wanted]
        return [tuple(_settled(text, names, kept)) for text, names in zip(texts, found, strict=True)]

    def _loaded(self) -> Tagger:
        if self._tagger is None:
            self._tagger = self._open()
        return self._tagger


def _moved(entity: Entity, by: int) -> Entity:
    return Entity(type=entity.type, start=entity.start + by, end=entity.end + by, score=entity.score)


_BREAK = re.compile(r"\n\s*\n|(?<=[.!?])\s|\n|\s")
_SURROGATE = re.compile("[\ud800-\udfff]")


def _pieces(text: str) -> Iterator[tuple[int, str]]:
    """Where each piece of a text starts, and the piece: cut at white space where there is any, and in what is no word."""
    text = _SURROGATE.sub("\ufffd", text)  # models encode what they read
    start = 0
    while start < len(text):
        end = min(len(text), start + _PIECE)
        run = _RUN.search(text, start, end)
        if run is not None:
            end = run.end()
        elif end < len(text):
            breaks = [match.end() for match in _BREAK.finditer(text, start + _PIECE // 2, end)]
            end = breaks[-1] if breaks else end
        yield start, text[start:end]
        start = end


_EDGE_START = re.compile(r"[\s\"'“”‘’`(\[{<>*_~#|/\\,;:.!?@&+=-]+")
_EDGE_END = re.compile(r"(?:[\s\"“”‘`(\[{}\]<>*_~#|/\\,;:!?@&+=-]|['’](?:s(?!\w))?|\)|(?<!\b\w)\.)+\Z")


def _settled(text: str, entities: Sequence[Entity], kept: "KeptNames | None") -> Iterator[Entity]:
    """Names without the marks around them, what is settled already and what is kept."""
    if not entities:
        return
    taken = [match.span() for match in PLACEHOLDER.finditer(text)] if "<" in text or "*" in text else []
    if kept is not None:
        taken = sorted([*taken, *kept.places_near(text, entities)])
    end_of_last = 0
    for entity in entities:
        for start, end in _apart(entity.start, entity.end, taken):
            trimmed = _trimmed(text, max(start, end_of_last), end)
            if trimmed is not None:
                end_of_last = trimmed[1]
                yield Entity(type=entity.type, start=trimmed[0], end=trimmed[1], score=entity.score)


def _apart(start: int, end: int, taken: Sequence[tuple[int, int]]) -> Iterator[tuple[int, int]]:
    """What is left of a part of the text without the parts that are taken (in order)."""
    for left, right in taken:
        if right <= start or end <= left:
            continue
        if start < left:
            yield start, left
        start = max(start, right)
    if start < end:
        yield start, end


def _trimmed(text: str, start: int, end: int) -> tuple[int, int] | None:
    """The name without marks and spaces around it; None where nothing of two letters is left."""
    leading = _EDGE_START.match(text, start, end)
    start = leading.end() if leading else start
    trailing = _EDGE_END.search(text[start:end])
    end = start + trailing.start() if trailing else end
    return (start, end) if sum(map(str.isalpha, text[start:end])) >= 2 else None


_WORD = re.compile(r"\w+")


class KeptNames:
    """Names that stay in every text: the tenant's customers, what it sells. Compared word by word, in any case."""

    def __init__(self, names: Iterable[str]) -> None:
        self._with: dict[str, list[tuple[str, ...]]] = {}
        for words in {tuple(word.casefold() for word in _WORD.findall(name)) for name in names} - {()}:
            for word in set(words):
                self._with.setdefault(word, []).append(words)

    def __bool__(self) -> bool:
        return bool(self._with)

    def places_near(self, text: str, entities: Sequence[Entity]) -> list[tuple[int, int]]:
        """Start and end of each kept name that has a word in one of the entities, in order."""
        if not self._with:
            return []
        words = [(match.start(), match.end(), match[0].casefold()) for match in _WORD.finditer(text)]
        starts = [start for start, _, _ in words]
        places: set[tuple[int, int]] = set()
        for entity in entities:
            for index in range(max(0, bisect_right(starts, entity.start) - 1), len(words)):
                if starts[index] >= entity.end:
                    break
                places.update(self._places_at(words, index))
        return sorted(places)

    def _places_at(self, words: Sequence[tuple[int, int, str]], index: int) -> Iterator[tuple[int, int]]:
        """Kept names that the word is part of."""
        word = words[index][2]
        for name in self._with.get(word, ()):
            for offset, one in enumerate(name):
                first = index - offset
                if one != word or first < 0 or first + len(name) > len(words):
                    continue
                if all(words[first + place][2] == part for place, part in enumerate(name)):
                    yield words[first][0], words[first + len(name) - 1][1]


# --- names beside everything else ------------------------------------------------------------------------------------

_ROUNDS = 4
"""Passes over one text: nearly every one is done after two, and a hostile one shall not ask for hundreds."""


def find_all(
    texts: Sequence[str],
    finder: NameFinder,
    find_patterns: Callable[[str], Sequence[Entity]],
    *,
    types: Iterable[str] = REPLACED_NAMES,
    kept: KeptNames | None = None,
) -> list[tuple[Entity, ...]]:
    """Personal data by `find_patterns` and names of these types in each text, in order, none overlapping.

    The model sees a text as a later reader will, with placeholders for what the patterns found, and what both found is
    looked past until nothing more comes: so redacting twice changes nothing.
    """
    wanted = frozenset(types)
    found = [tuple(find_patterns(text)) for text in texts]
    open_texts = list(range(len(texts)))
    for _ in range(_ROUNDS):
        if not open_texts:
            break
        views = [with_placeholders(texts[number], found[number]) for number in open_texts]
        names = finder.find_many([shortened for shortened, _ in views], types=wanted, kept=kept)
        unsettled: list[int] = []
        for number, (shortened, segments), more in zip(open_texts, views, names, strict=True):
            if not more:
                continue
            again, moves = with_placeholders(shortened, more)
            beside = (moved_back(one, moves) for one in find_patterns(again))
            added = (moved_back(one, segments) for one in (*more, *beside))
            found[number] = tuple(sorted((*found[number], *added), key=lambda one: one.start))
            unsettled.append(number)
        open_texts = unsettled
    return found


# --- models ----------------------------------------------------------------------------------------------------------


def open_names(setting: str) -> NameFinder | None:
    """What `MEMORYGRAPH_PII_ENTITIES` asks for, not yet loaded; None for `off`.

    `shipped`; `spacy:`, `transformers:` or `gliner:` and a name or path; a name or path alone where it tells the kind.
    Raises `InvalidArgument` where the package that it needs, or the model at a path, is not there.
    """
    if setting == "off":
        return None
    if setting == "shipped":
        return NameFinder(_open_shipped, fingerprint=(SHIPPED / DIGEST).read_text(encoding="ascii").strip())
    kind, name = _kind_of(setting)
    package, extra = _PACKAGES[kind]
    if find_spec(package) is None:
        raise InvalidArgument(
            f"MEMORYGRAPH_PII_ENTITIES names a model for {kind}, and the package {package} is not installed.",
            f"Install moe-memorygraph[{extra}], or use the shipped model.",
        )
    return NameFinder(lambda: _OPENERS[kind](name), fingerprint=f"{kind}:{name}")


_PACKAGES = {"spacy": ("spacy", "dev"), "transformers": ("transformers", "models"), "gliner": ("gliner", "gliner")}
_MARKS = {"config.cfg": "spacy", "gliner_config.json": "gliner", "config.json": "transformers"}


def _kind_of(setting: str) -> tuple[str, str]:
    """The kind of model that a setting means, and its name or path."""
    kind, _, name = setting.partition(":")
    if kind in _PACKAGES and name:
        return kind, name
    folder = Path(setting)
    if folder.is_dir():
        for mark, marked in _MARKS.items():
            if (folder / mark).is_file():
                return marked, setting
        raise InvalidArgument(
            "MEMORYGRAPH_PII_ENTITIES names a folder that holds no model of a kind known here.",
            "A spaCy model has a config.cfg in it, one for transformers a config.json, GLiNER a gliner_config.json.",
        )
    if re.fullmatch(r"[\w-]+(?:\.[\w-]+)*/[\w.-]+", setting):
        return ("gliner" if "gliner" in setting.lower() else "transformers"), setting
    if re.fullmatch(r"[a-z]{2,3}_\w+", setting):
        return "spacy", setting
    raise InvalidArgument(
        "MEMORYGRAPH_PII_ENTITIES names no model.",
        "Use shipped, off, a spaCy package (en_core_web_lg), a model on a hub (owner/name), or a folder.",
    )


def digest_of(folder: Path) -> str:
    """SHA-256 of all files of a model but the one that holds it."""
    content = sha256()
    for path in sorted(one for one in folder.rglob("*") if one.is_file() and one.name != DIGEST):
        content.update(path.relative_to(folder).as_posix().encode() + b"\0" + sha256(path.read_bytes()).digest())
    return content.hexdigest()


def _open_shipped() -> Tagger:
    if digest_of(SHIPPED) != (SHIPPED / DIGEST).read_text(encoding="ascii").strip():
        raise Unavailable("The shipped model for names was changed or cut off.", "Install moe-memorygraph again.")
    tag = _open_spacy(str(SHIPPED))
    ordinary = frozenset((SHIPPED / ORDINARY).read_text(encoding="utf-8").split())

    def tag_names(texts: Sequence[str]) -> list[list[Entity]]:
        return [
            [one for one in found if not _is_ordinary(one.type, text[one.start : one.end], ordinary)]
            for text, found in zip(texts, tag(texts), strict=True)
        ]

    return tag_names


_CODE = re.compile(r"[0-9_]")


def _is_ordinary(kind: str, name: str, ordinary: frozenset[str]) -> bool:
    """Whether a name is none: an error code, or words that name nobody. Long Beach is made of them, but no person is."""
    if kind == "PERSON" and _CODE.search(name):
        return True
    words = name.split()
    if len(words) > 1 and name.istitle() and kind != "PERSON":
        return False
    return all(word.strip(".,!?:;()'").removesuffix("'s").lower() in ordinary for word in words)


def _open_spacy(name: str) -> Tagger:
    import spacy  # imports for most of a second; a server that looks for no names never needs it

    from moe_memorygraph.compliance.matrices import multiply_with_numpy, one_thread  # imports as much

    if not Path(name).exists() and not spacy.util.is_package(name):
        raise Unavailable(f"The spaCy model {name} is not installed.", f"Run: python -m spacy download {name}")
    nlp = spacy.load(name)
    if "ner" not in nlp.pipe_names:
        raise Unavailable(f"The spaCy model {name} finds no names.", "It needs a component called ner.")
    multiply_with_numpy(nlp)
    nlp.select_pipes(enable=[one for one in ("tok2vec", "transformer", "ner") if one in nlp.pipe_names])

    def tag(texts: Sequence[str]) -> list[list[Entity]]:
        with one_thread(), nlp.memory_zone():  # without the zone every word ever seen would stay in memory
            return [
                [
                    Entity(type=_LABELS[span.label_], start=span.start_char, end=span.end_char, score=SCORE)
                    for span in doc.ents
                    if span.label_ in _LABELS
                ]
                for doc in nlp.pipe(texts, batch_size=_STEP)
            ]

    return tag


def _open_transformers(name: str) -> Tagger:
    from presidio_analyzer.predefined_recognizers.ner import HuggingFaceNerRecognizer  # imports torch

    mapping = {**_LABELS, **{f"{prefix}-{label}": kind for label, kind in _LABELS.items() for prefix in "BI"}}
    return _by_recognizer(lambda: HuggingFaceNerRecognizer(model_name=name, label_mapping=mapping), name)


def _open_gliner(name: str) -> Tagger:
    from presidio_analyzer.predefined_recognizers import GLiNERRecognizer  # imports torch

    mapping = {"person": "PERSON", "location": "LOCATION", "address": "LOCATION", "organization": "ORGANIZATION"}
    return _by_recognizer(lambda: GLiNERRecognizer(model_name=name, entity_mapping=mapping), name)


def _by_recognizer(make: Callable[[], Any], name: str) -> Tagger:
    """A recognizer of Presidio's, one text at a time."""
    logging.getLogger("presidio-analyzer").setLevel(logging.CRITICAL)  # its messages may quote the text
    try:
        recognizer = make()
        recognizer.load()
    except (ImportError, OSError, ValueError) as error:
        raise Unavailable(
            f"The model {name} cannot be loaded.", "Check its name, and that it is on this machine or can be fetched."
        ) from error

    def tag(texts: Sequence[str]) -> list[list[Entity]]:
        return [_in_order(recognizer.analyze(text, sorted(NAMES), None)) for text in texts]

    return tag


def _in_order(results: Iterable[Any]) -> list[Entity]:
    """Results without overlaps: the surest first, then the longest."""
    chosen: list[Entity] = []
    for one in sorted(results, key=lambda one: (-one.score, one.start - one.end, one.start)):
        if all(one.end <= entity.start or entity.end <= one.start for entity in chosen):
            chosen.append(Entity(type=one.entity_type, start=one.start, end=one.end, score=float(one.score)))
    return sorted(chosen, key=lambda entity: entity.start)


_OPENERS: dict[str, Callable[[str], Tagger]] = {
    "spacy": _open_spacy,
    "transformers": _open_transformers,
    "gliner": _open_gliner,
}
