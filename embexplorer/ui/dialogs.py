"""The few dialogs: opening, saving, choosing a folder, about."""

from __future__ import annotations

import platform
from pathlib import Path
from typing import TYPE_CHECKING

import PySide6
from PySide6.QtWidgets import QFileDialog, QInputDialog, QMessageBox, QWidget

from embexplorer.core.contracts import Format
from embexplorer.core.version import VERSION
from embexplorer.engines.compressed import ENDINGS as COMPRESSED
from embexplorer.storage.project_file import ENDING as PROJECT

if TYPE_CHECKING:
    from embexplorer.plugins import Registry

PICTURE_SCALES = (1, 2, 3, 4)
PICTURE_ENDINGS = (".png", ".jpg", ".jpeg", ".bmp")
PROBE_PICTURES = "SVG picture (*.svg);;PDF picture (*.pdf);;PNG picture (*.png)"
DOCUMENTS = "PDF document (*.pdf);;Web page (*.html)"
DOCUMENT_ENDINGS = (".pdf", ".html")
SETS = "Item sets (*.json);;All files (*)"
TABLES = "CSV (*.csv);;Tab-separated (*.tsv);;JSON lines (*.jsonl);;Parquet (*.parquet)"


def ask_files(parent: QWidget, registry: Registry, folder: str) -> list[Path]:
    """Let the person choose files that a format reads."""
    names, _ = QFileDialog.getOpenFileNames(parent, "Open files", folder, _readable(registry))
    return [Path(name) for name in names]


def ask_file(parent: QWidget, title: str, registry: Registry, folder: str) -> Path | None:
    """Let the person choose one file that a format reads."""
    name, _ = QFileDialog.getOpenFileName(parent, title, folder, _readable(registry))
    return Path(name) if name else None


def _readable(registry: Registry) -> str:
    endings = {ending for plugin in registry.all(Format) for ending in plugin.extensions}
    known = sorted({*endings, *COMPRESSED, PROJECT})
    return f"All readable ({' '.join(f'*{ending}' for ending in known)});;All files (*)"


def ask_folder(parent: QWidget, title: str, folder: str) -> Path | None:
    """Let the person choose a folder."""
    name = QFileDialog.getExistingDirectory(parent, title, folder)
    return Path(name) if name else None


def ask_table_file(parent: QWidget, name: str, folder: str) -> Path | None:
    """Let the person choose where a table goes; an ending is added where none was typed."""
    chosen, used = QFileDialog.getSaveFileName(parent, "Export", str(Path(folder) / name), TABLES)
    return _with_ending(Path(chosen), _ending_of(used)) if chosen else None


def ask_probe_file(parent: QWidget, name: str, folder: str) -> Path | None:
    """Let the person choose where a picture or the numbers of a bias probe go."""
    filters = f"{PROBE_PICTURES};;All numbers, JSON (*.json);;{TABLES}"
    wanted = str(Path(folder) / name)
    chosen, used = QFileDialog.getSaveFileName(parent, "Export the probe", wanted, filters)
    return _with_ending(Path(chosen), _ending_of(used)) if chosen else None


def ask_document_file(parent: QWidget, name: str, folder: str) -> Path | None:
    """Let the person choose where a report on bias probes goes: a PDF or a web page."""
    wanted = str(Path(folder) / name)
    chosen, used = QFileDialog.getSaveFileName(parent, "Save the report", wanted, DOCUMENTS)
    if not chosen:
        return None
    path = Path(chosen)
    is_document = path.suffix.lower() in DOCUMENT_ENDINGS
    return path if is_document else path.with_name(f"{path.name}{_ending_of(used)}")


def ask_report_file(parent: QWidget, name: str, folder: str) -> Path | None:
    """Let the person choose where the numbers of a report go."""
    filters = f"All numbers, JSON (*.json);;{TABLES}"
    wanted = str(Path(folder) / name)
    chosen, used = QFileDialog.getSaveFileName(parent, "Export the report", wanted, filters)
    return _with_ending(Path(chosen), _ending_of(used)) if chosen else None


def ask_battery_file(parent: QWidget, name: str, folder: str) -> Path | None:
    """Let the person choose where the numbers of a probe battery go."""
    filters = f"{TABLES};;All numbers, JSON (*.json)"
    wanted = str(Path(folder) / name)
    chosen, used = QFileDialog.getSaveFileName(parent, "Export the battery", wanted, filters)
    return _with_ending(Path(chosen), _ending_of(used)) if chosen else None


def ask_sets_file(parent: QWidget) -> Path | None:
    """Let the person choose a file of item sets."""
    chosen, _ = QFileDialog.getOpenFileName(parent, "Choose item sets", "", SETS)
    return Path(chosen) if chosen else None


def ask_new_sets_file(parent: QWidget, name: str) -> Path | None:
    """Let the person choose where item sets go."""
    chosen, _ = QFileDialog.getSaveFileName(parent, "Write item sets", name, SETS)
    return _with_ending(Path(chosen), ".json") if chosen else None


def ask_picture_file(parent: QWidget, name: str, folder: str) -> tuple[Path, int] | None:
    """Let the person choose where a picture goes, and how many times its size."""
    filters = ";;".join(f"PNG, {scale} times the size (*.png)" for scale in PICTURE_SCALES)
    wanted = str(Path(folder) / name)
    default = f"PNG, {PICTURE_SCALES[1]} times the size (*.png)"
    chosen, used = QFileDialog.getSaveFileName(parent, "Save a picture", wanted, filters, default)
    if not chosen:
        return None
    scale = next((scale for scale in PICTURE_SCALES if f" {scale} " in used), PICTURE_SCALES[1])
    path = Path(chosen)
    is_picture = path.suffix.lower() in PICTURE_ENDINGS
    return path if is_picture else path.with_name(f"{path.name}.png"), scale


def ask_text(parent: QWidget, title: str, caption: str, text: str = "") -> str | None:
    """Let the person write a line, or change one; None where it was cancelled."""
    text, is_given = QInputDialog.getText(parent, title, caption, text=text)
    return text if is_given else None


def show_about(parent: QWidget, registry: Registry) -> None:
    """Show the version, what it runs on, and plugins that did not load."""
    lines = [
        f"embexplorer {VERSION}",
        f"Python {platform.python_version()}, Qt for Python {PySide6.__version__}",
        "MIT license. The icons are drawn for this project.",
    ]
    if registry.broken:
        lines += ["", "Plugins that did not load:"]
        lines += [f"{name}: {why}" for name, why in registry.broken.items()]
    QMessageBox.about(parent, "About embexplorer", "\n".join(lines))


def _ending_of(used: str) -> str:
    """Return the ending that a filter such as ``CSV (*.csv)`` stands for."""
    return "." + used.rpartition("*.")[2].rstrip(")") if "*." in used else ".csv"


def _with_ending(path: Path, ending: str) -> Path:
    return path if path.suffix else path.with_suffix(ending)
