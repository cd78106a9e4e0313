"""How the words of an expression become a tree: each rule of the grammar is one method."""

from __future__ import annotations

from typing import TYPE_CHECKING, Literal, NoReturn, cast, get_args

from embexplorer.measures.expression.tree import (
    Arithmetic,
    Calculation,
    Column,
    Comparison,
    Constant,
    Expression,
    ExpressionError,
    Junction,
    Missing,
    Negative,
    Node,
    Not,
    OneOf,
    Order,
    TextQuestion,
    TextTest,
)
from embexplorer.measures.expression.words import Word, quoted_name, words_of
from embexplorer.measures.regular import find_fault

if TYPE_CHECKING:
    from collections.abc import Callable

DEEPEST = 32  # parentheses, signs and nots inside each other: far below Python's own limit

ORDERS: tuple[Order, ...] = get_args(Order)
TEXT_QUESTIONS: tuple[TextQuestion, ...] = get_args(TextQuestion)


def parse(text: str) -> Expression:
    """Return the tree of an expression; whether its columns exist is seen when it is evaluated.

    Raises
    ------
    ExpressionError
        When it cannot be read, naming the characters that are wrong.
    """
    parser = _Parser(words_of(text))
    root = parser.whole()
    return Expression(text, root, tuple(parser.columns))


class _Parser:
    """Walks the words once, looking at the next one."""

    def __init__(self, words: list[Word]) -> None:
        self._words = words
        self._at = 0
        self._depth = 0
        self.columns: dict[str, None] = {}

    def whole(self) -> Node:
        if self._next.kind == "end":
            raise ExpressionError.at(
                self._next, "Nothing to choose by", "The expression is empty.", "Write year > 2000."
            )
        root = self._any()
        if self._at + 1 < len(self._words):
            self._refuse_rest()
        return root

    @property
    def _next(self) -> Word:
        return self._words[self._at]

    @property
    def _last_end(self) -> int:
        return self._words[self._at - 1].end

    def _take(self) -> Word:
        word = self._next
        self._at += 1
        return word

    def _took(self, *values: str) -> bool:
        if self._next.is_one_of(*values):
            self._at += 1
            return True
        return False

    # Conditions, from the loosest bond to the tightest.

    def _any(self) -> Node:
        return self._joined("or", self._all)

    def _all(self) -> Node:
        return self._joined("and", self._not)

    def _joined(self, how: Literal["and", "or"], part: Callable[[], Node]) -> Node:
        parts = [part()]
        while self._took(how):
            parts.append(part())
        if len(parts) == 1:
            return parts[0]
        return Junction(how, tuple(parts), parts[0].start, parts[-1].end)

    def _not(self) -> Node:
        if not self._next.is_one_of("not"):
            return self._condition()
        word = self._take()
        self._enter(word)
        operand = self._not()
        self._depth -= 1
        return Not(operand, word.start, operand.end)

    def _condition(self) -> Node:
        value = self._sum()
        if self._next.is_one_of("is"):
            return self._missing(value)
        is_negated = self._next.is_one_of("not")
        if is_negated:
            self._take()
        start = value.start
        if self._took("in"):
            value = self._one_of(value)
        elif self._next.is_one_of(*TEXT_QUESTIONS):
            value = self._text_test(value)
        elif is_negated:
            self._expected("in, contains, startswith, endswith or matches after not")
        else:
            return self._comparison(value)
        return Not(value, start, value.end) if is_negated else value

    def _comparison(self, first: Node) -> Node:
        rest: list[tuple[Order, Node]] = []
        while self._next.is_one_of(*ORDERS):
            order = cast("Order", self._take().value)
            rest.append((order, self._sum()))
        return Comparison(first, tuple(rest), first.start, self._last_end) if rest else first

    def _missing(self, operand: Node) -> Node:
        self._take()
        is_negated = self._took("not")
        if not self._took("missing"):
            self._expected("missing or not missing after is")
        missing = Missing(operand, operand.start, self._last_end)
        return Not(missing, missing.start, missing.end) if is_negated else missing

    def _one_of(self, operand: Node) -> Node:
        opening = self._next
        if not self._took("("):
            self._expected('values in parentheses after in, such as in ("a", "b")')
        values = [self._constant()]
        while self._took(","):
            values.append(self._constant())
        self._close(opening)
        return OneOf(operand, tuple(values), operand.start, self._last_end)

    def _text_test(self, operand: Node) -> Node:
        question = cast("TextQuestion", self._take().value)
        word = self._next
        if word.kind != "text":
            self._expected(f'a text in quotes after {question}, such as {question} "a"')
        pattern = self._constant()
        if question == "matches":
            _check_regex(pattern)
        return TextTest(operand, question, pattern, operand.start, self._last_end)

    # Values.

    def _sum(self) -> Node:
        return self._calculated(("+", "-"), self._product)

    def _product(self) -> Node:
        return self._calculated(("*", "/"), self._signed)

    def _calculated(self, signs: tuple[Calculation, ...], part: Callable[[], Node]) -> Node:
        first = part()
        rest: list[tuple[Calculation, Node]] = []
        while self._next.is_one_of(*signs):
            sign = cast("Calculation", self._take().value)
            rest.append((sign, part()))
        return Arithmetic(first, tuple(rest), first.start, self._last_end) if rest else first

    def _signed(self) -> Node:
        if not self._next.is_one_of("+", "-"):
            return self._value()
        word = self._take()
        self._enter(word)
        operand = self._signed()
        self._depth -= 1
        if word.value == "+":
            return operand
        if isinstance(operand, Constant) and isinstance(operand.value, int | float):
            return Constant(-operand.value, word.start, operand.end)
        return Negative(operand, word.start, operand.end)

    def _value(self) -> Node:
        word = self._next
        if word.kind == "name":
            self._take()
            self.columns.setdefault(str(word.value))
            return Column(str(word.value), word.start, word.end)
        if word.is_one_of("("):
            self._take()
            self._enter(word)
            inside = self._any()
            self._close(word)
            self._depth -= 1
            return inside
        return self._constant()

    def _constant(self) -> Constant:
        word = self._next
        if word.is_one_of("-"):
            sign = self._take()
            if self._next.kind != "number":
                self._expected("a number after -")
            number = self._take()
            return Constant(-cast("float", number.value), sign.start, number.end)
        if word.is_one_of("true", "false"):
            self._take()
            return Constant(word.value == "true", word.start, word.end)
        if word.kind not in ("number", "text"):
            self._expected("a value")
        self._take()
        return Constant(word.value, word.start, word.end)

    # What is wrong.

    def _enter(self, word: Word) -> None:
        self._depth += 1
        if self._depth > DEEPEST:
            raise ExpressionError.at(
                word,
                "Expression too deep",
                f"More than {DEEPEST} parentheses or signs lie inside each other.",
                "Leave out parentheses that are not needed.",
            )

    def _close(self, opening: Word) -> None:
        if self._took(")"):
            return
        if self._next.kind == "end":
            raise ExpressionError.at(
                opening,
                "Parenthesis is not closed",
                f"The parenthesis at character {opening.start + 1} has no other.",
                "Close it with )",
            )
        self._refuse_rest()

    def _expected(self, what: str) -> NoReturn:
        word = self._next
        if word.kind == "end":
            before = self._words[self._at - 1]
            raise ExpressionError.at(
                before,
                "Something is missing",
                f"The expression ends early: expected {what}.",
                "Write on, or remove this.",
            )
        hint = "Put text in quotes."
        if word.value in ("missing", "null", "none", "nan", "None", "NULL", "NaN"):
            hint = "Write is missing after the column."
        elif word.kind == "keyword":
            hint = f"Write a column of that name in backticks: {quoted_name(str(word.value))}."
        raise ExpressionError.at(word, "Not understood", f"Expected {what}.", hint)

    def _refuse_rest(self) -> NoReturn:
        word = self._next
        if word.is_one_of(")"):
            raise ExpressionError.at(
                word, "One parenthesis too many", "It closes nothing.", "Remove it."
            )
        raise ExpressionError.at(
            word,
            "Not understood",
            "What stands here does not follow from what is before it.",
            "Write and or or between conditions, and names with spaces in backticks.",
        )


def _check_regex(pattern: Constant) -> None:
    fault = find_fault(str(pattern.value))
    if fault is not None:
        raise ExpressionError.at(
            pattern,
            "Not a regular expression",
            f"It cannot be read: {fault.reason}.",
            "Mend it, or write contains to look for it as it is.",
        )
