"""Whether values of columns and written ones are equal, larger or among others."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

import pyarrow as pa
import pyarrow.compute as pc

from embexplorer.measures.expression.dates import Period, period_of
from embexplorer.measures.expression.tree import Column, Constant, ExpressionError, Node, Order
from embexplorer.measures.expression.words import quoted_name

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping
    from typing import Any, TypeAlias

    from embexplorer.measures.expression.columns import Kind

    Data: TypeAlias = pa.ChunkedArray | pa.Scalar

UNKNOWN = pa.scalar(None, pa.bool_())

NAMES: Mapping[Kind, str] = {
    "number": "a number",
    "text": "a text",
    "boolean": "true or false",
    "date": "a date",
    "missing": "missing throughout",
    "other": "a list or the like",
}
_HELD: Mapping[Kind, str] = {
    "number": "numbers",
    "text": "texts",
    "boolean": "true and false",
    "date": "dates",
    "missing": "nothing",
    "other": "lists or the like",
}
_COMPARE: Mapping[Order, Callable[[Any, Any], Any]] = {
    "==": pc.equal,
    "!=": pc.not_equal,
    "<": pc.less,
    "<=": pc.less_equal,
    ">": pc.greater,
    ">=": pc.greater_equal,
}
_MIRRORED: Mapping[Order, Order] = {
    "==": "==", "!=": "!=", "<": ">", "<=": ">=", ">": "<", ">=": "<=",
}  # fmt: skip


class Value(NamedTuple):
    """What a node stands for: one value for each row, or one for all."""

    kind: Kind
    data: Data
    node: Node


def constant_value(node: Constant) -> Value:
    """Return what was written down as a value."""
    if isinstance(node.value, bool):
        return Value("boolean", pa.scalar(node.value), node)
    if isinstance(node.value, str):
        return Value("text", pa.scalar(node.value, pa.large_string()), node)
    return Value("number", pa.scalar(node.value), node)


def compared(order: Order, left: Value, right: Value) -> Data:
    """Return true, false or null: whether the left values stand so to the right ones.

    Raises
    ------
    ExpressionError
        When they are not of one kind, or a text beside dates is no date.
    """
    if "missing" in (left.kind, right.kind):
        return UNKNOWN
    if left.kind == "date" and _is_text(right.node):
        return _compared_to_period(order, left.data, _period(right.node))
    if right.kind == "date" and _is_text(left.node):
        return _compared_to_period(_MIRRORED[order], right.data, _period(left.node))
    if left.kind != right.kind or left.kind == "other":
        raise _unlike(left, right)
    if left.kind == "boolean" and order not in ("==", "!="):
        raise ExpressionError.at(
            right.node,
            "True and false have no order",
            f"{order} asks which is larger.",
            "Compare them with == or !=.",
        )
    return _COMPARE[order](_as_fine_as(left.data, right.data), _as_fine_as(right.data, left.data))


def _as_fine_as(number: Data, other: Data) -> Data:
    """Return a written decimal as it would be in a float32 column, so that 0.1 finds 0.1."""
    if isinstance(number, pa.Scalar) and pa.types.is_floating(number.type):
        return number.cast(pa.float32()) if pa.types.is_float32(other.type) else number
    return number


def _compared_to_period(order: Order, dates: Data, period: Period) -> Data:
    start, end = (pa.scalar(moment, pa.timestamp("us")) for moment in (period.start, period.end))
    match order:
        case "<":
            return pc.less(dates, start)
        case "<=":
            return pc.less(dates, end)
        case ">":
            return pc.greater_equal(dates, end)
        case ">=":
            return pc.greater_equal(dates, start)
        case "==" | "!=":
            is_within = pc.and_(pc.greater_equal(dates, start), pc.less(dates, end))
            return is_within if order == "==" else pc.invert(is_within)


def is_one_of(operand: Value, values: tuple[Constant, ...]) -> Data:
    """Return true, false or null: whether values are among the written ones.

    Raises
    ------
    ExpressionError
        When one is of another kind.
    """
    if operand.kind == "missing":
        return UNKNOWN
    for value in values:
        constant = constant_value(value)
        is_date = operand.kind == "date" and constant.kind == "text"
        if (constant.kind != operand.kind and not is_date) or operand.kind == "other":
            raise _unlike(operand, constant)
    if operand.kind in ("date", "boolean") or isinstance(operand.data, pa.Scalar):
        answers = [compared("==", operand, constant_value(value)) for value in values]
        answer = answers[0]
        for other in answers[1:]:
            answer = pc.or_kleene(answer, other)
        return answer
    wanted = _value_set([value.value for value in values], operand.data.type)
    found = pc.is_in(operand.data, wanted)
    return pc.if_else(pc.is_null(operand.data), UNKNOWN, found)


def _value_set(values: list[Any], data_type: pa.DataType) -> pa.Array:
    """Return the values in the type of a column; a fraction is none of its whole numbers."""
    if pa.types.is_int64(data_type):
        values = [int(value) for value in values if value == int(value) and abs(value) < 2**63]
    return pa.array(values, data_type)


def _is_text(node: Node) -> bool:
    return isinstance(node, Constant) and isinstance(node.value, str)


def _period(node: Node) -> Period:
    text = str(node.value) if isinstance(node, Constant) else ""
    period = period_of(text)
    if period is None:
        raise ExpressionError.at(
            node,
            "Not a date",
            f"“{text}” beside a column of dates is no date.",
            'Write "2020", "2020-01", "2020-01-31" or "2020-01-31 18:30".',
        )
    return period


def _unlike(left: Value, right: Value) -> ExpressionError:
    wrong = left if isinstance(right.node, Column) and isinstance(left.node, Constant) else right
    other = right if wrong is left else left
    hint = "Compare numbers with numbers and texts with texts."
    if "other" in (left.kind, right.kind):
        wrong = left if left.kind == "other" else right
        hint = "Only is missing can be asked about it."
    elif isinstance(wrong.node, Constant) and isinstance(other.node, Column):
        if wrong.kind == "text" and other.kind == "number":
            hint = f"{quoted_name(other.node.name)} holds numbers: leave the quotes away."
        elif wrong.kind == "number" and other.kind == "text":
            hint = f"{quoted_name(other.node.name)} holds texts: put the number in quotes."
        elif other.kind == "date":
            hint = f'{quoted_name(other.node.name)} holds dates: write "2020-01-31" in quotes.'
    return ExpressionError.at(
        wrong.node,
        "Values of different kinds",
        f"{described(left)}, {described(right)}.",
        hint,
    )


def described(value: Value) -> str:
    """Return what a value is, as a message says it."""
    match value.node:
        case Column(name=name):
            return f"“{name}” holds {_HELD[value.kind]}"
        case Constant(value=constant):
            shown = str(constant).lower() if isinstance(constant, bool) else str(constant)
            shown = shown if len(shown) <= 40 else shown[:39] + "…"
            return f"“{shown}” is {NAMES[value.kind]}"
        case _:
            return f"what is compared is {NAMES[value.kind]}"
