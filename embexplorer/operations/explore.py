"""Asking a space: the neighbors of an item, a sum or a vector, and what solves an analogy."""

from __future__ import annotations

import time
from typing import TYPE_CHECKING, Any

import numpy as np
import pyarrow as pa

from embexplorer.core.errors import UserError
from embexplorer.core.results import (
    ANALOGY_METHODS,
    METRICS,
    AnalogyMethod,
    AnalogyResult,
    Metric,
    Neighbors,
    Ranked,
)
from embexplorer.core.space import ITEM, Space
from embexplorer.measures.analogy import has_direction, solve_analogy, unit_inputs
from embexplorer.measures.neighbors import find_nearest
from embexplorer.measures.similarity import PRODUCT_METRICS, Norms, row_sums
from embexplorer.measures.similarity import norms as norms_of
from embexplorer.operations.norms import norms_of_space
from embexplorer.operations.query import Found, Query, Term, find_input, parse_query

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from numpy.typing import NDArray

    from embexplorer.core.progress import Progress
    from embexplorer.core.space import Vectors
    from embexplorer.measures.int8_copy import Int8Copy


def neighbors(
    space: Space,
    query: str | int | Query,
    *,
    k: int = 10,
    metric: Metric = "cosine",
    include_inputs: bool = False,
    ignore_case: bool = False,
    vector: NDArray[Any] | None = None,
    norms: Norms | None = None,
    copy: Int8Copy | None = None,
    progress: Progress | None = None,
) -> Neighbors:
    """Return the k items nearest to a query, every item of the space compared.

    Parameters
    ----------
    query
        A text as `parse_query` reads it, a row, or a query already parsed; with `vector`, only
        what the query is called. A sum adds the unit vectors of its items for the cosine, as
        gensim's ``most_similar`` does, and their raw vectors for the other metrics.
    k
        How many to find.
    metric
        One of `embexplorer.core.results.METRICS`; distances are on the raw vectors.
    include_inputs
        Keep the items the query is made of; otherwise these rows are left out, while duplicates of
        them stay.
    ignore_case
        See `parse_query`.
    vector
        (d,) an encoded text to search for instead of an item.
    norms
        Norms of the space's vectors, where the caller keeps them (`measures.similarity.norms`).
    copy
        The copy of the vectors with a byte a number, where there is one: the same answer sooner.

    Raises
    ------
    UserError
        When the query, k or the metric cannot be used; see also `parse_query`.
    """
    started = time.perf_counter()
    _check_choice("metric", metric, METRICS)
    _check_k(k)
    if vector is None:
        parsed = _as_query(query, space, ignore_case)
        wanted = _vector_of(space, parsed, metric)
    else:
        parsed = Query(str(query), ())
        wanted = _checked_vector(space, vector, metric)
    if norms is None and metric in PRODUCT_METRICS:
        norms = norms_of_space(space, progress)
    n_zero = int(np.count_nonzero(norms == 0)) if norms is not None and metric == "cosine" else 0
    left_out = () if include_inputs else parsed.inputs
    ranked = find_nearest(
        space.vectors,
        wanted,
        k,
        metric,
        exclude=left_out,
        norms=norms,
        copy=copy,
        progress=progress,
    )
    return Neighbors(
        query=parsed.text,
        inputs=parsed.inputs,
        ranked=ranked,
        metric=metric,
        exact=True,
        seconds=time.perf_counter() - started,
        n_compared=space.n - n_zero,
        notes=(*parsed.notes, *_zero_notes(n_zero, "cosine"), *_few_notes(len(ranked), k)),
    )


def analogy(
    space: Space,
    a: str | int,
    b: str | int,
    c: str | int,
    *,
    method: AnalogyMethod = "3cosadd",
    k: int = 10,
    ignore_case: bool = False,
    norms: Norms | None = None,
    copy: Int8Copy | None = None,
    progress: Progress | None = None,
) -> AnalogyResult:
    """Return the k best answers to ``a is to b as c is to ?``, without the inputs and with them.

    Parameters
    ----------
    a, b, c
        Items, or rows as numbers or as ``#17``.
    method
        One of `embexplorer.core.results.ANALOGY_METHODS`; `measures.analogy.solve_analogy` has the
        formulas. All work on unit vectors.
    k, ignore_case, norms, copy
        As for `neighbors`.

    Raises
    ------
    UserError
        When an input is unknown or a zero vector, or the inputs leave no direction to follow.
    """
    started = time.perf_counter()
    _check_choice("method", method, ANALOGY_METHODS)
    _check_k(k)
    found = [_as_item(text, space, ignore_case) for text in (a, b, c)]
    rows = (found[0].index, found[1].index, found[2].index)
    names = _names(space, found, (a, b, c))
    _refuse_zero_vectors(_raw_vectors(space, found), names, rows)
    given = [one.index if one.vector is None else one.vector for one in found]
    inputs = (given[0], given[1], given[2])
    if not has_direction(unit_inputs(space.vectors, *inputs), method):
        listed = ", ".join(f"“{name}”" for name in names)
        raise UserError(
            "No direction to follow",
            f"With {listed} the vectors cancel out in {method}.",
            "Choose inputs that differ, or another method.",
        )
    lengths = norms_of_space(space, progress) if norms is None else norms
    results, with_inputs = solve_analogy(
        space.vectors, *inputs, k, method, norms=lengths, copy=copy, progress=progress
    )
    notes = (
        *dict.fromkeys(one.note for one in found if one.note),
        *_repeat_notes(rows, names),
        *_zero_notes(int(np.count_nonzero(lengths == 0)), "direction"),
        *_few_notes(len(results), k),
    )
    seconds = time.perf_counter() - started
    return AnalogyResult(rows, names, method, results, with_inputs, seconds, notes)


def neighbors_table(space: Space, found: Neighbors) -> pa.Table:
    """Return the neighbors as columns rank, item, index, score, to copy or to write to a file."""
    return ranked_table(space, found.ranked)


def analogy_table(space: Space, result: AnalogyResult, *, with_inputs: bool = False) -> pa.Table:
    """Return the answers as columns rank, item, index, score, without the inputs or with them."""
    return ranked_table(space, result.results_with_inputs if with_inputs else result.results)


def ranked_table(space: Space, ranked: Ranked) -> pa.Table:
    """Return ranked rows as columns rank (from 1), item, index (from 0), score."""
    return pa.table(
        {
            "rank": pa.array(np.arange(1, len(ranked) + 1)),
            ITEM: pa.array(space.items.take(ranked.indices), pa.large_string()),
            "index": pa.array(ranked.indices),
            "score": pa.array(ranked.scores),
        }
    )


def method_sentence(found: Neighbors) -> str:
    """Return how they were found, such as ``Exact search on the raw vectors, 9 items in 4 ms``."""
    how = "Exact" if found.exact else "Approximate"
    count = f"{found.n_compared:,} item{'s' if found.n_compared != 1 else ''}"
    sentence = f"{how} search on the raw vectors, {count} in {_duration(found.seconds)}."
    if len(found.inputs) > 1:
        kind = "unit" if found.metric == "cosine" else "raw"
        sentence += f" The query is a sum of {kind} vectors."
    return sentence


def _duration(seconds: float) -> str:
    if seconds < 0.001:
        return "less than 1 ms"
    return f"{1000 * seconds:.0f} ms" if seconds < 0.9995 else f"{seconds:.1f} s"


def _as_query(query: str | int | Query, space: Space, ignore_case: bool) -> Query:
    if isinstance(query, Query):
        return query
    if isinstance(query, str):
        return parse_query(query, space, ignore_case=ignore_case)
    return Query(space.items[_checked_row(query, space)], (Term(int(query)),))


def _as_item(item: str | int, space: Space, ignore_case: bool) -> Found:
    if isinstance(item, str):
        return find_input(item, space, ignore_case=ignore_case)
    return Found(_checked_row(item, space))


def _names(
    space: Space, found: Sequence[Found], asked: tuple[str | int, str | int, str | int]
) -> tuple[str, str, str]:
    """Return what the inputs of an analogy are called: their items, or the words as asked."""
    a, b, c = (
        space.items[one.index] if one.vector is None else str(text).strip()
        for one, text in zip(found, asked, strict=True)
    )
    return a, b, c


def _raw_vectors(space: Space, parts: Iterable[Found | Term]) -> Vectors:
    """Return the vectors (m, d) of what was found, as they lie in the space or were composed."""
    rows = [space.vectors[part.index] if part.vector is None else part.vector for part in parts]
    return np.stack(rows)


def _checked_row(row: int, space: Space) -> int:
    if not 0 <= row < space.n:
        raise UserError(
            "Row not in this space",
            f"{row} is not among {space.n:,} rows.",
            f"Rows are counted from 0: choose 0 to {space.n - 1}.",
        )
    return int(row)


def _vector_of(space: Space, query: Query, metric: Metric) -> NDArray[np.float64]:
    signs = np.array([term.sign for term in query.terms], np.float64)
    raw = _raw_vectors(space, query.terms)
    vectors: NDArray[np.float64] = raw.astype(np.float64)
    if metric != "cosine":
        return row_sums(signs * vectors.T)
    rows = [term.index for term in query.terms]
    names = [space.items[row] if row >= 0 else query.text for row in rows]
    _refuse_zero_vectors(raw, names, rows)
    if not query.is_sum:
        return row_sums(vectors.T)
    total = row_sums(signs * (vectors / norms_of(raw)[:, None]).T)
    # What rounding leaves of vectors that cancel out has no meaning as a direction.
    if np.linalg.norm(total) < 1e-9 * len(rows):
        raise UserError(
            "The sum is zero",
            f'"{query.text}" cancels out, so it has no direction.',
            "Change an item, or choose another metric than cosine.",
        )
    return total


def _checked_vector(space: Space, vector: NDArray[Any], metric: Metric) -> NDArray[np.float64]:
    wanted: NDArray[np.float64] = np.asarray(vector, dtype=np.float64)
    if wanted.shape != (space.d,):
        given = wanted.size if wanted.ndim == 1 else "×".join(map(str, wanted.shape))
        raise UserError(
            "Vector of another size",
            f"The query has {given} dimensions, the space “{space.name}” {space.d}.",
            "Encode the text with the encoder of this space.",
        )
    if not np.isfinite(wanted).all():
        raise UserError("Query is not finite", "Its vector holds NaN or infinity.", "Mend it.")
    if metric == "cosine" and not wanted.any():
        raise UserError(
            "Query has no direction",
            "Its vector is zero, so it has no cosine.",
            "Choose another text, or another metric than cosine.",
        )
    return wanted


def _refuse_zero_vectors(vectors: Vectors, names: Sequence[str], rows: Sequence[int]) -> None:
    for vector, name, row in zip(vectors, names, rows, strict=True):
        if not vector.any():
            place = f" (#{row})" if row >= 0 else ""
            raise UserError(
                "Item has no direction",
                f"“{name}”{place} is a zero vector, so it has no cosine.",
                "Choose another item; for neighbors, another metric also serves.",
            )


def _check_choice(name: str, value: str, choices: Sequence[str]) -> None:
    if value not in choices:
        raise UserError(
            f"Unknown {name}",
            f"“{value}” is not a {name}.",
            f"Choose one of: {', '.join(choices)}.",
        )


def _check_k(k: int) -> None:
    if k < 1:
        raise UserError("Too few neighbors asked for", f"{k} were asked for.", "Ask for 1 or more.")


def _zero_notes(n_zero: int, what: str) -> tuple[str, ...]:
    if not n_zero:
        return ()
    if n_zero == 1:
        return (f"1 item is a zero vector, which has no {what}: it is left out.",)
    return (f"{n_zero:,} items are zero vectors, which have no {what}: they are left out.",)


def _few_notes(n_found: int, k: int) -> tuple[str, ...]:
    if n_found >= k:
        return ()
    counted = {0: "No other item", 1: "Only 1 item"}.get(n_found, f"Only {n_found:,} items")
    verb = "is" if n_found < 2 else "are"
    return (f"{counted} {verb} there to compare; {k:,} were asked for.",)


def _repeat_notes(rows: Sequence[int], names: Sequence[str]) -> tuple[str, ...]:
    # Rows tell items of the same name apart; words without a row have only their name.
    inputs = [(row, "" if row >= 0 else name) for row, name in zip(rows, names, strict=True)]
    if len(set(inputs)) == 3:
        return ()
    repeated = next(name for one, name in zip(inputs, names, strict=True) if inputs.count(one) > 1)
    return (f"“{repeated}” is given more than once, so there is little to solve.",)
