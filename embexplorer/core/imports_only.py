"""Imports without the collections of garbage that would run meanwhile."""

from __future__ import annotations

import gc
from contextlib import contextmanager
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator


@contextmanager
def imports_only() -> Iterator[None]:
    """Let no collection run within, and none look later at what was made.

    A collection walks over all objects that there are. Those of the modules of a window never
    become garbage, and take 60 ms of each full collection, which holds up every thread.
    """
    gc.disable()
    try:
        yield
    finally:
        gc.freeze()
        gc.enable()
