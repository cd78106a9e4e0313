"""Which items have other neighbors in another space of the same items."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

from embexplorer.measures.neighbors import find_nearest_many

if TYPE_CHECKING:
    from embexplorer.core.progress import Progress
    from embexplorer.core.space import Space

SAMPLE = 500  # items whose neighbors are compared
K = 10
LISTED = 10  # items that are named


def compare_neighbors(before: Space, after: Space, seed: int, progress: Progress) -> dict[str, Any]:
    """Return how many of the `K` nearest, by cosine, a uniform sample of items keeps.

    Parameters
    ----------
    before, after
        Two spaces of the same items.

    Returns
    -------
    dict
        k, sampled, seed, the mean share `kept`, and `changed_most`: the items that keep fewest,
        with their neighbors in both spaces. Items that are zero in one of them are left out.
    """
    rng = np.random.default_rng(seed)
    drawn = np.sort(rng.choice(before.n, min(SAMPLE, before.n), replace=False)).astype(np.int64)
    both = (before.vectors[drawn].any(axis=1)) & (after.vectors[drawn].any(axis=1))
    rows = drawn[both]
    k = min(K, before.n - 1)
    if not len(rows) or k < 1:
        return {"k": k, "sampled": 0}
    old, new = (
        find_nearest_many(
            space.vectors,
            space.vectors[rows],
            k,
            rows=rows,
            progress=progress.part(start, start + 0.5),
        )
        for space, start in ((before, 0.0), (after, 0.5))
    )
    kept = np.array(
        [len(np.intersect1d(a.indices, b.indices)) / k for a, b in zip(old, new, strict=True)]
    )
    most = np.argsort(kept, kind="stable")[:LISTED]
    return {
        "k": k,
        "sampled": len(rows),
        "seed": seed,
        "kept": float(kept.mean()),
        "changed_most": [
            {
                "item": before.items[int(rows[at])],
                "kept": float(kept[at]),
                "before": before.items.take(old[at].indices),
                "after": after.items.take(new[at].indices),
            }
            for at in most.tolist()
        ],
    }
