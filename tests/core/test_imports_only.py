"""Imports without collections of garbage."""

from __future__ import annotations

import gc

import pytest

from embexplorer.core.imports_only import imports_only


@pytest.fixture(autouse=True)
def thawed():
    yield
    gc.unfreeze()


def test_nothing_is_collected_within_and_all_of_it_is_left_alone_later():
    before = gc.get_freeze_count()
    with imports_only():
        made = [[] for _ in range(5000)]
        assert not gc.isenabled()
    assert gc.isenabled()
    assert gc.get_freeze_count() >= before + len(made)


def test_collections_come_back_after_an_error():
    with pytest.raises(ImportError), imports_only():
        raise ImportError
    assert gc.isenabled()
