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
    from collections.abc import Iterable, Mapping, Sequence

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
        # A first line comes after one interval: what is done sooner needs none.
        self._last = -math.inf if self._is_terminal else time.monotonic()
        self._width = 0

    def report(self, fraction: float | None, message: str = "") -> None:
        """Draw the bar, or print a line when the last is old enough."""
        now = time.monotonic()
        if now - self._last < (BAR_INTERVAL if self._is_terminal else LINE_INTERVAL):
            return
        self._last = now
        if self._is_terminal:
            self._draw(self._bar(fraction, message))
        else:
            share = "" if fraction is None else f" {fraction:.0%}"
            print(f"{self._title}{share} {message}".rstrip(), file=self._stream, flush=True)

    def close(self) -> None:
        """Clear the bar."""
        if self._width:
            self._draw("")
            self._stream.write("\r")
            self._stream.flush()

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
        self._warnings: list[str] = []

    def warn(self, warning: str) -> None:
        """Add a warning to the result to come."""
        self._warnings.append(warning)

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

    def result(
        self, values: Mapping[str, Any], lines: Sequence[str], warnings: Iterable[str] = ()
    ) -> None:
        """Print the JSON document, or the lines; the warnings go to standard error too."""
        self.end_progress()
        told = list(dict.fromkeys([*self._warnings, *warnings]))
        if self.is_json:
            lost: list[str] = []
            document = _finite({"version": __version__, **values}, "", lost)
            told.extend(f"{path} is no finite number, so it is null." for path in lost)
            self._print_json({**document, "warnings": told})
        else:
            for line in lines:
                print(line)
        for warning in told:
            self.say(f"note: {warning}")

    def say(self, text: str) -> None:
        """Print a message beside the result."""
        self.end_progress()
        if not self.is_quiet:
            print(text, file=sys.stderr)

    def error(self, error: UserError, **beside: Any) -> None:
        """Print an error the person can mend; `beside` goes into the JSON document too."""
        self.end_progress()
        print(f"error: {error.title}: {error.detail}", file=sys.stderr)
        if error.hint:
            print(f"hint: {error.hint}", file=sys.stderr)
        self.error_document(error.title, error.detail, error.hint, **beside)

    def error_document(self, title: str, detail: str, hint: str, **beside: Any) -> None:
        """Print an error as the JSON document, where one was asked for."""
        if self.is_json:
            self._print_json({"error": {"title": title, "detail": detail, "hint": hint}, **beside})

    def _print_json(self, document: Mapping[str, Any]) -> None:
        print(json.dumps(document, ensure_ascii=False, allow_nan=False))


def _finite(value: Any, path: str, lost: list[str]) -> Any:
    """Return the value with NaN and infinities as None; their paths are added to `lost`."""
    if isinstance(value, float) and not math.isfinite(value):
        lost.append(path)
        return None
    if isinstance(value, dict):
        inner = f"{path}." if path else ""
        return {key: _finite(item, f"{inner}{key}", lost) for key, item in value.items()}
    if isinstance(value, list | tuple):
        return [_finite(item, f"{path}[{at}]", lost) for at, item in enumerate(value)]
    return value
