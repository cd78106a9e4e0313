"""What chance gives as a histogram, with the number that was observed."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from embexplorer.operations.bias_figures.drawing import (
    FONT,
    MARGIN,
    SMALL,
    Drawing,
    Figure,
    light,
    text_width,
)
from embexplorer.operations.bias_figures.scale import Scale, digits_for, draw_axis, number

if TYPE_CHECKING:
    from numpy.typing import NDArray

BINS = 60
TALL = 70.0  # points


def draw_null(
    title: str,
    values: NDArray[np.float64],
    observed: float,
    *,
    what: str,
    note: str = "",
    alternative: str | None = None,
    bounds: tuple[float, float] | None = None,
) -> Figure:
    """Draw a histogram, darker where chance gives at least as much as was observed.

    Parameters
    ----------
    values
        (m,) what chance gives; at least one.
    what
        What the number is, as the axis calls it.
    note
        How the values came about.
    alternative
        ``greater``, ``less`` or ``two-sided``, as the test has it; None for as far from the median.
    bounds
        What the number can be; None takes the axis over what is seen.
    """
    drawing, colors = Drawing(), light()
    digits = max(4, digits_for([observed]))
    left, right = MARGIN + 12, drawing.width - MARGIN - 12
    ends = bounds if bounds is not None and bounds[0] < bounds[1] else None
    if ends is None:
        scale = Scale.over([*values.tolist(), observed], left, right)
    else:
        scale = Scale(*ends, left, right)
    edges = np.linspace(scale.low, scale.high, BINS + 1)
    counts, _ = np.histogram(np.clip(values, scale.low, scale.high), edges)
    is_far = _far(values, observed, alternative)
    far, _ = np.histogram(np.clip(values[is_far], scale.low, scale.high), edges)
    top = MARGIN + FONT + 6
    bottom = top + TALL
    unit = (TALL - 2) / max(1, counts.max())
    for at, (count, extreme) in enumerate(zip(counts.tolist(), far.tolist(), strict=True)):
        x, width = scale.at(edges[at]), scale.at(edges[at + 1]) - scale.at(edges[at]) - 0.4
        drawing.rect(x, bottom - count * unit, width, count * unit, colors["dim"])
        drawing.rect(x, bottom - extreme * unit, width, extreme * unit, colors["control"])
    x = scale.at(observed)
    drawing.line(x, top - 2, x, bottom, colors["accent"], 1.4)
    label = f"observed {number(observed, digits)}"
    half = text_width(label, is_bold=True) / 2
    drawing.text(
        min(max(x, MARGIN + half), drawing.width - MARGIN - half),
        MARGIN + FONT,
        label,
        color=colors["accent_text"],
        anchor="middle",
        is_bold=True,
    )
    y = draw_axis(drawing, scale, bottom, what, has_ends=ends is not None)
    share = f"{int(is_far.sum()):,} of {len(values):,} are {_said(alternative)}"
    if note:
        drawing.text(MARGIN, y + SMALL, note, size=SMALL, color=colors["muted"])
        y += SMALL + 4
    drawing.rect(MARGIN, y + 0.5, 6, 6, colors["control"])
    drawing.text(MARGIN + 9, y + SMALL - 0.5, share, size=SMALL, color=colors["muted"])
    said = [number(one, digits) for one in np.quantile(values, [0.025, 0.5, 0.975]).tolist()]
    sentence = (
        f"{note.rstrip('.') or title}: median {said[1]}, 95% between {said[0]} and "
        f"{said[2]}; observed {number(observed, digits)}. {share}."
    )
    return drawing.finish(y + SMALL + 4 + MARGIN, title, sentence)


def _far(
    values: NDArray[np.float64], observed: float, alternative: str | None
) -> NDArray[np.bool_]:
    """Return (m,) which values are at least as extreme, as what rounding leaves allows."""
    slack = 1e-9 * max(1.0, abs(observed))
    far: NDArray[np.bool_]
    if alternative == "greater":
        far = values >= observed - slack
    elif alternative == "less":
        far = values <= observed + slack
    else:
        middle = 0.0 if alternative == "two-sided" else float(np.median(values))
        far = np.abs(values - middle) >= abs(observed - middle) - slack
    return far


def _said(alternative: str | None) -> str:
    return {
        "greater": "at least as large",
        "less": "at most as large",
        "two-sided": "at least as far from zero",
    }.get(alternative or "", "at least as far from their median")
