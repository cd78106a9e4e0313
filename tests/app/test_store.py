"""The store tells everybody the same sequence of changes."""

from __future__ import annotations

import dataclasses
from typing import TYPE_CHECKING

import pytest

from embexplorer.app.store import Store

if TYPE_CHECKING:
    from embexplorer.app.state import State


def saying(message: str):
    return lambda state: dataclasses.replace(state, message=message)


def test_a_listener_hears_old_and_new():
    store, heard = Store(), []
    store.subscribe(lambda old, new: heard.append((old.message, new.message)))
    store.apply(saying("one"))
    store.apply(saying("two"))
    assert heard == [("", "one"), ("one", "two")]
    assert store.state.message == "two"


def test_a_change_that_changes_nothing_is_not_told():
    store, heard = Store(), []
    store.subscribe(lambda old, new: heard.append(new))
    store.apply(lambda state: state)
    assert heard == []


def test_a_change_inside_a_listener_waits_until_all_have_heard_of_the_one_before():
    store, heard = Store(), []

    def first(old: State, new: State) -> None:
        heard.append(f"first {new.message}")
        if new.message == "one":
            store.apply(saying("two"))
            assert store.state.message == "two"

    store.subscribe(first)
    store.subscribe(lambda old, new: heard.append(f"second {new.message}"))
    store.apply(saying("one"))
    assert heard == ["first one", "second one", "first two", "second two"]


def test_a_listener_that_ended_its_subscription_hears_nothing_more():
    store, heard = Store(), []
    end = store.subscribe(lambda old, new: heard.append(new.message))
    store.apply(saying("one"))
    end()
    store.apply(saying("two"))
    assert heard == ["one"]


def test_after_an_error_in_a_listener_the_waiting_changes_are_told_with_the_next():
    store, heard = Store(), []

    def broken(old: State, new: State) -> None:
        if new.message == "one":
            store.apply(saying("two"))
            raise ValueError("broken")

    store.subscribe(broken)
    store.subscribe(lambda old, new: heard.append((old.message, new.message)))
    with pytest.raises(ValueError, match="broken"):
        store.apply(saying("one"))
    assert store.state.message == "two"
    store.apply(saying("three"))
    assert heard == [("one", "two"), ("two", "three")]
