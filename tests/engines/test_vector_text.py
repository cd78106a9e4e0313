from __future__ import annotations

import random
import struct

import numpy as np
import pytest

from embexplorer.engines import vector_text as kernel


def parse(texts):
    """Return what the kernel, and Python where the kernel asks it, make of numbers."""
    joined = "\n".join(texts).encode()
    buffer = np.frombuffer(joined, np.uint8)
    out = np.empty((len(texts), 1), np.float32)
    items = np.empty((len(texts), 2), np.int64)
    hard = np.empty((len(texts), 4), np.int64)
    report = np.zeros(kernel.REPORT_SIZE, np.int64)
    kernel.parse_rows(buffer, 0, len(buffer), False, kernel.NEVER, False, out, items, hard, report)
    assert report[kernel.N_BAD] == 0, texts[report[kernel.BAD_LINE]]
    kernel.read_again(buffer, hard[: report[kernel.N_HARD]], out)
    return out[:, 0], int(report[kernel.N_HARD])


def bits(values):
    return np.asarray(values, np.float32).view(np.uint32).tolist()


def as_python(texts):
    with np.errstate(over="ignore"):
        return np.array([float(text) for text in texts]).astype(np.float32)


def test_every_way_to_write_a_number_is_read():
    texts = ["0", "-0", "+1", "1.", ".5", "-.5e1", "1e5", "1E+05", "1e-05", "000.100", "7e0"]
    assert bits(parse(texts)[0]) == bits(as_python(texts))


def test_every_decimal_of_random_float32_bits_is_read_to_the_last_bit():
    rng = random.Random(1)
    texts = []
    for _ in range(20_000):
        value = struct.unpack("<f", struct.pack("<I", rng.getrandbits(32)))[0]
        if np.isfinite(value):
            texts += [repr(value), f"{value:.8e}", f"{value:.5g}", str(np.float32(value))]
    assert bits(parse(texts)[0]) == bits(as_python(texts))


def test_long_and_random_decimals_are_read_to_the_last_bit():
    rng = random.Random(2)
    texts = []
    for _ in range(20_000):
        digits = "".join(rng.choices("0123456789", k=rng.randrange(1, 40)))
        point = rng.randrange(len(digits) + 1)
        power = rng.choice(["", "", f"e{rng.randrange(-30, 1)}"])
        texts.append(f"{rng.choice(['', '-'])}{digits[:point]}.{digits[point:]}{power}")
    texts = [text for text in texts if abs(float(text)) < 3.4e38]
    assert bits(parse(texts)[0]) == bits(as_python(texts))


def test_halfway_between_two_float32_is_left_to_python():
    rng = np.random.default_rng(3)
    low = rng.normal(size=500).astype(np.float32)
    high = np.nextafter(low, np.float32(np.inf))
    middles = (low.astype(np.float64) + high.astype(np.float64)) / 2
    texts = [f"{value:.60f}" for value in middles] + [f"{value:.60f}1" for value in middles]
    values, asked = parse(texts)
    assert bits(values) == bits(as_python(texts))
    assert asked > 900


def test_ordinary_numbers_never_ask_python():
    rng = np.random.default_rng(4)
    texts = [f"{value:.6f}" for value in rng.normal(size=5000)]
    values, asked = parse(texts)
    assert asked == 0
    assert bits(values) == bits(as_python(texts))


def test_tiny_numbers_become_zero_or_subnormal_as_in_python():
    texts = ["1e-45", "7e-46", "1e-46", "1e-60", "1e-400", "-3e-44", "1.4012985e-45", "0e999"]
    assert bits(parse(texts)[0]) == bits(as_python(texts))


@pytest.mark.parametrize(
    "text",
    ["", ".", "-", "e5", "1e", "1e+", "1.2.3", "1_0", "0x1", "nan", "inf", "1,5", "--1", "1e5.0"],
)
def test_what_is_no_number_is_bad(text):
    buffer = np.frombuffer(text.encode(), np.uint8)
    assert kernel.parse_number(buffer, 0, len(buffer))[1] == kernel.BAD


def test_the_largest_float32_is_a_number_and_the_next_decimal_is_not():
    assert parse(["3.4028235e38"])[0][0] == np.float32(3.4028235e38)
    for text in ("3.4028236e38", "1e39", "1e400", "-9e99999999999"):
        buffer = np.frombuffer(text.encode(), np.uint8)
        assert kernel.parse_number(buffer, 0, len(buffer))[1] == kernel.BAD
