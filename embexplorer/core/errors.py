"""Errors a person can act on, and the signal that a person cancelled."""

from __future__ import annotations


class UserError(Exception):
    """Something the person can mend.

    Parameters
    ----------
    title
        What is wrong, in at most six words.
    detail
        Which file, row or value; what still stands.
    hint
        The next step.
    trace
        The traceback for the log, where a mistake of ours lies behind it; never shown first.
    """

    def __init__(self, title: str, detail: str = "", hint: str = "", *, trace: str = "") -> None:
        super().__init__(title, detail, hint)
        self.trace = trace
        self.title = title
        self.detail = detail
        self.hint = hint

    def __str__(self) -> str:
        return f"{self.title}: {self.detail}" if self.detail else self.title


class UnreadableError(UserError):
    """A file that no setting of a reader opens: missing, empty, damaged, or another program's."""


class UntrustedError(UnreadableError):
    """A file that can be read only by running what it holds, which a person must allow.

    Parameters
    ----------
    sha256
        Of its content, for which alone the permission would be.
    """

    def __init__(self, title: str, detail: str = "", hint: str = "", *, sha256: str = "") -> None:
        super().__init__(title, detail, hint)
        self.sha256 = sha256


class CancelledError(Exception):
    """The person cancelled. Never shown as an error."""


def without_frames(error: UserError) -> UserError:
    """Return the error, which holds no frame any more: its arrays live no longer than its work."""
    behind: BaseException | None = error
    while behind is not None:
        behind.__traceback__ = None
        behind = behind.__cause__ or behind.__context__
    return error
