from __future__ import annotations

import copy
import pickle

import pytest

from embexplorer.core.errors import CancelledError, UserError


def test_an_error_survives_the_way_from_a_child():
    error = pickle.loads(pickle.dumps(UserError("Title", "Detail.", "Hint.")))
    assert (error.title, error.detail, error.hint) == ("Title", "Detail.", "Hint.")
    assert (copy.copy(error).title, str(error)) == ("Title", "Title: Detail.")
    assert str(UserError("Title")) == "Title"


def test_cancelling_is_no_user_error():
    with pytest.raises(CancelledError):
        raise CancelledError
    assert not issubclass(CancelledError, UserError)
