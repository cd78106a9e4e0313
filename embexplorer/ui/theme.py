"""How tokens become fonts, palette, icons and the one style sheet of the window."""

from __future__ import annotations

import json
import logging
from string import Template
from typing import TYPE_CHECKING, Any, Literal, get_args

from PySide6.QtCore import QObject, QSize, Qt, Signal
from PySide6.QtGui import (
    QColor,
    QFont,
    QFontDatabase,
    QFontInfo,
    QFontMetricsF,
    QGuiApplication,
    QIcon,
    QPalette,
    QPixmap,
)

from embexplorer.storage.paths import cache_folder, resource
from embexplorer.ui.dressing import Dressing
from embexplorer.ui.icons import icon_svg, render_icon

if TYPE_CHECKING:
    from pathlib import Path

    from PySide6.QtWidgets import QApplication

Mode = Literal["light", "dark", "system"]

FALLBACK_FAMILIES = (
    "Inter", "Segoe UI", "Noto Sans", "Cantarell", "Helvetica Neue", "DejaVu Sans",
)  # fmt: skip
NO_SYSTEM_FONT = ("offscreen", "minimal")  # platforms without a desktop
NO_SYSTEM_FONT_PIXELS = 13
SMALLEST_PIXELS = 11
ICON_EMS = 1.125
OTHER = -1  # category of the values beyond the palette, and of missing ones

PALETTE = {
    "Window": "panel", "WindowText": "text", "Base": "field", "AlternateBase": "panel",
    "Text": "text", "Button": "panel", "ButtonText": "text", "Highlight": "accent",
    "HighlightedText": "on_accent", "ToolTipBase": "raised", "ToolTipText": "text",
    "PlaceholderText": "faint", "Link": "accent_text", "LinkVisited": "accent_text",
    "BrightText": "danger", "Light": "raised", "Midlight": "hover", "Mid": "line",
    "Dark": "control", "Shadow": "ink", "Accent": "accent",
}  # fmt: skip
GLYPHS = {
    "down": "muted", "up": "muted", "right": "muted", "check": "on_accent",
    "close": "muted", "float": "muted",
}  # fmt: skip
LENGTHS = (0.125, 0.25, 0.375, 0.5, 0.625, 0.75, 1, 1.25, 1.375, 1.5, 1.625, 1.75, 2, 2.5)
DECORATIONS = (  # mode, state, token of an icon's color; None is the color of what is on
    (QIcon.Mode.Normal, QIcon.State.Off, "muted"),
    (QIcon.Mode.Active, QIcon.State.Off, "text"),
    (QIcon.Mode.Selected, QIcon.State.Off, "text"),
    (QIcon.Mode.Disabled, QIcon.State.Off, "disabled"),
    (QIcon.Mode.Normal, QIcon.State.On, None),
    (QIcon.Mode.Active, QIcon.State.On, None),
    (QIcon.Mode.Disabled, QIcon.State.On, "disabled"),
)

logger = logging.getLogger(__name__)


class Theme(QObject):
    """Looks up everything visual, and applies it to the application.

    A widget that paints itself asks for colors and fonts while it paints; one that holds an icon
    renews it on `changed`. Lengths are multiples of `em`, so that the layout follows the font.

    Parameters
    ----------
    app
        The application that is styled.
    mode
        ``light``, ``dark``, or ``system`` to follow the desktop.
    scale
        Factor of the system's font size.
    """

    changed = Signal()

    def __init__(self, app: QApplication, mode: Mode = "system", *, scale: float = 1.0) -> None:
        super().__init__(app)
        self._app = app
        self._tokens: dict[str, Any] = json.loads(
            resource("themes/tokens.json").read_text(encoding="utf-8")
        )
        self._base_font, self._base_pixels = _base_font(scale)
        self.em: float = QFontMetricsF(self._base_font).height()
        self._fonts: dict[tuple[str, int, bool], QFont] = {}
        self._pixmaps: dict[tuple[str, str, int, float], QPixmap] = {}
        self._is_applied = False
        self.dressing = Dressing(self)
        self.mode: Mode = _checked_mode(mode)
        self.name = self._resolved()
        QGuiApplication.styleHints().colorSchemeChanged.connect(self._on_scheme_changed)

    @property
    def is_dark(self) -> bool:
        """Whether the dark tokens are in use."""
        return self.name == "dark"

    def set_mode(self, mode: Mode) -> None:
        """Switch to ``light``, ``dark`` or ``system``, and apply it."""
        self.mode = _checked_mode(mode)
        self.apply()

    def px(self, ems: float) -> int:
        """Return a length in em as device-independent pixels."""
        return round(self.em * ems)

    def color(self, name: str, alpha: int | None = None) -> QColor:
        """Return the color of a token, such as ``accent_soft``; `alpha` is 0..255."""
        color = _color(self._tokens[self.name][name])
        if alpha is not None:
            color.setAlpha(alpha)
        return color

    def category(self, k: int) -> QColor:
        """Return the color of the category at position `k`; below 0 is other or missing."""
        colors = self._tokens[self.name]["categorical"]
        return self.color("other") if k < 0 else QColor(colors[k % len(colors)])

    @property
    def n_categories(self) -> int:
        """How many categories have a color of their own."""
        return len(self._tokens[self.name]["categorical"])

    def font(self, role: str = "body", weight: int = 400, tabular: bool = False) -> QFont:
        """Return the font of a role: caption, body, title, display or figure.

        Parameters
        ----------
        weight
            400 is regular, 600 strong.
        tabular
            Whether digits are of equal width, for lists, tables and axes.
        """
        key = (role, weight, tabular)
        if key not in self._fonts:
            font = QFont(self._base_font)
            font.setPixelSize(self._pixels(role))
            font.setWeight(QFont.Weight(weight))
            if tabular:
                font.setFeature(QFont.Tag("tnum"), 1)
            self._fonts[key] = font
        return QFont(self._fonts[key])

    def duration(self, name: str) -> int:
        """Return the milliseconds of a motion: press, hover, panel, camera or morph."""
        return int(self._tokens["motion_ms"][name])

    def length(self, name: str) -> int:
        """Return the pixels of a named size, such as ``library`` or ``inspector``."""
        return self.px(self._tokens["size"][name])

    def icon(self, name: str, on: str = "accent_text") -> QIcon:
        """Return a drawn icon in every state; `on` is the token of its color while checked."""
        icon = QIcon()
        for mode, state, token in DECORATIONS:
            for ratio in self._ratios():
                icon.addPixmap(self.pixmap(name, token or on, ratio=ratio), mode, state)
        return icon

    def pixmap(
        self, name: str, color: str = "muted", ems: float = ICON_EMS, ratio: float | None = None
    ) -> QPixmap:
        """Return a drawn icon in the color of a token, sharp at the device pixel `ratio`."""
        ratio = self._app.devicePixelRatio() if ratio is None else ratio
        key = (name, self.color(color).name(), self.px(ems), ratio)
        if key not in self._pixmaps:
            self._pixmaps[key] = render_icon(*key)
        return self._pixmaps[key]

    def app_icon(self) -> QIcon:
        """Return the icon of the application, at the sizes that desktops ask for."""
        icon = QIcon()
        for size in (16, 24, 32, 48, 64, 128, 256):
            icon.addPixmap(render_icon("app", "#000000", size, 1.0))
        return icon

    def icon_size(self) -> QSize:
        """Return the size of an icon inside a control."""
        return QSize(self.px(ICON_EMS), self.px(ICON_EMS))

    def apply(self) -> None:
        """Style the application, and tell every widget that paints itself."""
        hints = QGuiApplication.styleHints()
        if self.mode == "system":
            hints.unsetColorScheme()
        else:
            hints.setColorScheme(
                Qt.ColorScheme.Dark if self.mode == "dark" else Qt.ColorScheme.Light
            )
        self.name = self._resolved()
        if not self._is_applied:  # each of these visits every widget
            self._app.setStyle("Fusion")
            self._app.setFont(self._base_font)
            self._is_applied = True
        sheet = ""  # the desktop's own colors, where they are the ones that this person can read
        if not _wants_high_contrast():
            self._app.setPalette(self._palette())
            sheet = self.style_sheet()
        if self.dressing.has_windows:
            self.dressing.begin(sheet)
        else:
            self._app.setStyleSheet(sheet)
        self.changed.emit()

    def style_sheet(self) -> str:
        """Return the style sheet, with every token of the current mode filled in."""
        values = {
            name: value
            for name, value in self._tokens[self.name].items()
            if isinstance(value, str) and len(value) == len("#RRGGBB")
        }
        for ems in LENGTHS:
            name = f"{ems:g}".replace(".", "_")
            values[f"e{name}"] = f"{max(1, self.px(ems))}px"
            # Padding inside a border that is 1 px wider: what is focused keeps its size.
            values[f"f{name}"] = f"{max(0, self.px(ems) - 1)}px"
            values[f"g{name}"] = f"{max(0, self.px(ems) - 2)}px"
        values |= {f"font_{role}": f"{self._pixels(role)}px" for role in self._tokens["type"]}
        values |= {f"glyph_{name}": self._glyph(name, token) for name, token in GLYPHS.items()}
        template = resource("themes/theme.qss").read_text(encoding="utf-8")
        return Template(template).substitute(values)

    def _resolved(self) -> str:
        if self.mode != "system":
            return self.mode
        scheme = QGuiApplication.styleHints().colorScheme()
        return "dark" if scheme == Qt.ColorScheme.Dark else "light"

    def _on_scheme_changed(self) -> None:
        if self.mode == "system" and self._resolved() != self.name:
            self.apply()

    def _pixels(self, role: str) -> int:
        pixels: int = round(self._base_pixels * self._tokens["type"][role])
        return max(SMALLEST_PIXELS, pixels)

    def _ratios(self) -> list[float]:
        return sorted({screen.devicePixelRatio() for screen in self._app.screens()})

    def _palette(self) -> QPalette:
        palette = QPalette()
        for role, token in PALETTE.items():
            palette.setColor(getattr(QPalette.ColorRole, role), self.color(token))
        for role in ("WindowText", "Text", "ButtonText"):
            palette.setColor(
                QPalette.ColorGroup.Disabled,
                getattr(QPalette.ColorRole, role),
                self.color("disabled"),
            )
        return palette

    def _glyph(self, name: str, token: str) -> str:
        """Return a recolored icon as a QSS image: a style sheet cannot color an SVG itself."""
        color = self.color(token).name()
        svg = icon_svg(name, color).replace('stroke-width="1.5"', 'stroke-width="2"')
        path = cache_folder() / "glyphs" / f"{name}-{color[1:]}.svg"
        try:
            _write_if_other(path, svg)
        except OSError as error:
            logger.warning("controls lack their arrows, %s cannot be written: %s", path, error)
            return "none"
        return f'url("{path.resolve().as_posix()}")'


def _checked_mode(mode: Mode) -> Mode:
    if mode not in get_args(Mode):
        raise ValueError(f"mode is {mode!r}, not one of {', '.join(get_args(Mode))}")
    return mode


def _base_font(scale: float) -> tuple[QFont, float]:
    known = [family for family in FALLBACK_FAMILIES if QFontDatabase.hasFamily(family)]
    font = QFontDatabase.systemFont(QFontDatabase.SystemFont.GeneralFont)
    if QGuiApplication.platformName() in NO_SYSTEM_FONT:
        font.setFamilies(known or [font.family()])
        pixels = float(NO_SYSTEM_FONT_PIXELS)
    else:
        font.setFamilies([font.family(), *known])
        pixels = float(QFontInfo(font).pixelSize())
    pixels *= scale
    font.setPixelSize(round(pixels))
    font.setHintingPreference(QFont.HintingPreference.PreferNoHinting)
    return font, pixels


def _color(text: str) -> QColor:
    """Return a color from ``#RRGGBB`` or ``#RRGGBBAA``; Qt itself puts alpha first."""
    color = QColor(text[:7])
    if len(text) == len("#RRGGBBAA"):
        color.setAlpha(int(text[7:], 16))
    return color


def _write_if_other(path: Path, text: str) -> None:
    if path.exists() and path.read_text(encoding="utf-8") == text:
        return
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(text, encoding="utf-8")


def _wants_high_contrast() -> bool:
    hints = QGuiApplication.styleHints()
    accessibility = getattr(hints, "accessibility", None)  # since Qt 6.10
    if accessibility is None:
        return False
    return bool(accessibility().contrastPreference() == Qt.ContrastPreference.HighContrast)
