from __future__ import annotations

import numpy as np
import pytest

from embexplorer.operations.probe import probe

SETS = {"X": ["x1", "x2"], "Y": ["y1", "y2", "y3"], "A": ["a1", "a2"], "B": ["b1"]}


def test_three_levels_by_hand(space_of, context):
    rng = np.random.default_rng(0)
    names = [word for part in SETS.values() for word in part]
    space = space_of({name: rng.normal(size=4) for name in names})
    sets = SETS | {"B": ["b1", "a1x"], "names": {"X": "ex", "A": "ay", "B": "bee"}}
    space = space_of(
        dict(zip(space.items[:], space.vectors, strict=True)) | {"a1x": rng.normal(size=4)}
    )

    def cosine(one, other):
        u, v = (
            np.asarray(space.vectors[space.items.index_of(word)], np.float64)
            for word in (one, other)
        )
        return u @ v / np.sqrt(u @ u) / np.sqrt(v @ v)

    result = probe(space, "ml-eat", sets, context)
    details = result.found.details
    weat = probe(space, "weat", sets, context).found
    assert details["level_1"] == result.found.effect_size == weat.effect_size
    assert result.found.p_value == weat.p_value
    for key in "XY":
        near, far = ([cosine(x, a) for x in sets[key] for a in sets[of]] for of in "AB")
        difference = np.mean(near) - np.mean(far)
        level_2 = details["level_2"][key]
        assert level_2["mean_difference"] == pytest.approx(difference)
        assert level_2["effect_size"] == pytest.approx(difference / np.std(near + far, ddof=1))
        for of, values in (("A", near), ("B", far)):
            level_3 = details["level_3"][f"{key}, {of}"]
            assert level_3["mean"] == pytest.approx(np.mean(values))
            assert level_3["standard_deviation"] == pytest.approx(np.std(values, ddof=1))
    mean = details["level_3"]["X, A"]["mean"]
    assert f"“ex” has a mean cosine of {mean:.3f} with “ay”" in result.sentence
    assert "ddof 1" in result.notes[0]
