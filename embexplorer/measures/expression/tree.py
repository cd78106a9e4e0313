"""What an expression is made of: a tree of frozen nodes that know where they were written."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal, Protocol, TypeAlias

from embexplorer.core.errors import UserError

Order = Literal["==", "!=", "<", "<=", ">", ">="]
Calculation = Literal["+", "-", "*", "/"]
TextQuestion = Literal["contains", "startswith", "endswith", "matches"]


class Span(Protocol):
    """What has a place in the text."""

    @property
    def start(self) -> int:
        """The first character, counted from 0."""

    @property
    def end(self) -> int:
        """The character after the last."""


class ExpressionError(UserError):
    """An expression that cannot be read or does not fit the columns.

    Parameters
    ----------
    position, length
        Which characters of the text are wrong, counted from 0.
    """

    def __init__(self, title: str, detail: str, hint: str, *, position: int, length: int) -> None:
        super().__init__(title, detail, hint)
        self.position = position
        self.length = length

    @staticmethod
    def at(span: Span, title: str, detail: str, hint: str = "") -> ExpressionError:
        """Return the error about the characters of a node or a word."""
        return ExpressionError(
            title, detail, hint, position=span.start, length=span.end - span.start
        )


@dataclass(frozen=True, slots=True)
class Constant:
    """A number, text, true or false that was written down."""

    value: float | str | bool
    start: int
    end: int


@dataclass(frozen=True, slots=True)
class Column:
    """The values of a column."""

    name: str
    start: int
    end: int


@dataclass(frozen=True, slots=True)
class Negative:
    """A number with the other sign."""

    operand: Node
    start: int
    end: int


@dataclass(frozen=True, slots=True)
class Arithmetic:
    """Numbers added or multiplied, from left to right."""

    first: Node
    rest: tuple[tuple[Calculation, Node], ...]
    start: int
    end: int


@dataclass(frozen=True, slots=True)
class Comparison:
    """Values compared, each with the one before it; all must hold."""

    first: Node
    rest: tuple[tuple[Order, Node], ...]
    start: int
    end: int


@dataclass(frozen=True, slots=True)
class OneOf:
    """Whether a value is one of several."""

    operand: Node
    values: tuple[Constant, ...]
    start: int
    end: int


@dataclass(frozen=True, slots=True)
class TextTest:
    """Whether a text contains, starts with, ends with or matches another."""

    operand: Node
    question: TextQuestion
    pattern: Constant
    start: int
    end: int


@dataclass(frozen=True, slots=True)
class Missing:
    """Whether a value is missing."""

    operand: Node
    start: int
    end: int


@dataclass(frozen=True, slots=True)
class Not:
    """The contrary of a condition."""

    operand: Node
    start: int
    end: int


@dataclass(frozen=True, slots=True)
class Junction:
    """Conditions of which all (and) or any (or) must hold."""

    how: Literal["and", "or"]
    operands: tuple[Node, ...]
    start: int
    end: int


Node: TypeAlias = (
    Constant
    | Column
    | Negative
    | Arithmetic
    | Comparison
    | OneOf
    | TextTest
    | Missing
    | Not
    | Junction
)


@dataclass(frozen=True, slots=True)
class Expression:
    """An expression that was understood.

    Parameters
    ----------
    text
        As it was written.
    root
        The tree.
    columns
        The names of the columns it uses, each once, in order.
    """

    text: str
    root: Node
    columns: tuple[str, ...]
