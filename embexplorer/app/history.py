"""What undo and redo go back and forth between: steps, each of them the fields it changed."""

from __future__ import annotations

import dataclasses
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

import numpy as np
import pyarrow as pa

from embexplorer.app import state as states

if TYPE_CHECKING:
    from embexplorer.app.document import Document
    from embexplorer.app.state import State

FIELDS = ("selection", "hidden", "filters", "styles", "active_projection", "draft")
COLLECTIONS = ("projections", "columns", "clusters", "selections", "views", "item_sets")
OF_NO_SPACE = ("draft", "item_sets")  # of these
LONGEST = 200  # steps
MOST_BYTES = 256 * 2**20  # of the arrays that steps hold, those that the state holds too included


@dataclass(frozen=True, slots=True)
class Members:
    """Members of a collection of the document, and the place of the first of them."""

    place: int
    items: tuple[Any, ...]


@dataclass(frozen=True, slots=True)
class Side:
    """What a step found, or left: values of fields, and members of the document's collections."""

    fields: Mapping[str, Any]
    members: Mapping[str, Members]

    @property
    def has_members(self) -> bool:
        """Whether a collection lost or got members."""
        return any(members.items for members in self.members.values())


@dataclass(frozen=True, slots=True)
class Step:
    """A change with a name, and in which space it was made; empty where it has to do with none.

    Only what it changed is kept, so that taking it back leaves alone what came meanwhile, such as
    a projection that has finished.

    Attributes
    ----------
    weights
        Bytes of each array that it holds, by the array's identity.
    """

    title: str
    space_id: str
    before: Side
    after: Side
    weights: Mapping[int, int] = field(init=False, compare=False, repr=False)

    def __post_init__(self) -> None:
        """Weigh it once."""
        weights: dict[int, int] = {}
        for side in (self.before, self.after):
            _weigh(side.fields, weights)
            _weigh(side.members, weights)
        object.__setattr__(self, "weights", weights)


def step_between(old: State, new: State, title: str) -> Step | None:
    """Return the step from one state to another; None where it changed nothing that is kept."""
    changed = [name for name in FIELDS if getattr(old, name) != getattr(new, name)]
    gone: dict[str, Members] = {}
    came: dict[str, Members] = {}
    for name in COLLECTIONS:
        before, after = getattr(old.document, name), getattr(new.document, name)
        if before is not after:
            gone[name] = _without(before, after)
            came[name] = _without(after, before)
    found = Side({name: getattr(old, name) for name in changed}, gone)
    left = Side({name: getattr(new, name) for name in changed}, came)
    if not changed and not found.has_members and not left.has_members:
        return None
    touched = {*changed, *(name for name in gone if gone[name].items or came[name].items)}
    space_id = "" if touched <= set(OF_NO_SPACE) else new.active_space
    return Step(title, space_id, found, left)


def _without(members: tuple[Any, ...], others: tuple[Any, ...]) -> Members:
    """Return the members that are not among the others."""
    known = {id(item) for item in others}
    places = [place for place, item in enumerate(members) if id(item) not in known]
    return Members(places[0] if places else 0, tuple(members[place] for place in places))


class History:
    """The steps that can be taken back, and those taken back that can be made again."""

    def __init__(self) -> None:
        self._done: list[Step] = []
        self._undone: list[Step] = []

    @property
    def undo_title(self) -> str:
        """What undo takes back; empty when there is nothing."""
        return self._done[-1].title if self._done else ""

    @property
    def redo_title(self) -> str:
        """What redo makes again; empty when there is nothing."""
        return self._undone[-1].title if self._undone else ""

    def add(self, step: Step, *, merges: bool = False) -> None:
        """Note a step; one that merges continues the one before when that has the same title."""
        last = self._done[-1] if self._done else None
        if merges and last is not None and _continues(last, step):
            step = dataclasses.replace(step, before=last.before)
            self._done.pop()
        self._done = _newest([*self._done, step])
        self._undone.clear()

    def forget_closed(self, document: Document) -> None:
        """Drop the steps of spaces that are closed: read again, a space begins anew."""
        open_ = {"", *(space.id for space in document.spaces)}
        self._done = [step for step in self._done if step.space_id in open_]
        self._undone = [step for step in self._undone if step.space_id in open_]

    def undo(self, state: State) -> State:
        """Return the state before the last step; the same where there is none."""
        if not self._done:
            return state
        step = self._done.pop()
        self._undone.append(step)
        return _exchanged(state, step.space_id, step.after, step.before)

    def redo(self, state: State) -> State:
        """Return the state after the step that was taken back last."""
        if not self._undone:
            return state
        step = self._undone.pop()
        self._done.append(step)
        return _exchanged(state, step.space_id, step.before, step.after)


def _newest(steps: list[Step]) -> list[Step]:
    """Return the newest steps that are not too many and hold not too much; the last one always."""
    steps = steps[-LONGEST:]
    seen: dict[int, int] = {}  # an array that many steps hold is there once
    for count, step in enumerate(reversed(steps)):
        seen.update(step.weights)
        if count and sum(seen.values()) > MOST_BYTES:
            return steps[-count:]
    return steps


def _weigh(value: Any, weights: dict[int, int]) -> None:
    """Note the bytes of every array in a value."""
    if isinstance(value, np.ndarray | pa.Array | pa.ChunkedArray):
        weights[id(value)] = value.nbytes
    elif isinstance(value, tuple):
        for item in value:
            _weigh(item, weights)
    elif isinstance(value, Mapping):
        for item in value.values():
            _weigh(item, weights)
    elif dataclasses.is_dataclass(value):
        for one in dataclasses.fields(value):
            _weigh(getattr(value, one.name), weights)


def _continues(last: Step, step: Step) -> bool:
    is_alike = (last.title, last.space_id) == (step.title, step.space_id)
    has_members = last.after.has_members or step.after.has_members
    return is_alike and not has_members and last.after.fields.keys() == step.after.fields.keys()


def _exchanged(state: State, space_id: str, out: Side, into: Side) -> State:
    """Return the state with one side of a step in place of the other."""
    if space_id and space_id != state.active_space:
        state = states.activate(state, space_id)
    changes = {
        name: _swapped(getattr(state.document, name), out.members[name], into.members[name])
        for name in out.members
    }
    return dataclasses.replace(states.with_document(state, **changes), **into.fields)


def _swapped(members: tuple[Any, ...], out: Members, into: Members) -> tuple[Any, ...]:
    """Return the members with some replaced."""
    leaving = {id(item) for item in out.items}
    kept = [item for item in members if id(item) not in leaving]
    return (*kept[: into.place], *into.items, *kept[into.place :])
