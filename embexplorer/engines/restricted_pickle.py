"""What a pickle holds, read without calling or importing anything that it names.

A pickle is a program for a small machine: what it may call is looked up by name. Here each name of
a short list stands for something of this module. Classes become `Inert` objects that keep their
state and do nothing; arrays become NumPy arrays, from bytes that were checked. Every other name
ends the reading. What this does not bound is memory and time: see `engines.confined`.
"""

from __future__ import annotations

import math
import pickle
import re
from typing import IO, TYPE_CHECKING, Any

import numpy as np

from embexplorer.core.errors import UserError

if TYPE_CHECKING:
    from collections.abc import Callable

    from numpy.typing import NDArray

# Protocols 2 to 5; and protocol 0, which is text: an empty list or dictionary, or a global.
_START = re.compile(
    rb"\x80[\x02-\x05]|\((lp|dp)\d*\n"
    rb"|c(copy_reg|__builtin__|builtins|collections|posix|nt|os|(numpy|gensim|torch)[\w.]*)\n\w+\n"
)
# Types of the arrays that are read: the codes that NumPy writes for plain numbers.
_NUMBERS = frozenset(["b1", "i1", "i2", "i4", "i8", "u1", "u2", "u4", "u8", "f2", "f4", "f8"])


def is_pickle(head: bytes) -> bool:
    """Return whether the first bytes of a file are those of a Python pickle."""
    return _START.match(head) is not None


class Inert:
    """Stands for an object of a class that is never imported; `state` is what was kept of it."""

    __slots__ = ("state",)
    is_of = ""  # the name of the class, as ``gensim.models.keyedvectors.KeyedVectors``

    def __init__(self, *arguments: object, **named: object) -> None:
        self.state: Any = None

    def __setstate__(self, state: Any) -> None:
        self.state = state


class _InertDict(dict[Any, Any]):
    """Stands for a dictionary of another class: it keeps what is put into it."""

    def __init__(self, *arguments: object, **named: object) -> None:
        super().__init__()

    def __setstate__(self, state: Any) -> None:
        raise pickle.UnpicklingError("a dictionary with a state")


class _Function:
    """A function of ours that a pickle may call, and do nothing else to."""

    __slots__ = ("_call",)

    def __init__(self, call: Callable[..., Any]) -> None:
        self._call = call

    def __call__(self, *arguments: Any) -> Any:
        return self._call(*arguments)

    def __setstate__(self, state: Any) -> None:
        raise pickle.UnpicklingError("a function with a state")


class _Type:
    """The type of an array: a code such as ``f4``, and the order of its bytes."""

    __slots__ = ("code", "is_big_endian")

    def __init__(self, code: Any = None, *options: object) -> None:
        self.code = code if isinstance(code, str) and code in _NUMBERS else None
        self.is_big_endian = False

    def __setstate__(self, state: Any) -> None:
        self.is_big_endian = isinstance(state, tuple) and state[1:2] == (">",)

    @property
    def numbers(self) -> np.dtype[Any] | None:
        """The NumPy type, or None where it is no type of plain numbers."""
        return None if self.code is None else np.dtype(f"{'<>'[self.is_big_endian]}{self.code}")


class Array:
    """An array of a pickle: `numbers` is None where it holds none, such as an object array."""

    __slots__ = ("numbers",)

    def __init__(self) -> None:
        self.numbers: NDArray[Any] | None = None

    def __setstate__(self, state: Any) -> None:
        _, shape, dtype, is_fortran, data = state
        self.numbers = _numbers(data, dtype, shape, is_fortran=bool(is_fortran))


def _numbers(data: Any, dtype: Any, shape: Any, *, is_fortran: bool) -> NDArray[Any] | None:
    """Return the array of some bytes; their number must be what type and shape say."""
    if isinstance(data, str):
        data = data.encode("latin-1")  # bytes as Python 2 wrote them
    kind = dtype.numbers if isinstance(dtype, _Type) else None
    if kind is None or not isinstance(data, bytes | bytearray):
        return None
    sizes = (shape,) if isinstance(shape, int) else shape
    if not isinstance(sizes, tuple) or not all(type(size) is int and size >= 0 for size in sizes):
        raise pickle.UnpicklingError("an array without a shape")
    if math.prod(sizes) * kind.itemsize != len(data):
        raise pickle.UnpicklingError(f"an array of the shape {sizes} in {len(data):,} bytes")
    return np.frombuffer(data, kind).reshape(sizes, order="F" if is_fortran else "C")


def _from_buffer(data: Any, dtype: Any, shape: Any, order: Any = "C") -> Array:
    made = Array()
    made.numbers = _numbers(data, dtype, shape, is_fortran=order == "F")
    return made


def _scalar(dtype: Any, data: Any = None) -> Any:
    found = _numbers(data, dtype, (), is_fortran=False)
    return None if found is None else found.item()


def _encode(text: Any, encoding: Any = "latin1") -> bytes:
    if not isinstance(text, str) or encoding not in ("latin1", "latin-1"):
        raise pickle.UnpicklingError("text in another encoding than Latin-1")
    return text.encode("latin-1")


def _no_bytes(*arguments: object) -> bytes:
    if arguments:  # none where protocol 2 writes empty bytes
        raise pickle.UnpicklingError("bytes made of something else")
    return b""


def _reconstruct(kind: Any, *arguments: object) -> Any:
    if not isinstance(kind, type) or not issubclass(kind, Inert | _InertDict):
        raise pickle.UnpicklingError("an object without a class")
    return kind()


# What stands for the names that a pickle of arrays and models needs; all others are refused.
_FUNCTIONS: dict[tuple[str, str], Callable[..., Any]] = {
    ("_codecs", "encode"): _encode,
    ("__builtin__", "bytes"): _no_bytes,
    ("copyreg", "_reconstructor"): _reconstruct,
    ("copy_reg", "_reconstructor"): _reconstruct,
    **{
        (f"numpy.{core}.{module}", name): call
        for core in ("core", "_core")
        for module, name, call in (
            ("multiarray", "_reconstruct", lambda *_: Array()),
            ("multiarray", "scalar", _scalar),
            ("numeric", "_frombuffer", _from_buffer),
        )
    },
}
_CLASSES: dict[tuple[str, str], type] = {
    ("numpy", "dtype"): _Type,
    ("collections", "OrderedDict"): _InertDict,
    ("collections", "defaultdict"): _InertDict,
}
_INERT = {
    ("numpy", "ndarray"),
    *(
        (module, name)
        for module in ("builtins", "__builtin__")
        for name in ("int", "long", "hash", "object", "set", "frozenset")
    ),
}
_GENERATORS = "numpy.random"  # whose states models keep


class ForbiddenNameError(pickle.UnpicklingError):
    """A name that a pickle asks for and must not get."""


class RunsCodeError(UserError):
    """A pickle that asks for a name which it must not get; `asked` is that name."""

    asked = ""


class _Reader(pickle.Unpickler):
    """The machine, with a short list of names in place of all that Python knows."""

    def __init__(self, file: IO[bytes], package: str) -> None:
        super().__init__(file, encoding="latin-1")
        self._package = package
        self._known: dict[tuple[str, str], Any] = {}

    def find_class(self, module: str, name: str, /) -> Any:
        """Return what stands for a name; the same each time it is asked for."""
        key = (module, name)
        if key not in self._known:
            self._known[key] = self._stand_in(module, name)
        return self._known[key]

    def _stand_in(self, module: str, name: str) -> Any:
        if call := _FUNCTIONS.get((module, name)):
            return _Function(call)
        if kind := _CLASSES.get((module, name)):
            return kind
        is_of_package = any(
            f"{module}.".startswith(f"{package}.") for package in (self._package, _GENERATORS)
        )
        # A dotted name would lead out of its module.
        if (module, name) in _INERT or (is_of_package and name.isidentifier()):
            return type("Inert", (Inert,), {"__slots__": (), "is_of": f"{module}.{name}"})
        raise ForbiddenNameError(f"{module}.{name}")


def read_inert(file: IO[bytes], name: str, package: str, hint: str) -> Any:
    """Return what a pickle holds, with all classes of `package` inert.

    Parameters
    ----------
    name
        Of the file, for messages.
    package
        Top module of the program that wrote it.
    hint
        The next step where it is refused.

    Raises
    ------
    RunsCodeError
        When it asks for another name, which is said.
    UserError
        When it is damaged.
    """
    try:
        return _Reader(file, package).load()
    except ForbiddenNameError as error:
        asked = str(error)[:200]
        detail = f"{name} asks for {asked}, which no {package} file needs. Nothing of it was run."
        refused = RunsCodeError("The file would run code", detail, hint)
        refused.asked = asked
        raise refused from None
    except (
        pickle.UnpicklingError, ArithmeticError, AttributeError, EOFError, ImportError, LookupError,
        RecursionError, TypeError, ValueError,
    ) as error:  # fmt: skip
        detail = f"{name} is a damaged pickle: {str(error)[:200]}. Nothing of it was run."
        raise UserError("The file is damaged", detail, "Get the whole file again.") from error
