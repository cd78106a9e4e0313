"""For which rows of a table an expression is true, worked out by Arrow a column at a time."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from embexplorer.measures.expression.columns import (
    find_column,
    kind_of,
    plain_values,
    without_nan,
)
from embexplorer.measures.expression.comparing import (
    NAMES,
    UNKNOWN,
    Value,
    compared,
    constant_value,
    described,
    is_one_of,
)
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
    TextTest,
)

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping
    from typing import Any

    from numpy.typing import NDArray

    from embexplorer.measures.expression.comparing import Data

_ASK: Mapping[str, Callable[..., Any]] = {
    "contains": pc.match_substring,
    "startswith": pc.starts_with,
    "endswith": pc.ends_with,
    "matches": pc.match_substring_regex,
}


def evaluate(expression: Expression, table: pa.Table) -> NDArray[np.bool_]:
    """Return (n,) for each row of a table whether an expression is true; unknown is false.

    Raises
    ------
    ExpressionError
        When a column does not exist, or what is compared is not of one kind.
    """
    evaluation = _Evaluation(table)
    answer = evaluation.condition(expression.root)
    if isinstance(answer, pa.Scalar):
        return np.full(table.num_rows, bool(answer.as_py()))
    chosen: NDArray[np.bool_] = answer.fill_null(fill_value=False).to_numpy().astype(np.bool_)
    return chosen


class _Evaluation:
    """Evaluates the nodes of one expression on one table."""

    def __init__(self, table: pa.Table) -> None:
        self._table = table
        self._columns: dict[str, Data] = {}

    def condition(self, node: Node) -> Data:
        """Return true, false or null for each row."""
        value = self._value(node)
        if value.kind == "missing":
            return UNKNOWN
        if value.kind != "boolean":
            raise ExpressionError.at(
                node,
                "Not a condition",
                f"This is {NAMES[value.kind]}, neither true nor false.",
                "Compare it with something: year > 2000.",
            )
        return value.data

    def _value(self, node: Node) -> Value:
        match node:
            case Constant():
                return constant_value(node)
            case Column():
                return self._column(node)
            case Negative():
                return Value("number", pc.negate(self._float(node.operand)), node)
            case Arithmetic():
                return self._arithmetic(node)
            case Missing():
                return self._missing(node)
            case Not():
                return Value("boolean", pc.invert(self.condition(node.operand)), node)
            case Junction():
                return self._junction(node)
            case OneOf():
                operand = self._value(node.operand)
                return Value("boolean", is_one_of(operand, node.values), node)
            case TextTest():
                return self._text_test(node)
            case Comparison():
                return self._comparison(node)

    def _column(self, node: Column) -> Value:
        column = find_column(node, self._table)
        if node.name not in self._columns:
            try:
                self._columns[node.name] = plain_values(column)
            except pa.ArrowInvalid as error:
                raise ExpressionError.at(
                    node, "Column cannot be read", str(error), "Install the time zone database."
                ) from error
        return Value(kind_of(column.type), self._columns[node.name], node)

    def _float(self, node: Node) -> Data:
        value = self._value(node)
        if value.kind == "missing":
            return pa.scalar(None, pa.float64())
        if value.kind != "number":
            raise ExpressionError.at(
                node,
                "Not a number",
                f"{described(value)}; + - * / need numbers.",
                "Leave it out, or choose a column of numbers.",
            )
        return value.data.cast(pa.float64())

    def _arithmetic(self, node: Arithmetic) -> Value:
        result = self._float(node.first)
        for sign, operand in node.rest:
            result = _calculated(sign, result, self._float(operand))
        return Value("number", without_nan(result), node)

    def _missing(self, node: Missing) -> Value:
        value = self._value(node.operand)
        if value.kind == "missing":
            return Value("boolean", pa.scalar(True), node)
        return Value("boolean", pc.is_null(value.data), node)

    def _junction(self, node: Junction) -> Value:
        join = pc.and_kleene if node.how == "and" else pc.or_kleene
        answer = self.condition(node.operands[0])
        for operand in node.operands[1:]:
            answer = join(answer, self.condition(operand))
        return Value("boolean", answer, node)

    def _text_test(self, node: TextTest) -> Value:
        operand = self._value(node.operand)
        if operand.kind == "missing":
            return Value("boolean", UNKNOWN, node)
        if operand.kind != "text":
            raise ExpressionError.at(
                node.operand,
                "Not a text",
                f"{described(operand)}; {node.question} asks about texts.",
                "Compare it with == < > or in.",
            )
        return Value("boolean", _ASK[node.question](operand.data, node.pattern.value), node)

    def _comparison(self, node: Comparison) -> Value:
        left = self._value(node.first)
        answer: Data = None
        for order, right_node in node.rest:
            right = self._value(right_node)
            step = compared(order, left, right)
            answer = step if answer is None else pc.and_kleene(answer, step)
            left = right
        return Value("boolean", answer, node)


def _calculated(sign: Calculation, left: Data, right: Data) -> Data:
    match sign:
        case "+":
            return pc.add(left, right)
        case "-":
            return pc.subtract(left, right)
        case "*":
            return pc.multiply(left, right)
        case "/":
            divisor = pc.if_else(pc.equal(right, 0.0), pa.scalar(None, pa.float64()), right)
            return pc.divide(left, divisor)
