"""What every command keeps to: its words, its condition, and that it does what it says."""

from __future__ import annotations

import re
from collections import Counter
from typing import TYPE_CHECKING, Any

import numpy as np
import pytest

from embexplorer.app.commands import COMMANDS, MENUS, Command, always, matching
from embexplorer.app.services import Services, inline_lanes
from embexplorer.app.shell import Shell
from embexplorer.app.state import State
from embexplorer.core.item_sets import ItemSet, ItemSets
from embexplorer.jobs.events import Cancelled, Emit, Framed, Job
from embexplorer.operations.keep import on_disk
from embexplorer.ui.window_shell import WindowShell

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping

    from embexplorer.core.space import Space

PEOPLE_AND_FRUIT = ItemSets(
    "people and fruit",
    (ItemSet("royal", ("king", "queen")), ItemSet("plain", ("man", "woman"))),
    (ItemSet("fruit", ("apple", "pear")), ItemSet("men", ("king", "man"))),
)
each_command = pytest.mark.parametrize("command", COMMANDS, ids=lambda command: command.id)
KEY = r"(Ctrl\+|Shift\+|Alt\+)*([A-Z0-9+\[\]-]|Esc|Return|F[0-9]+)"
NAMES = {"PCA", "Python", "t-SNE", "UMAP", "2-D", "3-D"}


class RecordingShell:
    """A window that writes down what commands ask of it: every method of `Shell`."""

    def __init__(self) -> None:
        self.asked: list[tuple[Any, ...]] = []
        self.shown_docks = {"Library"}

    def toggle_dock(self, name: str) -> None:
        self.asked.append(("toggle_dock", name))
        self.shown_docks ^= {name}

    def is_dock_shown(self, name: str) -> bool:
        return name in self.shown_docks

    def __getattr__(self, name: str) -> Callable[..., None]:
        if name not in vars(Shell):
            raise AttributeError(f"a window has no {name}")
        return lambda *arguments: self.asked.append((name, *arguments))


# What a command asks of the window.
ASKED: dict[str, tuple[Any, ...]] = {
    "file.open": ("ask_open",),
    "file.open-with-options": ("ask_open_with_options",),
    "file.open-folder": ("ask_open_folder",),
    "analyze.join-columns": ("ask_join",),
    "map.place": ("ask_place",),
    "file.save-project": ("save_project",),
    "file.save-project-as": ("ask_save_project",),
    "file.save-map": ("ask_figure",),
    "file.save-window": ("ask_save_picture", "window"),
    "file.export-coords": ("ask_export", "coords"),
    "file.export-neighbors": ("ask_export", "neighbors"),
    "file.export-analogy": ("ask_export", "analogy"),
    "file.export-bias": ("ask_export_bias",),
    "file.bias-report": ("ask_bias_report",),
    "file.export-selection": ("ask_export", "selection"),
    "file.left-out": ("show_left_out",),
    "file.quit": ("quit",),
    "edit.copy-results": ("copy_results",),
    "edit.copy-methods": ("copy_methods",),
    "edit.copy-citation": ("copy_citation",),
    "edit.copy-command": ("copy_as", "command"),
    "edit.copy-python": ("copy_as", "python"),
    "edit.copy-map": ("copy_picture", "map"),
    "edit.copy-window": ("copy_picture", "window"),
    "select.clear": ("escape",),
    "select.by-expression": ("ask_select",),
    "select.keep": ("ask_keep_selection",),
    "select.tag": ("ask_tag",),
    "select.pointer": ("set_tool", "pointer"),
    "select.rectangle": ("set_tool", "rectangle"),
    "select.lasso": ("set_tool", "lasso"),
    "select.circle": ("set_tool", "circle"),
    "select.nearest": ("set_tool", "nearest"),
    "map.fit-selection": ("fit_selection",),
    "map.save-view": ("ask_save_view",),
    "map.typed-labels": ("ask_labels",),
    "view.palette": ("show_palette",),
    "view.library": ("toggle_dock", "Library"),
    "view.data": ("toggle_dock", "Data"),
    "view.inspector": ("toggle_dock", "Inspector"),
    "view.next-region": ("focus_region", 1),
    "view.previous-region": ("focus_region", -1),
    "view.reset": ("reset_layout",),
    "view.light": ("set_theme", "light"),
    "view.dark": ("set_theme", "dark"),
    "view.system": ("set_theme", "system"),
    "map.fit": ("fit",),
    "map.zoom-in": ("zoom", 1.25),
    "map.zoom-out": ("zoom", 0.8),
    "map.color-menu": ("open_map_menu", "color"),
    "map.size-menu": ("open_map_menu", "size"),
    "map.labels-menu": ("open_map_menu", "labels"),
    "map.layers-menu": ("open_map_menu", "layers"),
    "map.rotate": ("toggle_rotation",),
    "map.along-first": ("look_along", 0),
    "map.along-second": ("look_along", 1),
    "map.along-third": ("look_along", 2),
    "analyze.neighbors": ("show_tab", "Neighbors"),
    "analyze.neighbors-of-selection": ("show_tab", "Neighbors"),
    "analyze.analogy": ("show_tab", "Analogy"),
    "analyze.bias": ("show_tab", "Bias"),
    "analyze.edit-sets": ("ask_edit_sets",),
    "analyze.debias": ("ask_debias",),
    "analyze.probe-battery": ("ask_battery",),
    "analyze.details": ("show_tab", "Details"),
    "analyze.find": ("show_find",),
    "analyze.find-clusters": ("ask_clusters",),
    "analyze.contents": ("show_tab", "Contents"),
    "select.kept": ("show_tab", "Selections"),
    "help.show-log": ("show_log",),
    "help.copy-versions": ("copy_versions",),
    "help.about": ("show_about",),
}

# What a command does to the state of the full window.
DONE: dict[str, Callable[[State], bool]] = {
    "file.sample-words": lambda state: state.space is not None and state.space.n == 10_256,
    "file.sample-sentences": lambda state: state.space is not None and state.space.n == 300,
    "file.sample-corpus": lambda state: state.texts is not None and state.texts.n == 300,
    "file.close-space": lambda state: state.space is None,
    "edit.undo": lambda state: state.hidden == frozenset() and state.redo_title != "",
    "edit.redo": lambda state: state.hidden == {0, 1} and state.redo_title == "",
    "select.all": lambda state: state.selection.indices.tolist() == [4, 5, 6],
    "select.invert": lambda state: state.selection.indices.tolist() == [5, 6],
    "select.isolate": lambda state: np.flatnonzero(state.visible).tolist() == [4],
    "select.show-all": lambda state: state.hidden == frozenset() and state.filters == (),
    "select.project-alone": lambda state: state.live.rows.tolist() == [4],
    "map.pca": lambda state: state.live is not None and state.live.method == "pca",
    "map.tsne": lambda state: state.live is not None and state.live.method == "tsne",
    "map.umap": lambda state: state.live is not None and state.live.method == "umap",
    "map.2d": lambda state: state.projection is not None and state.projection.dims == 2,
    "map.3d": lambda state: state.live is not None and state.live.dims == 3,
    "map.true-neighbors": lambda state: True,
    "map.larger-points": lambda state: state.style.point_size == 1.25,
    "map.layer-density": lambda state: state.style.layers == {"density"},
    "map.layer-contours": lambda state: state.style.layers == {"contours"},
    "map.layer-hulls": lambda state: state.style.layers == {"hulls"},
    "map.layer-edges": lambda state: state.style.layers == {"edges"},
    "map.layer-sequences": lambda state: state.style.layers == {"sequences"},
    "map.layer-pictures": lambda state: state.style.layers == {"pictures"},
    "map.layer-arrows": lambda state: state.style.layers == {"arrows"},
    "map.smaller-points": lambda state: state.style.point_size == 0.8,
    "map.similarity": lambda state: state.style.color_by == "Similarity to “king”",
    "map.neighbor-distance": lambda state: state.style.color_by == "Distance to neighbors",
    "map.density": lambda state: state.style.color_by == "Density on the map",
    "map.trust": lambda state: state.style.color_by == "False neighbors",
    "map.stability": lambda state: "seed" in state.message,
    "analyze.color-bias": lambda state: state.style.color_by == "Bias: people and fruit (WEAT)",
    "analyze.bias-axes": lambda state: state.projection.params["across"] == "varied",
    "analyze.bias-neutrality": lambda state: state.projection.params["across"] == "neutrality",
    "analyze.bias-order": lambda state: state.projection.params["across"] == "order",
    "analyze.before-after": lambda state: len(state.document.projections) == 1,
    "analyze.before-after-pca": lambda state: len(state.document.projections) == 1,
    "view.split": lambda state: state.projection_beside is None,
    "view.swap": lambda state: state.projection_beside is not None,
    "map.keep": lambda state: state.projection is not None and bool(state.projection.notes),
    "map.pause": lambda state: state.live is not None and state.live.is_paused,
    "map.cancel": lambda state: state.live is None and len(state.document.projections) == 1,
    "analyze.neighbors-of-selection": lambda state: (
        state.neighbors is not None and state.neighbors.text == "apple"
    ),
}


class EndlessLane:
    """A lane whose jobs go on until they are cancelled."""

    def __init__(self) -> None:
        self.running: dict[Job, Emit] = {}

    def start(
        self, job: Job, function: Callable[..., Any], arguments: Mapping[str, Any], emit: Emit
    ) -> None:
        self.running[job] = emit

    def cancel(self, job: Job) -> None:
        self.running.pop(job)(Cancelled(job))

    def pause(self, job: Job) -> None:
        assert job in self.running

    def resume(self, job: Job) -> None:
        assert job in self.running

    def shutdown(self, timeout: float) -> None:
        self.running.clear()

    def show(self, coords: np.ndarray) -> None:
        for job, emit in self.running.items():
            emit(Framed(job, coords))


@pytest.fixture
def compute() -> EndlessLane:
    return EndlessLane()


@pytest.fixture
def empty(compute: EndlessLane) -> Iterator[Services]:
    """Real services with nothing open."""
    lanes = {**inline_lanes(), "compute": compute}
    services = Services.start(lanes, lambda handle, event: handle(event))
    services.remembered.hold(method="pca")
    yield services
    services.runner.shutdown()


@pytest.fixture
def full(empty: Services, space: Space, compute: EndlessLane) -> Services:
    """Everything at once: a map, answers, a selected item, a running projection."""
    empty.library.add(on_disk(space, empty.context))
    empty.analogy.ask("man", "king", "woman")
    empty.bias.ask("weat", PEOPLE_AND_FRUIT)
    empty.selecting.take([4])
    empty.neighbors.ask("king")
    empty.styling.toggle((0,))
    empty.gallery.toggle_beside()
    empty.map.project("tsne")
    compute.show(np.ones((space.n, 2), np.float32))
    empty.styling.toggle((1,))
    empty.store.undo()
    assert empty.store.state.problems == ()
    return empty


def test_ids_titles_and_shortcuts_are_unique():
    for name in ("id", "title", "shortcut"):
        counts = Counter(getattr(command, name) for command in COMMANDS)
        assert [value for value, count in counts.items() if value and count > 1] == []


def test_every_menu_has_commands_and_they_stand_together():
    order = list(dict.fromkeys(command.menu for command in COMMANDS))
    assert order == list(MENUS)


@each_command
def test_is_in_a_menu_under_an_id_of_its_category(command: Command):
    assert command.menu in MENUS
    assert re.fullmatch(rf"{command.menu.lower()}\.[a-z0-9]+(-[a-z]+)*", command.id)


@each_command
def test_has_a_title_in_sentence_case(command: Command):
    first, *others = command.title.rstrip("…").split()
    assert first[0].isupper()
    assert all(word.islower() or word in NAMES for word in others)
    assert not command.title.endswith((".", "!", "..."))


@each_command
def test_ends_in_an_ellipsis_when_a_dialog_follows(command: Command):
    asks = ASKED.get(command.id, ("",))[0]
    opens_a_dialog = asks.startswith("ask_") or asks in ("show_palette", "show_left_out")
    assert command.title.endswith("…") == opens_a_dialog


@each_command
def test_has_a_shortcut_in_the_portable_notation(command: Command):
    assert command.shortcut == "" or re.fullmatch(KEY, command.shortcut)


@each_command
def test_says_what_it_needs_when_it_has_a_condition(command: Command):
    has_condition = command.enabled is not always
    assert bool(command.needs) == has_condition
    if has_condition:
        assert command.needs.startswith("Needs ")
        assert not command.needs.endswith(".")


@each_command
def test_keywords_are_small_letters(command: Command):
    assert command.keywords == command.keywords.lower().strip()


@each_command
def test_is_enabled_exactly_where_it_can_work(command: Command, empty: Services):
    assert command.enabled(State()) == (command.enabled is always)
    assert command.enabled(empty.store.state) == (command.enabled is always)


@each_command
def test_is_enabled_in_a_full_window(command: Command, full: Services):
    # The map of the full window has two axes, its space is the only one, and nobody knows what
    # made its vectors.
    lacks = (
        "Needs a 3-D map",
        "Needs a space that an encoder made, such as an encoded corpus",
        "Needs a space, and another one with a map",
        "Needs a space that was debiased",
    )
    assert command.enabled(full.store.state) is (command.needs not in lacks)


@each_command
def test_does_what_it_says(command: Command, full: Services):
    shell = RecordingShell()
    assert command.id in ASKED or command.id in DONE, "say here what the new command does"
    command.run(full, shell)
    expected = [ASKED[command.id]] if command.id in ASKED else []
    assert shell.asked == expected
    if command.id in DONE:
        assert DONE[command.id](full.store.state)
    assert full.store.state.problems == ()


@each_command
def test_does_no_harm_where_nothing_is_open(command: Command, empty: Services):
    if command.id.startswith("file.sample"):
        return
    before = empty.store.state
    command.run(empty, RecordingShell())
    assert empty.store.state.document == before.document
    assert empty.store.state.problems == ()


@pytest.mark.parametrize("mode", ["light", "dark", "system"])
def test_the_theme_in_use_is_checked_and_no_other(mode, empty: Services):
    empty.remembered.change(theme=mode)
    shell = RecordingShell()
    on = [
        command.id
        for command in COMMANDS
        if command.checked is not None
        and command.keywords == "theme"
        and command.checked(empty, shell)
    ]
    assert on == [f"view.{mode}"]


def test_a_dock_is_checked_while_it_is_shown(empty: Services):
    shell = RecordingShell()
    by_id = {command.id: command for command in COMMANDS}
    for command_id, is_shown in (("view.library", True), ("view.inspector", False)):
        command = by_id[command_id]
        assert command.checked is not None
        assert command.checked(empty, shell) is is_shown
        command.run(empty, shell)
        assert command.checked(empty, shell) is not is_shown


def test_a_projection_without_a_frame_can_be_cancelled_but_not_kept(empty: Services, space: Space):
    empty.library.add(on_disk(space, empty.context))
    empty.map.project("umap")
    by_id = {command.id: command for command in COMMANDS}
    assert not by_id["map.keep"].enabled(empty.store.state)
    assert by_id["map.cancel"].enabled(empty.store.state)


def test_the_window_does_what_commands_ask():
    wanted = {name for name in vars(Shell) if not name.startswith("_")}
    assert wanted <= set(dir(WindowShell))


def test_commands_are_found_by_any_of_their_words():
    def found(query: str) -> list[str]:
        return [command.id for command in matching(query)]

    assert found("umap") == ["map.umap"]
    assert found("export csv selection") == ["file.export-selection"]
    assert found("theme") == ["view.light", "view.dark", "view.system"]
    assert found("nothing at all") == []
    assert len(found("")) == len(COMMANDS)
