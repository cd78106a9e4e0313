from __future__ import annotations

import numpy as np
import pytest

from embexplorer.core.errors import UserError
from embexplorer.core.params import fields_of
from embexplorer.encoders.sentence_transformers import Params, fingerprint, load, plugin
from tests.tiny_model import write_model


def test_the_model_comes_first_in_a_form():
    names = [field.name for field in fields_of(plugin.params)]
    assert names[:4] == ["model", "download", "batch_size", "too_long"]


def test_a_folder_is_loaded_and_its_revision_known_before(tmp_path):
    folder = write_model(tmp_path / "tiny")
    params = Params(model=str(folder))
    encoder = load(params, "auto")
    assert encoder.revision == fingerprint(params)
    vectors = encoder.encode(["the cat sat", "the dog ran"], 2)
    assert vectors.shape == (2, 16)
    np.testing.assert_allclose(np.linalg.norm(vectors, axis=1), 1, atol=1e-6)


def test_the_same_model_elsewhere_has_the_same_revision(tmp_path):
    one, two = (write_model(tmp_path / name, seed=3) for name in ("one", "two"))
    assert fingerprint(Params(model=str(one))) == fingerprint(Params(model=str(two), download=True))


def test_a_hub_id_is_not_downloaded_unasked():
    with pytest.raises(UserError, match="“all-mpnet-base-v0” is not on this computer"):
        load(Params(model="all-mpnet-base-v0"), "cpu")
