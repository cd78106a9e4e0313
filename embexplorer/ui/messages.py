"""What the window says when something went wrong, and what its buttons do about it."""

from __future__ import annotations

import dataclasses
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject

from embexplorer.app.problem_report import problem_report
from embexplorer.app.state import PlaceOffer, new_problems
from embexplorer.core.errors import UnreadableError, UntrustedError
from embexplorer.engines.table_roles import UnsureRolesError
from embexplorer.ui.options_dialog import OptionsDialog, show_options
from embexplorer.ui.trust_dialog import TrustDialog
from embexplorer.ui.widgets.toast import Toast, ToastMessage

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from PySide6.QtWidgets import QWidget

    from embexplorer.app.services import Services
    from embexplorer.app.state import Problem, State
    from embexplorer.ui.theme import Theme

OPTIONS = "Open with options…"
TRUST = "Trust this file…"
TOGETHER = "Encode as one corpus"
PLACE = "Place on the map"
NAMED = 5  # files that a message names


class Messages(QObject):
    """Shows problems of the state as messages over the map.

    A file that could not be read may be opened with options, unless none would help; where nothing
    says what the columns of a table are, the dialog opens by itself.
    """

    def __init__(self, theme: Theme, services: Services, toast: Toast, window: QWidget) -> None:
        super().__init__(window)
        self._theme = theme
        self._window = window
        self._toast = toast
        self._services = services
        self._actions: dict[ToastMessage, Callable[[], None]] = {}
        toast.action_requested.connect(self._act)
        toast.dismissed.connect(self._forget)
        services.store.subscribe(self._changed)

    def _changed(self, old: State, new: State) -> None:
        for problem in new_problems(old.problems, new.problems):
            self._show(problem)
        if new.offer is not None and new.offer is not old.offer:
            if isinstance(new.offer, PlaceOffer):
                self._offer_place(new.offer)
            else:
                self._offer_corpus(new.offer.paths)

    def _offer_corpus(self, paths: tuple[Path, ...]) -> None:
        """Ask whether texts that were opened one by one shall be one corpus."""
        names = ", ".join(path.name for path in paths[:NAMED])
        message = ToastMessage(
            f"{len(paths):,} files, a corpus each",
            names + (", …" if len(paths) > NAMED else ""),
            "They can be encoded as one corpus, a column naming the file of each text.",
            is_error=False,
            stays=True,
        )
        self._offer(message, TOGETHER, lambda: self._services.library.open_together(paths))

    def _offer_place(self, offer: PlaceOffer) -> None:
        """Ask whether the items that came shall go onto the map that was shown."""
        message = ToastMessage(
            "New items for the map",
            f"“{offer.name}” can be placed on {offer.title}.",
            "The map stays as it is; the new items lie on it in color.",
            is_error=False,
        )
        self._offer(message, PLACE, lambda: self._services.placing.place(offer.projection_id))

    def _show(self, problem: Problem) -> None:
        error, path = problem.error, problem.source
        details = problem_report(problem.details) if problem.details else ""
        message = ToastMessage(error.title, error.detail, error.hint, details=details)
        if path is not None and isinstance(error, UntrustedError):
            self._offer(message, TRUST, lambda: self._ask_trust(path, error))
            return
        if path is None or isinstance(error, UnreadableError) or not path.exists():
            self._toast.show_message(message)
            return
        is_asking = self._window.findChild(OptionsDialog) is not None

        def ask() -> None:
            show_options(self._theme, self._services.opening, path, self._window, error)

        if isinstance(error, UnsureRolesError) and not is_asking:
            ask()
        else:
            self._offer(message, OPTIONS, ask)

    def _ask_trust(self, path: Path, error: UntrustedError) -> None:
        """Show what trusting a file means, beside which one can go on working."""
        dialog = TrustDialog(self._theme, path.name, error, self._window)
        dialog.accepted.connect(lambda: self._services.library.trust(path, error.sha256))
        dialog.show()

    def _offer(self, message: ToastMessage, words: str, act: Callable[[], None]) -> None:
        """Show a message with a button that does something."""
        offered = dataclasses.replace(message, action=words)
        self._actions[offered] = act
        self._toast.show_message(offered)

    def _act(self, message: ToastMessage) -> None:
        act = self._actions.pop(message, None)
        if act is not None:
            act()

    def _forget(self, message: ToastMessage) -> None:
        self._actions.pop(message, None)
