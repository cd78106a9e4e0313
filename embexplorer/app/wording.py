"""How numbers, durations and names read: one way everywhere."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from embexplorer.core.counted import counted

if TYPE_CHECKING:
    from collections.abc import Iterable

    from embexplorer.core.space import Space, Texts

MINUS = "−"  # the sign in running text and lists; a hyphen is not a minus


def count(number: int) -> str:
    """Return 60214 as ``60,214``."""
    return f"{number:,}"


def decimal(value: float, digits: int = 3) -> str:
    """Return a figure with a true minus sign; what rounds to zero has none."""
    text = f"{value:.{digits}f}"
    is_zero = not text.strip("-0.")
    return text.lstrip("-") if is_zero else text.replace("-", MINUS)


def duration(seconds: float) -> str:
    """Return ``4 ms``, ``0.3 s``, ``44 s``, ``3 min``, ``2 h 5 min``."""
    if seconds < 0.1:
        return f"{max(1, round(seconds * 1000))} ms"
    if seconds < 10:
        return f"{seconds:.1f} s"
    if seconds < 99:
        return f"{seconds:.0f} s"
    minutes = round(seconds / 60)
    return f"{minutes} min" if minutes < 99 else f"{minutes // 60} h {minutes % 60} min"


def time_left(seconds: float | None) -> str:
    """Return ``44 s left``, or nothing where it is not known."""
    return "" if seconds is None else f"{duration(max(1.0, seconds))} left"


def space_summary(space: Space) -> str:
    """Return ``60,214 × 384 · minilm``: size and where the vectors came from."""
    origin = space.provenance.encoder or space.provenance.reader
    size = f"{space.n:,} × {space.d}"
    return f"{size} · {Path(origin).name}" if origin else size


def held(spaces: int, corpora: int, maps: int) -> str:
    """Return ``2 spaces, 1 corpus, 3 maps``, without what there is none of."""
    texts = "1 corpus" if corpora == 1 else f"{corpora:,} corpora"
    parts = ((spaces, counted(spaces, "space")), (corpora, texts), (maps, counted(maps, "map")))
    return ", ".join(said for number, said in parts if number) or "nothing"


def texts_summary(texts: Texts, spaces: Iterable[Space] = ()) -> str:
    """Return ``2,318 texts, not encoded``, or ``encoded`` where a space was made of them."""
    source = texts.provenance.source
    is_encoded = any(
        space.provenance.encoder and space.provenance.source == source and space.n == texts.n
        for space in spaces
    )
    return f"{counted(texts.n, 'text')}, {'' if is_encoded else 'not '}encoded"


def shortened(text: str, length: int) -> str:
    """Return the text in at most `length` characters, the cut marked."""
    flat = " ".join(text.split())
    return flat if len(flat) <= length else flat[: length - 1].rstrip() + "…"
