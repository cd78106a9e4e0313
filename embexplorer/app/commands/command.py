"""What a command is, and the conditions under which it can be given."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from embexplorer.app.services import Services
from embexplorer.app.shell import Shell
from embexplorer.app.state import State

Run = Callable[[Services, Shell], None]
Condition = Callable[[State], bool]


def always(state: State) -> bool:
    """Return True."""
    return True


def has_space(state: State) -> bool:
    """Return whether a space is open."""
    return state.space is not None


def has_data(state: State) -> bool:
    """Return whether a space or a corpus is open."""
    return bool(state.document.spaces or state.document.texts)


def has_shown_data(state: State) -> bool:
    """Return whether a space is on the map, or the encode form of a corpus is open."""
    return state.space is not None or state.texts is not None


def has_map(state: State) -> bool:
    """Return whether something is on the map."""
    return state.projection is not None


def has_second_map(state: State) -> bool:
    """Return whether two maps are side by side."""
    return state.projection_beside is not None


def has_encoder(state: State) -> bool:
    """Return whether the space on the map was made by an encoder."""
    return state.space is not None and bool(state.space.provenance.encoder)


def is_projecting(state: State) -> bool:
    """Return whether a projection is running."""
    return state.live is not None


def has_live(state: State) -> bool:
    """Return whether the map shows a projection that is still running."""
    return state.live_coords is not None


def has_selection(state: State) -> bool:
    """Return whether items are selected."""
    return state.selection is not None


def has_one_selected(state: State) -> bool:
    """Return whether exactly one item is selected."""
    return state.selected is not None


def has_filters(state: State) -> bool:
    """Return whether some items are not shown."""
    return bool(state.filters or state.hidden)


def can_undo(state: State) -> bool:
    """Return whether a step can be taken back."""
    return bool(state.undo_title)


def can_redo(state: State) -> bool:
    """Return whether a step that was taken back can be made again."""
    return bool(state.redo_title)


def has_neighbors(state: State) -> bool:
    """Return whether neighbors were found."""
    return state.neighbors is not None and state.neighbors.answer is not None


def has_analogy(state: State) -> bool:
    """Return whether an analogy was answered."""
    return state.analogy is not None and state.analogy.answer is not None


def has_bias(state: State) -> bool:
    """Return whether a bias probe of the active space was answered."""
    return state.bias is not None and state.bias.answer is not None


@dataclass(frozen=True, slots=True)
class Command:
    """One thing a person can do.

    Parameters
    ----------
    id
        Unique, as ``category.verb``.
    title
        As a menu shows it; ``…`` where a dialog follows.
    menu
        Menu it is in.
    run
        ``run(services, shell)``.
    shortcut
        In Qt's portable notation; single letters act only while the map has focus.
    enabled
        Condition on the state.
    checked
        For commands that are on or off: whether it is on now.
    keywords
        Further words the palette finds it by.
    needs
        What is missing while it is not enabled.
    starts_group
        Whether a line stands above it in its menu.
    also
        A second shortcut, which acts where the first does.
    """

    id: str
    title: str
    menu: str
    run: Run
    shortcut: str = ""
    enabled: Condition = always
    checked: Callable[[Services, Shell], bool] | None = None
    keywords: str = ""
    needs: str = ""
    starts_group: bool = False
    also: str = ""


SPACE = "Needs an open space"
MAP = "Needs a map"
SELECTION = "Needs selected items"
