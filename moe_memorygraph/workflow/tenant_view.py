"""What a process keeps in memory of each tenant: names, vocabulary, the span of its data, its planes in miniature.

All of it is derived from the database and rebuilt when a plane's count of changes moves on: names, and what comes from
a small plane, before the next question is answered; what comes from a large one, which a few rows hardly change and
which takes longer to read, behind the questions, at most `PATIENCE` seconds later.
"""

from collections import OrderedDict
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime
from time import monotonic

import anyio
import numpy as np
from numpy.typing import NDArray

from moe_memorygraph.embedding import Embedder
from moe_memorygraph.errors import Unavailable
from moe_memorygraph.gating import nearest_similarity, pick_representatives
from moe_memorygraph.memory.ports import TenantMemory
from moe_memorygraph.memory.predicates import PredicateCatalogue
from moe_memorygraph.memory.standard_predicates import STANDARD
from moe_memorygraph.memory.values import Customer, DataSpan, OwnTopic, Plane, TenantId, TicketFilter, Vector
from moe_memorygraph.topics import LEAST_PROBABLE, open_classifier, topics_of
from moe_memorygraph.words import name_key, tokens
from moe_memorygraph.workflow.categories import CategoryIndex, topics_of_label, words_of_label
from moe_memorygraph.workflow.known_names import KnownNames

__all__ = ["COMPANY_ENDINGS", "NameIndex", "TenantView", "TenantViews"]

COMPANY_ENDINGS = frozenset(
    """inc incorporated llc ltd limited corp corporation co company companies plc gmbh ag sa nv bv lp llp na holding holdings
    group association national usa us the and of services service financial finance bank mortgage insurance information
    solutions systems technologies technology software labs international industries enterprises partners global""".split()  # noqa: SIM905 - 40 words read better so
)
"""Words at the end of a company's name that people leave out."""
_LONGEST_NAME = 10  # tokens
_ONE = (1,)
_MOST_NAMES = 20_000  # subjects, and as many values: 20 ms to read
_MOST_LABELS = 60
"""Labels whose meaning is looked for where no word tells it: the rest are too rare to be asked for."""
_SAMPLE = 1500  # vectors per plane: k-means over them takes about 40 ms
PATIENCE = 120.0  # seconds that a large plane's changes may wait for `renew`; then a question waits for them
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
        for customer in customers:
            self._exact.setdefault(name_key(customer.name), customer.customer_id)
        self._exact |= _of_one_alone(customers, self._exact)
        for customer in customers:
            short = _without_legal_form(name_key(customer.name))
            if short and short not in self._exact:
                known = self._short.get(short, customer.customer_id)
                self._short[short] = customer.customer_id if known == customer.customer_id else None
        self._longer: dict[str, set[int]] = {}
        """First two tokens of the longer names, as one text, to the numbers of tokens: most words begin none."""
        for name in (*self._exact, *self._short):
            words = name.split(" ")
            if 1 < len(words) <= _LONGEST_NAME:
                self._longer.setdefault(" ".join(words[:2]), set()).add(len(words))

    def find(self, name: str) -> Customer | None:
        """The customer that this id, name or alias names; None where none or more than one does."""
        if name in self.by_id:
            return self.by_id[name]
        key = name_key(name)
        found = self._exact.get(key) or self._short.get(key) or self._short.get(_without_legal_form(key))
        return self.by_id[found] if found else None

    def is_cut_short(self, name: str, customer: Customer) -> bool:
        """Whether a text that names a customer leaves out the end of its name, be it by an alias that does so too."""
        key = name_key(name)
        return key not in self._exact or name_key(customer.name).startswith(f"{key} ")

    def mentions(self, text_tokens: list[str]) -> list[tuple[int, int, Customer]]:
        """Customers named in a text as (first token, last token + 1, customer); the longest name wins.

        A name cut short to one token counts only where it is written with a capital: "target" is a word.
        """
        folded = [token.casefold().replace("’", "'") for token in text_tokens]
        bare = [word.removesuffix("'s") for word in folded]
        found: list[tuple[int, int, Customer]] = []
        start = 0
        while start < len(folded):
            for length in self._lengths(folded, bare, start):  # mostly 1 alone
                customer_id = self._at(folded, bare, text_tokens, start, start + length)
                if customer_id:
                    found.append((start, start + length, self.by_id[customer_id]))
                    start += length
                    break
            else:
                start += 1
        return found

    def _lengths(self, folded: list[str], bare: list[str], start: int) -> Sequence[int]:
        """Numbers of tokens that a name may have which begins there, the highest first."""
        if start + 1 == len(folded):
            return _ONE
        first, second, bare_second = folded[start], folded[start + 1], bare[start + 1]
        longer = self._longer.get(f"{first} {second}")
        if bare_second != second:
            longer = {*(longer or ()), *self._longer.get(f"{first} {bare_second}", ())}
        if not longer:
            return _ONE
        return sorted((length for length in {1, *longer} if start + length <= len(folded)), reverse=True)

    def in_text(self, text: str) -> tuple[Customer, ...]:
        """Customers that a text names, each once, in the order named."""
        found = {customer.customer_id: customer for _, _, customer in self.mentions(tokens(text))}
        return tuple(found.values())

    def _at(self, folded: list[str], bare: list[str], written: list[str], start: int, stop: int) -> str | None:
        before = folded[start : stop - 1]
        for last in dict.fromkeys((folded[stop - 1], bare[stop - 1])):
            key = " ".join((*before, last))
            exact, short = self._exact.get(key), self._short.get(key)
            if not (exact or short):
                continue
            capital = any(token[0].isupper() or token[0].isdigit() for token in written[start:stop])
            if exact and (capital or stop - start > 1 or not key.isalpha() or len(key) > 3):
                return exact
            if capital and short:
                return short
        return None


def _of_one_alone(customers: list[Customer], taken: Mapping[str, str]) -> dict[str, str]:
    """Aliases that are nobody's id or name, each to the one customer that has it; one of several names nobody."""
    owners: dict[str, set[str]] = {}
    for customer in customers:
        for alias in customer.aliases:
            owners.setdefault(name_key(alias), set()).add(customer.customer_id)
    return {alias: next(iter(ids)) for alias, ids in owners.items() if len(ids) == 1 and alias not in taken}


def _without_legal_form(key: str) -> str:
    """The name as people say it: "experian information solutions inc" is "experian"; one word always stays."""
    words = key.split()
    while len(words) > 1 and words[-1] in COMPANY_ENDINGS:
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
    statuses: tuple[str, ...] = ()
    """Of its tickets, the most frequent first."""
    catalogue: PredicateCatalogue = STANDARD
    """What is known of predicates, the tenant's own before the others."""
    known: KnownNames = field(default_factory=KnownNames)
    """Names in facts that are no customers'."""
    revisions: Mapping[str, int]
    """Of each plane, and of 'customers', when it was read."""
    meanings: Mapping[str, str] = field(default_factory=dict)
    """Label of a category that no word of ours is in, to the topic that it means; '' for none."""
    own_topics: tuple[OwnTopic, ...] = ()
    """By which the meanings were told."""
    category_index: CategoryIndex | None = None
    """What finds the categories that a question means; None for what the labels' words and the shipped topics say."""
    representatives: Mapping[Plane, NDArray[np.float32]] = field(default_factory=dict)
    large: frozenset[str] = frozenset()
    """Planes with more vectors than are sampled."""
    fiscal_year_start: int = 1
    """The calendar month (1..12) in which the tenant's fiscal year begins."""
    source_trust: Mapping[str, float] = field(default_factory=dict)
    """Source of facts, in lower case, to how far the tenant trusts it, 0..1."""
    created_at: datetime | None = None
    """Of the tenant: another than that was erased has the same key and another time."""
    renewed_at: float = 0.0
    """Seconds on the clock of `TenantViews`: all of it was up to date then."""

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
        """Whether customers or a small plane have changed since they were read: nobody answers without these changes."""
        return bool(self.changed(revisions) - self.large)

    def changed(self, revisions: Mapping[str, int]) -> frozenset[str]:
        """Planes, and 'customers', that have changed since they were read."""
        if revisions == self.revisions:
            return frozenset()
        names = revisions.keys() | self.revisions.keys()  # of a tenant that was erased none is left
        return frozenset(name for name in names if self.revisions.get(name, 0) != revisions.get(name, 0))

    @property
    def data_end(self) -> datetime | None:
        return self.span.newest


class TenantViews:
    """The views of the tenants that this process serves; the least recently used beyond `capacity` is dropped."""

    def __init__(
        self, *, embedder: Embedder | None = None, capacity: int = 200, clock: Callable[[], float] = monotonic
    ) -> None:
        """Without an embedder, labels mean what their words say and nothing more."""
        self._embedder = embedder
        self._views: OrderedDict[TenantId, TenantView] = OrderedDict()
        self._locks: dict[TenantId, anyio.Lock] = {}
        self._capacity = capacity
        self._clock = clock

    async def get(self, memory: TenantMemory) -> TenantView:
        """The view in memory, if there is one and it is not too old; else a new one."""
        view = self._views.get(memory.tenant_id)
        if view is None or self._is_overdue(view):
            return await self.refresh(memory, stale=view)
        self._views.move_to_end(memory.tenant_id)
        return view

    async def refresh(self, memory: TenantMemory, *, stale: TenantView | None) -> TenantView:
        """Load what has to be there at once, for all who wait; a view loaded meanwhile by somebody else is good.

        What large planes change is left to `renew`, unless nobody renewed for `PATIENCE` seconds.
        """
        lock = self._locks.setdefault(memory.tenant_id, anyio.Lock())
        async with lock:
            current = self._views.get(memory.tenant_id)
            if current is not None and current is not stale:
                return current
            leave = frozenset[str]() if current is None or self._is_overdue(current) else current.large
            return self._keep(
                memory, await _load(memory, current, embedder=self._embedder, leave=leave, now=self._clock())
            )

    async def renew(self, memory: TenantMemory) -> bool:
        """Bring a view that is in use up to date, behind the questions; whether there was anything to do.

        Questions go on with the view they have. A process that answers questions calls this now and then.
        """
        view = self._views.get(memory.tenant_id)
        if view is None:
            return False
        if not view.changed(await memory.revisions()):
            self._views[memory.tenant_id] = replace(view, renewed_at=self._clock())
            return False
        renewed = await _load(memory, view, embedder=self._embedder, now=self._clock())
        self._keep(memory, renewed)
        return True

    def _is_overdue(self, view: TenantView) -> bool:
        return self._clock() - view.renewed_at > PATIENCE

    def _keep(self, memory: TenantMemory, view: TenantView) -> TenantView:
        self._views[memory.tenant_id] = view
        self._views.move_to_end(memory.tenant_id)
        while len(self._views) > self._capacity:
            dropped, _ = self._views.popitem(last=False)
            self._locks.pop(dropped, None)
        return view


async def _load(
    memory: TenantMemory,
    previous: TenantView | None,
    *,
    embedder: Embedder | None,
    leave: frozenset[str] = frozenset(),
    now: float,
) -> TenantView:
    """Read the revisions before the data: data newer than its revision is read again, never the other way round.

    Planes of `leave` stay as they were, with the revision that they had.
    """
    known = previous or TenantView.empty()
    revisions = await memory.revisions()
    tenant = await memory.tenant()
    if previous is not None and (tenant is None or tenant.created_at != previous.created_at):
        previous, known, leave = None, TenantView.empty(), frozenset()
    moved = known.changed(revisions) - leave
    names, categories, predicates, span = known.names, known.categories, known.predicates, known.span
    statuses = known.statuses
    catalogue, known_in_facts = known.catalogue, known.known
    own, meanings, index = known.own_topics, known.meanings, known.category_index
    representatives, large = dict(known.representatives), set(known.large)
    if "customers" in moved:
        names = NameIndex(await memory.customers.all())
        catalogue = STANDARD.with_own(await memory.catalogue.all())
    if "vector" in moved:
        categories = tuple(group.key for group in await memory.categories() if group.key)
        span = await memory.vector.span()
        statuses = tuple(
            group.key for group in await memory.vector.count_by("status", TicketFilter(), limit=50) if group.key
        )
        own = tuple(await memory.topics.own())
        meanings = await _meanings(categories, own, known.meanings if own == known.own_topics else {}, embedder)
        index = await anyio.to_thread.run_sync(_index, categories, own, meanings)
    if "semantic" in moved:
        predicates = tuple(await memory.predicates())
    if "semantic" in moved or catalogue is not known.catalogue:
        in_facts = await memory.semantic.names(limit=_MOST_NAMES)
        known_in_facts = KnownNames(in_facts.subjects, in_facts.values, catalogue=catalogue)
    for plane in _SEARCHED:
        if previous is not None and plane not in moved:
            continue
        vectors = await memory.sample_vectors(plane, limit=_SAMPLE)
        representatives[plane] = await anyio.to_thread.run_sync(pick_representatives, vectors)
        (large.add if len(vectors) >= _SAMPLE else large.discard)(plane)
    return TenantView(
        names=names,
        categories=categories,
        predicates=predicates,
        span=span,
        statuses=statuses,
        catalogue=catalogue,
        known=known_in_facts,
        meanings=meanings,
        own_topics=own,
        category_index=index,
        revisions={name: known.revisions.get(name, 0) if name in leave else at for name, at in revisions.items()},
        representatives=representatives,
        large=frozenset(large),
        fiscal_year_start=tenant.fiscal_year_start if tenant else 1,
        source_trust=tenant.source_trust if tenant else {},
        created_at=tenant.created_at if tenant else None,
        renewed_at=known.renewed_at if leave & known.changed(revisions) else now,
    )


async def _meanings(
    labels: Sequence[str], own: Sequence[OwnTopic], known: Mapping[str, str], embedder: Embedder | None
) -> Mapping[str, str]:
    """The topics of the leading labels that no word tells: '' where none is probable enough. What is known stays."""
    topics = topics_of(own)
    untold = [label for label in labels[:_MOST_LABELS] if label not in known and not topics_of_label(label, topics)]
    if embedder is None or not untold:
        return known
    try:
        classifier = await open_classifier(embedder, own)
        vectors = await embedder.embed_passages([words_of_label(label) for label in untold])
    except Unavailable:  # a question that needs no model is answered without
        return known
    guesses = classifier.guess([words_of_label(label) for label in untold], vectors)
    told = [guess.topic if guess.category and guess.probability >= LEAST_PROBABLE else "" for guess in guesses]
    return {**known, **dict(zip(untold, told, strict=True))}


def _index(labels: Sequence[str], own: Sequence[OwnTopic], meanings: Mapping[str, str]) -> CategoryIndex:
    told = {label: topic for label, topic in meanings.items() if topic and label in labels}
    return CategoryIndex(labels, topics=topics_of(own), meanings=told)
