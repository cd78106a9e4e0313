"""Scans with and without kernels; what lies beside a development checkout to compare with."""

from __future__ import annotations

import json
import threading
from pathlib import Path

import numpy as np
import pytest

from embexplorer.measures import scanning
from embexplorer.measures.int8_copy import Int8Copy, choose_center, quantized

REFERENCE = Path(__file__).parents[2] / ".." / "shared" / "reference"


def read_text_vectors(name):
    path = REFERENCE / "data" / name
    if not path.exists():
        pytest.skip("the reference data are not beside this checkout")
    with path.open(encoding="utf-8") as lines:
        n, d = map(int, next(lines).split())
        items, vectors = [], np.empty((n, d), np.float32)
        for row, line in enumerate(lines):
            item, *values = line.rstrip("\n").split(" ")
            items.append(item)
            vectors[row] = [float(value) for value in values]
    return items, vectors


@pytest.fixture(scope="session")
def reference_values():
    def read(name):
        path = REFERENCE / "refs" / f"{name}.json"
        if not path.exists():
            pytest.skip("the reference values are not beside this checkout")
        return json.loads(path.read_text(encoding="utf-8"))

    return read


@pytest.fixture(scope="session")
def twitter():
    return read_text_vectors("glove_twitter_11925x25.txt")


@pytest.fixture(scope="session")
def crec():
    return read_text_vectors("glove_crec500x300.txt")


@pytest.fixture(scope="session")
def crec_map():
    path = REFERENCE / "data" / "cr500_pca2.csv"
    if not path.exists():
        pytest.skip("the reference data are not beside this checkout")
    return np.loadtxt(path, delimiter=",", dtype=np.float64)


@pytest.fixture(params=["numpy", "compiled"])
def scans(request, monkeypatch):
    """Scans by NumPy, as before the kernels are there, and by the kernels."""
    monkeypatch.setattr(scanning, "_loaded", threading.Event())
    if request.param == "compiled":
        from embexplorer.measures import scan_kernels

        scan_kernels.load()
    return request.param


@pytest.fixture
def compiled(monkeypatch):
    from embexplorer.measures import scan_kernels

    monkeypatch.setattr(scanning, "_loaded", threading.Event())
    scan_kernels.load()


@pytest.fixture
def copy_of():
    def copy(vectors: np.ndarray) -> Int8Copy:
        center = choose_center(vectors)
        return Int8Copy(*quantized(vectors, center), center)

    return copy
