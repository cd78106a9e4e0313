from __future__ import annotations

import pytest
from PySide6.QtCore import QRectF
from PySide6.QtGui import QColor, QImage, QPainter

from embexplorer.ui.figure.legend import FigureLegend, LegendPainter, LegendRow


def categories(n, name="value {}"):
    rows = tuple(LegendRow(QColor("#0072b2"), name.format(k), 1000 - k) for k in range(n))
    return FigureLegend("topic", rows)


@pytest.fixture
def lay_out(theme):
    """Lay a legend out for a map of so many em."""

    def laid_out(legend, width=60, height=40):
        return LegendPainter(theme, legend, QRectF(0, 0, width * theme.em, height * theme.em))

    return laid_out


def test_few_categories_are_one_narrow_column(lay_out, theme):
    laid_out = lay_out(categories(5))
    assert laid_out.columns == (5,)
    assert laid_out.rest == 0
    assert laid_out.rect.height() == pytest.approx((1.45 + 5 * 1.2) * theme.em)
    assert laid_out.rect.width() < 10 * theme.em


def test_more_than_fit_go_into_further_columns(lay_out):
    assert lay_out(categories(30), height=25).columns == (15, 15)


def test_more_than_have_room_are_counted(lay_out, theme):
    laid_out = lay_out(categories(100), width=40, height=12)
    shown = sum(laid_out.columns)
    assert laid_out.rest == 100 - shown > 0
    assert laid_out.rect.bottom() <= 12 * theme.em
    assert laid_out.rect.width() <= 0.5 * 40 * theme.em


def test_long_names_are_shortened_to_their_share_of_the_map(lay_out, theme):
    laid_out = lay_out(categories(4, "a very long name of a category that nobody reads {}"), 30)
    assert laid_out.rect.width() <= 0.45 * 30 * theme.em


def test_a_ramp_has_a_bar_its_ends_and_a_note(lay_out, theme):
    ramp = tuple(QColor(k, k, k) for k in range(0, 256, 51))
    legend = FigureLegend("year", (), ramp, "1990", "2020", "3 missing")
    laid_out = lay_out(legend)
    assert laid_out.rect.height() == pytest.approx((1.45 + 0.7 + 2 * 1.2) * theme.em)
    drawn = QImage(laid_out.rect.toAlignedRect().size(), QImage.Format.Format_RGB32)
    drawn.fill(QColor("white"))
    painter = QPainter(drawn)
    painter.translate(-laid_out.rect.topLeft())
    laid_out.paint(painter)
    painter.end()
    middle = round((1.45 + 0.35) * theme.em)
    reds = [drawn.pixelColor(round(share * drawn.width()), middle).red() for share in (0.1, 0.9)]
    assert reds == [pytest.approx(25, abs=6), pytest.approx(230, abs=6)]
