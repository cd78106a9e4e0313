"""A seeded random user of the real window: what it did, what went wrong, what held the window up.

    python -m tests.soak.random_user --seconds 7200

A step is a name and a number, from which all its choices come, so that steps can be taken again:
``--replay FILE`` with the file that a run has named.
"""

from __future__ import annotations

import argparse
import faulthandler
import json
import os
import random
import sys
import tempfile
import time
import traceback
from collections import Counter, deque
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Any, TextIO

import numpy as np
from PySide6.QtCore import QPoint, Qt, QTimer
from PySide6.QtTest import QTest
from PySide6.QtWidgets import (
    QApplication,
    QDialog,
    QFileDialog,
    QInputDialog,
    QLineEdit,
    QMenu,
    QMessageBox,
)

from embexplorer.app.commands import COMMANDS
from embexplorer.core.content_id import content_id
from embexplorer.storage.settings import Settings, save_settings
from embexplorer.ui.application import make_application
from embexplorer.ui.running import make_window, warm_up
from embexplorer.ui.scatter.kernel_loading import load_kernels
from embexplorer.ui.whole_errors import with_whole_errors
from embexplorer.ui.widgets.legend_rows import CategoryList
from tests.soak import study_actions
from tests.soak.soak_files import WORDS, write_files
from tests.soak.watch import SoakError, Watch, growth, report
from tests.ui.real_window import drop, files

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence

    from embexplorer.app.state import State
    from embexplorer.jobs.runner import Lane
    from embexplorer.ui.main_window import MainWindow

Step = tuple[str, int]

PAUSE = (0.0, 0.25)  # seconds between two steps
SHOWN = 40  # steps that are printed at a failure
MOST_SPACES = 5  # that are open at once
PART = 60.0  # seconds after which the memory is looked at
LONG = 1800.0  # seconds above which a growth says something: undo has all its steps by then
LONG_STALL = 250.0  # ms of one that fails a run: a computer that others use takes some times more
GROWTH = 0.05  # share of its memory that a window may gain after its warm-up
LEFT = Qt.MouseButton.LeftButton

# Commands that end the window.
NEVER = {"file.quit"}
FILTERS = ("size > 3", 'kind == "kind 1"', "size >", "nothing == 3", "size < 100 and size > 20", "")
_Key = Qt.Key
KEYS = (
    _Key.Key_Escape, _Key.Key_Tab, _Key.Key_Return, _Key.Key_Up, _Key.Key_Down, _Key.Key_Left,
    _Key.Key_F, _Key.Key_F6, _Key.Key_Plus, _Key.Key_Minus,
)  # fmt: skip
METHODS = ("pca", "tsne", "umap")


class RandomUser:
    """Does things in a window, by name and number."""

    def __init__(
        self,
        window: MainWindow,
        folder: Path,
        samples: Sequence[str] = ("words", "sentences", "corpus"),
    ) -> None:
        self.samples = samples
        self.trail: TextIO | None = None  # where steps are kept, in case the process ends
        self.window = window
        self.services = window.services
        self.folder = folder
        self.files = write_files(folder)
        self.last: deque[Step] = deque(maxlen=SHOWN)
        self.counts: Counter[str] = Counter()
        self.faults: list[str] = []
        self.actions: dict[str, tuple[int, Callable[[random.Random], None]]] = {
            "click": (8, self._click),
            "hover": (6, self._hover),
            "wheel": (4, self._wheel),
            "drag": (5, self._drag),
            "command": (14, self._command),
            "key": (4, self._key),
            "drop": (3, self._drop),
            "sample": (1, self._sample),
            "encode": (2, self._encode),
            "activate": (3, self._activate),
            "close a space": (2, self._close),
            "project": (3, self._project),
            "live": (4, self._live),
            "ask neighbors": (4, self._ask_neighbors),
            "ask analogy": (2, self._ask_analogy),
            "find": (3, self._find),
            "filter": (4, self._filter),
            "color": (4, self._color),
            "legend": (3, self._legend),
            "layer": (3, self._layer),
            "cluster": (2, self._cluster),
            "sort": (2, self._sort),
            "tab": (4, self._tab),
            "undo": (5, self._undo),
            "cancel a job": (2, self._cancel),
            "save": (1, self._save),
            "open a project": (1, self._open_project),
            "export": (2, self._export),
            "dismiss": (3, self._dismiss),
            "dialog": (4, self._dialog),
            "resize": (1, self._resize),
            "probe": (3, partial(study_actions.probe, self)),
            "battery": (1, partial(study_actions.battery, self)),
            "debias": (2, partial(study_actions.debias, self)),
            "derive": (2, partial(study_actions.derive, self)),
            "open with options": (2, partial(study_actions.open_with_options, self)),
            "join": (2, partial(study_actions.join, self)),
        }
        self._names = list(self.actions)
        self._weights = [weight for weight, _ in self.actions.values()]
        self._answers = QTimer(window)  # dialogs that block wait for it
        self._answers.timeout.connect(self._answer_modal)
        self._answers.start(30)

    @property
    def state(self) -> State:
        return self.services.store.state

    @property
    def has_room(self) -> bool:
        """Whether another space may be opened."""
        return len(self.state.document.spaces) < MOST_SPACES

    def choose(self, rng: random.Random) -> Step:
        """Return what to do next."""
        if not self.state.document.spaces and not self.state.activity:
            return rng.choice(["sample", "drop"]), rng.randrange(1 << 30)
        (name,) = rng.choices(self._names, self._weights)
        return name, rng.randrange(1 << 30)

    def take(self, step: Step) -> None:
        """Do it."""
        name, number = step
        self.last.append(step)
        self.counts[name] += 1
        if self.trail is not None:
            self.trail.write(f"{json.dumps(step)}\n")
            self.trail.flush()
        rng = random.Random(number)
        try:
            self.actions[name][1](rng)
        except Exception:  # noqa: BLE001  whatever it is, it is a fault
            self.faults.append(traceback.format_exc())

    # -- on the map ----------------------------------------------------------------------------

    def _place(self, rng: random.Random) -> QPoint:
        view = self.window.map.view.viewport()
        return QPoint(rng.randrange(view.width()), rng.randrange(view.height()))

    def _item(self, rng: random.Random) -> QPoint:
        view = self.window.map.view
        if not view.n_items:
            return self._place(rng)
        x, y = view.to_pixels([rng.randrange(view.n_items)])[0].tolist()
        is_near = 0 <= x < view.width() and 0 <= y < view.height()  # NaN has no pixel
        return QPoint(round(x), round(y)) if is_near else self._place(rng)

    def _click(self, rng: random.Random) -> None:
        key = rng.choice([Qt.KeyboardModifier.NoModifier] * 3 + [Qt.KeyboardModifier.ShiftModifier])
        QTest.mouseClick(self.window.map.view.viewport(), LEFT, key, self._item(rng))

    def _hover(self, rng: random.Random) -> None:
        QTest.mouseMove(self.window.map.view.viewport(), self._item(rng))

    def _wheel(self, rng: random.Random) -> None:
        self.window.map.zoom(rng.choice([0.5, 0.8, 1.25, 2.0]))

    def _drag(self, rng: random.Random) -> None:
        self.window.shell.set_tool(
            rng.choice(["pointer", "lasso", "rectangle", "circle", "nearest"])
        )
        view = self.window.map.view.viewport()
        QTest.mousePress(view, LEFT, Qt.KeyboardModifier.NoModifier, self._place(rng))
        for _ in range(rng.randrange(2, 12)):
            QTest.mouseMove(view, self._place(rng))
        QTest.mouseRelease(view, LEFT, Qt.KeyboardModifier.NoModifier, self._place(rng))

    # -- commands and keys ---------------------------------------------------------------------

    def _command(self, rng: random.Random) -> None:
        command = rng.choice([one for one in COMMANDS if one.id not in NEVER])
        action = self.window.actions_.action(command.id)
        if action.isEnabled():
            action.trigger()

    def _key(self, rng: random.Random) -> None:
        key = rng.choice(KEYS)
        QTest.keyClick(self.window.focusWidget() or self.window.map.view, key)

    # -- data ----------------------------------------------------------------------------------

    def _drop(self, rng: random.Random) -> None:
        if self.has_room:
            drop(self.window, files(*rng.sample(self.files, rng.choice([1, 1, 2]))))

    def _sample(self, rng: random.Random) -> None:
        if self.has_room:
            self.services.library.open_sample(rng.choice(self.samples))

    def _encode(self, rng: random.Random) -> None:
        if self.state.document.texts and self.has_room:
            texts = rng.choice(self.state.document.texts)
            params = {"dimensions": rng.choice([64, 128])}
            self.services.library.encode(texts.id, "hashing", params, "cpu")

    def _activate(self, rng: random.Random) -> None:
        data = [*self.state.document.spaces, *self.state.document.texts]
        if data:
            self.services.library.activate(rng.choice(data).id)

    def _close(self, rng: random.Random) -> None:
        data = [*self.state.document.spaces, *self.state.document.texts]
        if len(data) > 1 or (data and rng.random() < 0.2):
            self.services.library.close(rng.choice(data).id)

    def _save(self, rng: random.Random) -> None:
        if self.state.document.spaces:
            self.services.project.save(
                self.folder / f"saved-{rng.randrange(2)}.embx", embeds=rng.random() < 0.5
            )

    def _open_project(self, rng: random.Random) -> None:
        saved = sorted(self.folder.glob("*.embx"))
        if saved:
            self.window.projects.open([rng.choice(saved)])

    def _export(self, rng: random.Random) -> None:
        what = rng.choice(["coords", "neighbors", "analogy", "selection"])
        has = {
            "coords": self.state.projection is not None,
            "neighbors": self.state.neighbors is not None
            and self.state.neighbors.answer is not None,
            "analogy": self.state.analogy is not None and self.state.analogy.answer is not None,
            "selection": self.state.selection is not None,
        }
        if has[what]:
            path = self.folder / f"{what}.{rng.choice(['csv', 'tsv', 'json'])}"
            self.services.results.export(what, path)  # type: ignore[arg-type]

    # -- projections ---------------------------------------------------------------------------

    def _project(self, rng: random.Random) -> None:
        space = self.state.space
        if space is None or len(self.state.document.projections_of(space.id)) > 6:
            return
        self.services.map.project(
            rng.choice(METHODS), dims=rng.choice([2, 2, 3]), seed=rng.randrange(3)
        )

    def _live(self, rng: random.Random) -> None:
        if self.state.live is not None:
            map_ = self.services.map
            rng.choice([map_.cancel_live, map_.keep_live, map_.toggle_paused, map_.toggle_paused])()

    def _cancel(self, rng: random.Random) -> None:
        if self.state.activity:
            self.services.library.cancel(rng.choice(self.state.activity).job_id)

    # -- questions -----------------------------------------------------------------------------

    def _text(self, rng: random.Random) -> str:
        return rng.choice([rng.choice(WORDS), "item 7", "king - man + woman", "", "ä€ 'x", "art 3"])

    def _ask_neighbors(self, rng: random.Random) -> None:
        if self.state.space is not None:
            self.services.neighbors.ask(self._text(rng))

    def _ask_analogy(self, rng: random.Random) -> None:
        if self.state.space is not None:
            self.services.analogy.ask(*(self._text(rng) for _ in range(3)))

    def _find(self, rng: random.Random) -> None:
        finder = self.window.map.finder
        if self.state.space is None:
            return
        if self.state.finding is not None and rng.random() < 0.4:
            self.services.finding.close()
            return
        finder.open()
        _type(finder.bar.field, self._text(rng)[:6])

    def _filter(self, rng: random.Random) -> None:
        if self.state.space is None:
            return
        if rng.random() < 0.4:
            self.services.filtering.clear()
            return
        field = self.window.data.filter.field
        field.clear()
        _type(field, rng.choice(FILTERS))
        QTest.keyClick(field, Qt.Key.Key_Return)

    def _color(self, rng: random.Random) -> None:
        if self.state.space is not None:
            self.services.map.color_by(rng.choice(["", *self.state.space.table.column_names]))

    def _legend(self, rng: random.Random) -> None:
        """Point at a category, and click it or not."""
        rows = self.window.map.legend.findChild(CategoryList)
        if rows is None or not rows.isVisible() or not rows.model().rowCount():
            return
        index = rows.model().index(rng.randrange(rows.model().rowCount()), 0)
        rows.scrollTo(index)
        at = rows.visualRect(index).center()
        QTest.mouseMove(rows.viewport(), at)
        if rng.random() < 0.5:
            QTest.mouseClick(rows.viewport(), LEFT, Qt.KeyboardModifier.NoModifier, at)

    def _layer(self, rng: random.Random) -> None:
        if self.state.projection is not None:
            self.services.map.toggle_layer(rng.choice(["density", "contours", "hulls", "edges"]))

    def _cluster(self, rng: random.Random) -> None:
        if self.state.space is not None and len(self.state.document.clusters) < 6:
            self.services.clustering.find(rng.choice(["kmeans", "hdbscan"]))

    def _sort(self, rng: random.Random) -> None:
        if self.state.space is not None:
            column = rng.choice(self.state.space.table.column_names)
            self.services.items.sort_by(column, ascending=rng.random() < 0.5)

    def _tab(self, rng: random.Random) -> None:
        if not self.window.docks["Inspector"].isHidden():
            self.window.inspector.setCurrentIndex(rng.randrange(self.window.inspector.count()))

    def _undo(self, rng: random.Random) -> None:
        action = self.window.actions_.action(rng.choice(["edit.undo", "edit.undo", "edit.redo"]))
        if action.isEnabled():
            action.trigger()

    # -- the window ----------------------------------------------------------------------------

    def _dismiss(self, rng: random.Random) -> None:
        for _ in range(rng.randrange(1, 6)):
            self.window.toast.dismiss()

    def _dialog(self, rng: random.Random) -> None:
        """Type into a dialog that does not block, then accept or close it."""
        for menu in QApplication.topLevelWidgets():
            if isinstance(menu, QMenu) and menu.isVisible():
                menu.close()
        dialogs = [one for one in self.window.findChildren(QDialog) if one.isVisible()]
        for dialog in dialogs:
            fields = [one for one in dialog.findChildren(QLineEdit) if one.isVisible()]
            if fields:
                _type(rng.choice(fields), self._text(rng)[:5])
            QTest.keyClick(dialog, rng.choice([Qt.Key.Key_Escape, Qt.Key.Key_Return]))
            dialog.close()

    def _resize(self, rng: random.Random) -> None:
        self.window.resize(rng.randrange(900, 1600), rng.randrange(600, 1000))

    def _answer_modal(self) -> None:
        """Answer what blocks: files by a name, questions by their boldest button."""
        popup = QApplication.activePopupWidget()
        if isinstance(popup, QMenu):
            popup.close()
        dialog = QApplication.activeModalWidget()
        if isinstance(dialog, QMessageBox):
            roles = {dialog.buttonRole(button): button for button in dialog.buttons()}
            bold = QMessageBox.ButtonRole.DestructiveRole
            (roles.get(bold) or dialog.buttons()[0]).click()
        elif isinstance(dialog, QFileDialog):
            is_saving = dialog.acceptMode() == QFileDialog.AcceptMode.AcceptSave
            dialog.done(QDialog.DialogCode.Rejected) if not is_saving else self._name(dialog)
        elif isinstance(dialog, QInputDialog):
            dialog.setTextValue(f"name {self.counts.total() % 5}")
            dialog.accept()

    def _name(self, dialog: QFileDialog) -> None:
        dialog.setOption(QFileDialog.Option.DontConfirmOverwrite)
        ending = ".embx" if "project" in dialog.windowTitle() else ".png"
        if "Export" in dialog.windowTitle():
            ending = ".csv"
        dialog.selectFile(str(self.folder / f"chosen{ending}"))
        dialog.accept()


def _type(field: QLineEdit, text: str) -> None:
    for character in text:
        if character.isascii():
            QTest.keyClicks(field, character)
        else:  # no key of QTest's
            field.insert(character)


def open_window(lanes: Mapping[str, Lane] | None = None, post: Any = None) -> MainWindow:
    """Show a window that remembers nothing."""
    save_settings(Settings(method="umap", encoder="hashing", theme="light"))
    load_kernels()
    window = make_window(make_application(), lanes, post)  # type: ignore[arg-type]
    window.asks_before_closing = False
    window.resize(1280, 800)
    window.show()
    if lanes is None:
        warm_up(window)
    return window


def made(state: State) -> dict[str, Any]:
    """Return what a person has made and chosen, as plain values without random ids."""
    document, space = state.document, state.space
    maps = {item.id: _hash(item.coords) for item in document.projections}
    return {
        "spaces": [item.id for item in document.spaces],
        "texts": [item.id for item in document.texts],
        "projections": [
            (one.space_id, one.method, one.dims, one.seed, maps[one.id])
            for one in document.projections
        ],
        "columns": [(one.space_id, one.name) for one in document.columns],
        "clusters": [(one.space_id, one.name, _hash(one.labels)) for one in document.clusters],
        "selections": [(one.space_id, one.name, _hash(one.rows)) for one in document.selections],
        "active": (state.active_space, state.active_texts, maps.get(state.active_projection)),
        "table": "" if space is None else content_id(space.table),
        "selection": None if state.selection is None else state.selection.indices.tolist(),
        "filters": [one.title for one in state.filters],
        "hidden": sorted(state.hidden),
        "undo": (state.undo_title, state.redo_title),
    }


def _hash(array: Any) -> int:
    return hash(np.ascontiguousarray(array).tobytes())


def read_steps(path: Path) -> list[Step]:
    """Return the steps that a user has kept in a file."""
    lines = path.read_text(encoding="utf-8").splitlines()
    return [(name, number) for name, number in map(json.loads, lines)]


def use(
    user: RandomUser,
    watch: Watch,
    seconds: float,
    seed: int,
    memory: list[float],
    steps: Sequence[Step] | None = None,
) -> None:
    """Let the user work for some time, and note the megabytes it takes after each part.

    With `steps` these are taken again, one after the other, and no others.
    """
    rng = random.Random(seed)
    start = time.monotonic()
    again = None if steps is None else iter(steps)
    while (spent := time.monotonic() - start) < seconds:
        step = user.choose(rng) if again is None else next(again, None)
        if step is None:
            return
        user.take(step)
        pause = time.monotonic() + rng.uniform(*PAUSE)
        while True:
            QApplication.processEvents()
            if time.monotonic() >= pause:
                break
            QTest.qWait(5)
        watch.check()
        if spent > (len(memory) + 1) * PART:
            memory.append(watch.measure())
            sys.stdout.write(f"{spent:6.0f} s {user.counts.total():6} steps {memory[-1]:5.0f} MB\n")
            sys.stdout.flush()


@with_whole_errors
def main() -> int:
    """Use the window and say what came of it."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--seconds", type=float, default=7200)
    parser.add_argument("--seed", type=int, default=None)
    parser.add_argument("--stall", type=float, default=LONG_STALL, help="ms that fail a run")
    parser.add_argument("--replay", type=Path, help="a file of steps to take again")
    options = parser.parse_args()
    steps = None if options.replay is None else read_steps(options.replay)
    seed = random.randrange(1 << 30) if options.seed is None else options.seed
    os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")
    trail = Path(tempfile.gettempdir()) / f"embexplorer-soak-{seed}.steps"
    sys.stdout.write(f"seed {seed}, steps in {trail}\n")
    sys.stdout.flush()
    faulthandler.enable()
    with tempfile.TemporaryDirectory(prefix="embexplorer-soak-") as name:
        for place in ("CACHE", "CONFIG", "LOGS"):
            os.environ[f"EMBEXPLORER_{place}"] = str(Path(name) / place)
        folder = Path(name) / "files"
        folder.mkdir()
        window = open_window()
        user = RandomUser(window, folder)
        user.trail = trail.open("w", encoding="utf-8")
        watch = Watch(window, user)
        memory: list[float] = []
        try:
            use(user, watch, options.seconds, seed, memory, steps)
        except SoakError as failure:
            last = "\n".join(json.dumps(step) for step in user.last)
            sys.stdout.write(f"{report(user, watch, memory)}seed {seed}, the last steps:\n{last}\n")
            sys.stdout.write(f"{failure}\n")
            return 1
        finally:
            watch.close()
            window.end()
            user.trail.close()
        sys.stdout.write(report(user, watch, memory))
        is_grown = options.seconds >= LONG and growth(memory) > GROWTH
        return int(is_grown or bool(watch.unlisted(options.stall)))


if __name__ == "__main__":
    sys.exit(main())
