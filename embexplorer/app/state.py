"""Everything the window shows, as one frozen value."""

from __future__ import annotations

import dataclasses
import uuid
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from embexplorer.app.document import Document
from embexplorer.app.drawings import Drawing
from embexplorer.app.extended_space import extended
from embexplorer.app.filters import Filter, Shown
from embexplorer.app.found import Explained, FindQuestion, SetOffer
from embexplorer.app.mitigation import Mitigation
from embexplorer.app.style import Style
from embexplorer.core.errors import UserError
from embexplorer.core.item_sets import ItemSets
from embexplorer.core.probe_results import ProbeResult
from embexplorer.core.projection import Coords, Projection
from embexplorer.core.results import AnalogyMethod, AnalogyResult, Metric, Neighbors
from embexplorer.core.selection import Selection
from embexplorer.core.space import Space, Texts
from embexplorer.operations.probe_battery import Battery
from embexplorer.operations.probe_places import Place
from embexplorer.operations.probe_uncertainty import Uncertainty
from embexplorer.operations.set_coverage import SetsCoverage
from embexplorer.operations.set_reach import Reach
from embexplorer.storage.kept_windows import LeftWindow
from embexplorer.storage.owner import Owner

if TYPE_CHECKING:
    from embexplorer.core.derived import DerivedColumn

PLAIN = Style()  # of a space nobody has styled yet
MOST_PROBLEMS = 100  # that are kept, the newest


@dataclass(frozen=True, slots=True)
class Activity:
    """A job as the person sees it."""

    job_id: int
    key: str
    title: str
    message: str = ""
    fraction: float | None = None
    seconds_left: float | None = None


@dataclass(frozen=True, slots=True, eq=False)
class Live:
    """A projection that is still running, with its newest coords (None before the first frame)."""

    job_id: int
    space_id: str
    method: str
    params: Mapping[str, Any]
    dims: int
    seed: int
    coords: Coords | None = None
    rows: NDArray[np.int64] | None = None  # of the items that are projected; None for all
    labels_from: str = ""  # column whose groups are pulled together; empty for none
    is_paused: bool = False


@dataclass(frozen=True, slots=True)
class NeighborsQuestion:
    """A neighbors query with its answer, or with what is wrong with it."""

    space_id: str
    text: str
    k: int
    metric: Metric
    answer: Neighbors | None = None
    error: UserError | None = None
    is_running: bool = False


@dataclass(frozen=True, slots=True)
class AnalogyQuestion:
    """``a is to b as c is to ?`` with its answer, or with what is wrong with it."""

    space_id: str
    a: str
    b: str
    c: str
    method: AnalogyMethod
    answer: AnalogyResult | None = None
    error: UserError | None = None
    is_running: bool = False
    is_on_map: bool = True


@dataclass(frozen=True, slots=True, eq=False)
class BiasQuestion:
    """A bias probe of a space with what it found, or with what is wrong with it.

    Parameters
    ----------
    sets
        Name of built-in item sets, path of a file, or the sets themselves.
    params
        Of the probe; those left out have their defaults.
    word_column
        Column whose values the sets name; empty for the items themselves.
    encoder
        What reads the sentences that are made of the words; empty where the space itself is probed.
    original
        Id of the space before bias was taken out of it; empty for none.
    answer
        The numbers; those of the question before while `is_running`.
    sentences
        The space that the encoder made, in which the numbers of `answer` were found.
    rows
        Where the items of the answer are in the space, by the key of their set and the item.
    uncertainty
        How far the number of the answer can be trusted, as soon as that is known.
    unknown
        Why its uncertainty cannot be told; None where it can.
    is_measuring
        Whether the uncertainty is being worked out.
    is_on_map
        Whether the items of the sets are marked on the map.
    """

    space_id: str
    probe: str
    sets: str | ItemSets
    params: Mapping[str, Any] = field(default_factory=dict)
    ignore_case: bool = False
    allow_missing: bool = False
    seed: int = 0
    word_column: str = ""
    encoder: str = ""
    original: str = ""
    answer: ProbeResult | None = None
    sentences: Place | None = None
    rows: Mapping[tuple[str, str], int] = field(default_factory=dict)
    uncertainty: Uncertainty | None = None
    unknown: UserError | None = None
    error: UserError | None = None
    is_running: bool = False
    is_measuring: bool = False
    is_on_map: bool = True
    id: str = field(default_factory=lambda: uuid.uuid4().hex)


@dataclass(frozen=True, slots=True)
class BatteryQuestion:
    """Many bias probes at once with what they found, or with what is wrong with them.

    Parameters
    ----------
    spaces, probes
        Their ids.
    params
        Of the probes by their ids; those left out have their defaults.
    answer
        The numbers; those of the question before while `is_running`.
    """

    spaces: tuple[str, ...]
    probes: tuple[str, ...]
    sets: tuple[ItemSets, ...]
    params: Mapping[str, Mapping[str, Any]] = field(default_factory=dict)
    ignore_case: bool = False
    allow_missing: bool = False
    word_column: str = ""
    seed: int = 0
    answer: Battery | None = None
    error: UserError | None = None
    is_running: bool = False


@dataclass(frozen=True, slots=True)
class NeighborsKept:
    """How many of an item's `k` nearest items are among its `k` nearest on a map."""

    projection_id: str
    index: int
    kept: int
    k: int


@dataclass(frozen=True, slots=True)
class EncodingEstimate:
    """How many seconds an encoder needs for a corpus, from a few of its texts."""

    texts_id: str
    encoder: str
    seconds: float


@dataclass(frozen=True, slots=True, eq=False)
class RowOrder:
    """The order of the items table: all rows of a space, sorted by a column.

    Without a column they are sorted by their score in the query of the moment, or by number.
    """

    space_id: str
    column: str
    is_ascending: bool
    rows: NDArray[np.int64]
    is_by_score: bool = False


@dataclass(frozen=True, slots=True)
class Problem:
    """An error that waits to be read.

    Parameters
    ----------
    error
        What is wrong.
    details
        For a report.
    source
        The file that could not be read, which may be read another way; None for other errors.
    """

    error: UserError
    details: str = ""
    source: Path | None = None


@dataclass(frozen=True, slots=True)
class Offer:
    """Several files of texts that were opened one by one, and may be one corpus instead."""

    paths: tuple[Path, ...]


@dataclass(frozen=True, slots=True)
class PlaceOffer:
    """A space that has just come, whose items may go onto the map that was shown until then.

    Parameters
    ----------
    projection_id
        The map.
    name
        Of the space that came.
    title
        Of the map, as ``UMAP 2-D of “news”``.
    """

    projection_id: str
    name: str
    title: str


@dataclass(frozen=True, slots=True, eq=False)
class ProjectFile:
    """The project that is open, as it lies on disk.

    Parameters
    ----------
    path
        The file.
    is_embedded
        Whether it holds the vectors themselves.
    saved
        What a person had made when it was saved, see `app.presenters.project.made_in`.
    is_whole
        False where something in it could not be opened: then the file is not written over unasked.
    extra
        What it holds beside what this version knows.
    holder
        The other window that has it open, and alone writes it.
    """

    path: Path
    is_embedded: bool
    saved: tuple[object, ...]
    is_whole: bool = True
    extra: Mapping[str, Any] = field(default_factory=dict)
    holder: Owner | None = None

    @property
    def name(self) -> str:
        """The name of the file without its ending."""
        return self.path.stem


@dataclass(frozen=True, slots=True)
class State:
    """The document and what the window shows of it.

    `drawings` are what layers of the map show, by `drawings.Kind`.
    `hidden` are codes of the coloring of the moment, -1 for missing values. `filters` belong to
    the active space, and `shown` is what passes them, as soon as that is known. `probed` holds the
        last bias probe of each space by its id, `battery` the last run of many. `beside` is the
    projection on a second map, empty while there is none. `left` is what crashed windows left.
    `draft` are the item sets that are being edited, `covered` what the active space has of them,
    case regarded or not (`ignores_case`), `set_offer` what could join one of them. `reach` is what
    a space has of the items of all sets there are. `mitigation` is the last mitigation of bias.
    `beginning` is the space whose first map is on its way.
    """

    document: Document = field(default_factory=Document)
    active_space: str = ""
    active_texts: str = ""
    active_projection: str = ""
    selection: Selection | None = None
    styles: Mapping[str, Style] = field(default_factory=dict)
    hidden: frozenset[int] = frozenset()
    filters: tuple[Filter, ...] = ()
    shown: Shown | None = None
    neighbors: NeighborsQuestion | None = None
    analogy: AnalogyQuestion | None = None
    probed: Mapping[str, BiasQuestion] = field(default_factory=dict)
    battery: BatteryQuestion | None = None
    finding: FindQuestion | None = None
    explained: Explained | None = None
    kept: NeighborsKept | None = None
    order: RowOrder | None = None
    estimate: EncodingEstimate | None = None
    live: Live | None = None
    activity: tuple[Activity, ...] = ()
    problems: tuple[Problem, ...] = ()
    offer: Offer | PlaceOffer | None = None
    message: str = ""
    undo_title: str = ""
    redo_title: str = ""
    project: ProjectFile | None = None
    drawings: Mapping[str, Drawing] = field(default_factory=dict)
    beside: str = ""
    left: tuple[LeftWindow, ...] = ()
    draft: ItemSets | None = None
    ignores_case: bool = False
    covered: SetsCoverage | None = None
    reach: Reach | None = None
    set_offer: SetOffer | None = None
    mitigation: Mitigation | None = None
    beginning: str = ""

    @property
    def space(self) -> Space | None:
        """The active space, its derived columns at the end of its table."""
        space = self.document.space(self.active_space)
        return None if space is None else extended(space, self.document)

    @property
    def style(self) -> Style:
        """How the map of the active space is drawn."""
        return self.styles.get(self.active_space, PLAIN)

    @property
    def visible(self) -> NDArray[np.bool_] | None:
        """(n,) which items of the active space pass the filters; None for all."""
        shown = self.shown
        is_mine = shown is not None and shown.space_id == self.active_space and self.filters
        return shown.mask if shown is not None and is_mine else None

    @property
    def texts(self) -> Texts | None:
        """The corpus whose encode form is open."""
        return self.document.corpus(self.active_texts)

    @property
    def projection(self) -> Projection | None:
        """The projection on the map, when it is of the active space."""
        found = self.document.projection(self.active_projection)
        return found if found is not None and found.space_id == self.active_space else None

    @property
    def projection_beside(self) -> Projection | None:
        """The projection on the second map, when it is of the active space."""
        found = self.document.projection(self.beside)
        return found if found is not None and found.space_id == self.active_space else None

    @property
    def live_coords(self) -> Coords | None:
        """The newest coords of a projection of the active space that is still running, or None.

        See `app.presenters.coords.coords_on_map` for one point of each item.
        """
        live = self.live
        return live.coords if live is not None and live.space_id == self.active_space else None

    @property
    def bias(self) -> BiasQuestion | None:
        """The last bias probe of the active space."""
        return self.probed.get(self.active_space)

    @property
    def selected(self) -> int | None:
        """The row of the one selected item of the active space, or None."""
        chosen = self.selection
        if chosen is None or chosen.space_id != self.active_space or len(chosen) != 1:
            return None
        return int(chosen.indices[0])


def with_document(state: State, **changes: Any) -> State:
    """Return the state with fields of its document replaced."""
    return dataclasses.replace(state, document=dataclasses.replace(state.document, **changes))


def add_data(state: State, data: Space | Texts) -> State:
    """Return the state with a space or corpus added (or replaced, in its place) and made active."""
    kind = "spaces" if isinstance(data, Space) else "texts"
    held = getattr(state.document, kind)
    if any(item.id == data.id for item in held):
        items = tuple(data if item.id == data.id else item for item in held)
    else:
        items = (*held, data)
    changed = with_document(state, **{kind: items})
    return activate(changed, data.id) if kind == "spaces" else activate_texts(changed, data.id)


def activate(state: State, space_id: str) -> State:
    """Return the state with another space on the map; questions about the old one go."""
    if space_id == state.active_space:
        return activate_texts(state, "") if state.active_texts else state
    mine = state.document.projections_of(space_id)
    return dataclasses.replace(
        state,
        active_space=space_id,
        active_texts="",
        active_projection=mine[-1].id if mine else "",
        selection=None,
        hidden=frozenset(),
        filters=(),
        shown=None,
        neighbors=None,
        analogy=None,
        finding=None,
        explained=None,
        kept=None,
    )


def activate_texts(state: State, texts_id: str) -> State:
    """Return the state with the encode form of a corpus open."""
    return dataclasses.replace(state, active_texts=texts_id)


def close_data(state: State, data_id: str) -> State:
    """Return the state without a space (and its projections) or a corpus."""
    changed = dataclasses.replace(state, document=state.document.without_data(data_id))
    if state.active_texts == data_id:
        changed = activate_texts(changed, "")
    if data_id in state.probed:
        changed = with_bias(changed, data_id, None)
    if state.live is not None and state.live.space_id == data_id:
        changed = dataclasses.replace(changed, live=None)
    if state.active_space == data_id:
        left = changed.document.spaces
        changed = activate(changed, left[-1].id if left else "")
    return changed


def add_projection(state: State, projection: Projection) -> State:
    """Return the state with a projection added and, when its space is active, on the map.

    A projection of a space that was closed meanwhile is dropped.
    """
    if state.document.space(projection.space_id) is None:
        return state
    others = tuple(item for item in state.document.projections if item.id != projection.id)
    changed = with_document(state, projections=(*others, projection))
    if projection.space_id != state.active_space:
        return changed
    return dataclasses.replace(changed, active_projection=projection.id)


def replace_projection(state: State, projection: Projection) -> State:
    """Return the state with a projection of the same id replaced, the map left where it is."""
    items = state.document.projections
    kept = tuple(projection if item.id == projection.id else item for item in items)
    return with_document(state, projections=kept)


def add_column(state: State, column: DerivedColumn) -> State:
    """Return the state with a derived column; one of the same space and name is replaced."""
    if state.document.space(column.space_id) is None:
        return state
    name = (column.space_id, column.name)
    others = [item for item in state.document.columns if (item.space_id, item.name) != name]
    return with_document(state, columns=(*others, column))


def with_problems(state: State, *problems: Problem) -> State:
    """Return the state with more problems, of which the newest are kept."""
    return dataclasses.replace(state, problems=(*state.problems, *problems)[-MOST_PROBLEMS:])


def new_problems(old: tuple[Problem, ...], new: tuple[Problem, ...]) -> list[Problem]:
    """Return the problems that were not there before."""
    known = set(map(id, old))
    return [problem for problem in new if id(problem) not in known]


def with_bias(state: State, space_id: str, question: BiasQuestion | None) -> State:
    """Return the state with another bias probe of a space, or with none."""
    others = {name: asked for name, asked in state.probed.items() if name != space_id}
    if question is not None:
        others[space_id] = question
    return dataclasses.replace(state, probed=others)


def hide_bias(state: State) -> State:
    """Return the state with the last bias probe off the map, which shows one answer at a time."""
    asked = state.bias
    if asked is None or not asked.is_on_map:
        return state
    return with_bias(state, asked.space_id, dataclasses.replace(asked, is_on_map=False))


def restyled(state: State, **changes: Any) -> State:
    """Return the state with the map of the active space drawn another way."""
    style = dataclasses.replace(state.style, **changes)
    return dataclasses.replace(state, styles={**state.styles, state.active_space: style})
