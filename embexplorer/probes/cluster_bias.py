"""Cluster bias: whether words that were of two sides still fall into two groups."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Annotated, Any

import numpy as np

from embexplorer.core.contracts import Asks, ItemScore, Probe, Probed, Probing
from embexplorer.core.errors import UserError
from embexplorer.core.params import Doc
from embexplorer.measures.along_direction import FIRST, Way, direction_scale, pairs_of
from embexplorer.measures.association import unit
from embexplorer.measures.original_sides import OriginalSides, original_sides
from embexplorer.measures.two_means import STARTS, two_means_accuracy

if TYPE_CHECKING:
    from numpy.typing import NDArray

FEWEST = 2  # words of a side that can be a group
TIMES, TRAINED = 5, 0.2  # words of the classifier for one of the clusters; share it learns from


@dataclass(frozen=True)
class ClusterBiasParams:
    """Parameters of cluster bias."""

    k: Annotated[
        int,
        Doc("Words of a side", "So many that were farthest on each side.", min=2, max=20_000),
    ] = 500
    n_first: Annotated[int, FIRST] = 50_000
    way: Way = "pca"
    runs: Annotated[
        int, Doc("Runs", "2-means with so many seeds, from which the mean is taken.", 1, 100, True)
    ] = 5
    classifier: Annotated[
        bool,
        Doc(
            "Classifier",
            "Also let an SVM with a Gaussian kernel learn the side from a fifth of five times as "
            "many words, and tell that of the others.",
        ),
    ] = False


def run(probing: Probing) -> Probed:
    """Return how well 2-means parts the words that were farthest on both sides.

    A group stands for a side whichever way fits better, so that the accuracy is at least 0.5.

    References
    ----------
    Gonen and Goldberg 2019, Lipstick on a pig: debiasing methods cover up systematic gender biases
    in word embeddings but do not remove them, NAACL.
    """
    params: ClusterBiasParams = probing.params
    progress = probing.progress.part(0.3, 1.0)
    sides = original_sides(probing, params.way, params.n_first, probing.progress.part(0.0, 0.3))
    rows, is_first = _farthest(sides, params.k)
    vectors = unit(np.asarray(probing.space.vectors[rows], np.float64))
    accuracies = []
    for at in range(params.runs):
        progress.raise_if_cancelled()
        progress.report(at / params.runs, f"run {at + 1} of {params.runs}")
        accuracies.append(two_means_accuracy(vectors, is_first, probing.seed + at))
    value = float(np.mean(accuracies))
    n = len(rows) // 2
    first, second = (group.items[0] for group in pairs_of(probing))
    notes = list(sides.notes)
    if n < params.k:
        notes.append(
            f"Only {n:,} words lie on one of the sides, not {params.k:,}; so many of each."
        )
    notes.append(
        f"Mean over {params.runs} run{'s'[: params.runs - 1]} of 2-means on vectors of length 1, "
        f"seeds from {probing.seed}, each the best of {STARTS} starts: from {min(accuracies):.3f} "
        f"to {max(accuracies):.3f}. Two groups at random would reach about "
        f"{_by_chance(2 * n):.3f}."
    )
    details: dict[str, Any] = {"accuracies": accuracies, "k": n, "by_chance": _by_chance(2 * n)}
    if params.classifier:
        details["classifier"] = _classified(probing, sides, params.k)
        notes.append(
            "The classifier is an SVM with a Gaussian kernel, C = 1 and gamma = 1 / (d · variance)."
        )
    items = probing.space.items.take(rows)
    return Probed(
        meaning=(
            f"Two groups found without knowing the sides agree with them for {value:.1%} of the "
            f"{n:,} words that were nearest to “{first}” and the {n:,} nearest to “{second}”; 50% "
            "is not at all."
        ),
        statistic=value,
        bounds=(0.5, 1.0),
        sides=(second, first),
        per_item=tuple(
            ItemScore(item, "first" if side else "second", score)
            for item, side, score in zip(
                items, is_first.tolist(), sides.scores[rows].tolist(), strict=True
            )
        ),
        details=details,
        notes=tuple(notes),
    )


def _farthest(sides: OriginalSides, k: int) -> tuple[NDArray[np.int64], NDArray[np.bool_]]:
    """Return the rows (2 m,) of the words farthest on both sides, m <= k, and who is on the first.

    Words that lie equally far go by row.
    """
    scores = sides.scores
    n_first, n_second = int(np.sum(scores > 0)), int(np.sum(scores < 0))
    m = min(k, n_first, n_second)
    if m < FEWEST:
        raise UserError(
            "Too few words on a side",
            f"{n_first:,} words lie on the first side of the pairs and {n_second:,} on the second; "
            f"{FEWEST} are needed on each.",
            "Look at more items of the space, or choose other pairs.",
        )
    order = np.argsort(np.where(np.isnan(scores), 0.0, -scores), kind="stable")
    second = np.argsort(np.where(np.isnan(scores), 0.0, scores), kind="stable")
    return np.concatenate([order[:m], second[:m]]), np.arange(2 * m) < m


def _by_chance(n: int) -> float:
    """Return the mean accuracy of two groups at random: that of |b / n - 1/2| for binomial b."""
    return 0.5 + float(np.sqrt(1.0 / (2.0 * np.pi * n)))


def _classified(probing: Probing, sides: OriginalSides, k: int) -> dict[str, Any]:
    """Return how well a classifier tells the side of words that it has not seen."""
    from sklearn.svm import SVC

    rows, is_first = _farthest(sides, TIMES * k)
    vectors = unit(np.asarray(probing.space.vectors[rows], np.float64))
    m = len(rows) // 2
    n_train = max(1, round(TRAINED * m))
    rng = np.random.default_rng(probing.seed)
    drawn = [start + rng.permutation(m) for start in (0, m)]  # as many of each side
    train = np.concatenate([one[:n_train] for one in drawn])
    test = np.concatenate([one[n_train:] for one in drawn])
    probing.progress.raise_if_cancelled()
    probing.progress.report(None, "classifier")
    learned = SVC(kernel="rbf", C=1.0, gamma="scale").fit(vectors[train], is_first[train])
    accuracy = float(np.mean(learned.predict(vectors[test]) == is_first[test]))
    return {"accuracy": accuracy, "n_train": len(train), "n_test": len(test), "kernel": "rbf"}


plugin = Probe(
    id="cluster-bias",
    title="Cluster bias",
    summary="Whether words that lay farthest on two sides still fall into two groups.",
    params=ClusterBiasParams,
    source=(
        "Gonen and Goldberg 2019, Lipstick on a pig: debiasing methods cover up systematic gender "
        "biases in word embeddings but do not remove them, NAACL, https://aclanthology.org/N19-1061"
    ),
    modules=("sklearn",),
    asks=Asks(pairs=True, words=False, original=True),
    formula=(
        "max(a, 1 − a), a the share of the k words farthest on each side whose group by 2-means is "
        "that of their side"
    ),
    zero=0.5,
    run=run,
    scale=direction_scale,
)
