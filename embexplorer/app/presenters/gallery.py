"""The maps of a space as cards: how each was made, how good it is, and the views kept of it."""

from __future__ import annotations

import dataclasses
import json
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from embexplorer.app import state as states
from embexplorer.app.document import SavedView
from embexplorer.app.presenters.library import projection_title, quality_line
from embexplorer.app.wording import duration
from embexplorer.core.contracts import ProjectionMethod
from embexplorer.core.counted import counted
from embexplorer.core.params import as_dict, build, fields_of

if TYPE_CHECKING:
    from collections.abc import Mapping

    from embexplorer.app.state import State
    from embexplorer.app.store import Store
    from embexplorer.core.projection import Projection
    from embexplorer.operations.context import Context


@dataclass(frozen=True, slots=True)
class ViewRow:
    """A saved view below its map."""

    id: str
    name: str


@dataclass(frozen=True, slots=True)
class MapCard:
    """A map of the active space.

    Parameters
    ----------
    id
        Of the projection.
    title, quality
        As ``UMAP 2-D`` and ``kept 0.62``.
    detail
        What sets it apart, in a line.
    about
        All there is to say about it, in lines.
    is_active, is_beside
        Whether it is on the map, or on the second one.
    can_repeat
        Whether a method made it, which can run again.
    views
        Views that were kept of it.
    """

    id: str
    title: str
    quality: str
    detail: str = ""
    about: str = ""
    is_active: bool = False
    is_beside: bool = False
    can_repeat: bool = False
    views: tuple[ViewRow, ...] = ()


class Gallery:
    """Intents of the cards of maps and of the views below them."""

    def __init__(self, store: Store, context: Context) -> None:
        self._store = store
        methods = context.registry.all(ProjectionMethod)
        self._usual = {method.id: as_dict(build(method.params, {})) for method in methods}
        self._labels = {
            method.id: {field.name: field.doc.label for field in fields_of(method.params)}
            for method in methods
        }

    def cards(self, state: State) -> tuple[MapCard, ...]:
        """Return the maps of the active space, oldest first."""
        return tuple(
            MapCard(
                made.id,
                projection_title(made),
                quality_line(made),
                self.detail(made),
                self.about(made),
                made.id == state.active_projection,
                made.id == state.beside,
                made.method in self._usual and not made.onto,
                tuple(
                    ViewRow(view.id, view.name)
                    for view in state.document.views
                    if view.projection_id == made.id
                ),
            )
            for made in state.document.projections_of(state.active_space)
        )

    def detail(self, projection: Projection) -> str:
        """Return what sets a map apart: its settings, seed, items and time."""
        parts = [f"{name} {value}" for name, value in self._changed(projection)]
        if projection.seed:
            parts.append(f"seed {projection.seed}")
        if projection.rows is not None:
            parts.append(counted(projection.n, "item"))
        if projection.seconds:
            parts.append(duration(projection.seconds))
        return " · ".join(parts)

    def about(self, projection: Projection) -> str:
        """Return everything about a map, in lines that can be copied."""
        quality = projection.quality
        lines = [projection_title(projection)]
        lines += [f"{label}: {value}" for label, value in self._labelled(projection)]
        lines.append(f"Seed: {projection.seed}")
        for name, label in (
            ("neighbors_kept", "Neighbors kept"),
            ("trustworthiness", "Trustworthiness"),
            ("continuity", "Continuity"),
        ):
            if quality.get(name) is not None:
                lines.append(f"{label}: {quality[name]:.3f}")
        if projection.explained_variance_total is not None:
            lines.append(f"Variance explained: {projection.explained_variance_total:.1%}")
        if projection.seconds:
            lines.append(f"Time: {duration(projection.seconds)}")
        if projection.made_at:
            lines.append(f"Made: {projection.made_at.replace('T', ' ')}")
        return "\n".join((*lines, *projection.notes))

    def settings_text(self, projection_id: str) -> str:
        """Return how a map was made as JSON, which a script can read."""
        made = self._store.state.document.projection(projection_id)
        if made is None:
            return ""
        settings = {
            "method": made.method,
            "params": dict(made.params),
            "dims": made.dims,
            "seed": made.seed,
        }
        return json.dumps(settings, ensure_ascii=False, default=str)

    # -- the second map ------------------------------------------------------------------------

    def show_beside(self, projection_id: str) -> None:
        """Put a map of the active space on a second map, side by side with the first."""
        self._store.apply(lambda state: dataclasses.replace(state, beside=projection_id))

    def show_one(self) -> None:
        """Take the second map away."""
        self.show_beside("")

    def toggle_beside(self) -> None:
        """Put another map of the active space beside the one that is shown, or take it away."""
        state = self._store.state
        if state.projection_beside is not None:
            self.show_one()
            return
        shown = state.active_projection
        others = [
            made.id
            for made in state.document.projections_of(state.active_space)
            if made.id != shown
        ]
        self.show_beside(others[-1] if others else shown)

    def swap(self) -> None:
        """Let the two maps change places."""
        state = self._store.state
        if state.projection_beside is not None and state.projection is not None:
            left, right = state.active_projection, state.beside
            self._store.apply(
                lambda state: dataclasses.replace(state, active_projection=right, beside=left)
            )

    # -- views ---------------------------------------------------------------------------------

    def keep_view(self, name: str, camera: Mapping[str, Any]) -> None:
        """Keep a place on the map that is shown under a name."""
        shown, said = self._store.state.projection, name.strip()
        if shown is None or not said:
            return
        view = SavedView(shown.id, said, dict(camera))
        self._store.apply(
            lambda state: states.with_document(state, views=(*state.document.views, view)),
            undo=f"Keep the view “{said}”",
        )

    def rename_view(self, view_id: str, name: str) -> None:
        """Give a kept view another name."""
        view = self.view(view_id)
        if view is not None and name.strip():
            self._replace_view(view, (dataclasses.replace(view, name=name.strip()),))

    def remove_view(self, view_id: str) -> None:
        """Keep a view no more."""
        view = self.view(view_id)
        if view is not None:
            self._replace_view(view, ())

    def view(self, view_id: str) -> SavedView | None:
        """Return a kept view, or None."""
        views = self._store.state.document.views
        return next((view for view in views if view.id == view_id), None)

    def _replace_view(self, view: SavedView, by: tuple[SavedView, ...]) -> None:
        def change(state: State) -> State:
            views = state.document.views
            at = next(k for k, item in enumerate(views) if item.id == view.id)
            return states.with_document(state, views=(*views[:at], *by, *views[at + 1 :]))

        verb = "Rename" if by else "Remove"
        self._store.apply(change, undo=f"{verb} the view “{view.name}”")

    # -- parameters ----------------------------------------------------------------------------

    def _labelled(self, projection: Projection) -> list[tuple[str, str]]:
        labels = self._labels.get(projection.method, {})
        return [(labels.get(name, name), _said(value)) for name, value in projection.params.items()]

    def _changed(self, projection: Projection) -> list[tuple[str, str]]:
        """Return the settings that are not the usual ones, by their labels in lower case."""
        usual = self._usual.get(projection.method)
        if usual is None:
            return []
        pairs = zip(projection.params.items(), self._labelled(projection), strict=True)
        return [
            (label[:1].lower() + label[1:], said)
            for (name, value), (label, said) in pairs
            if usual.get(name) != value
        ]


def _said(value: object) -> str:
    if isinstance(value, bool):
        return "yes" if value else "no"
    return f"{value:g}" if isinstance(value, float) else str(value)
