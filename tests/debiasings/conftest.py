from __future__ import annotations

import numpy as np
import pytest

from embexplorer.core.space import make_space, make_table
from embexplorer.operations.context import Context
from embexplorer.operations.debias import debias


@pytest.fixture
def space_of():
    """Return what makes a space of words and their vectors."""

    def make(vectors):
        table = make_table(list(vectors))
        return make_space(np.array(list(vectors.values()), np.float32), table, name="words")

    return make


@pytest.fixture
def changed(tmp_path):
    """Return what debiases a space and returns the new one with what was found."""

    def run(space, method, sets, **params):
        context = Context.default(tmp_path / "cache")
        made = debias(space, method, sets, context, params=params)
        return made, made.provenance.params["found"]

    return run


@pytest.fixture
def gendered():
    """A space of 400 words with eight pairs, 40 nouns that lean to either side, and the sets."""
    rng = np.random.default_rng(7)
    names = [f"{side}{at}" for side in ("she", "he") for at in range(8)]
    names += [f"noun {at}" for at in range(40)] + [f"word {at}" for at in range(400)]
    vectors = rng.normal(size=(len(names), 30))
    vectors[8:16] = vectors[:8] + 0.2 * rng.normal(size=(8, 30))
    along = rng.normal(size=30)
    vectors[:8] += along
    vectors[8:16] -= along
    vectors[16:36] += along
    vectors[36:56] -= along
    sets = {
        "pairs": [[f"she{at}", f"he{at}"] for at in range(8)],
        "specific": ["word 0", "word 1"],
    }
    return make_space(vectors.astype(np.float32), make_table(names), name="gendered"), sets


def unit(vectors):
    """Return the vectors in float64, of length 1."""
    wide = np.asarray(vectors, np.float64)
    return wide / np.linalg.norm(wide, axis=1, keepdims=True)
