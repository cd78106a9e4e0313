"""What every registered encoder keeps to, ours or another package's."""

from __future__ import annotations

import subprocess
import sys

import numpy as np
import pytest

from embexplorer.core.contracts import Encoder
from embexplorer.core.params import build, fields_of
from embexplorer.plugins import Registry
from tests.tiny_model import write_model

ENCODERS = Registry.discover().all(Encoder)
HEAVY = ("torch", "transformers", "sentence_transformers", "sklearn", "scipy", "numba")
TEXTS = ["the cat sat", "a dog", "", "The queen, the king and the old man ran home.", "北京"]

each_encoder = pytest.mark.parametrize("encoder", ENCODERS, ids=lambda encoder: encoder.id)


@pytest.fixture(scope="module")
def tiny(tmp_path_factory):
    return write_model(tmp_path_factory.mktemp("models") / "tiny")


@pytest.fixture(scope="module")
def load(tiny):
    """Return a function that loads an encoder once, with the few parameters it must have."""
    loaded = {}

    def load(encoder):
        if not encoder.is_available:
            pytest.skip(f"{encoder.id} needs {encoder.modules}")
        if encoder.id not in loaded:
            values = {"model": str(tiny)} if encoder.id == "sentence-transformers" else {}
            params = build(encoder.params, values)
            loaded[encoder.id] = encoder.load(params, "cpu"), encoder.fingerprint(params)
        return loaded[encoder.id]

    return load


def test_the_encoders_that_are_promised_are_there():
    assert {"minilm", "hashing", "sentence-transformers"} <= {plugin.id for plugin in ENCODERS}


@each_encoder
def test_it_says_what_it_is(encoder):
    assert encoder.id == encoder.id.lower()
    assert encoder.title
    assert encoder.summary.endswith(".")
    assert encoder.source
    for field in fields_of(encoder.params):
        assert field.doc.label
        assert field.doc.help.endswith(".")


@each_encoder
def test_its_defaults_are_valid(encoder):
    defaults = {field.name: field.default for field in fields_of(encoder.params)}
    assert build(encoder.params, defaults) == encoder.params()


@each_encoder
def test_its_fingerprint_is_the_revision_of_what_it_loads(encoder, load):
    loaded, fingerprint = load(encoder)
    assert loaded.revision == fingerprint
    assert loaded.device.startswith("CPU")


@each_encoder
def test_vectors_are_finite_float32_in_the_order_of_the_texts(encoder, load):
    loaded, _ = load(encoder)
    vectors = loaded.encode(TEXTS, 2)
    assert vectors.dtype == np.float32
    assert vectors.ndim == 2
    assert np.isfinite(vectors).all()
    for text, vector in zip(TEXTS, vectors, strict=True):
        np.testing.assert_allclose(loaded.encode([text], 1)[0], vector, atol=1e-6)


@each_encoder
def test_the_same_texts_have_the_same_vectors(encoder, load):
    loaded, _ = load(encoder)
    assert (loaded.encode(TEXTS, 8) == loaded.encode(TEXTS, 8)).all()


@each_encoder
def test_texts_without_limit_are_never_cut(encoder, load):
    loaded, _ = load(encoder)
    long = "word " * 10_000
    assert loaded.count_cut([*TEXTS, long]) == (0 if loaded.max_tokens is None else 1)


@each_encoder
def test_finding_and_fingerprinting_it_loads_nothing_heavy(encoder, tiny):
    if not encoder.is_available:
        pytest.skip(f"{encoder.id} needs {encoder.modules}")
    values = {"model": str(tiny)} if encoder.id == "sentence-transformers" else {}
    code = (
        "import sys\n"
        "from embexplorer.core.contracts import Encoder\n"
        "from embexplorer.core.params import build\n"
        "from embexplorer.plugins import Registry\n"
        f"encoder = Registry.discover().get(Encoder, {encoder.id!r})\n"
        f"encoder.fingerprint(build(encoder.params, {values!r}))\n"
        f"print([name for name in {HEAVY!r} if name in sys.modules])"
    )
    done = subprocess.run(
        [sys.executable, "-c", code], capture_output=True, text=True, check=True, timeout=120
    )
    assert done.stdout.strip() == "[]"
