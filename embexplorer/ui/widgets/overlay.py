"""A card that floats over the map, at a corner, with a soft shadow that costs one picture."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
from PySide6.QtCore import QEvent, QPoint, QRect, QRectF, QSize, Qt
from PySide6.QtGui import QImage, QPainter, QPixmap, QRegion
from PySide6.QtWidgets import QFrame, QVBoxLayout, QWidget

if TYPE_CHECKING:
    from PySide6.QtCore import QObject
    from PySide6.QtGui import (
        QColor,
        QHideEvent,
        QMoveEvent,
        QPaintEvent,
        QResizeEvent,
        QShowEvent,
    )

    from embexplorer.ui.theme import Theme

# em
INSET = 0.75  # between a card and the edge of the map
PADDING = 0.625
GAP = 0.3125
RADIUS = 0.5
BLUR = 1.25
DROP = 0.2


class Overlay(QFrame):
    """A card over its parent.

    Parameters
    ----------
    parent
        What it lies on.
    kind
        ``card``, ``error`` or ``dialog``.

    Attributes
    ----------
    body
        Layout to fill.
    host
        What it lies on.
    """

    def __init__(self, theme: Theme, parent: QWidget, kind: str = "card") -> None:
        super().__init__(parent)
        self.theme = theme
        self.host = parent
        self._corner: Qt.Corner | None = None
        self.setProperty("kind", kind)
        self.setAttribute(Qt.WidgetAttribute.WA_StyledBackground)
        # What happens on a card is not for the map under it.
        self.setAttribute(Qt.WidgetAttribute.WA_NoMousePropagation)
        self.setCursor(Qt.CursorShape.ArrowCursor)
        self.body = QVBoxLayout(self)
        padding = theme.px(PADDING)
        self.body.setContentsMargins(padding, padding, padding, padding)
        self.body.setSpacing(theme.px(GAP))
        self._shadow = _Shadow(theme, parent)
        self.destroyed.connect(self._shadow.deleteLater)
        parent.installEventFilter(self)
        self.hide()

    @property
    def inset(self) -> int:
        """Distance from the edge of the parent, pixels."""
        return self.theme.px(INSET)

    def anchor(self, corner: Qt.Corner) -> None:
        """Stay at a corner of the parent, also when that is resized."""
        self._corner = corner
        self.place()

    def fit(self) -> None:
        """Take the height that the contents need at this width."""
        self.ensurePolished()
        self.body.activate()
        width = self.width()
        height = self.body.totalHeightForWidth(width) if self.body.hasHeightForWidth() else -1
        self.setFixedHeight(height if height > 0 else self.body.totalSizeHint().height())
        self.place()

    def place(self) -> None:
        """Go to the corner."""
        if self._corner is None:
            return
        right = self.host.width() - self.width() - self.inset
        bottom = self.host.height() - self.height() - self.inset
        is_left = self._corner in (Qt.Corner.TopLeftCorner, Qt.Corner.BottomLeftCorner)
        is_top = self._corner in (Qt.Corner.TopLeftCorner, Qt.Corner.TopRightCorner)
        self.move(self.inset if is_left else right, self.inset if is_top else bottom)

    def draw(self, painter: QPainter) -> None:
        """Draw the card with its shadow where it lies on its host, such as into a picture."""
        for part in (self._shadow, self):
            painter.save()
            painter.translate(part.pos())
            # Without the background that a window has: the corners are round.
            part.render(painter, QPoint(), QRegion(), QWidget.RenderFlag.DrawChildren)
            painter.restore()

    def parent_resized(self) -> None:
        """Follow the parent's new size."""
        self.place()

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        """Watch the parent's size."""
        if event.type() == QEvent.Type.Resize and watched is self.parent():
            self.parent_resized()
        return False

    def moveEvent(self, event: QMoveEvent) -> None:
        """Take the shadow along."""
        super().moveEvent(event)
        self._shadow.follow(self.geometry())

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Take the shadow along."""
        super().resizeEvent(event)
        self._shadow.follow(self.geometry())
        self.place()

    def lie_on_top(self) -> None:
        """Lie over all else on the parent, with the shadow below."""
        self.raise_()
        self._shadow.stackUnder(self)

    def showEvent(self, event: QShowEvent) -> None:
        """Lie on top, over the shadow."""
        super().showEvent(event)
        self.lie_on_top()
        self._shadow.follow(self.geometry())
        self._shadow.show()

    def hideEvent(self, event: QHideEvent) -> None:
        """Hide the shadow as well."""
        super().hideEvent(event)
        self._shadow.hide()


class _Shadow(QWidget):
    """A sibling under the card: unlike a graphics effect it is not blurred at every repaint."""

    def __init__(self, theme: Theme, parent: QWidget) -> None:
        super().__init__(parent)
        self._theme = theme
        self._picture = QPixmap()
        self._made_for: tuple[int, int, float, str] | None = None
        self.setAttribute(Qt.WidgetAttribute.WA_TransparentForMouseEvents)
        self.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self.hide()
        theme.changed.connect(self.update)

    def follow(self, card: QRect) -> None:
        blur, drop = self._theme.px(BLUR), self._theme.px(DROP)
        self.setGeometry(card.adjusted(-blur, drop - blur, blur, drop + blur))

    def paintEvent(self, event: QPaintEvent) -> None:
        ratio = self.devicePixelRatioF()
        wanted = (self.width(), self.height(), ratio, self._theme.name)
        if wanted != self._made_for:
            self._picture = _shadow(
                self.size() * ratio,
                self._theme.px(BLUR) * ratio,
                self._theme.px(RADIUS) * ratio,
                self._theme.color("shadow"),
            )
            self._picture.setDevicePixelRatio(ratio)
            self._made_for = wanted
        painter = QPainter(self)
        painter.drawPixmap(QRectF(self.rect()), self._picture, QRectF(self._picture.rect()))
        painter.end()


def _shadow(size: QSize, blur: float, radius: float, color: QColor) -> QPixmap:
    """Return the shadow of a rounded rectangle that lies `blur` inside `size`.

    The opacity falls with the square of the distance, which is what a blur of a large shape looks
    like near its edge.
    """
    x = np.abs(np.arange(size.width()) + 0.5 - size.width() / 2)
    y = np.abs(np.arange(size.height()) + 0.5 - size.height() / 2)
    x = np.maximum(x - (size.width() / 2 - blur - radius), 0)
    y = np.maximum(y - (size.height() / 2 - blur - radius), 0)
    distance = np.hypot(x[None, :], y[:, None]) - radius  # from the edge of the rectangle
    strength = np.clip(1 - (distance + blur / 2) / (1.5 * blur), 0, 1) ** 2
    alpha = np.ascontiguousarray(np.round(strength * color.alpha()), np.uint8)
    image = QImage(
        alpha.data,
        size.width(),
        size.height(),
        size.width(),
        QImage.Format.Format_Alpha8,
    ).convertToFormat(QImage.Format.Format_ARGB32_Premultiplied)
    painter = QPainter(image)
    painter.setCompositionMode(QPainter.CompositionMode.CompositionMode_SourceIn)
    painter.fillRect(image.rect(), color.rgb())
    painter.end()
    return QPixmap.fromImage(image)
