"""Live frames and cancel for umap-learn, which itself offers neither while it lays out."""

from __future__ import annotations

import inspect
import threading
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from numpy.typing import NDArray

    OnEpoch = Callable[[int, NDArray[Any]], None]

# umap-learn asks this function for its compiled epoch, which it then calls once an epoch.
_GETTER = "_get_optimize_layout_euclidean_single_epoch_fn"
_EPOCH = "_optimize_layout_euclidean_single_epoch"

_one_at_a_time = threading.Lock()


def can_watch() -> bool:
    """Return whether the installed umap-learn has the places where an epoch can be watched."""
    from umap import layouts

    return callable(getattr(layouts, _GETTER, None)) and _places(layouts) is not None


@contextmanager
def watched_epochs(on_epoch: OnEpoch) -> Iterator[None]:
    """Call `on_epoch(epoch, coords)` after each epoch of a fit in this block.

    The coords (n, dims) are umap-learn's own array, still changing: copy what is kept. What
    `on_epoch` raises ends the fit. The result is the same, byte for byte, as without this.

    Raises
    ------
    RuntimeError
        When `can_watch` is false.
    """
    from umap import layouts

    places = _places(layouts)
    if places is None:
        raise RuntimeError("this umap-learn has no epoch to watch")
    coords_at, epoch_at = places
    with _one_at_a_time:
        original = getattr(layouts, _GETTER)

        def getter(*args: Any, **kwargs: Any) -> Callable[..., None]:
            compiled = original(*args, **kwargs)

            def epoch(*arguments: Any) -> None:
                compiled(*arguments)
                on_epoch(arguments[epoch_at], arguments[coords_at])

            return epoch

        setattr(layouts, _GETTER, getter)
        try:
            yield
        finally:
            setattr(layouts, _GETTER, original)


def _places(layouts: Any) -> tuple[int, int] | None:
    """Return where among the arguments of an epoch the coords and its number are."""
    function = getattr(layouts, _EPOCH, None)
    if function is None:
        return None
    names = list(inspect.signature(function).parameters)
    if "head_embedding" not in names or "n" not in names:
        return None
    return names.index("head_embedding"), names.index("n")
