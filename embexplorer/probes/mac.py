"""MAC: how far targets are from attributes in general."""

from __future__ import annotations

import numpy as np

from embexplorer.core.contracts import Asks, ItemScale, ItemScore, Probe, Probed, Probing
from embexplorer.measures.association import cosines


def run(probing: Probing) -> Probed:
    """Return the mean cosine distance of every target to every set of attributes.

    The mean is taken over each set of attributes, then over targets and sets, so that a large set
    counts as much as a small one.

    References
    ----------
    Manzini, Lim, Black and Tsvetkov 2019, Black is to criminal as Caucasian is to police, NAACL.
    """
    distances = [_distances(probing, at) for at in range(len(probing.targets))]
    scores = tuple(
        ItemScore(item, group.key, float(distance))
        for group, of_group in zip(probing.targets, distances, strict=True)
        for item, distance in zip(group.items, of_group.mean(axis=1), strict=True)
    )
    by_set = {
        f"{group.key}, {other.key}": float(of_group[:, column].mean())
        for group, of_group in zip(probing.targets, distances, strict=True)
        for column, other in enumerate(probing.attributes)
    }
    value = measure(probing)
    return Probed(
        meaning=(
            f"The targets are on average {value:.3f} away from the attributes, where 1 is no "
            "association, less is nearer, and more is the opposite direction."
        ),
        statistic=value,
        bounds=(0.0, 2.0),
        per_item=scores,
        details={"by_sets": by_set},
        notes=(
            "It is a mean cosine distance: nearer to 1 is less association in either direction, "
            "and attributes that lie in opposite directions cancel.",
        ),
    )


def measure(probing: Probing) -> float:
    """Return the mean distance alone."""
    every = [_distances(probing, at) for at in range(len(probing.targets))]
    return float(np.concatenate(every).mean())


def scale(probing: Probing) -> ItemScale:
    """Return the mean cosine of any item with each set of attributes."""
    sets = probing.attributes
    return ItemScale(
        "Mean cosine of each item with the items of each set of attributes.",
        lambda vectors: np.stack(
            [cosines(vectors, one.vectors).mean(axis=1) for one in sets], axis=1
        ),
        classes=tuple(one.name for one in sets),
    )


def _distances(probing: Probing, at: int) -> np.ndarray[tuple[int, int], np.dtype[np.float64]]:
    """Return (m, k) the mean cosine distance of the targets of a set to each set of attributes."""
    vectors = probing.targets[at].vectors
    columns = [1.0 - cosines(vectors, one.vectors).mean(axis=1) for one in probing.attributes]
    return np.stack(columns, axis=1)


plugin = Probe(
    id="mac",
    title="MAC",
    summary="How far any number of target sets are from any number of attribute sets.",
    source=(
        "Manzini, Lim, Black and Tsvetkov 2019, Black is to criminal as Caucasian is to police: "
        "detecting and removing multiclass bias in word embeddings, NAACL, "
        "https://aclanthology.org/N19-1062"
    ),
    asks=Asks(targets=None, attributes=None, least=1),
    formula="mean over targets t and attribute sets A of mean over a in A of (1 − cos(t, a))",
    zero=None,
    run=run,
    measure=measure,
    control="targets",
    scale=scale,
)
