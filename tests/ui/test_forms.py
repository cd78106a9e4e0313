"""A form shows every kind of parameter and gives back what it was given."""

from __future__ import annotations

import dataclasses
from dataclasses import dataclass
from typing import Annotated, Literal

import pytest
from PySide6.QtCore import QPoint, QPointF, Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QLabel, QWidget

from embexplorer.core.params import Doc, NoParams, build, fields_of
from embexplorer.ui.forms import ParamsForm
from embexplorer.ui.widgets.columns import ScrollColumn


@dataclass(frozen=True)
class EveryKind:
    normalize: Annotated[bool, Doc("Unit norm", "Divide each vector by its norm.")] = True
    batch: Annotated[int, Doc("Batch size", "Texts at once.", min=1, max=4096)] = 64
    offset: Annotated[int, Doc("Offset")] = -5
    seed: Annotated[int | None, Doc("Seed", min=0)] = None
    rate: Annotated[float, Doc("Learning rate", min=0.0, max=1.0)] = 0.1
    spread: Annotated[float | None, Doc("Spread", min=0.0)] = None
    prefix: Annotated[str, Doc("Prefix")] = "query: "
    suffix: Annotated[str | None, Doc("Suffix")] = None
    metric: Annotated[Literal["cosine", "euclidean"], Doc("Metric")] = "cosine"
    dimensions: Annotated[Literal[2, 3], Doc("Dimensions")] = 2
    device: Annotated[Literal["cpu", "cuda"] | None, Doc("Device", advanced=True)] = None
    exact: Annotated[bool | None, Doc("Exact", advanced=True)] = None


OTHER_VALUES = {
    "normalize": False,
    "batch": 4096,
    "offset": -2_000_000_000,
    "seed": 0,
    "rate": 1 / 3,
    "spread": 0.0,
    "prefix": "",
    "suffix": "…",
    "metric": "euclidean",
    "dimensions": 3,
    "device": "cuda",
    "exact": False,
}


@pytest.fixture
def form(theme, window) -> ParamsForm:
    made = ParamsForm(theme, window, EveryKind)
    made.resize(theme.px(16), theme.px(30))
    window.resize(made.size())
    window.show()
    return made


def test_a_fresh_form_shows_the_defaults(form: ParamsForm) -> None:
    assert form.values() == dataclasses.asdict(EveryKind())
    assert form.names == tuple(field.name for field in fields_of(EveryKind))


def test_values_come_back_exactly(form: ParamsForm) -> None:
    form.set_values(OTHER_VALUES)
    assert form.values() == OTHER_VALUES
    assert build(EveryKind, form.values()) == EveryKind(**OTHER_VALUES)
    form.reset()
    assert build(EveryKind, form.values()) == EveryKind()


@pytest.mark.parametrize("value", [1e-5, 0.1 + 0.2, 1e-9, 2 / 3])
def test_floats_lose_no_digits(form: ParamsForm, value: float) -> None:
    form.set_values({"rate": value})
    assert form.values()["rate"] == value


def test_values_that_are_not_named_stay(form: ParamsForm) -> None:
    form.set_values({"batch": 32})
    form.set_values({"seed": 7})
    assert form.values() == dataclasses.asdict(EveryKind()) | {"batch": 32, "seed": 7}


def test_a_parameter_that_does_not_exist_changes_nothing(form: ParamsForm) -> None:
    with pytest.raises(KeyError, match="colour"):
        form.set_values({"batch": 1, "colour": "red"})
    assert form.values()["batch"] == 64


def test_none_reads_automatic(form: ParamsForm) -> None:
    assert form.field("seed").text() == "Automatic"
    assert form.field("spread").text() == "Automatic"
    assert form.field("suffix").placeholderText() == "Automatic"
    assert form.field("device").currentText() == "Automatic"
    assert form.field("exact").currentText() == "Automatic"


def test_the_first_step_leaves_automatic_at_the_smallest_number(form: ParamsForm) -> None:
    for name, first in (("seed", 0), ("spread", 0.0)):
        form.field(name).stepBy(1)
        assert form.values()[name] == first
        form.field(name).stepBy(-1)
        assert form.values()[name] is None


def test_a_step_changes_the_second_digit(form: ParamsForm) -> None:
    rate = form.field("rate")
    steps = []
    for value, step in ((0.1, 1), (0.1, -1), (0.0, 1), (0.05, 1), (1e-4, 1), (0.99, 5)):
        rate.setValue(value)
        rate.stepBy(step)
        steps.append(rate.value())
    assert steps == [0.11, 0.09, 0.01, 0.051, 0.00011, 1.0]


def test_choices_read_as_words(form: ParamsForm) -> None:
    device, metric = form.field("device"), form.field("metric")
    assert [device.itemText(i) for i in range(3)] == ["Automatic", "CPU", "CUDA"]
    assert [metric.itemText(i) for i in range(2)] == ["Cosine", "Euclidean"]


def test_ranges_are_those_of_the_parameter(form: ParamsForm) -> None:
    batch = form.field("batch")
    assert (batch.minimum(), batch.maximum()) == (1, 4096)
    assert form.field("rate").maximum() == 1.0


def test_typing_changes_the_value(form: ParamsForm, qtbot) -> None:
    batch = form.field("batch")
    batch.setFocus()
    batch.selectAll()
    with qtbot.waitSignal(form.changed):
        qtbot.keyClicks(batch, "128")
    assert form.values()["batch"] == 128
    prefix = form.field("prefix")
    prefix.clear()
    qtbot.keyClicks(prefix, "passage")
    assert form.values()["prefix"] == "passage"


def test_a_check_box_is_toggled_by_space(form: ParamsForm, qtbot) -> None:
    qtbot.keyClick(form.field("normalize"), Qt.Key.Key_Space)
    assert form.values()["normalize"] is False


def test_labels_and_tips_come_from_the_declaration(form: ParamsForm) -> None:
    batch = form.field("batch")
    assert batch.accessibleName() == "Batch size"
    assert batch.toolTip() == "Texts at once."
    buddies = [label for label in form.findChildren(QLabel) if label.buddy() is batch]
    assert [label.text() for label in buddies] == ["Batch size"]
    assert form.field("normalize").text() == "Unit norm"


def test_advanced_parameters_are_under_more(form: ParamsForm, qtbot) -> None:
    assert not form.field("device").isVisible()
    assert form.field("batch").isVisible()
    more = form.findChild(QWidget, "More")
    qtbot.keyClick(more, Qt.Key.Key_Space)
    assert form.field("device").isVisible()


def test_an_error_stands_under_its_field_until_it_changes(form: ParamsForm) -> None:
    form.show_error("batch", "Choose 32.")
    error = form.findChild(QLabel, "batch_error")
    assert (error.isVisible(), error.text()) == (True, "Choose 32.")
    assert form.field("batch").accessibleDescription() == "Choose 32."
    assert form.field("batch").property("invalid") is True
    form.set_values({"batch": 32})
    assert not error.isVisible()
    assert form.field("batch").property("invalid") is False


def test_an_error_of_an_advanced_field_opens_more(form: ParamsForm) -> None:
    form.show_error("device", "There is no CUDA device here.")
    assert form.findChild(QLabel, "device_error").isVisible()
    form.clear_errors()
    assert not form.findChild(QLabel, "device_error").isVisible()


def test_choices_can_be_given_at_run_time(theme, window) -> None:
    made = ParamsForm(theme, window, EveryKind, choices={"prefix": ("query: ", "passage: ")})
    made.field("prefix").setCurrentIndex(1)
    assert made.values()["prefix"] == "passage: "
    with pytest.raises(KeyError, match="nothing"):
        ParamsForm(theme, window, EveryKind, choices={"nothing": ("a",)})


def test_a_form_without_parameters_is_empty(theme, window) -> None:
    made = ParamsForm(theme, window, NoParams)
    window.show()
    assert made.values() == {}
    assert not made.findChild(QWidget, "More").isVisible()


def test_a_long_choice_does_not_widen_the_panel(theme, window) -> None:
    @dataclass(frozen=True)
    class Long:
        encoder: Annotated[Literal["short", "a" * 200], Doc("Encoder")] = "short"

    made = ParamsForm(theme, window, Long)
    assert made.minimumSizeHint().width() < theme.length("library") * 0.8


@pytest.mark.parametrize("name", ["batch", "rate", "metric"])
def test_the_wheel_scrolls_the_panel_unless_the_field_has_the_focus(
    theme, window, qtbot, name: str
) -> None:
    panel = ScrollColumn(theme, window, "Panel")
    made = ParamsForm(theme, panel.body, EveryKind)
    panel.add(made)
    panel.resize(theme.px(18), theme.px(20))
    window.resize(panel.size())
    with qtbot.waitExposed(window):
        window.show()
    before = made.values()
    made.field("normalize").setFocus()
    field = made.field(name)
    turn_wheel(field)
    assert made.values() == before
    assert panel.verticalScrollBar().value() > 0
    panel.verticalScrollBar().setValue(0)
    field.setFocus()
    assert field.hasFocus()
    turn_wheel(field)
    assert made.values() != before


def turn_wheel(field: QWidget) -> None:
    window = field.window()
    spot = field.mapTo(window, field.rect().center())
    QTest.wheelEvent(window.windowHandle(), QPointF(spot), QPoint(0, -120))
    QApplication.processEvents()
