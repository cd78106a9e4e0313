"""Errors that Qt carries from one method of ours to another, without which Python 3.11 ends."""

from __future__ import annotations

import functools
import sys
from typing import TYPE_CHECKING, ParamSpec, TypeVar

if TYPE_CHECKING:
    from collections.abc import Callable

_Given = ParamSpec("_Given")
_Returned = TypeVar("_Returned")


class _HandledError(Exception):
    """Stands for an error that is handled all the time; it says nothing."""


def with_whole_errors(function: Callable[_Given, _Returned]) -> Callable[_Given, _Returned]:
    """Let a function that runs Qt survive errors in the methods that Qt calls.

    An error that leaves an overridden method inside another call of Qt, such as `drawForeground`
    inside `paintEvent`, gets words from PySide before it goes on. Below Python 3.12 one that was
    raised in C, such as an index out of bounds, may then be no object yet, but a class and a text:
    PySide writes into the text, and the process ends by a segmentation fault. Python makes the
    object at once while another error is handled, so the function runs as the handler of one.
    """
    if sys.version_info >= (3, 12):
        return function

    @functools.wraps(function)
    def run(*args: _Given.args, **kwargs: _Given.kwargs) -> _Returned:
        try:
            raise _HandledError
        except _HandledError:
            try:
                return function(*args, **kwargs)
            except BaseException as error:
                forget_handled(error)
                raise

    return run


def forget_handled(error: BaseException) -> None:
    """Take away from an error that it came while another one was handled, which stood for none."""
    while error.__context__ is not None:
        if isinstance(error.__context__, _HandledError):
            error.__context__ = None
            return
        error = error.__context__
