"""Saving, opening and leaving a project in the window: what is asked before, and when."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Literal

from PySide6.QtCore import QObject
from PySide6.QtWidgets import QFileDialog, QMessageBox

from embexplorer.app.presenters.project import is_project_file
from embexplorer.storage.project_file import ENDING

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from PySide6.QtWidgets import QWidget

    from embexplorer.app.services import Services

EMBEDDED = f"Project with its vectors inside (*{ENDING})"
REFERENCED = f"Project that refers to the files it came from (*{ENDING})"


class ProjectFiles(QObject):
    """What the window does with projects."""

    def __init__(self, services: Services, window: QWidget) -> None:
        super().__init__(window)
        self._services = services
        self._window = window

    def open(self, paths: Sequence[Path]) -> None:
        """Open files, folders and projects; before a project, what is unsaved is asked about."""

        def go_on() -> None:
            self._services.project.open_paths(paths)

        if not any(is_project_file(path) for path in paths) or self.may_leave(go_on):
            go_on()

    def save(self, then: Callable[[], None] | None = None) -> None:
        """Save into the file that is open; ask for one where there is none."""
        if self._services.project.can_save_silently:
            self._services.project.save(then=then)
        else:
            self.save_as(then)

    def save_as(self, then: Callable[[], None] | None = None) -> None:
        """Ask for a file, and save into it."""
        project, settings = self._services.project, self._services.remembered.settings
        title = project.title()
        place = project.file.path.parent if project.file is not None else settings.export_folder
        chosen = ask_project_file(
            self._window,
            str(Path(place) / f"{title.name or 'project'}{ENDING}"),
            embeds=project.file.is_embedded if project.file else project.embeds_by_default,
        )
        if chosen is not None:
            path, embeds = chosen
            project.save(path, embeds=embeds, then=then)

    def may_leave(self, then: Callable[[], None]) -> bool:
        """Return whether what is open may go now.

        Nothing is asked when nothing would be lost. Where the person saves first, this returns
        False and `then` is called when it is saved.
        """
        if not self._services.project.is_unsaved():
            return True
        answer = ask_unsaved(self._window, self._services.project.title().name)
        if answer == "save":
            self.save(then)
        return answer == "discard"


def ask_project_file(parent: QWidget, wanted: str, *, embeds: bool) -> tuple[Path, bool] | None:
    """Let the person choose where a project goes, and whether its vectors go with it."""
    name, used = QFileDialog.getSaveFileName(
        parent,
        "Save the project",
        wanted,
        f"{EMBEDDED};;{REFERENCED}",
        EMBEDDED if embeds else REFERENCED,
    )
    if not name:
        return None
    path = Path(name)
    return path if is_project_file(path) else path.with_name(path.name + ENDING), used != REFERENCED


def ask_unsaved(parent: QWidget, name: str) -> Literal["save", "discard", "cancel"]:
    """Ask what becomes of changes that are not saved."""
    box = QMessageBox(parent)
    box.setObjectName("ask-unsaved")
    box.setIcon(QMessageBox.Icon.Question)
    box.setWindowTitle("Save the project")
    box.setText(f"Save the changes to “{name}”?" if name else "Save the project?")
    box.setInformativeText(
        "Maps, selections, tags and views that were made since it was saved would be lost."
    )
    save = box.addButton("Save", QMessageBox.ButtonRole.AcceptRole)
    discard = box.addButton("Don’t save", QMessageBox.ButtonRole.DestructiveRole)
    cancel = box.addButton("Cancel", QMessageBox.ButtonRole.RejectRole)
    box.setDefaultButton(save)
    box.setEscapeButton(cancel)
    box.exec()
    clicked = box.clickedButton()
    box.deleteLater()
    if clicked is save:
        return "save"
    return "discard" if clicked is discard else "cancel"
