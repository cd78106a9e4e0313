"""Buttons that keep their icon in the theme's colors, and the switch that opens a group."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QPushButton, QToolButton

from embexplorer.ui.widgets.naming import name_widget

if TYPE_CHECKING:
    from PySide6.QtWidgets import QWidget

    from embexplorer.ui.theme import Theme

TARGET_EMS = 1.75


class Button(QPushButton):
    """A button with words.

    Parameters
    ----------
    text
        A verb; it is the accessible name.
    kind
        ``primary`` for the one main action, ``link`` for an action inside text.
    icon
        Name of a drawn icon.
    tip
        Tool tip.
    """

    def __init__(
        self,
        theme: Theme,
        parent: QWidget,
        text: str,
        *,
        kind: str = "",
        icon: str = "",
        tip: str = "",
    ) -> None:
        super().__init__(text, parent)
        self._theme = theme
        self._icon_name = icon
        name_widget(self, text)
        self.setProperty("kind", kind)
        self.setToolTip(tip)
        self.setAutoDefault(False)
        if kind == "link":
            self.setCursor(Qt.CursorShape.PointingHandCursor)
        if icon:
            self.setIconSize(theme.icon_size())
            self._renew_icon()
            theme.changed.connect(self._renew_icon)

    def show_text(self, text: str) -> None:
        """Show other words, such as how many items are encoded."""
        self.setText(text)
        self.setAccessibleName(text)

    def _renew_icon(self) -> None:
        self.setIcon(self._theme.icon(self._icon_name))


class ToolButton(QToolButton):
    """A button with an icon, in a toolbar or at the end of a row.

    Parameters
    ----------
    icon
        Name of a drawn icon; empty for words alone.
    tip
        Name, two spaces, shortcut; then lines of explanation. The name is the accessible name.
    text
        Words beside the icon.
    checkable
        Whether it stays on.
    kind
        ``menu`` for one that opens a menu.
    """

    def __init__(
        self,
        theme: Theme,
        parent: QWidget,
        icon: str,
        tip: str,
        *,
        text: str = "",
        checkable: bool = False,
        kind: str = "",
    ) -> None:
        super().__init__(parent)
        self._theme = theme
        self._icon_name = icon
        name_widget(self, tip.split("\n")[0].split("  ")[0])
        self.setProperty("kind", kind or ("text" if text else ""))
        self.setToolTip(tip)
        self.setText(text)
        self.setCheckable(checkable)
        self.setIconSize(theme.icon_size())
        self.setMinimumSize(theme.px(TARGET_EMS), theme.px(TARGET_EMS))
        self.setToolButtonStyle(_style(icon, text))
        self._renew_icon()
        theme.changed.connect(self._renew_icon)

    def show_icon(self, icon: str) -> None:
        """Show another drawn icon."""
        self._icon_name = icon
        self._renew_icon()

    def _renew_icon(self) -> None:
        if self._icon_name:
            self.setIcon(self._theme.icon(self._icon_name))


class Disclosure(ToolButton):
    """A heading that opens and closes what is under it."""

    opened = Signal(bool)

    def __init__(self, theme: Theme, parent: QWidget, text: str, is_open: bool = False) -> None:
        super().__init__(theme, parent, "right", text, text=text, checkable=True, kind="disclosure")
        self.setToolTip("")
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.toggled.connect(self._on_toggled)
        self.setChecked(is_open)

    def show_text(self, text: str) -> None:
        """Show another heading."""
        self.setText(text)
        self.setAccessibleName(text)

    def _renew_icon(self) -> None:
        self._icon_name = "down" if self.isChecked() else "right"
        self.setIcon(self._theme.icon(self._icon_name, on="muted"))

    def _on_toggled(self, is_open: bool) -> None:
        self._renew_icon()
        self.setAccessibleDescription("Open" if is_open else "Closed")
        self.opened.emit(is_open)


def _style(icon: str, text: str) -> Qt.ToolButtonStyle:
    if not text:
        return Qt.ToolButtonStyle.ToolButtonIconOnly
    if not icon:
        return Qt.ToolButtonStyle.ToolButtonTextOnly
    return Qt.ToolButtonStyle.ToolButtonTextBesideIcon
