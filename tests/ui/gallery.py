"""Every widget on two sheets, saved as pictures to look at: ``gallery.py FOLDER [SCALE]``."""

from __future__ import annotations

import os
import sys
from dataclasses import dataclass
from pathlib import Path
from typing import Annotated, Literal

os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")

import numpy as np
import pyarrow as pa
from PySide6.QtCore import QPoint, Qt
from PySide6.QtWidgets import QApplication, QHBoxLayout, QVBoxLayout, QWidget

from embexplorer.core.params import Doc
from embexplorer.ui.forms import ParamsForm
from embexplorer.ui.items_model import CategoryColumn, ScoreColumn
from embexplorer.ui.tables import ItemsTable
from embexplorer.ui.theme import Theme
from embexplorer.ui.widgets.buttons import Button, Disclosure, ToolButton
from embexplorer.ui.widgets.columns import ScrollColumn, row
from embexplorer.ui.widgets.drop_zone import DropZone
from embexplorer.ui.widgets.empty_state import EmptyState
from embexplorer.ui.widgets.fields import LineEdit
from embexplorer.ui.widgets.first_run import FirstRun, RecentFile
from embexplorer.ui.widgets.hover_card import HoverCard, HoverView
from embexplorer.ui.widgets.interval import Interval, IntervalView
from embexplorer.ui.widgets.job_card import JobCard, JobView
from embexplorer.ui.widgets.key_values import KeyValues
from embexplorer.ui.widgets.labels import label, rule
from embexplorer.ui.widgets.legend import CategoryLegend, Legend
from embexplorer.ui.widgets.legend_views import RampLegend
from embexplorer.ui.widgets.live_strip import LiveStrip, LiveView
from embexplorer.ui.widgets.ranked_list import RankedList, RankedRow
from embexplorer.ui.widgets.toast import Toast, ToastMessage

HEADLINES = (
    "Astronomers date the oldest known spiral galaxy",
    "Exoplanet's sky shows the first sign of sulfur",
    "A moon of Saturn may hide a young ocean",
    "Crew returns after a record stay in orbit",
    "Glacier retreat opens a new lake above the village",
)
ANSWERS = ("queen", "monarch", "throne", "daughter", "princess", "prince")
SECTIONS = {
    "Courts & crime": 6478, "Space": 6065, "Markets": 5871, "Music": 5405, "Health": 4909,
    "Climate": 4248, "Film & TV": 4224, "Politics": 4052, "Travel": 3951, "Food": 3794,
    "Education, training and the sciences": 3173, "Computing": 2850, "Biology": 1673,
    "Football": 1615, "Housing": 1212, "Energy": 694, "Chess": 12, "Opera": 3,
}  # fmt: skip


@dataclass(frozen=True)
class GalleryParams:
    encoder: Annotated[
        Literal["all-MiniLM-L6-v2 (bundled, a rather long name)", "hashing"],
        Doc("Encoder", "What turns texts into vectors."),
    ] = "hashing"
    batch: Annotated[int, Doc("Batch size", "Texts encoded at once.", min=1, max=4096)] = 64
    rate: Annotated[float, Doc("Learning rate", min=0.0, max=1.0)] = 0.05
    seed: Annotated[int | None, Doc("Seed", min=0)] = None
    prefix: Annotated[str, Doc("Prefix")] = "query: "
    normalize: Annotated[bool, Doc("Unit norm", "Divide each vector by its norm.")] = True
    pooling: Annotated[Literal["mean", "cls"], Doc("Pooling", advanced=True)] = "mean"


def panel(theme: Theme, parent: QWidget) -> QWidget:
    panel = ScrollColumn(theme, parent, "Inspector")
    panel.setFixedWidth(theme.length("inspector"))
    body = panel.body
    query = LineEdit(theme, body, "Query")
    query.setText("Telescope finds water vapor on a planet")
    panel.add(query)
    nearest = RankedList(theme, body, "Five nearest items")
    scores = (0.871, 0.842, 0.836, 0.829, 0.764)
    nearest.set_rows(
        [
            RankedRow(text, f"{score:.3f}", (score - 0.6) / 0.3, i + 1, 3 if i == 4 else 5)
            for i, (text, score) in enumerate(zip(HEADLINES, scores, strict=True))
        ]
    )
    nearest.setCurrentIndex(nearest.model().index(1, 0))
    panel.add(nearest, gap=0.25)
    panel.add(rule(body), gap=0.25)
    note = "Exact search on the raw vectors, 60,214 items in 4 ms. 6 of these 10 are also near."
    panel.add(label(body, note, "caption", wrap=True))
    buttons = (Button(theme, body, "Select all 10"), Button(theme, body, "Copy"))
    panel.add(row(theme, *buttons, None, Button(theme, body, "Export…")), gap=0.25)
    panel.add(label(body, "Inputs left out", "strong"), gap=0.5)
    answers = RankedList(theme, body, "Answers")
    answers.set_rows(
        [
            RankedRow(word, f"{0.755 - 0.02 * i:.3f}", 0.9 - 0.1 * i, i + 1, None, i == 2)
            for i, word in enumerate(ANSWERS)
        ]
    )
    panel.add(answers)
    panel.add(label(body, "Faithfulness here", "strong"), gap=0.5)
    kept = Interval(theme, body, "Neighbors kept")
    kept.show_view(IntervalView(0.6, 0.47, 0.73))
    effect = Interval(theme, body, "Effect size")
    effect.show_view(IntervalView(1.81, 1.42, 1.95, (-2, 2), (-2, -1, 0, 1, 2)))
    panel.add(kept, effect)
    panel.finish()
    return panel


def library(theme: Theme, parent: QWidget) -> QWidget:
    panel = ScrollColumn(theme, parent, "Library")
    panel.setFixedWidth(theme.length("library"))
    body = panel.body
    hovered = DropZone(theme, body)
    hovered.set_hover("Encode this corpus")
    panel.add(DropZone(theme, body), hovered, label(body, "Spaces", "section"))
    form = ParamsForm(theme, body, GalleryParams, name="Encode")
    form.show_error("batch", "Needs about 9.1 GB. Choose 32.")
    panel.add(form, gap=0.25)
    encode = Button(theme, body, "Encode 2,318 items", kind="primary")
    panel.add(row(theme, encode, None, label(body, "about 14 s", "caption")))
    panel.add(rule(body), label(body, "Running", "section"))
    half = JobView(1, "Encoding reviews", 0.6, "11,392 of 18,930 · 171 per s", "44 s left")
    panel.add(JobCard(theme, body, half), JobCard(theme, body, JobView(2, "Reading glove.txt")))
    values = KeyValues(theme, body, "Columns")
    values.set_rows((("Section", "Space"), ("Source", "a long value that wraps to another line")))
    panel.add(values, gap=0.5)
    tools = [ToolButton(theme, body, icon, icon) for icon in ("pin", "more", "filter")]
    checked = ToolButton(theme, body, "pointer", "Select  V", checkable=True)
    checked.setChecked(True)
    off = ToolButton(theme, body, "lasso", "Lasso  L")
    off.setEnabled(False)
    panel.add(row(theme, *tools, checked, off, None))
    panel.add(row(theme, Button(theme, body, "Show on map", icon="analogy"), None))
    panel.add(Disclosure(theme, body, "More"))
    quiet = LineEdit(theme, body, "Filter")
    quiet.setProperty("kind", "quiet")
    quiet.setPlaceholderText("Filter: section = Space and length > 40")
    panel.add(quiet)
    panel.finish()
    return panel


def map_area(theme: Theme, parent: QWidget) -> QWidget:
    area = QWidget(parent)
    area.setProperty("kind", "map")
    area.resize(theme.px(52), theme.px(36))
    names, counts = tuple(SECTIONS), tuple(SECTIONS.values())
    positions = tuple(range(len(names)))
    legend = Legend(theme, area)
    legend.show_view(CategoryLegend("Section", names, counts, positions, frozenset([3])))
    ramp = Legend(theme, area)
    colors = ("#440154", "#3b528b", "#21918c", "#5ec962", "#fde725")
    bins = tuple(int(100 * np.exp(-((i - 12) ** 2) / 40)) for i in range(30))
    ticks = ((0.0, "12"), (1.0, "180"), (0.5, "96"))
    ramp.show_view(RampLegend("Length", ticks, colors, bins, missing=2))
    ramp.anchor(Qt.Corner.TopRightCorner)
    card = HoverCard(theme, area)
    rows = (("Date", "2 Oct 2025"), ("Length", "50 characters"))
    heat = "Heatwave breaks the October record by two degrees"
    card.show_at(HoverView(heat, 3, "Climate", rows, "Kept 11 of 15 neighbors"), QPoint(420, 300))
    toast = Toast(theme, area)
    toast.show_message(
        ToastMessage(
            "Row 1,204 has 299 numbers",
            "glove-edited.txt: the rows before it have 300. Nothing was loaded; "
            "your map is unchanged.",
            "Fix or remove the row, or open the file and leave out rows that do not fit.",
            "Open without bad rows",
        )
    )
    toast.show_message(ToastMessage("Another one"))
    return area


def items(theme: Theme, parent: QWidget) -> QWidget:
    table = pa.table(
        {
            "item": [f"{text}, part {i}" for i in range(200) for text in HEADLINES],
            "section": ["Space", "Space", "Space", "Space", "Climate"] * 200,
            "length": [len(text) for text in HEADLINES] * 200,
        }
    )
    view = ItemsTable(theme, parent)
    view.items_model.show_table(
        table,
        category=CategoryColumn("section", np.array([5, 5, 5, 5, 3] * 200)),
        score=ScoreColumn("Similarity", np.linspace(1, 0.2, 1000, dtype=np.float32)),
    )
    view.show_selected(np.array([1, 3]))
    view.setFixedHeight(theme.length("data"))
    return view


def sheet(theme: Theme) -> QWidget:
    window = QWidget()
    window.setProperty("kind", "panel")
    line = QHBoxLayout(window)
    line.setContentsMargins(0, 0, 0, 0)
    line.setSpacing(0)
    middle = QVBoxLayout()
    middle.setSpacing(0)
    strip = LiveStrip(theme, window)
    strip.show_view(LiveView("UMAP, epoch 140 of 500", 0.28, "18 s left", "Neighbors kept 0.47"))
    middle.addWidget(strip)
    middle.addWidget(map_area(theme, window), 1)
    middle.addWidget(items(theme, window))
    line.addWidget(library(theme, window))
    line.addLayout(middle, 1)
    line.addWidget(panel(theme, window))
    window.resize(theme.px(100), theme.px(58))
    return window


def start(theme: Theme) -> QWidget:
    window = QWidget()
    box = QHBoxLayout(window)
    first = FirstRun(theme, window)
    recent = (
        RecentFile("/data/glove.6B.300d.txt", "glove.6B.300d.txt", "400,000 × 300 · yesterday"),
        RecentFile("/data/reviews.parquet", "reviews.parquet", "18,930 texts · 3 Nov"),
    )
    first.set_recent(recent)
    box.addWidget(first, 2)
    empty = EmptyState(
        theme, window, "No item selected", "Click a point, or press / and type to find one."
    )
    box.addWidget(empty, 1)
    window.resize(theme.px(80), theme.px(44))
    return window


def save(folder: Path, scale: float) -> None:
    """Save each sheet in both modes."""
    app = QApplication.instance() or QApplication([])
    theme = Theme(app, "light", scale=scale)
    for mode in ("light", "dark"):
        theme.set_mode(mode)
        for name, make in (("widgets", sheet), ("start", start)):
            window = make(theme)
            window.show()
            app.processEvents()
            window.grab().save(str(folder / f"{name}-{mode}.png"))
            window.close()
            window.deleteLater()


if __name__ == "__main__":
    target = Path(sys.argv[1])
    target.mkdir(parents=True, exist_ok=True)
    save(target, float(sys.argv[2]) if len(sys.argv) > 2 else 1.0)
