"""Numbers on a ramp: scales, centers, limits, and what stands under the colors."""

from __future__ import annotations

import datetime as dt

import numpy as np
import pyarrow as pa
import pytest

from embexplorer.app.number_columns import (
    date_text,
    number_text,
    numbers_of,
    read_date,
    read_number,
)
from embexplorer.app.ramp_scale import DIVERGING, OnRamp, put_on_ramp, read_numbers, scale_of
from embexplorer.app.style import Style


def numbers(values):
    found = read_numbers(pa.chunked_array([pa.array(values)]))
    assert found is not None
    return found


def on_ramp(values, **style) -> OnRamp:
    found = numbers(values)
    return put_on_ramp(found, scale_of(found, Style("x", **style)))


def test_quantiles_give_every_step_as_many_items():
    values = np.exp(np.linspace(0, 20, 1024))
    found = on_ramp(values, scale="quantile")
    assert set(np.bincount(found.codes, minlength=256)[1:-1].tolist()) == {4, 5}
    assert found.counts == (32,) * 32
    shares = [share for share, _ in found.ticks]
    assert shares == [0.0, 1.0, 0.5, 0.25, 0.75]
    assert found.ticks[2][1] == number_text(float(np.median(values)))


def test_equal_numbers_share_the_middle_of_their_quantiles():
    found = on_ramp([0.0, 1.0, 1.0, 1.0, 1.0, 1.0, 1.0, 1.0, 2.0], scale="quantile")
    assert found.codes.tolist() == [0, *[128] * 7, 255]
    assert on_ramp([5.0, 5.0], scale="quantile").codes.tolist() == [128, 128]


def test_a_logarithm_needs_numbers_above_zero():
    found = on_ramp([1.0, 10.0, 100.0], scale="log")
    assert found.codes.tolist() == [0, 128, 255]
    assert found.ticks == ((0.0, "1"), (1.0, "100"), (0.5, "10"))
    flat = numbers([0.0, 10.0, 100.0])
    scale = scale_of(flat, Style("x", scale="log"))
    assert scale.kind == "linear"
    assert scale.note == "No logarithm: the least is 0. Linear instead."


def test_a_diverging_ramp_has_its_center_in_the_middle():
    both = on_ramp([-1.0, 0.0, 3.0], ramp=DIVERGING)
    assert both.codes.tolist() == [85, 128, 255]  # 127.5 - 127.5 / 3, 127.5, 255
    assert (0.25, "0") in both.ticks
    one = on_ramp([1.0, 2.0, 7.0], ramp=DIVERGING)
    assert one.codes.tolist()[1] == 128  # the median
    by_hand = on_ramp([1.0, 2.0, 7.0], center=7.0)
    assert by_hand.codes.tolist() == [0, 21, 128]
    assert by_hand.steps[0] == 0
    assert by_hand.steps[-1] == 128


def test_limits_cut_the_colors_and_not_the_items():
    found = on_ramp([0.0, 5.0, 10.0, 100.0, None], limits=(0.0, 10.0))
    assert found.codes.tolist() == [0, 128, 255, 255, -1]
    assert found.ticks[:2] == ((0.0, "0"), (1.0, "10"))
    assert sum(found.counts) == 3
    assert on_ramp([0.0, 1.0], limits=(3.0, 3.0)).codes.tolist() == [0, 255]


@pytest.mark.parametrize("scale", ["linear", "quantile", "log"])
def test_a_share_leads_back_to_its_number(scale):
    found = numbers(np.linspace(1.0, 9.0, 257))
    made = scale_of(found, Style("x", scale=scale))
    for value in (1.0, 2.5, 5.0, 9.0):
        share = float(made.share(np.array([value]))[0])
        assert made.value_at(share) == pytest.approx(value)


def test_the_largest_numbers_there_are_have_a_ramp():
    assert on_ramp([-1.7e308, 0.0, 1.7e308]).codes.tolist() == [0, 128, 255]


def test_what_is_not_finite_is_missing():
    found = numbers([1.0, float("inf"), float("nan"), None, -2.0])
    assert (found.low, found.high, found.n_missing, found.middle) == (-2.0, 1.0, 3, 0.0)
    assert found.ordered.tolist() == [-2.0, 1.0]
    assert read_numbers(pa.chunked_array([pa.array([float("nan"), None])])) is None


def test_dates_are_seconds_with_round_dates_under_the_colors():
    zone = pa.timestamp("ns", "Europe/Berlin")
    moment = pa.chunked_array([pa.array([dt.datetime(2001, 9, 9, 1, 46, 40)]).cast(zone)])
    assert numbers_of(moment).tolist() == [1e9]
    years = [dt.date(year, 1, 1) for year in range(1961, 2025)]
    found = on_ramp(years)
    assert [text for _, text in found.ticks] == ["1961-01", "2024-01", "1980", "2000", "2020"]
    weeks = on_ramp([dt.date(2024, 1, 28), dt.date(2024, 4, 10)])
    assert [text for _, text in weeks.ticks[2:]] == ["2024-02", "2024-03", "2024-04"]
    hours = on_ramp([dt.datetime(2024, 1, 28, 9, 30), dt.datetime(2024, 1, 28, 12, 30)])
    assert hours.ticks[0] == (0.0, "2024-01-28 09:30")
    assert [text for _, text in hours.ticks[2:]] == ["10:00", "11:00", "12:00"]


@pytest.mark.parametrize(
    ("value", "text"),
    [
        (0.0, "0"),
        (-0.0, "0"),
        (2015.0, "2015"),
        (60214.0, "60,214"),
        (-0.123456, "\N{MINUS SIGN}0.12346"),
        (1.5e-7, "1.5e-07"),
        (-3e12, "\N{MINUS SIGN}3e+12"),
    ],
)
def test_numbers_read_and_are_read(value, text):
    assert number_text(value) == text
    assert read_number(text) == pytest.approx(value, rel=1e-4)


def test_what_is_no_number_and_no_date_is_none():
    assert [read_number(text) for text in ("", "two", "inf", "nan")] == [None] * 4
    assert [read_date(text) for text in ("", "soon", "2024-13-01")] == [None] * 3
    assert read_date("1970") == read_date("1970-01") == 0.0
    assert read_date("1970-01-02 01:00") == 90_000.0
    assert date_text(90_000.0, 3600.0) == "1970-01-02 01:00"
