"""The nearest of some typed labels for each item: zero-shot classification by cosine."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import pyarrow as pa

from embexplorer.core.derived import DerivedColumn
from embexplorer.core.errors import UserError
from embexplorer.core.progress import Progress
from embexplorer.core.space import Space, blocks_of

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import NDArray

    from embexplorer.core.space import Vectors

LABEL, MARGIN = "Nearest label", "Label margin"
FEWEST, MOST = 2, 50  # labels
TOO_FEW = "Too few labels"  # the title of that error
PLACE = "{}"  # where a template takes the label


def read_labels(text: str) -> tuple[str, ...]:
    """Return the labels of a text, one a line, each once.

    Raises
    ------
    UserError
        When there are too few or too many.
    """
    lines = (" ".join(line.split()) for line in text.splitlines())
    labels = tuple(dict.fromkeys(line for line in lines if line))
    if not FEWEST <= len(labels) <= MOST:
        raise UserError(
            TOO_FEW if len(labels) < FEWEST else "Too many labels",
            f"{len(labels)} different {'label is' if len(labels) == 1 else 'labels are'} typed.",
            f"Type {FEWEST} to {MOST}, one a line.",
        )
    return labels


def read_templates(text: str) -> tuple[str, ...]:
    """Return the templates of a text, one a line; an empty text stands for the label alone.

    Raises
    ------
    UserError
        When one has no place for the label.
    """
    lines = (" ".join(line.split()) for line in text.splitlines())
    templates = tuple(dict.fromkeys(line for line in lines if line)) or (PLACE,)
    for template in templates:
        if PLACE not in template:
            raise UserError(
                "No place for the label",
                f"“{template}” does not say where the label goes.",
                "Write {} there, as in “This text is about {}.”",
            )
    return templates


def prompts_of(labels: Sequence[str], templates: Sequence[str]) -> list[str]:
    """Return every label in every template, label by label."""
    return [template.replace(PLACE, label) for label in labels for template in templates]


def label_items(
    space: Space,
    labels: Sequence[str],
    templates: Sequence[str],
    vectors: Vectors,
    progress: Progress | None = None,
) -> tuple[DerivedColumn, DerivedColumn]:
    """Return the nearest label of each item, and by how much it is nearer than the second.

    Parameters
    ----------
    labels, templates
        As `prompts_of` takes them.
    vectors
        (labels x templates, d) of the prompts; those of a label are averaged as unit vectors.
    progress
        Where to say how far it is, and whether it is cancelled.

    Returns
    -------
    tuple[DerivedColumn, DerivedColumn]
        Label, and margin in cosine (float32, 0 to 2). An item with a zero vector has neither.

    Raises
    ------
    UserError
        When a label has no direction, or all its prompts cancel each other out.

    References
    ----------
    Radford et al. (2021), Learning transferable visual models from natural language supervision,
    section 3.1.4: prompts in templates, averaged in embedding space.
    """
    progress = progress or Progress()
    middles = _middles(labels, vectors.reshape(len(labels), len(templates), -1))
    codes, margins = np.full(space.n, -1, np.int32), np.full(space.n, np.nan, np.float32)
    for start, block in blocks_of(space.vectors):
        progress.raise_if_cancelled()
        progress.report(start / space.n, f"{start:,} of {space.n:,} items")
        rows = np.asarray(block, np.float32)
        norms = np.sqrt(np.einsum("ij,ij->i", rows, rows, dtype=np.float64))
        has_direction = norms > 0
        scores = (rows @ middles.T) / np.where(has_direction, norms, 1)[:, None]
        order = np.partition(scores, len(labels) - 2, axis=1)
        stop = start + len(rows)
        codes[start:stop] = np.where(has_direction, scores.argmax(axis=1), -1)
        margins[start:stop] = np.where(has_direction, order[:, -1] - order[:, -2], np.nan)
    return _columns(space, labels, templates, codes, margins)


def _middles(labels: Sequence[str], prompts: NDArray[np.float32]) -> NDArray[np.float32]:
    """Return (labels, d) unit vectors of (labels, templates, d)."""
    norms = np.linalg.norm(prompts, axis=2, keepdims=True)
    middles = (prompts / np.maximum(norms, np.finfo(np.float32).tiny)).mean(axis=1)
    lengths = np.linalg.norm(middles, axis=1)
    if not (lengths > 0).all():
        label = labels[int(np.argmin(lengths))]
        raise UserError(
            "A label without a direction",
            f"The encoder gives “{label}” a zero vector.",
            "Write the label in other words.",
        )
    unit: NDArray[np.float32] = (middles / lengths[:, None]).astype(np.float32)
    return unit


def _columns(
    space: Space,
    labels: Sequence[str],
    templates: Sequence[str],
    codes: NDArray[np.int32],
    margins: NDArray[np.float32],
) -> tuple[DerivedColumn, DerivedColumn]:
    missing = codes < 0
    names = pa.array(labels, pa.string())
    nearest = pa.DictionaryArray.from_arrays(pa.array(codes, mask=missing), names)
    written = ", ".join(f"“{template}”" for template in templates)
    encoder = space.provenance.encoder
    by = f"by cosine in all {space.d} dimensions; labels encoded by {encoder} as {written}"
    params = {"labels": list(labels), "templates": list(templates), "encoder": encoder}
    return (
        DerivedColumn(
            space.id, LABEL, nearest, f"The nearest of {len(labels)} typed labels {by}.", params
        ),
        DerivedColumn(
            space.id,
            MARGIN,
            pa.array(margins, mask=missing),
            f"How much nearer the nearest of {len(labels)} typed labels is than the second, {by}.",
            params,
        ),
    )
