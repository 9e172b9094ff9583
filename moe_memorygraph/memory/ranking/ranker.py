"""Features of every candidate, one linear score, and the probability that it means. Vectorised arithmetic, no I/O.

Features are absolute: none is normalised over the candidates of a question, so scores compare between questions, the
best of bad ones stays bad, and more candidates never change what the others are worth. What a plane lacks (authors,
times, conversations, embeddings) leaves its features at 0.
"""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from moe_memorygraph.memory.ranking.question import DateWords, asked_names, form_of, time_between
from moe_memorygraph.memory.ranking.recording import note
from moe_memorygraph.memory.ranking.traits import Trait
from moe_memorygraph.memory.ranking.values import Candidates, RankQuery
from moe_memorygraph.memory.ranking.weights import SHIPPED, Weights

__all__ = ["FEATURES", "features", "rank"]

Column = NDArray[np.float64]
Mask = NDArray[np.uint64]

FEATURES = (
    # the passage itself
    "similarity",
    "similarity_high",
    "coverage",
    "coverage_high",
    "coverage_full",
    "density",
    "mass",
    "rarest",
    "similarity_and_coverage",
    "head",
    "brevity",
    # its neighbours in the conversation
    "similarity_before",
    "similarity_after",
    "similarity_around",
    "coverage_before",
    "coverage_after",
    "context",
    "wide_context",
    # the passages beside it in the same unbroken text
    "text_context",
    # the rest of its conversation
    "group_similarity",
    "group_coverage",
    # who
    "by_asked",
    "by_other",
    "names_asked",
    # when
    "says_when",
    "says_when_near",
    "at_time",
    "at_year",
    "after_time",
    "before_time",
    "is_recent",
    # its form
    "is_question",
    "follows_question",
    "first_person",
    "first_person_asked",
    "says_number",
    "negation",
    "is_short",
    "is_greeting",
    # what the question prefers
    "customer",
    "category",
    # what stands in where there are no embeddings, or no words
    "no_similarity",
    "coverage_alone",
    "no_words",
    "similarity_alone",
)

_DAY = 86_400.0
_HIGH = 0.4  # cosine from which a passage of the shipped MiniLM is about the same thing
_LENT = 0.8  # of its conversation's best similarity, what a passage without an embedding is taken to have
_UNKNOWN_WEIGHT = 0.6  # of a word whose frequency is unknown: that of one in a hundredth of the passages, about
_BITS = np.unpackbits(np.arange(256, dtype=np.uint8)[:, None], axis=1, bitorder="little").astype(np.float64)


def rank(query: RankQuery, candidates: Candidates, weights: Weights = SHIPPED) -> NDArray[np.float64]:
    """How well each candidate fits, shape (n,), 0..1, higher is better, comparable between questions.

    0.5 is even odds that a passage is evidence rather than one of the fifty best that are not. Not sorted; the order of equals is the
    caller's. Row i depends on row i, its neighbours and its group alone.
    """
    if not len(candidates):
        return np.zeros(0)
    note(query, candidates)
    return weights.probability(features(query, candidates))


def features(query: RankQuery, candidates: Candidates) -> NDArray[np.float64]:
    """Shape (n, len(FEATURES)), columns in the order of `FEATURES`, all finite; mostly 0..1, the formulas say which not."""
    if not len(candidates):
        return np.zeros((0, len(FEATURES)))
    columns = _Columns.of(query, candidates)
    found = np.zeros((len(FEATURES), len(candidates)))
    for name, column in {
        **_own(columns),
        **_around(columns),
        **_group(columns),
        **_who(columns),
        **_when(columns),
        **_form(columns),
        **_preferred(columns),
    }.items():
        found[_PLACE[name]] = column
    return found.T


_PLACE = {name: place for place, name in enumerate(FEATURES)}


@dataclass(frozen=True, slots=True, kw_only=True)
class _Columns:
    """What several features are made of; all columns of shape (n,)."""

    query: RankQuery
    rows: Candidates
    similarity: Column
    """0 where it is not known or negative. Of a passage that has no embedding, as the replies to a ticket have none,
    a share of the best in its conversation."""
    has_similarity: NDArray[np.bool_]
    """False where the question itself has no embedding."""
    share: Callable[[Mask], Column]
    """Share of the question's weight that a mask holds, 0..1, names of authors left out."""
    mass: Column
    """Sum of weights of the words that it holds; a word that is in one passage alone weighs 1."""
    coverage: Column
    has_words: bool
    names: int
    """Lexemes that name authors, as bits."""
    asked: NDArray[np.bool_] | None
    """Whether its author is one that the question names; None where it names none."""
    has_author: NDArray[np.bool_]
    relative: Column
    """Weight of each lexeme, shape (lexemes,), 0..1."""
    best_of_others: Callable[[Column], Column]
    """The highest value in the rest of its conversation."""
    goes_on: tuple[NDArray[np.bool_], NDArray[np.bool_]] | None
    """Whether it goes on the text before it, and whether that after it goes on its own; None where no text does."""

    @classmethod
    def of(cls, query: RankQuery, rows: Candidates) -> "_Columns":
        similarity = np.asarray(rows.similarity, dtype=np.float64)
        known = np.isfinite(similarity)
        asked, has_author, names = _asked_authors(query, rows)
        relative = _word_weights(query, names | query.weightless)
        summed = _summing(relative)
        total = float(relative.sum())
        mass = summed(rows.held)
        best_of_others = _comparing_others(rows.group)

        def share(mask: Mask) -> Column:
            return summed(mask) / total if total else np.zeros(len(mask))

        similarity = np.clip(np.where(known, similarity, 0.0), 0.0, 1.0)
        if query.has_embedding and not known.all():
            similarity = np.where(known, similarity, _LENT * best_of_others(similarity))
            known = np.ones_like(known)
        return cls(
            query=query,
            rows=rows,
            similarity=similarity,
            has_similarity=known,
            share=share,
            mass=mass,
            coverage=mass / total if total else np.zeros(len(rows)),
            has_words=total > 0,
            names=names,
            asked=asked,
            has_author=has_author,
            relative=relative,
            best_of_others=best_of_others,
            goes_on=_unbroken(rows, has_author),
        )

    def trait(self, trait: Trait) -> Column:
        return np.asarray((self.rows.traits & int(trait)) != 0, dtype=np.float64)


def _word_weights(query: RankQuery, names: int) -> Column:
    """Inverse document frequency as in BM25, as a share of what a word in one passage alone weighs; names weigh 0."""
    count = len(query.lexemes)
    if query.total > 0:
        held = np.clip(query.frequency, 1.0, query.total)
        rarity = np.log1p((query.total - held + 0.5) / (held + 0.5))
        weights = np.asarray(rarity / np.log1p((query.total - 0.5) / 1.5), dtype=np.float64)
    else:
        weights = np.full(count, _UNKNOWN_WEIGHT)
    is_name = (names >> np.arange(count).astype(object)) & 1 if names else np.zeros(count)
    return np.where(is_name.astype(np.bool_), 0.0, weights)


def _summing(weights: Column) -> Callable[[Mask], Column]:
    """Of a mask, the sum of the weights of its bits: eight bits at a time, from a table."""
    octets = max(1, -(-len(weights) // 8))
    padded = np.zeros(octets * 8)
    padded[: len(weights)] = weights
    table = np.ascontiguousarray((_BITS @ padded.reshape(octets, 8).T).T)

    def total(mask: Mask) -> Column:
        octet = np.ascontiguousarray(mask, dtype="<u8").view(np.uint8).reshape(-1, 8)
        found: Column = table[0][octet[:, 0]]
        for place in range(1, octets):
            found += table[place][octet[:, place]]
        return found

    return total


def _asked_authors(query: RankQuery, rows: Candidates) -> tuple[NDArray[np.bool_] | None, NDArray[np.bool_], int]:
    names = dict.fromkeys(rows.author)
    names.pop(None, None)
    if not names:
        return None, np.zeros(len(rows), dtype=np.bool_), 0
    has_author = np.fromiter((one is not None for one in rows.author), dtype=np.bool_, count=len(rows))
    asked, bits = asked_names(query.text, query.lexemes, [name for name in names if name])
    if not asked:
        return None, has_author, 0
    return np.fromiter((one in asked for one in rows.author), dtype=np.bool_, count=len(rows)), has_author, bits


def _unbroken(rows: Candidates, has_author: NDArray[np.bool_]) -> tuple[NDArray[np.bool_], NDArray[np.bool_]] | None:
    """Which passages that nobody is named to have said stand in one text with that before, and with that after, them."""
    before, after, parts = rows.before, rows.after, rows.parts
    goes_on = (
        ~has_author & (before >= 0) & (parts[before] == parts - 1),
        ~has_author & (after >= 0) & (parts[after] == parts + 1),
    )
    return goes_on if goes_on[0].any() or goes_on[1].any() else None


def _own(columns: _Columns) -> dict[str, Column]:
    rows, similarity, coverage = columns.rows, columns.similarity, columns.coverage
    known, mass = columns.has_similarity, columns.mass
    words = float(columns.has_words)
    rarest = np.zeros(len(rows))
    if columns.has_words:
        place = int(np.argmax(columns.relative))
        rarest = ((rows.held >> np.uint64(place)) & np.uint64(1)).astype(np.float64) * columns.relative[place]
    mean = columns.query.mean_length or 20.0
    longer = mean + np.maximum(rows.length, 0)
    return {
        "similarity": similarity * words,
        "similarity_high": np.maximum(similarity - _HIGH, 0.0),
        "coverage": np.where(known, coverage, 0.0),
        "coverage_high": np.maximum(coverage - 0.5, 0.0),
        "coverage_full": np.maximum(coverage - 0.8, 0.0),
        "density": coverage * mean / longer,
        "mass": mass / (mass + 1.5),
        "rarest": rarest,
        "similarity_and_coverage": similarity * coverage,
        "head": columns.share(rows.head_held),
        "brevity": mean / longer - 0.5,
        "no_similarity": (~known).astype(np.float64),
        "coverage_alone": np.where(known, 0.0, coverage),
        "no_words": np.full(len(rows), 1.0 - words),
        "similarity_alone": similarity * (1.0 - words),
    }


def _neighbour(column: NDArray[Any], rows: NDArray[np.int32]) -> NDArray[Any]:
    """The column's value in the named row, 0 for -1."""
    found = column[rows]
    found[rows < 0] = 0
    return found


def _around(columns: _Columns) -> dict[str, Column]:
    """What neighbours in the conversation lend, and what the rest of the same text does.

    The parts of a text that nobody is named to have said follow each other as it was cut; they do not answer each
    other, and each of them is found by itself.
    """
    rows = columns.rows
    before, after = rows.before, rows.after
    if max(before.max(), after.max()) < 0:
        return {}
    goes_on, found = columns.goes_on, {}
    if goes_on is not None:
        on, off = goes_on
        whole = (
            rows.held
            | _neighbour(rows.held, np.where(on, before, -1))
            | _neighbour(rows.held, np.where(off, after, -1))
        )
        found = {"text_context": columns.share(whole) - columns.coverage}
        before, after = np.where(on, -1, before), np.where(off, -1, after)
        if max(before.max(), after.max()) < 0:
            return found
    before2, after2 = before[before], after[after]
    before2[before < 0] = after2[after < 0] = -1
    near = rows.held | _neighbour(rows.held, before) | _neighbour(rows.held, after)
    wide = near | _neighbour(rows.held, before2) | _neighbour(rows.held, after2)
    context = columns.share(near)
    second = np.maximum(_neighbour(columns.similarity, before2), _neighbour(columns.similarity, after2))
    return {
        "similarity_before": _neighbour(columns.similarity, before),
        "similarity_after": _neighbour(columns.similarity, after),
        "similarity_around": second,
        "coverage_before": _neighbour(columns.coverage, before),
        "coverage_after": _neighbour(columns.coverage, after),
        "context": context - columns.coverage,
        "wide_context": columns.share(wide) - context,
        **found,
    }


def _group(columns: _Columns) -> dict[str, Column]:
    others = columns.best_of_others
    found = {"group_similarity": others(columns.similarity), "group_coverage": others(columns.coverage)}
    if columns.goes_on is not None:
        before, after = columns.goes_on
        is_said = columns.has_author | (columns.rows.before >= 0) & ~before | (columns.rows.after >= 0) & ~after
        return {name: np.where(is_said, column, 0.0) for name, column in found.items()}
    return found


def _comparing_others(group: NDArray[np.int32]) -> Callable[[Column], Column]:
    """What gives, of a column of values not below 0, the highest among the other rows of the same group; 0 for the only row."""
    count = len(group)
    order = None if bool((group[1:] >= group[:-1]).all()) else np.argsort(group, kind="stable")
    in_order = group if order is None else group[order]
    is_first = np.ones(count, dtype=np.bool_)
    np.not_equal(in_order[1:], in_order[:-1], out=is_first[1:])
    starts = np.flatnonzero(is_first)
    if len(starts) == count:
        return np.zeros_like
    number = np.cumsum(is_first) - 1

    def best_of_others(column: Column) -> Column:
        values = column if order is None else column[order]
        best = np.maximum.reduceat(values, starts)[number]
        is_best = values == best
        second = np.maximum.reduceat(np.where(is_best, 0.0, values), starts)
        second = np.where(np.add.reduceat(is_best, starts, dtype=np.intp) > 1, best[starts], second)
        found: Column = np.where(is_best, second[number], best)
        if order is not None:
            found[order] = found.copy()
        return found

    return best_of_others


def _who(columns: _Columns) -> dict[str, Column]:
    if columns.asked is None:
        return {}
    by_asked = columns.asked.astype(np.float64)
    by_other = (~columns.asked & columns.has_author).astype(np.float64)
    named = ((columns.rows.held & np.uint64(columns.names)) != 0).astype(np.float64)
    return {"by_asked": by_asked, "by_other": by_other, "names_asked": named * by_other}


def _when(columns: _Columns) -> dict[str, Column]:
    query, rows = columns.query, columns.rows
    form = form_of(query.text)
    found: dict[str, Column] = {}
    if form.asks_when:
        says = columns.trait(Trait.TIME)
        found["says_when"] = says
        found["says_when_near"] = np.maximum(_neighbour(says, rows.before), _neighbour(says, rows.after))
    found |= _closeness(*_days_outside(query, rows, form.date))
    is_hinted = query.hints.since is not None or query.hints.until is not None
    if "at_time" in found and form.date is not None and form.date.month is None and not is_hinted:
        found["at_year"] = found.pop("at_time")  # a whole year says less of when
    if query.hints.recent:
        found["is_recent"] = _recency(columns)
    return found


def _days_outside(query: RankQuery, rows: Candidates, date: DateWords | None) -> tuple[Column | None, Column | None]:
    """Days by which each was written before and after the time that is asked about; nan where unknown, None: no time."""
    at = np.asarray(rows.created_at, dtype=np.float64)
    hints = query.hints
    if hints.since is not None or hints.until is not None:
        since = hints.since.timestamp() if hints.since else -np.inf
        until = hints.until.timestamp() if hints.until else np.inf
        return np.maximum(since - at, 0.0) / _DAY, np.maximum(at - until, 0.0) / _DAY
    if date is None or not np.any(np.isfinite(at)):
        return None, None
    years = [date.year] if date.year else _years(at)
    best_before, best_after = np.full(len(rows), np.nan), np.full(len(rows), np.nan)
    for year in years:
        between = time_between(date, year)
        if between is None:
            continue
        before, after = np.maximum(between[0] - at, 0.0) / _DAY, np.maximum(at - between[1], 0.0) / _DAY
        closer = ~(best_before + best_after <= before + after)
        best_before, best_after = np.where(closer, before, best_before), np.where(closer, after, best_after)
    return best_before, best_after


def _years(at: Column) -> list[int]:
    known = at[np.isfinite(at)]
    first, last = (
        int(np.datetime64(int(one), "s").astype("datetime64[Y]").astype(int)) + 1970
        for one in (known.min(), known.max())
    )
    return list(range(max(first, last - 20) - 1, last + 1))


def _closeness(before: Column | None, after: Column | None) -> dict[str, Column]:
    if before is None or after is None:
        return {}
    known = np.isfinite(before) & np.isfinite(after)
    before, after = np.where(known, before, np.inf), np.where(known, after, np.inf)
    inside = (before == 0) & (after == 0)
    return {
        "at_time": inside.astype(np.float64),
        "after_time": np.where((after > 0) & (before == 0), np.exp(-after / 15.0), 0.0),
        "before_time": np.where((before > 0) & (after == 0), np.exp(-before / 15.0), 0.0),
    }


def _recency(columns: _Columns) -> Column:
    """-1..0: how much older it is than the newest that holds anything of the question; 0.5 lost in a month or so."""
    at = np.asarray(columns.rows.created_at, dtype=np.float64)
    relevant = np.isfinite(at) & ((columns.coverage > 0) | (columns.similarity > _HIGH / 2))
    if not relevant.any():
        return np.zeros(len(at))
    age = np.maximum(at[relevant].max() - at, 0.0) / _DAY
    return np.where(np.isfinite(age), -age / (age + 30.0), -1.0)


def _form(columns: _Columns) -> dict[str, Column]:
    form = form_of(columns.query.text)
    first_person = columns.trait(Trait.FIRST_PERSON)
    found = {
        "is_question": columns.trait(Trait.ASKS_ONLY),
        "follows_question": _neighbour(columns.trait(Trait.ASKS_ONLY), columns.rows.before),
        "first_person": first_person,
        "is_short": columns.trait(Trait.SHORT),
        "is_greeting": columns.trait(Trait.GREETING),
    }
    if columns.asked is not None:
        found["first_person_asked"] = first_person * columns.asked
    if form.asks_number:
        found["says_number"] = np.maximum(columns.trait(Trait.NUMBER), columns.trait(Trait.MONEY))
    if form.has_negation:
        found["negation"] = columns.trait(Trait.NEGATION)
    return found


def _preferred(columns: _Columns) -> dict[str, Column]:
    hints, rows = columns.query.hints, columns.rows
    found: dict[str, Column] = {}
    for name, wanted, held in (
        ("customer", hints.customer_ids, rows.customer_id),
        ("category", hints.categories, rows.category),
    ):
        if wanted:
            chosen = frozenset(wanted)
            found[name] = np.fromiter((one in chosen for one in held), dtype=np.float64, count=len(rows))
    return found
