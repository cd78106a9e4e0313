"""Which items the map rings, joins and names: the selection and the answers to questions."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from embexplorer.app.presenters.bias_view import shapes_of
from embexplorer.app.wording import shortened

if TYPE_CHECKING:
    from collections.abc import Iterable

    from embexplorer.app.state import BiasQuestion, State
    from embexplorer.core.probe_results import ProbeResult
    from embexplorer.core.results import Neighbors
    from embexplorer.core.space import Space

NAMED_NEIGHBORS = 4
NAME_LENGTH = 28  # characters of a name on the map
NAMED_IN_SETS = 80  # items of a probe; more names would hide the map


@dataclass(frozen=True, slots=True)
class NamedItem:
    """An item named on the map; a strong one is an answer or an input of a question.

    `shape` is that of its dot, by the set that it belongs to; None for a plain dot.
    """

    row: int
    text: str
    is_strong: bool
    has_dot: bool
    shape: int | None = None


@dataclass(frozen=True, slots=True)
class MapMarks:
    """What lies over the points, by row: see `embexplorer.ui.scatter.marks.Marks`."""

    center: int | None = None
    ends: tuple[int, ...] = ()
    names: tuple[NamedItem, ...] = ()
    arrows: tuple[tuple[int, int, bool], ...] = ()


def marks_of(state: State) -> MapMarks:
    """Return the marks of a state: the current hit of a search, a probe, the analogy, or neighbors.

    The selected item is ringed and named in both; each item is named once.
    """
    space = state.space
    if space is None or (state.projection is None and state.live_coords is None):
        return MapMarks()
    hit = None if state.finding is None else state.finding.current
    if hit is not None:
        return MapMarks(names=(_named(space, hit, is_strong=True, has_dot=True),))
    probed = state.bias
    if probed is not None and probed.answer is not None and probed.is_on_map:
        return _bias_marks(state, space, probed, probed.answer)
    asked = state.analogy
    if asked is not None and asked.answer is not None and asked.is_on_map and asked.error is None:
        return _analogy_marks(state, space)
    return _neighbor_marks(state, space)


def _neighbor_marks(state: State, space: Space) -> MapMarks:
    center, chosen = state.selected, state.selection
    if chosen is not None and len(chosen) > 1:
        return MapMarks()  # the selection itself stands out; an answer about one item does not
    first = () if center is None else (_named(space, center, is_strong=True),)
    answer = _current_answer(state)
    if answer is None:
        return MapMarks(center=center, names=first)
    found = tuple(int(index) for index in answer.ranked.indices)
    is_about_center = center is not None and list(answer.inputs) == [center]
    inputs = [_named(space, int(row), is_strong=True, has_dot=True) for row in answer.inputs]
    nearest = [
        _named(space, row, is_strong=False, has_dot=not is_about_center)
        for row in found[:NAMED_NEIGHBORS]
    ]
    return MapMarks(
        center=center,
        ends=found if is_about_center else (),
        names=_each_once((*first, *inputs, *nearest)),
    )


def _current_answer(state: State) -> Neighbors | None:
    """Return the answer to the question of the moment; the one before is of other items."""
    asked = state.neighbors
    if asked is None or asked.error is not None or asked.answer is None:
        return None
    return asked.answer if asked.answer.query == asked.text else None


def _analogy_marks(state: State, space: Space) -> MapMarks:
    assert state.analogy is not None
    answer = state.analogy.answer
    assert answer is not None
    a, b, c = answer.inputs
    found = [int(index) for index in answer.results.indices]
    ends = [(a, b, False)] + ([(c, found[0], True)] if found else [])
    arrows = [arrow for arrow in ends if min(arrow[:2]) >= 0]  # a composed word has no point
    strong = [row for row in (a, b, c, *found[:1]) if row >= 0]
    names = [_named(space, row, is_strong=True, has_dot=True) for row in strong]
    names += [_named(space, row, is_strong=False, has_dot=True) for row in found[1:6]]
    center = state.selected
    if center is not None:
        names.append(_named(space, center, is_strong=True))
    return MapMarks(center=center, names=_each_once(names), arrows=tuple(arrows))


def _bias_marks(state: State, space: Space, asked: BiasQuestion, answer: ProbeResult) -> MapMarks:
    """Return the items of the sets in their shapes: those with a score first, and strong."""
    shapes = shapes_of(answer)
    scored = {(one.set, one.item) for one in answer.found.per_item}
    ordered = sorted(asked.rows.items(), key=lambda found: found[0] not in scored)
    names = []
    for at, ((key, item), row) in enumerate(ordered):
        if row >= 0:
            text = shortened(space.items[row], NAME_LENGTH) if at < NAMED_IN_SETS else ""
            is_scored = (key, item) in scored
            names.append(NamedItem(row, text, is_scored, True, shapes.get(key, 0)))
    center = state.selected
    if center is not None:
        names.append(_named(space, center, is_strong=True))
    return MapMarks(center=center, names=_each_once(names))


def _each_once(names: Iterable[NamedItem]) -> tuple[NamedItem, ...]:
    """Return the first name of each row."""
    by_row: dict[int, NamedItem] = {}
    for name in names:
        by_row.setdefault(name.row, name)
    return tuple(by_row.values())


def _named(space: Space, row: int, *, is_strong: bool, has_dot: bool = False) -> NamedItem:
    return NamedItem(row, shortened(space.items[row], NAME_LENGTH), is_strong, has_dot)
