"""Which terms and which values of columns set a selection of rows apart from the rest."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from embexplorer.measures.significance import Test, association, false_discovery

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from embexplorer.measures.terms import TermCounts

PRIOR_SHARE, LARGEST_PRIOR = 0.1, 500.0

NOTHING_SELECTED = "Nothing is selected, so there is nothing to compare."
ALL_SELECTED = "Every item is selected, so there is no rest to compare with."


@dataclass(frozen=True, slots=True)
class Overrepresented:
    """A term of the selection against the rest.

    Parameters
    ----------
    name
        The term.
    n_in, n_out
        In how many texts of the selection, and of the rest, it stands.
    share_in, share_out
        The same as shares of the texts, 0..1.
    log_odds, z
        The log odds ratio with an informative Dirichlet prior, and in units of its standard error.
    p, q
        Two-sided p of the counts, and corrected for the number of terms.
    test
        What p comes from.
    """

    name: str
    n_in: int
    n_out: int
    share_in: float
    share_out: float
    log_odds: float
    z: float
    p: float
    q: float
    test: Test


@dataclass(frozen=True, slots=True)
class TermDifferences:
    """Terms by z, the most over-represented first and the most under-represented last.

    `n_tested` is the family over which q is corrected; `notes` say why it is empty, if it is.
    """

    terms: tuple[Overrepresented, ...]
    n_in: int
    n_out: int
    n_tested: int
    notes: tuple[str, ...] = ()


def terms_of(
    counts: TermCounts, rows: NDArray[np.int64], *, n: int | None = None
) -> TermDifferences:
    r"""Return how often each term stands in texts of the selection against the rest.

    Counted are texts, not occurrences, so that one long text cannot make a term. With y texts of N
    that hold the term w, in the selection i and in the rest j, and the prior from all texts,

    .. math::
        \alpha_w = \alpha_0 \, y_w / N, \qquad
        \delta_w = \log\frac{y_w^i + \alpha_w}{N^i + \alpha_0 - y_w^i - \alpha_w}
                 - \log\frac{y_w^j + \alpha_w}{N^j + \alpha_0 - y_w^j - \alpha_w}, \qquad
        z_w = \delta_w / \sqrt{\sigma^2(\delta_w)}

    where the variance is the sum of the inverses of the four quantities above, and
    :math:`\alpha_0` weighs a tenth of all texts, at most 500. They are ranked by z, which asks for
    a large difference and for many texts that show it. p does not come from z, whose variance the
    prior rules where the rest lacks a term, but from Fisher's exact or the chi-square test of the
    counts; q is corrected over all terms tested. A term in every text or in none cannot differ and
    is not tested.

    Parameters
    ----------
    rows
        The selected rows, in any order; duplicates count once.
    n
        Only the first so many; q is corrected over all terms even so.

    References
    ----------
    Monroe, Colaresi & Quinn 2008, Fightin' words: lexical feature selection and evaluation for
    identifying the content of political conflict, Political Analysis 16(4): the log odds ratio with
    an informative Dirichlet prior, its variance before small terms are left out, and its z, each
    text taken as one draw of the term. Benjamini & Hochberg 1995.
    """
    selected = checked_rows(rows, counts.n_texts)
    size_in, size_out = len(selected), counts.n_texts - len(selected)
    note = nothing_to_compare(size_in, size_out)
    if note:
        return TermDifferences((), size_in, size_out, 0, (note,))
    total = counts.document_frequencies()
    n_in = counts.document_frequencies(selected)
    tested = np.flatnonzero((total > 0) & (total < counts.n_texts))
    if not len(tested):
        return TermDifferences((), size_in, size_out, 0, ("No term stands in some texts only.",))
    total, n_in = total[tested], n_in[tested]
    log_odds, z = _log_odds(n_in, total, size_in, size_out)
    found = association(n_in, total - n_in, size_in, size_out)
    q = false_discovery(found.p)
    order = np.lexsort((tested, -z))[:n]
    terms = tuple(
        Overrepresented(
            counts.vocabulary[tested[i]],
            int(n_in[i]),
            int(total[i] - n_in[i]),
            float(n_in[i] / size_in),
            float((total[i] - n_in[i]) / size_out),
            float(log_odds[i]),
            float(z[i]),
            float(found.p[i]),
            float(q[i]),
            "Fisher" if found.is_exact[i] else "chi-square",
        )
        for i in order
    )
    return TermDifferences(terms, size_in, size_out, len(tested))


def prior_texts(n_texts: int) -> float:
    """Return the weight of the prior in texts: it draws the odds of rare terms together."""
    return min(LARGEST_PRIOR, PRIOR_SHARE * n_texts)


def checked_rows(rows: NDArray[np.int64], n: int) -> NDArray[np.int64]:
    """Return rows sorted, each once.

    Raises
    ------
    IndexError
        When a row is not one of n.
    """
    selected = np.asarray(rows, np.int64)
    if not (selected[1:] > selected[:-1]).all():
        selected = np.unique(selected)
    if len(selected) and (selected[0] < 0 or selected[-1] >= n):
        raise IndexError(f"rows {selected[0]} to {selected[-1]} of {n}")
    return selected


def nothing_to_compare(size_in: int, size_out: int) -> str:
    """Return why a selection cannot be compared with the rest; empty where it can."""
    if not size_in:
        return NOTHING_SELECTED
    return "" if size_out else ALL_SELECTED


def _log_odds(
    n_in: NDArray[np.int64], total: NDArray[np.int64], size_in: int, size_out: int
) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """Return the log odds ratios and their z; see `terms_of`."""
    weight = prior_texts(size_in + size_out)
    prior = weight * total / (size_in + size_out)
    with_in, with_out = n_in + prior, total - n_in + prior
    without_in = size_in + weight - with_in
    without_out = size_out + weight - with_out
    log_odds = np.log(with_in / without_in) - np.log(with_out / without_out)
    variance = 1 / with_in + 1 / without_in + 1 / with_out + 1 / without_out
    return log_odds, log_odds / np.sqrt(variance)
