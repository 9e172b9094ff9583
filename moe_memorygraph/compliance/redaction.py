"""Replace personal data in text before anything stores, embeds or logs it."""

import hmac
import re
import secrets
import threading
import unicodedata
from collections.abc import Callable, Collection, Sequence
from dataclasses import dataclass, field
from functools import cache, partial
from importlib.metadata import version
from typing import Literal, get_args

from moe_memorygraph.compliance.context import LANGUAGES
from moe_memorygraph.compliance.detection import (
    Entity,
    find_entities,
    find_without_presidio,
    is_presidio_loaded,
    load_presidio,
    needs_presidio,
)
from moe_memorygraph.compliance.entities import REPLACED_NAMES, KeptNames, NameFinder, find_all
from moe_memorygraph.compliance.folding import Seen, see
from moe_memorygraph.compliance.text import CleanText, RawText, sanitize
from moe_memorygraph.errors import InvalidArgument

__all__ = [
    "LANGUAGES",
    "Entity",
    "Policy",
    "Redaction",
    "Redactor",
    "Replaced",
    "Writer",
    "digest",
    "mask",
    "same_value",
]

Policy = Literal["replace", "mask", "hash"]
"""What one call may ask for; a tenant may ask for more, see `policies`."""

Writer = Callable[[str, str], str | None]
"""(type, value) to what is written in its place; None: it stays."""

RULES_VERSION = 2  # raised with every change of what is found or how it is replaced
DEFAULT_THRESHOLD = 0.35  # lower lets single weak patterns through, 0.5 loses most telephone numbers
HASH_DIGITS = 8


@dataclass(frozen=True, slots=True, kw_only=True)
class Replaced:
    """What stood in a text, and what stands in its place."""

    type: str
    original: str = field(repr=False)
    written: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Redaction:
    """A text that may be stored, and what was found in it: places in the text as given, in code points."""

    text: CleanText
    entities: tuple[Entity, ...]
    replaced: tuple[Replaced, ...] = ()
    """In the order of the text; what a writer let stand is not among them."""


class Redactor:
    """Finds personal data and replaces it; one for the whole server, safe to share between threads.

    `hash_key` belongs to a tenant: equal values get equal hashes under one key, unrelated ones under another.
    Without a key a random one is made, and hashes are comparable only within this redactor.
    `names` finds names of people and places, where a caller asks for them; None: nobody can.
    """

    def __init__(
        self,
        *,
        enabled: bool = True,
        hash_key: bytes | None = None,
        threshold: float = DEFAULT_THRESHOLD,
        names: NameFinder | None = None,
    ) -> None:
        if not 0 < threshold <= 1:
            raise InvalidArgument("The threshold for personal data must be over 0 and at most 1.", "0.35 is usual.")
        if hash_key is not None and len(hash_key) < 16:
            raise InvalidArgument("The key for hashing personal data is too short.", "Use 16 bytes or more.")
        self.enabled = enabled
        self.threshold = threshold
        self.names = names if enabled else None
        self._hash_key = secrets.token_bytes(32) if hash_key is None else hash_key

    @property
    def fingerprint(self) -> str:
        """Names the rules: texts redacted under another fingerprint may have come out otherwise."""
        return f"{RULES_VERSION}/{_presidio_version()}/{self.threshold:g}" if self.enabled else "off"

    @property
    def is_loaded(self) -> bool:
        """Whether every text can be looked at right away; else the first that needs the recognizers takes a second."""
        return not self.enabled or is_presidio_loaded()

    def is_ready_for(self, text: str, *, language: str = "en", types: Collection[str] | None = None) -> bool:
        """Whether this text can be looked at right away: most hold nothing that the recognizers are needed for."""
        return self.is_loaded or not needs_presidio(see(text).text, language=language, types=types)

    def load(self) -> None:
        """Load the recognizers now (about a second, blocking); without it the first text that needs them does."""
        if self.enabled:
            with _LOADING:
                load_presidio()

    def find(self, text: str, *, language: str = "en", types: Collection[str] | None = None) -> tuple[Entity, ...]:
        """Personal data in a text, in order, without overlaps; offsets in code points of the text as given.

        `types`: nothing else is looked for; None: any type.
        """
        check_language(language)
        if not self.enabled:
            return ()
        return _find(text, find_entities, language=language, threshold=self.threshold, types=types) or ()

    def find_many(
        self,
        texts: Sequence[str],
        *,
        language: str = "en",
        names: Collection[str] = REPLACED_NAMES,
        kept: KeptNames | None = None,
    ) -> list[tuple[Entity, ...]]:
        """Personal data in each text, names of these types among it but those kept; as `find` otherwise. Blocks.

        Without a finder of names only the rest is found. Many texts at once take a fraction of the time.
        """
        check_language(language)
        if self.names is None or not names:
            return [self.find(text, language=language) for text in texts]
        seen = [see(text) for text in texts]
        find = partial(find_entities, language=language, threshold=self.threshold)
        found = find_all([one.text for one in seen], self.names, find, types=names, kept=kept)
        return [_placed(one, entities) for one, entities in zip(seen, found, strict=True)]

    def find_now(
        self, text: str, *, language: str = "en", types: Collection[str] | None = None
    ) -> tuple[Entity, ...] | None:
        """As `find`, where the text can be looked at right away; None where the recognizers must be loaded first."""
        check_language(language)
        if not self.enabled:
            return ()
        find = find_entities if is_presidio_loaded() else find_without_presidio
        return _find(text, find, language=language, threshold=self.threshold, types=types)

    def redact(
        self,
        text: RawText,
        *,
        policy: Policy = "replace",
        language: str = "en",
        hash_key: bytes | None = None,
        names: Collection[str] = (),
        kept: KeptNames | None = None,
    ) -> Redaction:
        """Replace personal data, names of these types among it but those kept, and sanitize the rest.

        `replace` writes `<EMAIL_ADDRESS>`, `mask` `****` and the last four characters (nothing of secrets and names),
        `hash` `<EMAIL_ADDRESS:1a2b3c4d>`. What an earlier pass wrote stays as it is.
        """
        if policy not in get_args(Policy):
            raise InvalidArgument("The policy is unknown.", f"Use one of: {', '.join(get_args(Policy))}.")
        found = self.find_many([text], language=language, names=names, kept=kept)[0] if names else None
        write = partial(self._substitute, policy=policy, hash_key=hash_key)
        return self.rewrite(text, write, language=language, entities=found)

    def rewrite(
        self, text: RawText, write: Writer, *, language: str = "en", entities: Sequence[Entity] | None = None
    ) -> Redaction:
        """Let a writer say what stands in the place of each piece of personal data, and sanitize the rest.

        `entities`: what `find` gave for this text, where it was asked before.
        """
        found = self.find(text, language=language) if entities is None else tuple(entities)
        if not found:
            return Redaction(text=CleanText(sanitize(text)), entities=())
        pieces: list[str] = []
        replaced: list[Replaced] = []
        position = 0
        for entity in found:
            value = text[entity.start : entity.end]
            written = write(entity.type, value)
            pieces += (text[position : entity.start], value if written is None else written)
            if written is not None:
                replaced.append(Replaced(type=entity.type, original=value, written=written))
            position = entity.end
        pieces.append(text[position:])
        return Redaction(text=CleanText(sanitize("".join(pieces))), entities=found, replaced=tuple(replaced))

    def redact_many(
        self,
        texts: Sequence[RawText],
        *,
        policy: Policy = "replace",
        language: str = "en",
        hash_key: bytes | None = None,
    ) -> list[Redaction]:
        """`redact` for each text, in order. Blocks; call it in a worker thread."""
        return [self.redact(text, policy=policy, language=language, hash_key=hash_key) for text in texts]

    def _substitute(self, entity_type: str, value: str, *, policy: Policy, hash_key: bytes | None) -> str:
        if policy == "replace":
            return f"<{entity_type}>"
        if policy == "mask":
            return mask(entity_type, value)
        key = self._hash_key if hash_key is None else hash_key
        return f"<{entity_type}:{digest(key, entity_type, value).hex()[:HASH_DIGITS]}>"


_LOADING = threading.Lock()


@cache
def _presidio_version() -> str:
    return version("presidio-analyzer")


def check_language(language: str) -> None:
    if language not in LANGUAGES:
        raise InvalidArgument("The language is not supported.", f"Use one of: {', '.join(LANGUAGES)}.")


def digest(key: bytes, entity_type: str, value: str) -> bytes:
    """HMAC-SHA-256 of a value, the same however the value is spelled."""
    return hmac.digest(key, f"{entity_type}\0{same_value(entity_type, value)}".encode("utf-8", "replace"), "sha256")


_WHOLLY_MASKED = frozenset({"SECRET", "PERSON", "LOCATION", "ORGANIZATION"})


def mask(entity_type: str, value: str) -> str:
    """Four stars and the last four letters or digits; of a short value, a secret or a name nothing stays."""
    kept = "".join(character for character in value if character.isascii() and character.isalnum())
    return "****" if entity_type in _WHOLLY_MASKED or len(kept) < 9 else "****" + kept[-4:]


_SEPARATORS = re.compile(r"[\s().\-/+]")


_TITLE = re.compile(
    r"^(?:mr|mrs|ms|miss|dr|prof|sir|madam|herr|frau|monsieur|madame|mme|mlle|sr|sra|señor|señora|sig|signor|signora"
    r"|dhr|mevr)\b\.?\s+"
)
_POSSESSIVE = re.compile(r"['’]s?$")


def same_value(entity_type: str, value: str) -> str:
    """One spelling for one value, so that it is known again however it was typed."""
    value = unicodedata.normalize("NFKC", value)
    if entity_type in {"SECRET", "CRYPTO"}:
        return value
    if entity_type == "PERSON":
        return _same_person(value)
    if entity_type in {"EMAIL_ADDRESS", "IP_ADDRESS", "MAC_ADDRESS"}:
        return value.casefold()
    return _SEPARATORS.sub("", value).casefold()


def _same_person(name: str) -> str:
    """ "Dr. Ada Lovelace", "Lovelace, Ada" and "ada  lovelace's" are one; "Ada" alone may be somebody else."""
    name = _TITLE.sub("", _POSSESSIVE.sub("", name.casefold().strip()))
    last, comma, first = name.partition(",")
    words = f"{first} {last}" if comma else name
    return " ".join(words.replace(".", " ").split())


def _find(
    text: str,
    find: Callable[..., tuple[Entity, ...] | None],
    *,
    language: str,
    threshold: float,
    types: Collection[str] | None,
) -> tuple[Entity, ...] | None:
    seen = see(text)
    found = find(seen.text, language=language, threshold=threshold, types=types)
    return found and _placed(seen, found)


def _placed(seen: Seen, found: tuple[Entity, ...]) -> tuple[Entity, ...]:
    """What was found in a text as it is seen, at its places in the text."""
    if seen.places is None:
        return found
    return tuple(
        Entity(type=entity.type, start=start, end=end, score=entity.score)
        for entity in found
        for start, end in (seen.place(entity.start, entity.end),)
    )
