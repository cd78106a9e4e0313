"""Pickles that would run code, and pickles of honest arrays, read by the restricted reader."""

from __future__ import annotations

import importlib
import io
import os
import pickle
import pkgutil
import struct
from collections import OrderedDict, defaultdict
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from embexplorer.core.errors import UserError
from embexplorer.engines.restricted_pickle import Array, Inert, is_pickle, read_inert


def read(data: bytes) -> Any:
    return read_inert(io.BytesIO(data), "a.kv", "gensim", "Save it again.")


def refused(data: bytes) -> UserError:
    with pytest.raises(UserError) as caught:
        read(data)
    return caught.value


class Calls:
    """Pickles as a call of a function."""

    def __init__(self, function: Any, *arguments: Any, state: Any = None) -> None:
        self._made = (function, arguments) if state is None else (function, arguments, state)

    def __reduce__(self) -> Any:
        return self._made


def named(module: str, name: str) -> bytes:
    """Return the code that puts a name on the stack, as protocol 4 does."""
    return (
        b"".join(b"\x8c" + bytes([len(text.encode())]) + text.encode() for text in (module, name))
        + b"\x93"
    )


def text(value: str) -> bytes:
    return b"X" + struct.pack("<I", len(value.encode())) + value.encode()


def attacks(canary: Path) -> dict[str, tuple[bytes, str]]:
    """Return pickles that would write a file, and what they ask for to do so."""
    command = f"touch {canary}"
    code = f"open({str(canary)!r}, 'w').close()"
    head = b"\x80\x04"
    keyed = named("gensim.models.keyedvectors", "KeyedVectors") + b")\x81"
    hidden = {"vectors": np.ones(3), "norms": Calls(os.system, command)}
    return {
        "system": (pickle.dumps(Calls(os.system, command), 4), f"{os.name}.system"),
        "eval": (pickle.dumps(Calls(eval, code), 4), "builtins.eval"),
        "exec in protocol 0": (pickle.dumps(Calls(exec, code), 0), "__builtin__.exec"),
        "importlib": (
            pickle.dumps(Calls(importlib.import_module, "this"), 4),
            "importlib.import_module",
        ),
        "pkgutil": (
            pickle.dumps(Calls(pkgutil.resolve_name, "os:system"), 4),
            "pkgutil.resolve_name",
        ),
        "getattr": (
            head + named("builtins", "getattr") + named("os", "path") + text("os") + b"\x86R.",
            "builtins.getattr",
        ),
        "a dotted name": (
            head + named("gensim.utils", "os.system") + text(command) + b"\x85R.",
            "gensim.utils.os.system",
        ),
        "a dotted name of numpy": (
            head + named("numpy", "f2py.os.system") + text(command) + b"\x85R.",
            "numpy.f2py.os.system",
        ),
        "a module like numpy": (
            head + named("numpy.randomness", "run") + b")R.",
            "numpy.randomness.run",
        ),
        "numpy runs a string": (
            head + named("numpy.testing._private.utils", "runstring") + b"(" + text(code)
            + b"}tR.",
            "numpy.testing._private.utils.runstring",
        ),
        "beside honest vectors": (pickle.dumps(hidden, 4), f"{os.name}.system"),
        "a state that sets attributes": (
            head + keyed + b"N}" + text("__class__") + named("subprocess", "Popen") + b"s\x86b.",
            "subprocess.Popen",
        ),
        "an instruction that instantiates": (
            b"(" + b"S'" + command.encode() + b"'\nios\nsystem\n.",
            "os.system",
        ),
    }  # fmt: skip


@pytest.mark.parametrize("kind", sorted(attacks(Path("canary"))))
def test_a_pickle_that_would_run_code_is_refused_and_runs_nothing(tmp_path, kind):
    canary = tmp_path / "canary"
    data, asked = attacks(canary)[kind]
    error = refused(data)
    assert error.title == "The file would run code"
    assert error.detail == (
        f"a.kv asks for {asked}, which no gensim file needs. Nothing of it was run."
    )
    assert not canary.exists()


STATES = {
    "of a function": named("_codecs", "encode") + b"}" + text("x") + b"K\x01sb.",
    "of a class": named("gensim.models.keyedvectors", "KeyedVectors") + b"}b.",
    "of the type of arrays": named("numpy", "dtype") + b"}b.",
    "of an ordered dictionary": named("collections", "OrderedDict") + b")R}b.",
    "of an array without bytes": (
        named("numpy.core.multiarray", "_reconstruct") + b")R"
        + b"(K\x01K\x05\x85" + named("numpy", "dtype") + text("f4") + b"\x85RK\x00C\x01at" + b"b."
    ),
}  # fmt: skip


@pytest.mark.parametrize("kind", STATES)
def test_a_state_where_none_belongs_is_damage(kind):
    error = refused(b"\x80\x04" + STATES[kind])
    assert error.title == "The file is damaged"
    assert "a.kv" in error.detail


def test_bytes_are_never_taken_for_pointers():
    scalar = named("numpy.core.multiarray", "scalar") + named("numpy", "dtype") + text("O8")
    assert read(b"\x80\x04" + scalar + b"\x85RC\x08AAAAAAAA\x86R.") is None
    assert read(pickle.dumps(np.array([{}, 1], object))).numbers is None


@pytest.mark.parametrize("protocol", [0, 2, 3, 4, 5])
@pytest.mark.parametrize(
    "array",
    [
        np.arange(6, dtype=np.float32).reshape(2, 3),
        np.asfortranarray(np.arange(6, dtype=">f8").reshape(2, 3)),
        np.array([], np.int64),
        np.array(7, np.uint8),
        np.array([True, False]),
    ],
)
def test_arrays_arrive_as_they_were(array, protocol):
    found = read(pickle.dumps(array, protocol))
    assert isinstance(found, Array)
    assert found.numbers.dtype == array.dtype
    np.testing.assert_array_equal(found.numbers, array)


def test_numbers_and_containers_arrive_and_classes_are_inert():
    from gensim.models.keyedvectors import Vocab

    value = {
        "scalar": np.float32(0.5),
        "ordered": OrderedDict(a=1),
        "default": defaultdict(int, b=2),
        "object": Vocab(count=3, index=0),
        "random": np.random.RandomState(1),
    }
    for protocol in (2, 4):
        found = read(pickle.dumps(value, protocol))
        assert found["scalar"] == 0.5
        assert (found["ordered"], found["default"]) == ({"a": 1}, {"b": 2})
        assert isinstance(found["object"], Inert)
        assert found["object"].is_of == "gensim.models.keyedvectors.CompatVocab"
        assert found["object"].state == {"count": 3, "index": 0}
        assert isinstance(found["random"], Inert)


@pytest.mark.parametrize(
    "data",
    [
        b"\x80\x04",
        b"\x80\x04N",
        b"\x80\x04h\x07.",
        b"\x80\x04}]Ns.",
        b"\x80\x04Pthing\n.",
        b"\x80\x04\x82\x01.",
    ],
)
def test_damaged_pickles_are_refused(data):
    assert refused(data).title == "The file is damaged"


def test_pickles_are_known_by_their_first_bytes():
    for protocol in range(2, 6):
        assert is_pickle(pickle.dumps({"a": 1}, protocol))
    assert is_pickle(pickle.dumps([1], 0))
    assert not is_pickle(b"king 0.1 0.2")
    assert not is_pickle(b"cat 0.1\n")
