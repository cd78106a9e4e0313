"""An icon beside words follows the theme."""

from __future__ import annotations

from embexplorer.ui.widgets.icon_label import IconLabel


def test_an_icon_changes_with_the_theme(theme, window) -> None:
    icon = IconLabel(theme, window, "space", "accent_text")
    theme.set_mode("light")
    light = icon.pixmap().toImage()
    theme.set_mode("dark")
    dark = icon.pixmap().toImage()
    assert light != dark
    theme.set_mode("light")
    assert icon.pixmap().toImage() == light
