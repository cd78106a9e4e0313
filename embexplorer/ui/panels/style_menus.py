"""The menus that say what colors, sizes, fades and shapes the points; made from the state."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from PySide6.QtGui import QAction
from PySide6.QtWidgets import QMenu

from embexplorer.app.appearance import (
    color_columns,
    coloring_of,
    describes_dates,
    number_columns,
    shape_columns,
)
from embexplorer.app.extended_space import SELECTIONS, origin
from embexplorer.app.number_columns import read_date, read_number
from embexplorer.app.presenters.deriving import TRUST, how_of
from embexplorer.ui import dialogs
from embexplorer.ui.ramps import RAMPS, ramp_of

if TYPE_CHECKING:
    from collections.abc import Callable

    from PySide6.QtWidgets import QWidget

    from embexplorer.app.appearance import Coloring
    from embexplorer.app.services import Services
    from embexplorer.app.state import State
    from embexplorer.core.space import Space

SAME = "Same"
LONGEST = 40  # characters of a column's name
SCALES = (("linear", "Linear"), ("quantile", "Quantiles"), ("log", "Logarithmic"))
OPACITIES = ((None, "By density"), (1.0, "100%"), (0.7, "70%"), (0.4, "40%"), (0.15, "15%"))


class StateMenu(QMenu):
    """A menu that is filled from the state whenever it opens."""

    def __init__(self, services: Services, parent: QWidget, title: str) -> None:
        super().__init__(title, parent)
        self.setObjectName(f"menu-{title}")
        self.setToolTipsVisible(True)
        self.services = services
        self.owner = parent
        self.aboutToShow.connect(self._refill)

    def fill(self, state: State, space: Space) -> None:
        """Add the actions of the moment."""
        raise NotImplementedError

    def _refill(self) -> None:
        for menu in self.findChildren(QMenu):
            menu.deleteLater()
        self.clear()
        state = self.services.store.state
        if state.space is not None:
            self.fill(state, state.space)

    def choice(
        self,
        menu: QMenu,
        text: str,
        value: Any,
        answer: Callable[[], None],
        *,
        is_chosen: bool = False,
        tip: str = "",
    ) -> QAction:
        """Add an action that stands for a value, which `answer` reads by `chosen`."""
        action = menu.addAction(_shortened(text).replace("&", "&&"), answer)
        action.setData(value)
        action.setCheckable(True)
        action.setChecked(is_chosen)
        action.setToolTip(tip or text)
        return action

    def chosen(self) -> Any:
        """Return what the action that was triggered stands for."""
        action = self.sender()
        assert isinstance(action, QAction)
        return action.data()

    def heading(self, title: str) -> None:
        """Add words that name the group under them."""
        self.addSeparator()
        self.addAction(title).setEnabled(False)

    def submenu(self, title: str, *, is_enabled: bool = True) -> QMenu:
        """Add a menu inside this one."""
        menu = QMenu(title, self)
        menu.setToolTipsVisible(True)
        menu.setEnabled(is_enabled)
        self.addMenu(menu)
        return menu


class ColorMenu(StateMenu):
    """What colors the points, and how numbers become colors."""

    def __init__(self, services: Services, parent: QWidget) -> None:
        super().__init__(services, parent, "Color")

    def fill(self, state: State, space: Space) -> None:
        """Add the columns by where they came from, derived values, and the ramp."""
        style = state.style
        self.choice(self, SAME, "", self._color_by, is_chosen=not style.color_by)
        own = set(origin(space).table.column_names)
        names = color_columns(space)
        groups = (
            ("Columns", [name for name in names if name in own]),
            ("Derived", [n for n in names if n not in own and not n.startswith(SELECTIONS)]),
            ("Selections", [n for n in names if n not in own and n.startswith(SELECTIONS)]),
        )
        for title, columns in groups:
            if columns:
                self.heading(title)
            for name in columns:
                is_chosen, how = name == style.color_by, how_of(state, name)
                self.choice(self, name, name, self._color_by, is_chosen=is_chosen, tip=how)
        self.addSeparator()
        self._fill_derived(state)
        coloring = coloring_of(space, style.color_by, style)
        self._fill_ramp(state, coloring)

    def _fill_derived(self, state: State) -> None:
        deriving, menu = self.services.deriving, self.submenu("Derived values")
        has_map = state.projection is not None
        menu.addAction("Similarity to the query", deriving.similarity)
        menu.addAction("Distance to the nearest items", deriving.neighbor_distance)
        menu.addSeparator()
        density = menu.addAction("Density on the map", deriving.density)
        density.setToolTip("Of UMAP and t-SNE it says nothing about the density of the space.")
        for name in TRUST:
            menu.addAction(name, self._trust).setData(name)
        menu.addAction("Stability over seeds", deriving.stability)
        for action in menu.actions()[3:]:
            action.setEnabled(has_map)

    def _fill_ramp(self, state: State, coloring: Coloring) -> None:
        style, is_number = state.style, coloring.kind == "number"
        ramps = self.submenu("Ramp", is_enabled=is_number)
        for ramp in RAMPS:
            is_chosen = ramp is ramp_of(style)
            self.choice(ramps, ramp.title, ramp.id, self._set_ramp, is_chosen=is_chosen)
        scales = self.submenu("Scale", is_enabled=is_number)
        for scale, title in SCALES:
            is_chosen = scale == style.scale
            self.choice(scales, title, scale, self._set_scale, is_chosen=is_chosen)
        is_inverted = style.is_inverted
        inverted = self.choice(self, "Inverted", None, self._invert, is_chosen=is_inverted)
        center = self.addAction("Center…", self._ask_center)
        limits = self.addAction("Limits…", self._ask_limits)
        actions = [inverted, center, limits]
        if style.center is not None:
            actions.append(self.addAction("No center", self._drop_center))
        if style.limits is not None:
            actions.append(self.addAction("No limits", self._drop_limits))
        for action in actions:
            action.setEnabled(is_number)

    def _color_by(self) -> None:
        self.services.styling.color_by(self.chosen())

    def _trust(self) -> None:
        self.services.deriving.trust(self.chosen())

    def _set_ramp(self) -> None:
        self.services.styling.restyle("Ramp", ramp=self.chosen(), center=None)

    def _set_scale(self) -> None:
        self.services.styling.restyle("Scale", scale=self.chosen())

    def _invert(self) -> None:
        is_inverted = self.services.store.state.style.is_inverted
        self.services.styling.restyle("Invert the ramp", is_inverted=not is_inverted)

    def _ask_center(self) -> None:
        found = self._ask("Center of the ramp", "Number in the middle of the colors", 1)
        if found:
            self.services.styling.set_center(found[0])

    def _ask_limits(self) -> None:
        caption = "Numbers at the ends of the colors, such as  0 to 10"
        found = self._ask("Limits of the ramp", caption, 2)
        if found:
            self.services.styling.restyle("Limits of the ramp", limits=(min(found), max(found)))

    def _drop_center(self) -> None:
        self.services.styling.set_center(None)

    def _drop_limits(self) -> None:
        self.services.styling.restyle("Limits of the ramp", limits=None)

    def _ask(self, title: str, caption: str, n: int) -> list[float]:
        """Ask for numbers or dates until they can be read; empty where it was cancelled."""
        state = self.services.store.state
        if state.space is None:
            return []
        is_date = describes_dates(state.space, state.style.color_by)
        while True:
            text = dialogs.ask_text(self.owner, title, caption)
            if text is None:
                return []
            read = read_date if is_date else read_number
            found = [read(part) for part in text.split(" to ")]
            known = [value for value in found if value is not None]
            if len(found) == n == len(set(known)):
                return known
            caption = f"“{text}” cannot be read: write {'one number' if n == 1 else '0 to 10'}."


class PointsMenu(StateMenu):
    """What sizes, fades and shapes the points."""

    def __init__(self, services: Services, parent: QWidget) -> None:
        super().__init__(services, parent, "Size")

    def fill(self, state: State, space: Space) -> None:
        """Add the columns that can size the points, then opacity and shape."""
        style, styling = state.style, self.services.styling
        numbers = number_columns(space)
        self._fill_columns(self, numbers, style.size_by, self._size_by)
        self.addSeparator()
        self.addAction("Larger points\t]", styling.make_larger)
        self.addAction("Smaller points\t[", styling.make_smaller)
        self.addAction("Ordinary size", styling.reset_size).setEnabled(style.point_size != 1.0)
        self.addSeparator()
        opacity = self.submenu("Opacity")
        for value, title in OPACITIES:
            is_chosen = value == style.point_opacity and not style.opacity_by
            self.choice(opacity, title, value, self._set_opacity, is_chosen=is_chosen)
        opacity.addSeparator()
        for name in numbers:
            is_chosen = name == style.opacity_by
            self.choice(opacity, name, name, self._fade_by, is_chosen=is_chosen)
        shape = self.submenu("Shape")
        self._fill_columns(shape, shape_columns(space), style.shape_by, self._shape_by)

    def _fill_columns(
        self, menu: QMenu, names: tuple[str, ...], chosen: str, answer: Callable[[], None]
    ) -> None:
        for name in ("", *names):
            self.choice(menu, name or SAME, name, answer, is_chosen=name == chosen)

    def _size_by(self) -> None:
        self.services.styling.restyle("Size of points", size_by=self.chosen())

    def _fade_by(self) -> None:
        self.services.styling.restyle("Opacity of points", opacity_by=self.chosen())

    def _set_opacity(self) -> None:
        value = self.chosen()
        self.services.styling.restyle("Opacity of points", point_opacity=value, opacity_by="")

    def _shape_by(self) -> None:
        self.services.styling.restyle("Shape of points", shape_by=self.chosen())


def _shortened(text: str) -> str:
    return text if len(text) <= LONGEST else f"{text[: LONGEST - 1].rstrip()}…"
