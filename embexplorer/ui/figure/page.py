"""The figure of a web page: what the map shows, as the plain values that the page is written of."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np
import pyarrow as pa

from embexplorer.app.appearance import coloring_of
from embexplorer.app.drawings import Places
from embexplorer.app.presenters.coords import coords_on_map
from embexplorer.app.presenters.repeating import caption_of_map
from embexplorer.app.style import ITEM_NAMES
from embexplorer.core.counted import counted
from embexplorer.core.space import TEXT
from embexplorer.operations.figure_html import Figure, FigureLegend, sample_points
from embexplorer.ui.figure.meaning import counts_of, ramp_ends
from embexplorer.ui.figure.stage import FigureTheme
from embexplorer.ui.palette import palette_of

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from embexplorer.app.appearance import Coloring
    from embexplorer.app.services import Services
    from embexplorer.app.state import State
    from embexplorer.app.style import Style
    from embexplorer.core.space import Space
    from embexplorer.operations.methods_text import Methods
    from embexplorer.ui.figure.spec import FigureSpec
    from embexplorer.ui.scatter.map_view import MapView

MOST_COLUMNS = 12  # of the card of an item


def page_figure(
    services: Services, view: MapView, spec: FigureSpec, methods: Methods, title: str
) -> Figure:
    """Return what a page shows of the map: the items that are on it, in both themes.

    Parameters
    ----------
    view
        The map; one of three dimensions is written as it is seen.
    """
    state = services.store.state
    space, projection, coords = state.space, state.projection, coords_on_map(state)
    if space is None or coords is None:
        raise ValueError("nothing is on the map")
    style = state.style
    coloring = coloring_of(space, style.color_by, style)
    shown = _shown_rows(state, coloring)
    rows, sampled = sample_points(shown[np.isfinite(coords[shown]).all(axis=1)])
    places = _places(view, coords, rows)
    light, dark = (_palette(coloring, style, mode) for mode in ("light", "dark"))
    caption = caption_of_map(state, services.context) if spec.caption else ""
    axes = projection.axes if projection is not None and coords.shape[1] == 2 else ()
    return Figure(
        title=title,
        coords=places,
        items=_items(space, rows),
        colors=coloring.rows[rows],
        palette=light,
        dark_palette=dark,
        caption=caption,
        legend=_legend(space, coloring, shown) if spec.legend else None,
        columns=_columns(space, rows, coloring),
        labels=_labels(state, view, coords) if spec.labels else (),
        names_items=spec.labels and style.labels == ITEM_NAMES,
        axes=axes,
        methods=methods.text,
        record=methods.record,
        notes=(*(projection.notes if projection is not None else ()), *sampled),
        theme=spec.theme,
    )


def _shown_rows(state: State, coloring: Coloring) -> NDArray[np.int64]:
    """Return the rows that neither a filter nor the legend hides."""
    shown = coloring.leaves(state.hidden)
    if state.visible is not None:
        shown &= state.visible
    return np.flatnonzero(shown)


def _places(
    view: MapView, coords: NDArray[np.float32], rows: NDArray[np.int64]
) -> NDArray[np.float64]:
    if coords.shape[1] == 2:
        return coords[rows].astype(np.float64)
    seen = view.scatter.to_scene(rows)
    return np.column_stack((seen[:, 0], -seen[:, 1]))


def _labels(
    state: State, view: MapView, coords: NDArray[np.float32]
) -> tuple[tuple[float, float, str, bool], ...]:
    """Return the names of groups that are on the map, the largest group first."""
    drawing = state.drawings.get("labels")
    if drawing is None or drawing.space_id != state.active_space or not state.style.labels:
        return ()
    named = drawing.shown
    if not isinstance(named, Places):
        return ()
    places = _places(view, coords, named.anchors)
    return tuple(
        (float(x), float(y), name, True)
        for (x, y), name in zip(places, named.names, strict=True)
        if np.isfinite((x, y)).all()
    )


def _palette(coloring: Coloring, style: Style, mode: str) -> NDArray[np.uint8]:
    theme = FigureTheme(mode)
    found = palette_of(coloring, theme, style)
    theme.deleteLater()
    return found


def _legend(space: Space, coloring: Coloring, rows: NDArray[np.int64]) -> FigureLegend | None:
    if coloring.kind == "none":
        return None
    counts = counts_of(coloring, rows)
    if coloring.kind == "number":
        low, high = ramp_ends(space, coloring)
        note = f"{counts[-1]:,} missing" if counts[-1] else ""
        return FigureLegend(coloring.column, (), low, high, coloring.n_colors, note)
    names = [*coloring.names, "missing"]
    listed = tuple((code, names[code], n) for code, n in enumerate(counts) if n)
    return FigureLegend(coloring.column, listed, note=counted(len(listed), "value"))


def _items(space: Space, rows: NDArray[np.int64]) -> list[str]:
    labels = space.items.take(rows)
    if TEXT not in space.columns:
        return labels
    texts = space.columns[TEXT].take(pa.array(rows)).to_pylist()
    return [label if text is None else str(text) for label, text in zip(labels, texts, strict=True)]


def _columns(
    space: Space, rows: NDArray[np.int64], coloring: Coloring
) -> dict[str, list[str | None]]:
    names = [name for name in space.columns if name not in (TEXT, coloring.column)]
    if coloring.kind == "number":
        names.insert(0, coloring.column)
    chosen = names[:MOST_COLUMNS]
    return {name: [_said(value) for value in _values(space, name, rows)] for name in chosen}


def _values(space: Space, name: str, rows: NDArray[np.int64]) -> list[Any]:
    values: list[Any] = space.columns[name].take(pa.array(rows)).to_pylist()
    return values


def _said(value: Any) -> str | None:
    if value is None:
        return None
    return f"{value:.6g}" if isinstance(value, float) else str(value)
