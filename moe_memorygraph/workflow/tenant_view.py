"""What a process keeps in memory of each tenant: names, vocabulary, the span of its data, its planes in miniature.

All of it is derived from the database and rebuilt when a plane's count of changes moves on.
"""

from collections import OrderedDict
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime

import anyio
import numpy as np
from numpy.typing import NDArray

from moe_memorygraph.gating import nearest_similarity, pick_representatives
from moe_memorygraph.memory.ports import TenantMemory
from moe_memorygraph.memory.values import Customer, DataSpan, Plane, TenantId, Vector
from moe_memorygraph.words import name_key, tokens

__all__ = ["NameIndex", "TenantView", "TenantViews"]

_COMPANY_ENDINGS = frozenset(
    """inc incorporated llc ltd limited corp corporation co company companies plc gmbh ag sa nv bv lp llp na holding holdings
    group association national usa us the and of services service financial finance bank mortgage insurance information
    solutions systems technologies technology software labs international industries enterprises partners global""".split()  # noqa: SIM905 - 40 words read better so
)
"""Words at the end of a company's name that people leave out."""
_LONGEST_NAME = 10  # tokens
_SAMPLE = 1500  # vectors per plane: k-means over them takes about 40 ms
_SEARCHED: tuple[Plane, ...] = ("ltm", "semantic", "vector", "knowledge")


class NameIndex:
    """Finds customers by id, name, alias, or name without its legal form."""

    def __init__(self, customers: list[Customer]) -> None:
        self.by_id = {customer.customer_id: customer for customer in customers}
        self.labels = {customer.customer_id: customer.name for customer in customers}
        self._exact: dict[str, str] = {}
        self._short: dict[str, str | None] = {}
        for customer in customers:
            self._exact.setdefault(name_key(customer.customer_id), customer.customer_id)
            for name in (customer.name, *customer.aliases):
                self._exact.setdefault(name_key(name), customer.customer_id)
        for customer in customers:
            short = _without_legal_form(name_key(customer.name))
            if short and short not in self._exact:
                known = self._short.get(short, customer.customer_id)
                self._short[short] = customer.customer_id if known == customer.customer_id else None
        self._longest: dict[str, int] = {}
        """First token of every name to the number of tokens of the longest that begins so: most words begin none."""
        for name in (*self._exact, *self._short):
            words = name.split(" ")
            self._longest[words[0]] = max(len(words), self._longest.get(words[0], 0))

    def find(self, name: str) -> Customer | None:
        """The customer that this id, name or alias names; None where none or more than one does."""
        if name in self.by_id:
            return self.by_id[name]
        key = name_key(name)
        found = self._exact.get(key) or self._short.get(key) or self._short.get(_without_legal_form(key))
        return self.by_id[found] if found else None

    def mentions(self, text_tokens: list[str]) -> list[tuple[int, int, Customer]]:
        """Customers named in a text as (first token, last token + 1, customer); the longest name wins.

        A name cut short to one token counts only where it is written with a capital: "target" is a word.
        """
        folded = [token.casefold().replace("’", "'") for token in text_tokens]
        bare = [word.removesuffix("'s") for word in folded]
        found: list[tuple[int, int, Customer]] = []
        start = 0
        while start < len(folded):
            longest = max(self._longest.get(folded[start], 0), self._longest.get(bare[start], 0))
            for stop in range(min(len(folded), start + min(longest, _LONGEST_NAME)), start, -1):
                customer_id = self._at(folded, bare, text_tokens, start, stop)
                if customer_id:
                    found.append((start, stop, self.by_id[customer_id]))
                    start = stop
                    break
            else:
                start += 1
        return found

    def in_text(self, text: str) -> tuple[Customer, ...]:
        """Customers that a text names, each once, in the order named."""
        found = {customer.customer_id: customer for _, _, customer in self.mentions(tokens(text))}
        return tuple(found.values())

    def _at(self, folded: list[str], bare: list[str], written: list[str], start: int, stop: int) -> str | None:
        for words in (folded[start:stop], [*folded[start : stop - 1], bare[stop - 1]]):
            key = " ".join(words)
            capital = any(token[0].isupper() or token[0].isdigit() for token in written[start:stop])
            if key in self._exact and (capital or stop - start > 1 or not key.isalpha() or len(key) > 3):
                return self._exact[key]
            if capital and self._short.get(key):
                return self._short[key]
        return None


def _without_legal_form(key: str) -> str:
    """The name as people say it: "experian information solutions inc" is "experian"; one word always stays."""
    words = key.split()
    while len(words) > 1 and words[-1] in _COMPANY_ENDINGS:
        words.pop()
    if len(words) > 1 and words[0] == "the":
        words = words[1:]
    return " ".join(words)


@dataclass(frozen=True, slots=True, kw_only=True)
class TenantView:
    names: NameIndex
    categories: tuple[str, ...]
    predicates: tuple[str, ...]
    span: DataSpan
    revisions: Mapping[str, int]
    representatives: Mapping[Plane, NDArray[np.float32]] = field(default_factory=dict)

    @classmethod
    def empty(cls) -> "TenantView":
        """A view of nothing, for runs that read no plane."""
        return cls(
            names=NameIndex([]), categories=(), predicates=(), span=DataSpan(oldest=None, newest=None), revisions={}
        )

    def similarity(self, plane: Plane, question: Vector | None) -> float:
        """Cosine of the question to the plane's nearest representative, 0..1."""
        held = self.representatives.get(plane)
        if question is None or held is None or held.shape[0] == 0 or held.shape[1] != question.shape[0]:
            return 0.0
        return nearest_similarity(question, held)

    def is_behind(self, revisions: Mapping[str, int]) -> bool:
        """Whether any plane has changed since this view was loaded."""
        return any(self.revisions.get(name, 0) != number for name, number in revisions.items())

    @property
    def data_end(self) -> datetime | None:
        return self.span.newest


class TenantViews:
    """The views of the tenants that this process serves; the least recently used beyond `capacity` is dropped."""

    def __init__(self, *, capacity: int = 200) -> None:
        self._views: OrderedDict[TenantId, TenantView] = OrderedDict()
        self._locks: dict[TenantId, anyio.Lock] = {}
        self._capacity = capacity

    async def get(self, memory: TenantMemory) -> TenantView:
        view = self._views.get(memory.tenant_id)
        if view is not None:
            self._views.move_to_end(memory.tenant_id)
            return view
        return await self.refresh(memory, stale=None)

    async def refresh(self, memory: TenantMemory, *, stale: TenantView | None) -> TenantView:
        """Load anew, once for all who wait; a view loaded meanwhile by somebody else is good."""
        lock = self._locks.setdefault(memory.tenant_id, anyio.Lock())
        async with lock:
            current = self._views.get(memory.tenant_id)
            if current is not None and current is not stale:
                return current
            view = await _load(memory, current)
            self._views[memory.tenant_id] = view
            self._views.move_to_end(memory.tenant_id)
            while len(self._views) > self._capacity:
                dropped, _ = self._views.popitem(last=False)
                self._locks.pop(dropped, None)
            return view


async def _load(memory: TenantMemory, previous: TenantView | None) -> TenantView:
    """Read the revisions before the data: data newer than its revision is read again, never the other way round."""
    revisions = await memory.revisions()

    def moved(name: str) -> bool:
        return previous is None or previous.revisions.get(name, 0) != revisions.get(name, 0)

    names, categories, predicates, span = (
        (previous.names, previous.categories, previous.predicates, previous.span)
        if previous
        else (NameIndex([]), (), (), DataSpan(oldest=None, newest=None))
    )
    if moved("customers"):
        names = NameIndex(await memory.customers.all())
    if moved("vector"):
        categories = tuple(group.key for group in await memory.categories() if group.key)
        span = await memory.vector.span()
    if moved("semantic"):
        predicates = tuple(await memory.predicates())
    representatives: dict[Plane, NDArray[np.float32]] = {}
    for plane in _SEARCHED:
        if previous is None or moved(plane):
            vectors = await memory.sample_vectors(plane, limit=_SAMPLE)
            representatives[plane] = await anyio.to_thread.run_sync(pick_representatives, vectors)
        else:
            representatives[plane] = previous.representatives[plane]
    return TenantView(
        names=names,
        categories=categories,
        predicates=predicates,
        span=span,
        revisions=revisions,
        representatives=representatives,
    )
