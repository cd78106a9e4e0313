"""Everything the window works with, put together once."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from embexplorer.app.presenters.asking import Analogy, Neighbors
from embexplorer.app.presenters.battery import ProbeBattery
from embexplorer.app.presenters.bias import Bias
from embexplorer.app.presenters.bias_map import BiasMap
from embexplorer.app.presenters.clustering import Clustering
from embexplorer.app.presenters.covering import Covering
from embexplorer.app.presenters.deriving import Deriving
from embexplorer.app.presenters.details import Details
from embexplorer.app.presenters.drawing import Drawings
from embexplorer.app.presenters.editing_sets import EditingSets
from embexplorer.app.presenters.explaining import Explaining
from embexplorer.app.presenters.filtering import Filtering
from embexplorer.app.presenters.finding import Finding
from embexplorer.app.presenters.gallery import Gallery
from embexplorer.app.presenters.histograms import Histograms
from embexplorer.app.presenters.items import Items
from embexplorer.app.presenters.joining import Joining
from embexplorer.app.presenters.keeping import Keeping
from embexplorer.app.presenters.known_sets import KnownSets
from embexplorer.app.presenters.labeling import Labeling
from embexplorer.app.presenters.library import Library
from embexplorer.app.presenters.map import Map
from embexplorer.app.presenters.mitigating import Mitigating
from embexplorer.app.presenters.offering import Offering
from embexplorer.app.presenters.opening import Opening
from embexplorer.app.presenters.placing import Placing
from embexplorer.app.presenters.preparing import Preparing
from embexplorer.app.presenters.project import Project
from embexplorer.app.presenters.reaching import Reaching
from embexplorer.app.presenters.results import Results
from embexplorer.app.presenters.selecting import Selecting
from embexplorer.app.presenters.styling import Styling
from embexplorer.app.remembered import Remembered
from embexplorer.app.store import Store
from embexplorer.app.work import Work
from embexplorer.jobs.inline_lane import InlineLane
from embexplorer.jobs.process_lane import ProcessLane
from embexplorer.jobs.runner import Lane, Runner
from embexplorer.jobs.thread_lane import ThreadLane
from embexplorer.operations.context import Context
from embexplorer.operations.int8_copies import Int8Copies
from embexplorer.operations.norms import NormsCache
from embexplorer.operations.project import load_libraries

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from embexplorer.jobs.events import Event

LANES = ("device", "compute", "files", "measure", "kernels", "quick", "keep")
REST = 60.0  # seconds that the child which measures bias waits for more


@dataclass(frozen=True, slots=True)
class Services:
    """The store, the presenters, and the runner behind them."""

    context: Context
    store: Store
    work: Work
    runner: Runner
    remembered: Remembered
    library: Library
    opening: Opening
    map: Map
    selecting: Selecting
    filtering: Filtering
    styling: Styling
    deriving: Deriving
    drawings: Drawings
    clustering: Clustering
    neighbors: Neighbors
    analogy: Analogy
    bias: Bias
    bias_map: BiasMap
    mitigating: Mitigating
    battery: ProbeBattery
    finding: Finding
    histograms: Histograms
    explaining: Explaining
    details: Details
    results: Results
    items: Items
    project: Project
    gallery: Gallery
    labeling: Labeling
    joining: Joining
    placing: Placing
    preparing: Preparing
    keeping: Keeping
    editing_sets: EditingSets
    offering: Offering
    covering: Covering
    reaching: Reaching

    @staticmethod
    def start(
        lanes: Mapping[str, Lane], post: Callable[[Callable[[Event], None], Event], None]
    ) -> Services:
        """Put everything together.

        Parameters
        ----------
        lanes
            The lanes by name, see `process_lanes` and `inline_lanes`.
        post
            Calls ``handle(event)`` in the window's thread; called from any thread.
        """
        context = Context.default()
        store = Store()
        work = Work(store)
        runner = Runner(lanes, lambda event: post(work.handle, event))
        work.attach(runner)
        remembered = Remembered(work)
        norms, copies = NormsCache(), Int8Copies()
        map_ = Map(store, work, context, remembered)
        selecting = Selecting(store, work, remembered, norms, copies, map_)
        filtering = Filtering(store, work)
        deriving = Deriving(store, work, remembered, norms)
        neighbors = Neighbors(store, work, remembered, norms, copies)
        known = KnownSets(store)
        editing_sets = EditingSets(store, known)
        library = Library(store, work, context, remembered)
        bias = Bias(store, work, context, deriving, known)
        project = Project(store, work, context, remembered, library, map_)
        return Services(
            context=context,
            store=store,
            work=work,
            runner=runner,
            remembered=remembered,
            library=library,
            opening=Opening(work, context, library),
            map=map_,
            selecting=selecting,
            filtering=filtering,
            styling=Styling(store, work, filtering, selecting),
            deriving=deriving,
            drawings=Drawings(store, work, remembered, norms),
            clustering=Clustering(store, work, context, selecting),
            neighbors=neighbors,
            analogy=Analogy(store, work, remembered, norms, copies),
            bias=bias,
            bias_map=BiasMap(store, work, context, map_),
            mitigating=Mitigating(store, work, context, known),
            battery=ProbeBattery(store, work, context, library, bias, known),
            finding=Finding(store, work, selecting, neighbors),
            histograms=Histograms(store, work, filtering),
            explaining=Explaining(store, work, selecting, filtering),
            details=Details(store, work, context, norms, copies),
            results=Results(store, work),
            items=Items(store, work),
            project=project,
            gallery=Gallery(store, context),
            labeling=Labeling(store, work),
            joining=Joining(store, work, context),
            placing=Placing(store, work, context, map_),
            preparing=Preparing(store, work, copies),
            keeping=Keeping(store, work, context, project),
            editing_sets=editing_sets,
            offering=Offering(store, work, remembered, norms, copies, editing_sets),
            covering=Covering(store, work),
            reaching=Reaching(store, work, known),
        )


def process_lanes(files: Lane | None = None) -> dict[str, Lane]:
    """Return the lanes of the window: five of child processes, two of threads.

    The child of `kernels` soon ends, that of `measure` is there only while it has work. `files` is
    the lane that reads, where it was started before the others.
    """
    return {
        "device": ProcessLane("device"),
        "compute": ProcessLane("compute", warm_up=[load_libraries], has_spare=True),
        "files": files or ProcessLane("files"),
        "measure": ProcessLane("measure", rest=REST),
        "kernels": ProcessLane("kernels"),
        "quick": ThreadLane("quick"),
        "keep": ThreadLane("keep"),
    }


def inline_lanes() -> dict[str, Lane]:
    """Return lanes that run everything at once in the caller's thread."""
    return {name: InlineLane() for name in LANES}
