"""How often each term stands in each text, and which terms set classes of texts apart."""

from __future__ import annotations

from array import array
from collections import defaultdict
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, NamedTuple, TypeAlias

import numpy as np
import pyarrow as pa

from embexplorer.core.progress import Progress
from embexplorer.measures.stop_words import ENGLISH
from embexplorer.measures.tokens import tokenize

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from numpy.typing import NDArray
    from scipy.sparse import csr_array

CsrCounts: TypeAlias = "csr_array"
Texts: TypeAlias = "Sequence[str | None] | pa.Array | pa.ChunkedArray"

_BATCH = 4096  # texts between two looks at whether someone cancelled
_FEWEST_FOR_COMMON = 10  # among fewer texts, half of them says nothing


@dataclass(frozen=True, slots=True, eq=False)
class TermCounts:
    """Terms and how often they stand in each text.

    Parameters
    ----------
    vocabulary
        (v,) terms, sorted.
    matrix
        (n, v) int32 in compressed rows: how often a term stands in a text, no zeros stored.
    n_words
        How many words the texts have, those left out included.
    """

    vocabulary: tuple[str, ...]
    matrix: CsrCounts
    n_words: int

    @property
    def n_texts(self) -> int:
        """Number of texts."""
        return int(self.matrix.shape[0])

    def document_frequencies(self, rows: NDArray[np.int64] | None = None) -> NDArray[np.int64]:
        """Return (v,) in how many texts, or in how many of these rows, each term stands."""
        matrix = self.matrix if rows is None else self.matrix[rows]
        return np.bincount(matrix.indices, minlength=len(self.vocabulary)).astype(np.int64)


class RankedTerm(NamedTuple):
    """A term of a class and its weight; larger is more particular."""

    term: str
    score: float


def count_terms(
    texts: Texts,
    *,
    bigrams: bool = False,
    min_documents: int = 1,
    max_share: float = 0.5,
    stop_words: frozenset[str] = ENGLISH,
    progress: Progress | None = None,
) -> TermCounts:
    """Return how often each term stands in each text; a missing text has none.

    Parameters
    ----------
    bigrams
        Whether two words beside each other, neither a stop word, count as a term too.
    min_documents
        A term in fewer texts is left out.
    max_share
        A term in a larger share of the texts is left out, as it stands for the collection and not
        for a part of it; from 10 texts on.
    stop_words
        Left out as well. The default knows English; the share above does the same for any language.

    Raises
    ------
    CancelledError
        When `progress` was cancelled.
    """
    progress = progress or Progress()
    words, ids, lengths = _word_ids(texts, progress)
    rows = np.repeat(np.arange(len(lengths), dtype=np.int64), lengths)
    is_stop = np.fromiter((word in stop_words for word in words), bool, len(words))
    kept = ~is_stop[ids]
    terms = words
    if bigrams:
        pairs, pair_ids, pair_rows = _bigrams(words, ids, rows, kept)
        terms = words + pairs
        columns = np.concatenate([ids[kept], pair_ids + len(words)])
        rows = np.concatenate([rows[kept], pair_rows])
    else:
        columns, rows = ids[kept], rows[kept]
    progress.raise_if_cancelled()
    matrix = _matrix(rows, columns, (len(lengths), len(terms)))
    most = max_share * len(lengths) if len(lengths) >= _FEWEST_FOR_COMMON else np.inf
    frequencies = np.bincount(matrix.indices, minlength=len(terms))
    wanted = np.flatnonzero((frequencies >= max(1, min_documents)) & (frequencies <= most))
    wanted = np.array(sorted(wanted.tolist(), key=terms.__getitem__), np.int64)
    return TermCounts(tuple(terms[i] for i in wanted), _columns_of(matrix, wanted), len(ids))


def class_tf_idf(
    counts: TermCounts, labels: NDArray[Any], n_terms: int = 10
) -> list[list[RankedTerm]]:
    r"""Return for each class its most particular terms, the best first; ties in order of the terms.

    The weight of term t in class c is

    .. math:: W_{t,c} = tf_{t,c} \cdot \log(1 + A / f_t)

    with tf the share of t among the terms of the class, f how often t stands in all classes, and A
    the mean number of terms in a class.

    Parameters
    ----------
    labels
        (n,) class of each text, 0 .. k-1; texts of -1 are in none and count nowhere.

    Returns
    -------
    list
        (k,) at most `n_terms` each, only terms that the class has; k is the largest label plus 1.

    References
    ----------
    Grootendorst 2022, BERTopic: Neural topic modeling with a class-based TF-IDF procedure,
    section 3.3, equation 2; tf as a share, as its reference implementation has it, which scales
    the weights of a class and leaves their order.
    """
    if len(labels) != counts.n_texts:
        raise ValueError(f"{len(labels)} labels for {counts.n_texts} texts")
    k = int(labels.max(initial=-1)) + 1
    per_class = _summed(counts.matrix, labels.astype(np.int64), k)
    totals = np.asarray(per_class.sum(axis=1), np.float64).ravel()
    overall = np.asarray(per_class.sum(axis=0), np.float64).ravel()
    idf = np.log1p(totals.sum() / max(1, k) / np.maximum(overall, 1))
    ranked = []
    for label in range(k):
        part = slice(per_class.indptr[label], per_class.indptr[label + 1])
        columns = per_class.indices[part]
        weights = per_class.data[part] / max(totals[label], 1.0) * idf[columns]
        order = np.lexsort((columns, -weights))[:n_terms]
        ranked.append([RankedTerm(counts.vocabulary[columns[i]], float(weights[i])) for i in order])
    return ranked


def _word_ids(
    texts: Texts, progress: Progress
) -> tuple[list[str], NDArray[np.int64], NDArray[np.int64]]:
    """Return the different words, the id of each word in order, and how many each text has."""
    known: defaultdict[str, int] = defaultdict()
    known.default_factory = known.__len__
    ids = array("i")
    lengths = array("q")
    id_of = known.__getitem__
    n_texts = len(texts)
    for batch in _batches(texts):
        progress.raise_if_cancelled()
        progress.report(len(lengths) / n_texts, f"{len(lengths):,} of {n_texts:,} texts")
        for text in batch:
            tokens = tokenize(text) if text else []
            ids.extend(map(id_of, tokens))
            lengths.append(len(tokens))
    numbers = np.frombuffer(ids, np.int32) if ids else np.empty(0, np.int32)
    sizes = np.frombuffer(lengths, np.int64) if lengths else np.empty(0, np.int64)
    return list(known), numbers.astype(np.int64), sizes


def _batches(texts: Texts) -> Iterator[Sequence[str | None]]:
    for start in range(0, len(texts), _BATCH):
        batch = texts[start : start + _BATCH]
        yield batch.to_pylist() if isinstance(batch, pa.Array | pa.ChunkedArray) else batch


def _bigrams(
    words: list[str], ids: NDArray[np.int64], rows: NDArray[np.int64], kept: NDArray[np.bool_]
) -> tuple[list[str], NDArray[np.int64], NDArray[np.int64]]:
    """Return the different bigrams, the id of each in order, and its row."""
    is_pair = kept[:-1] & kept[1:] & (rows[:-1] == rows[1:])
    codes = ids[:-1][is_pair] * len(words) + ids[1:][is_pair]
    different, pair_ids = np.unique(codes, return_inverse=True)
    first, second = np.divmod(different, max(1, len(words)))
    pairs = [f"{words[i]} {words[j]}" for i, j in zip(first, second, strict=True)]
    return pairs, pair_ids.astype(np.int64), rows[:-1][is_pair]


def _matrix(
    rows: NDArray[np.int64], columns: NDArray[np.int64], shape: tuple[int, int]
) -> CsrCounts:
    from scipy.sparse import coo_array

    ones = np.ones(len(rows), np.int32)
    return coo_array((ones, (rows, columns)), shape=shape).tocsr()  # sums what stands twice


def _columns_of(matrix: CsrCounts, wanted: NDArray[np.int64]) -> CsrCounts:
    """Return some columns of a matrix, in the order of `wanted`."""
    from scipy.sparse import csr_array

    new_column = np.full(matrix.shape[1], -1, np.int64)
    new_column[wanted] = np.arange(len(wanted))
    columns = new_column[matrix.indices]
    stays = columns >= 0
    ends = np.concatenate([[0], np.cumsum(stays)])[matrix.indptr]
    chosen = csr_array(
        (matrix.data[stays], columns[stays], ends), shape=(matrix.shape[0], len(wanted))
    )
    chosen.sort_indices()
    return chosen


def _summed(matrix: CsrCounts, labels: NDArray[np.int64], k: int) -> CsrCounts:
    """Return (k, v): the rows of each class added up."""
    from scipy.sparse import csr_array

    members = np.flatnonzero(labels >= 0)
    ones = np.ones(len(members), np.int64)
    choose = csr_array((ones, (labels[members], members)), shape=(k, matrix.shape[0]))
    summed = choose @ matrix
    summed.sort_indices()
    return summed
