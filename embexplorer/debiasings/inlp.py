"""INLP: linear classifiers are trained and taken out until none is better than chance."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Annotated

import numpy as np

from embexplorer.core.contracts import Asks, Changed, Changing, Debiasing
from embexplorer.core.errors import UserError
from embexplorer.core.params import Doc
from embexplorer.measures.bias_direction import project_out
from embexplorer.measures.changed_rows import AFTER, change_rows
from embexplorer.measures.labeled_classes import majority, stack_classes

if TYPE_CHECKING:
    from numpy.typing import NDArray

    Rows = NDArray[np.float64]

NEW = 1e-6  # length of what a classifier of length 1 adds to those before; below it is rounding


@dataclass(frozen=True)
class InlpParams:
    """Parameters of INLP."""

    n_classifiers: Annotated[
        int, Doc("Classifiers", "At most so many are trained and taken out.", min=1, max=500)
    ] = 35
    held_out: Annotated[
        float,
        Doc("Held out", "Share of each class that tells when to stop.", min=0.05, max=0.5),
    ] = 0.3


def run(changing: Changing) -> Changed:
    """Project onto what no classifier that was trained looks at.

    Each is a logistic regression on what those before have left. All their weights together are
    made orthogonal, and their span is taken out at once. The last classifier, which is not better
    than the majority on the items held out, is not taken out.

    References
    ----------
    Ravfogel, Elazar, Gonen, Twiton and Goldberg 2020, Null it out: guarding protected attributes by
    iterative nullspace projection, ACL.
    """
    params: InlpParams = changing.params
    vectors, labels = stack_classes(changing.targets)
    is_test = _held_out(labels, params.held_out, changing.seed)
    chance = majority(labels[is_test])
    axes, accuracies = np.empty((0, vectors.shape[1])), []
    for number in range(params.n_classifiers):
        changing.progress.raise_if_cancelled()
        changing.progress.report(0.5 * number / params.n_classifiers, f"Classifier {number + 1}")
        left = project_out(vectors, axes)
        weights, accuracy = _classify(left, labels, is_test)
        accuracies.append(accuracy)
        if accuracy <= chance:
            break
        grown = _grow(axes, weights)
        if len(grown) == len(axes):
            break
        axes = grown
    if not len(axes):
        raise UserError(
            "No classifier tells the classes apart",
            f"The first one is right for {accuracies[0]:.0%} of the items held out, the largest "
            f"class has {chance:.0%}: there is nothing to take out.",
            "Choose other classes, or more items.",
        )
    change_rows(
        changing.vectors,
        changing.out,
        lambda rows: project_out(rows, axes),
        unit_length=False,
        progress=changing.progress.part(0.5, 1.0),
    )
    notes = [
        f"{len(axes)} dimensions were taken out. On {int(is_test.sum())} items held out (seed "
        f"{changing.seed}) the first classifier was right for {accuracies[0]:.0%}, the last for "
        f"{accuracies[-1]:.0%}; the largest class has {chance:.0%}."
    ]
    if accuracies[-1] > chance:
        notes.append("It stopped before the classifiers were down to the largest class.")
    return Changed(
        order="vectors as they are → project; no scaling",
        details={"dimensions": len(axes), "accuracies": accuracies, "majority": chance},
        notes=(*notes, AFTER),
    )


def _held_out(labels: NDArray[np.int64], share: float, seed: int) -> NDArray[np.bool_]:
    """Return which items are held out: of each class the share, at least one, and not all."""
    rng = np.random.default_rng(seed)
    is_test = np.zeros(len(labels), np.bool_)
    for label in range(int(labels.max()) + 1):
        rows = np.flatnonzero(labels == label)
        count = min(len(rows) - 1, max(1, round(share * len(rows))))
        is_test[rng.permutation(rows)[:count]] = True
    return is_test


def _classify(
    vectors: Rows, labels: NDArray[np.int64], is_test: NDArray[np.bool_]
) -> tuple[Rows, float]:
    """Return the weights of a classifier, and how often it is right on the items held out."""
    from sklearn.linear_model import LogisticRegression

    scale = float(np.linalg.norm(vectors, axis=1).mean()) or 1.0  # so that C means the same
    learned = LogisticRegression(C=1.0, max_iter=1000).fit(
        vectors[~is_test] / scale, labels[~is_test]
    )
    right = learned.predict(vectors[is_test] / scale) == labels[is_test]
    weights: Rows = np.asarray(learned.coef_, np.float64)
    return weights, float(right.mean())


def _grow(axes: Rows, weights: Rows) -> Rows:
    """Return an orthonormal basis of the axes and the rows of weights."""
    lengths = np.linalg.norm(weights, axis=1, keepdims=True)
    rows = weights / np.where(lengths > 0, lengths, 1.0)
    for _ in range(2):  # once leaves rounding
        rows = project_out(rows, axes)
    _, sizes, found = np.linalg.svd(rows, full_matrices=False)
    grown: Rows = np.concatenate([axes, found[sizes > NEW]])
    return grown


plugin = Debiasing(
    id="inlp",
    title="INLP",
    summary="Takes out what linear classifiers of the classes look at, until none is left.",
    params=InlpParams,
    source=(
        "Ravfogel, Elazar, Gonen, Twiton and Goldberg 2020, Null it out: guarding protected "
        "attributes by iterative nullspace projection, ACL, "
        "https://aclanthology.org/2020.acl-main.647"
    ),
    modules=("sklearn",),
    asks=Asks(targets=None),
    formula="x − Σ (x · b) b over a basis b of the weights of all classifiers",
    run=run,
)
