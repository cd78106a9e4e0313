"""The theme keeps the promises of its tokens: contrast, distance, icons in every state."""

from __future__ import annotations

import itertools
import json

import numpy as np
import pytest
from PySide6.QtCore import QByteArray
from PySide6.QtGui import QColor, QFontInfo, QGuiApplication, QIcon, QImage, QPalette
from PySide6.QtSvg import QSvgRenderer
from PySide6.QtWidgets import QLabel, QWidget

from embexplorer.storage.paths import resource
from embexplorer.ui.icons import icon_names
from embexplorer.ui.theme import Theme

TOKENS = json.loads(resource("themes/tokens.json").read_text())
MODES = ("light", "dark")
TEXT, LARGE = 4.5, 3.0  # WCAG 2.2, 1.4.3 and 1.4.11
LEAST = {  # token on ground: the least contrast it may have
    ("text", "panel"): TEXT, ("text", "raised"): TEXT, ("text", "hover"): TEXT,
    ("text", "accent_soft"): TEXT, ("text", "field"): TEXT, ("text", "window"): TEXT,
    ("text", "press"): TEXT, ("muted", "panel"): TEXT, ("muted", "window"): TEXT,
    ("muted", "raised"): TEXT, ("muted", "accent_soft"): TEXT, ("muted", "field"): TEXT,
    ("faint", "panel"): TEXT, ("faint", "window"): TEXT, ("faint", "raised"): TEXT,
    ("accent_text", "panel"): TEXT, ("accent_text", "accent_soft"): TEXT,
    ("accent_text", "raised"): TEXT, ("on_accent", "accent"): TEXT,
    ("on_accent", "accent_hover"): TEXT, ("danger", "panel"): TEXT, ("danger", "raised"): TEXT,
    ("warning", "panel"): TEXT, ("ok", "panel"): TEXT, ("ink", "map"): TEXT,
    ("control", "panel"): LARGE, ("control", "field"): LARGE, ("control", "window"): LARGE,
    ("focus", "panel"): LARGE, ("focus", "map"): LARGE, ("focus", "raised"): LARGE,
    ("positive", "panel"): TEXT, ("negative", "panel"): TEXT, ("accent", "panel"): LARGE,
}  # fmt: skip
STATED = {  # what the design says, to one digit
    "light": {
        ("text", "panel"): 16.7, ("muted", "panel"): 6.3, ("faint", "window"): 4.7,
        ("accent_text", "accent_soft"): 6.6, ("on_accent", "accent"): 6.7,
        ("danger", "raised"): 6.5, ("control", "window"): 3.1, ("ink", "map"): 19.4,
    },
    "dark": {
        ("text", "panel"): 14.0, ("muted", "accent_soft"): 6.0, ("faint", "raised"): 5.5,
        ("accent_text", "panel"): 8.4, ("on_accent", "accent"): 4.8, ("control", "field"): 4.2,
        ("positive", "panel"): 7.2, ("ink", "map"): 18.6,
    },
}  # fmt: skip
KEPT_LIGHT = (4, 5, 6)  # orange, sky and olive stay light for color vision
# Machado et al. 2009, A Physiologically-based Model for Simulation of Color Vision Deficiency,
# severity 1.0, on linear RGB.
DEFICIENCIES = {
    "protanopia": [
        [0.152286, 1.052583, -0.204868],
        [0.114503, 0.786281, 0.099216],
        [-0.003882, -0.048116, 1.051998],
    ],
    "deuteranopia": [
        [0.367322, 0.860646, -0.227968],
        [0.280085, 0.672501, 0.047413],
        [-0.011820, 0.042940, 0.968881],
    ],
    "tritanopia": [
        [1.255528, -0.076749, -0.178779],
        [-0.078411, 0.930809, 0.147602],
        [0.004733, 0.691367, 0.303900],
    ],
}


def linear(color: str) -> np.ndarray:
    rgb = np.array([int(color[i : i + 2], 16) for i in (1, 3, 5)]) / 255
    return np.where(rgb <= 0.04045, rgb / 12.92, ((rgb + 0.055) / 1.055) ** 2.4)


def contrast(first: str, second: str) -> float:
    weights = np.array([0.2126, 0.7152, 0.0722])
    lights = sorted(float(linear(color) @ weights) for color in (first, second))
    return (lights[1] + 0.05) / (lights[0] + 0.05)


def oklab(rgb: np.ndarray) -> np.ndarray:
    """Ottosson 2020, A perceptual color space for image processing."""
    lms = np.cbrt(
        np.array(
            [
                [0.4122214708, 0.5363325363, 0.0514459929],
                [0.2119034982, 0.6806995451, 0.1073969566],
                [0.0883024619, 0.2817188376, 0.6299787005],
            ]
        )
        @ rgb
    )
    return (
        np.array(
            [
                [0.2104542553, 0.7936177850, -0.0040720468],
                [1.9779984951, -2.4285922050, 0.4505937099],
                [0.0259040371, 0.7827717662, -0.8086757660],
            ]
        )
        @ lms
    )


def nearest_pair(colors: list[np.ndarray]) -> float:
    labs = [oklab(rgb) for rgb in colors]
    return min(float(np.linalg.norm(a - b)) for a, b in itertools.combinations(labs, 2))


@pytest.mark.parametrize("mode", MODES)
@pytest.mark.parametrize(("token", "ground"), LEAST)
def test_text_and_controls_have_enough_contrast(mode: str, token: str, ground: str) -> None:
    assert contrast(TOKENS[mode][token], TOKENS[mode][ground]) >= LEAST[token, ground]


@pytest.mark.parametrize("mode", MODES)
def test_contrasts_are_those_the_design_states(mode: str) -> None:
    for (token, ground), stated in STATED[mode].items():
        assert contrast(TOKENS[mode][token], TOKENS[mode][ground]) == pytest.approx(
            stated, abs=0.06
        )


def test_categories_stand_out_from_the_map() -> None:
    light = [contrast(color, TOKENS["light"]["map"]) for color in TOKENS["light"]["categorical"]]
    dark = [contrast(color, TOKENS["dark"]["map"]) for color in TOKENS["dark"]["categorical"]]
    assert min(value for k, value in enumerate(light) if k not in KEPT_LIGHT) >= 2.96
    assert min(light[k] for k in KEPT_LIGHT) >= 2.2
    assert min(dark) >= 4.3


@pytest.mark.parametrize("mode", MODES)
def test_all_categories_differ(mode: str) -> None:
    colors = [linear(color) for color in TOKENS[mode]["categorical"]]
    assert len(colors) == 32
    assert nearest_pair(colors) >= 0.049


@pytest.mark.parametrize("mode", MODES)
@pytest.mark.parametrize("deficiency", DEFICIENCIES)
def test_the_first_eight_categories_differ_without_full_color_vision(
    mode: str, deficiency: str
) -> None:
    matrix = np.array(DEFICIENCIES[deficiency])
    colors = [linear(color) for color in TOKENS[mode]["categorical"][:8]]
    seen = [np.clip(matrix @ color, 0, 1) for color in colors]
    assert nearest_pair(seen) >= 0.055


def test_all_drawn_icons_are_there() -> None:
    names = icon_names()
    assert len(names) >= 50
    drawn_later = {"save", "undo", "redo", "filter", "isolate", "invert", "copy", "trash"}
    drawn_later |= {"folder-images", "database", "link", "moon", "sun", "help", "split"}
    assert drawn_later <= set(names)
    assert "app" not in names


@pytest.mark.parametrize("name", icon_names())
def test_an_icon_keeps_the_drawing_rules(name: str) -> None:
    svg = resource(f"icons/{name}.svg").read_text()
    assert QSvgRenderer(QByteArray(svg.encode())).isValid()
    for rule in ('viewBox="0 0 24 24"', 'fill="none"', 'stroke-width="1.5"', "currentColor"):
        assert rule in svg


@pytest.mark.parametrize("mode", MODES)
def test_every_icon_is_rendered_in_the_tokens_color(theme: Theme, mode: str) -> None:
    theme.set_mode(mode)
    for name in icon_names():
        image = theme.pixmap(name, "muted", ems=3).toImage()
        alphas, colors = pixels(image)
        # Some pixels are wholly inside a stroke, and have its color.
        assert (alphas > 250).sum() > 4, name
        inside = np.median(colors[alphas > 250], axis=0)
        muted = theme.color("muted")
        assert np.abs(inside - [muted.red(), muted.green(), muted.blue()]).max() <= 2, name


def test_an_icon_shows_what_is_on_and_what_is_disabled(theme: Theme) -> None:
    icon = theme.icon("pointer")
    size = theme.icon_size()
    pictures = [
        icon.pixmap(size, mode, state).toImage()
        for mode, state in (
            (QIcon.Mode.Normal, QIcon.State.Off),
            (QIcon.Mode.Active, QIcon.State.Off),
            (QIcon.Mode.Disabled, QIcon.State.Off),
            (QIcon.Mode.Normal, QIcon.State.On),
        )
    ]
    for first, second in itertools.combinations(pictures, 2):
        assert first != second


def test_an_icon_is_sharp_on_a_fine_screen(theme: Theme) -> None:
    pixmap = theme.pixmap("save", ratio=2.0)
    assert pixmap.width() == 2 * theme.icon_size().width()
    assert pixmap.devicePixelRatio() == 2.0


def test_the_application_icon_shows_five_groups_at_sixteen_pixels(theme: Theme) -> None:
    image = theme.app_icon().pixmap(16, 16).toImage()
    hues = set()
    for x, y in itertools.product(range(image.width()), range(image.height())):
        color = image.pixelColor(x, y)
        if color.saturationF() > 0.25 and color.valueF() > 0.6:
            hues.add(round(color.hueF() * 12) % 12)
    assert len(hues) >= 5


@pytest.mark.parametrize("mode", MODES)
def test_the_style_sheet_is_filled_in(theme: Theme, mode: str) -> None:
    theme.set_mode(mode)
    sheet = theme.style_sheet()
    assert "$" not in sheet
    assert TOKENS[mode]["accent_soft"] in sheet
    assert f"border-radius: {theme.px(0.375)}px" in sheet


def test_no_rule_of_the_style_sheet_asks_for_a_missing_picture(theme: Theme) -> None:
    urls = [part.split('"')[1] for part in theme.style_sheet().split("url(")[1:]]
    assert len(urls) >= 4
    for url in urls:
        assert not QImage(url).isNull()


def test_glyphs_go_to_the_cache_folder(
    theme: Theme, tmp_path: object, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("EMBEXPLORER_CACHE", str(tmp_path))
    sheet = theme.style_sheet()
    muted = TOKENS["light"]["muted"].lower()
    assert f"{tmp_path}/glyphs/down-{muted[1:]}.svg" in sheet


def test_a_cache_that_cannot_be_written_costs_only_the_glyphs(
    theme: Theme, tmp_path, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    (tmp_path / "file").write_text("")
    monkeypatch.setenv("EMBEXPLORER_CACHE", str(tmp_path / "file"))
    assert "image: none" in theme.style_sheet()
    assert "cannot be written" in caplog.text
    caplog.clear()


def test_modes_change_palette_and_tell_the_widgets(theme: Theme, qtbot, qapp) -> None:
    assert qapp.palette().color(QPalette.ColorRole.Window).name() == "#f8f9fa"
    with qtbot.waitSignal(theme.changed):
        theme.set_mode("dark")
    assert theme.is_dark
    assert qapp.palette().color(QPalette.ColorRole.Window).name() == "#1b1e23"
    theme.set_mode("light")
    assert not theme.is_dark
    assert theme.color("text").name() == "#16191f"


def test_system_is_light_where_the_desktop_says_nothing(theme: Theme) -> None:
    theme.set_mode("system")
    assert QGuiApplication.styleHints().colorScheme().name == "Unknown"
    assert theme.name == "light"


def test_an_unknown_mode_is_refused(theme: Theme) -> None:
    with pytest.raises(ValueError, match="sepia"):
        theme.set_mode("sepia")


def test_lengths_follow_the_font(qapp, theme: Theme) -> None:
    large = Theme(qapp, "light", scale=1.5)
    assert large.em == pytest.approx(1.5 * theme.em, rel=0.05)
    assert large.length("library") == round(large.em * 17.5)
    assert large.font("body").pixelSize() == 20
    large.deleteLater()


def test_roles_have_their_sizes(theme: Theme) -> None:
    sizes = {role: theme.font(role).pixelSize() for role in TOKENS["type"]}
    assert sizes == {"caption": 11, "body": 13, "title": 15, "figure": 23, "display": 21}
    assert QFontInfo(theme.font("body", 600)).weight() >= 600


def test_digits_are_tabular_where_asked(theme: Theme) -> None:
    assert [tag.toString() for tag in theme.font(tabular=True).featureTags()] == [b"tnum"]
    assert theme.font().featureTags() == []


def test_a_color_can_be_made_transparent(theme: Theme) -> None:
    assert theme.color("accent", 110).alpha() == 110
    assert theme.color("accent").alpha() == 255
    assert theme.color("shadow").alpha() == 0x28


def test_categories_below_zero_are_other(theme: Theme) -> None:
    assert theme.category(-1) == QColor(TOKENS["light"]["other"])
    assert theme.category(0) == QColor("#0072B2")
    assert theme.category(32) == theme.category(0)
    assert theme.n_categories == 32


def test_kinds_have_their_looks(theme: Theme, qtbot) -> None:
    window = QWidget()
    qtbot.addWidget(window)
    caption = QLabel("text", window)
    caption.setProperty("kind", "caption")
    caption.ensurePolished()
    assert caption.font().pixelSize() == 11
    assert caption.palette().color(QPalette.ColorRole.WindowText) == theme.color("muted")


def pixels(image: QImage) -> tuple[np.ndarray, np.ndarray]:
    image = image.convertToFormat(QImage.Format.Format_RGBA8888)
    data = np.frombuffer(image.constBits(), np.uint8).reshape(image.height(), image.width(), 4)
    return data[..., 3].ravel().copy(), data[..., :3].reshape(-1, 3).astype(int)
