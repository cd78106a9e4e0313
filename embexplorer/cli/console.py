"""What the command line prints: a JSON document or lines, with progress and errors beside."""

from __future__ import annotations

import json
import math
import sys
import time
from typing import TYPE_CHECKING, Any, TextIO

from embexplorer import __version__
from embexplorer.core.progress import Progress

if TYPE_CHECKING:
    from embexplorer.core.errors import UserError

BAR = 24  # characters
LINE_INTERVAL = 5.0  # seconds between lines where there is no terminal
BAR_INTERVAL = 0.1


class ConsoleProgress(Progress):
    """A bar on a terminal, a line every few seconds otherwise."""

    def __init__(self, title: str, stream: TextIO | None = None) -> None:
        super().__init__()
        self._title = title
        self._stream = stream or sys.stderr
        self._is_terminal = self._stream.isatty()
        self._start = time.monotonic()
        self._last = -math.inf
        self._width = 0

    def report(self, fraction: float | None, message: str = "") -> None:
        """Draw the bar, or print a line when the last is old enough."""
        now = time.monotonic()
        if now - self._last < (BAR_INTERVAL if self._is_terminal else LINE_INTERVAL):
            return
        self._last = now
        if self._is_terminal:
            self._draw(self._bar(fraction, message))
        elif now - self._start >= LINE_INTERVAL:
            share = "" if fraction is None else f" {fraction:.0%}"
            print(f"{self._title}{share} {message}".rstrip(), file=self._stream, flush=True)

    def close(self) -> None:
        """Clear the bar."""
        if self._is_terminal and self._width:
            self._draw("")
            self._stream.write("\r")

    def _bar(self, fraction: float | None, message: str) -> str:
        if fraction is None:
            return f"{self._title} … {message}"
        filled = round(BAR * fraction)
        return f"{self._title} [{'#' * filled}{'.' * (BAR - filled)}] {fraction:4.0%} {message}"

    def _draw(self, text: str) -> None:
        self._stream.write("\r" + text.ljust(self._width))
        self._stream.flush()
        self._width = len(text)


class Console:
    """Prints results as the person asked: plain or JSON, with or without progress."""

    def __init__(self, *, is_json: bool = False, is_quiet: bool = False) -> None:
        self.is_json = is_json
        self.is_quiet = is_quiet
        self._progress: ConsoleProgress | None = None

    def progress(self, title: str) -> Progress:
        """Return the progress of a step."""
        self.end_progress()
        if self.is_quiet:
            return Progress()
        self._progress = ConsoleProgress(title)
        return self._progress

    def end_progress(self) -> None:
        """Clear the bar before anything is printed."""
        if self._progress is not None:
            self._progress.close()
            self._progress = None

    def result(self, values: dict[str, Any], lines: list[str]) -> None:
        """Print a result: the JSON document, or the lines; warnings go to standard error too."""
        self.end_progress()
        warnings = list(dict.fromkeys(values.get("warnings", [])))
        if self.is_json:
            document = {"version": __version__, **values, "warnings": warnings}
            clean, had_nan = _without_nan(document)
            if had_nan:
                clean["warnings"].append("Values that are no number are null.")
            print(json.dumps(clean, ensure_ascii=False, allow_nan=False))
        else:
            for line in lines:
                print(line)
        if not self.is_quiet:
            for warning in warnings:
                print(f"note: {warning}", file=sys.stderr)

    def say(self, text: str) -> None:
        """Print a message beside the result."""
        self.end_progress()
        if not self.is_quiet:
            print(text, file=sys.stderr)

    def error(self, error: UserError) -> None:
        """Print an error the person can mend."""
        self.end_progress()
        print(f"error: {error.title}: {error.detail}", file=sys.stderr)
        if error.hint:
            print(f"hint: {error.hint}", file=sys.stderr)
        if self.is_json:
            told = {"title": error.title, "detail": error.detail, "hint": error.hint}
            print(json.dumps({"error": told}, ensure_ascii=False))


def _without_nan(value: Any) -> tuple[Any, bool]:
    """Return the value with NaN and infinities as None, and whether there were any."""
    if isinstance(value, float):
        return (value, False) if math.isfinite(value) else (None, True)
    if isinstance(value, dict):
        pairs = {key: _without_nan(item) for key, item in value.items()}
        return {key: pair[0] for key, pair in pairs.items()}, any(p[1] for p in pairs.values())
    if isinstance(value, list | tuple):
        items = [_without_nan(item) for item in value]
        return [item[0] for item in items], any(item[1] for item in items)
    return value, False
