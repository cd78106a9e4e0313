"""Files made to do harm: refused without running anything, soon and with little memory."""

from __future__ import annotations

import os
import pathlib
import pickle
import shutil
import stat
import struct
import subprocess
import zipfile
from typing import TYPE_CHECKING, Any

import numpy as np
import pyarrow as pa
import pytest
from pyarrow import parquet

from embexplorer.core.contracts import Format
from embexplorer.core.errors import UserError
from embexplorer.engines import byte_stream
from embexplorer.operations.context import Context
from embexplorer.operations.read import read
from embexplorer.plugins import Registry
from tests.compressing import ENDINGS, compressed, zipped
from tests.fuzz.worker import Worker

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from pathlib import Path

VECTOR_LINES = b"".join(b"w%d 0.5 1.5 2.5\n" % at for at in range(50))


@pytest.fixture(scope="module")
def worker(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Worker]:
    opened = Worker(tmp_path_factory.mktemp("worker"))
    folder = tmp_path_factory.mktemp("warm")
    for ending in (".vec", ".csv", ".txt"):
        (folder / f"a{ending}").write_bytes(VECTOR_LINES)
        opened.open(folder / f"a{ending}", is_limited=False)
    yield opened
    opened.close()


def npy(header: str, data: bytes = b"\0" * 4096) -> bytes:
    text = header.encode("latin-1") + b"\n"
    return b"\x93NUMPY\x02\x00" + struct.pack("<I", len(text)) + text + data


def npy_of(dtype: str, shape: str, *, fortran: bool = False) -> bytes:
    return npy(f"{{'descr': {dtype}, 'fortran_order': {fortran}, 'shape': {shape}, }}")


def parquet_of_too_many_rows() -> bytes:
    sink = pa.BufferOutputStream()
    table = pa.table({"item": ["a"] * 12, "v0": [0.5] * 12, "v1": [0.5] * 12})
    parquet.write_table(table, sink)
    data = sink.getvalue().to_pybytes()
    (length,) = struct.unpack("<I", data[-8:-4])
    start, footer = data[: -8 - length], data[-8 - length : -8]
    # Thrift: a field of type i64 that is 12, here the numbers of rows, becomes 2 ** 62.
    assert footer.count(b"\x16\x18") >= 2
    footer = footer.replace(b"\x16\x18", b"\x16" + b"\x80" * 8 + b"\x80\x01")
    return start + footer + struct.pack("<I", len(footer)) + b"PAR1"


BOMBS: dict[str, Callable[[], bytes]] = {
    "rows.npy": lambda: npy_of("'<f4'", "(1000000000000, 300)"),
    "rows-fortran.npy": lambda: npy_of("'<f4'", "(1000000000000, 300)", fortran=True),
    "product.npy": lambda: npy_of("'<f4'", "(4611686018427387904, 4)"),
    "wide.npy": lambda: npy_of("'<f4'", "(1, 4611686018427387904)"),
    "header.npy": lambda: b"\x93NUMPY\x02\x00\xff\xff\xff\xff" + b"{" * 100_000,
    "deep.npy": lambda: npy("(" * 60_000),
    "descr.npy": lambda: npy_of("[('a', '<f4', (1000000000, 1000000000))]", "(2, 2)"),
    "item.npy": lambda: npy_of("'|V2147483647'", "(2, 2)"),
    "negative.npy": lambda: npy_of("'<f4'", "(-1, 300)"),
    "rows.npz": lambda: zipped({"vectors.npy": npy_of("'<f4'", "(1000000000000, 300)")}),
    "items.npz": lambda: zipped(
        {"vectors.npy": npy_of("'<f4'", "(2, 2)"), "items.npy": npy_of("'<U500000000'", "(2,)")}
    ),
    "length.safetensors": lambda: struct.pack("<Q", 1 << 63) + b'{"a":{}}' * 100,
    "rows.parquet": parquet_of_too_many_rows,
    "rows.vec": lambda: b"999999999 300\nking" + b" 0.5" * 300 + b"\n",
    "width.vec": lambda: b"3 999999999\nking 0.5 0.5\n",
    "rows.bin": lambda: b"999999999 300\nking " + b"\0" * 1200,
    "width.bin": lambda: b"1 1048576\nking " + b"\0" * 1200,
    "field.csv": lambda: b'item,v0,v1\na,"' + b"5" * (24 << 20),
    "quotes.csv": lambda: b"item,v0,v1\n" + b'"' * (4 << 20),
    "columns.csv": lambda: b"," * (1 << 20),
    "deep.jsonl": lambda: b'{"item": "a", "vector": ' + b"[" * (1 << 20),
    "number.jsonl": lambda: b'{"item": "a", "vector": [' + b"9" * (1 << 20) + b"]}\n",
}


@pytest.mark.parametrize("name", BOMBS)
def test_a_header_that_lies_is_refused_at_once(name: str, worker: Worker, tmp_path: Path) -> None:
    path = tmp_path / name
    path.write_bytes(BOMBS[name]())
    outcome = worker.open(path)
    assert outcome.kind == "refused", outcome.said
    assert "memory" not in outcome.said.split(" / ")[0], outcome.said


@pytest.mark.parametrize(
    ("dtype", "says"),
    [
        ("'|O'", "object array"),
        ("'<c8'", "complex64"),
        ("[('a', '<f4'), ('b', '|O')]", "object array"),
        ("[('a', '<f4'), ('b', '<f4')]", "not numbers"),
        ("'<M8[s]'", "datetime64"),
        ("'|V8'", "|V8"),
        ("'|S4'", "|S4"),
    ],
)
@pytest.mark.parametrize("ending", [".npy", ".npz"])
def test_an_array_of_another_type_says_what_it_holds(
    dtype: str, says: str, ending: str, worker: Worker, tmp_path: Path
) -> None:
    data = npy_of(dtype, "(4, 4)")
    path = tmp_path / f"a{ending}"
    path.write_bytes(data if ending == ".npy" else zipped({"vectors.npy": data}))
    outcome = worker.open(path)
    assert outcome.kind == "refused", outcome.said
    assert says in outcome.said


# -- bombs that swell up ---------------------------------------------------------------------------

SWELLING = {
    "a.vec": b"w 0.5 1.5 2.5\n",
    "a.csv": b"w,0.5,1.5\n",
    "a.jsonl": b'{"item": "w", "vector": [0.5, 1.5]}\n',
    "a.txt": b"the same words again\n",
    "a.bin": b"w " + b"\0" * 12,
}


@pytest.mark.parametrize("ending", ENDINGS)
@pytest.mark.parametrize("name", SWELLING)
def test_what_swells_up_is_refused_in_every_compressed_file(
    name: str, ending: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(byte_stream, "RATIO_FROM", 1 << 20)
    header = b"999999 3\n" if name == "a.bin" else b""
    data = header + SWELLING[name] * ((6 << 20) // len(SWELLING[name]))
    path = tmp_path / f"{name}{ending}"
    path.write_bytes(compressed(data, ending, name))
    with pytest.raises(UserError) as caught:
        read(path, Context.default(tmp_path / "cache"))
    assert caught.value.title == "It decompresses to too much"
    assert path.name in caught.value.detail
    assert not any((tmp_path / "cache").iterdir())


@pytest.mark.parametrize("ending", ENDINGS)
def test_an_archive_in_an_archive_is_not_opened(
    ending: str, worker: Worker, tmp_path: Path
) -> None:
    path = tmp_path / f"a{ending}"
    path.write_bytes(compressed(zipped({"a.vec": VECTOR_LINES}), ending, "a.zip"))
    outcome = worker.open(path)
    assert outcome.kind == "refused", outcome.said
    assert outcome.said.startswith("An archive in an archive")


# -- paths that lead elsewhere ---------------------------------------------------------------------


@pytest.mark.parametrize(
    "name", ["../../out.vec", "/tmp/out.vec", "C:\\out.vec", "a/../../out.vec"]
)
def test_a_member_of_an_archive_is_written_nowhere(
    name: str, worker: Worker, tmp_path: Path
) -> None:
    path = tmp_path / "deep" / "er" / "a.zip"
    path.parent.mkdir(parents=True)
    path.write_bytes(zipped({name: VECTOR_LINES}))
    assert worker.open(path).kind == "read"
    assert list(tmp_path.rglob("out.vec")) == []
    assert not pathlib.Path("/tmp/out.vec").exists()


def test_a_link_in_an_archive_is_not_followed(worker: Worker, tmp_path: Path) -> None:
    (tmp_path / "secret.vec").write_bytes(VECTOR_LINES)
    link = zipfile.ZipInfo("link.vec")
    link.external_attr = (stat.S_IFLNK | 0o777) << 16
    with zipfile.ZipFile(tmp_path / "a.zip", "w") as archive:
        archive.writestr(link, str(tmp_path / "secret.vec"))
    outcome = worker.open(tmp_path / "a.zip")
    assert outcome.kind == "refused", outcome.said


@pytest.mark.skipif(os.name == "nt", reason="links need a privilege")
def test_items_beside_vectors_do_not_lead_out_of_the_folder(worker: Worker, tmp_path: Path) -> None:
    secret = tmp_path / "secret.txt"
    secret.write_text("a\nb\n")
    folder = tmp_path / "vectors"
    folder.mkdir()
    np.save(folder / "a.npy", np.eye(2, dtype=np.float32))
    named = [worker.open(folder / "a.npy", params={"items_file": "../secret.txt"})]
    named.append(worker.open(folder / "a.npy", params={"items_file": str(secret)}))
    (folder / "a.txt").symlink_to(secret)
    named.append(worker.open(folder / "a.npy"))
    for outcome in named:
        assert outcome.kind == "refused", outcome.said
        assert outcome.said.startswith("The items file lies elsewhere")
    (folder / "a.txt").unlink()
    (folder / "a.txt").symlink_to(shutil.copy(secret, folder / "b.txt"))
    assert worker.open(folder / "a.npy").kind == "read"


# -- pickles that attack ---------------------------------------------------------------------------


class Call:
    """Is a call of a function once it is unpickled."""

    def __init__(self, function: Any, *arguments: Any) -> None:
        self.called = (function, arguments)

    def __reduce__(self) -> tuple[Any, tuple[Any, ...]]:
        return self.called


def attacks(canary: Path) -> dict[str, bytes]:
    """Return pickles that make the file `canary` when they are loaded."""
    path = str(canary)
    source = f"open({path!r}, 'w').close()"
    calls = {
        "system": (Call(os.system, f"touch '{path}'"), 0),
        "exec": (Call(exec, source), 2),
        "eval": (Call(eval, source), 4),
        "popen": (Call(subprocess.check_call, ["touch", path]), 5),
        "touch": (Call(pathlib.Path.touch, canary), 4),
        "nested": ([{"vectors": Call(os.mkdir, path)}], 3),
    }
    return {name: pickle.dumps(call, protocol) for name, (call, protocol) in calls.items()}


def disguised(attack: bytes) -> dict[str, bytes]:
    """Return an attack under every name, and inside every container, that is opened."""
    formats = Registry.discover().all(Format)
    endings = {end for plugin in formats for end in plugin.extensions}
    files = {f"a{end}": attack for end in (*endings, ".kv", ".model", ".pkl", ".joblib", ".pt", "")}
    objects = npy_of("'|O'", "(2, 2)")[:-4096] + attack
    files |= {
        "objects.npy": objects,
        "objects.npz": zipped({"vectors.npy": objects}),
        "items.npz": zipped({"vectors.npy": npy_of("'<f4'", "(2, 2)"), "items.npy": objects}),
        "torch.pt": zipped({"archive/data.pkl": attack, "archive/data/0": b"\0" * 64}),
        "zip.zip": zipped({"a.pkl": attack}),
    }
    return files | {f"a.vec{end}": compressed(attack, end, "a.vec") for end in ENDINGS}


@pytest.mark.skipif(os.name == "nt", reason="the attacks call programs of Unix")
@pytest.mark.parametrize("name", ["system", "exec", "eval", "popen", "touch", "nested"])
def test_no_pickle_is_ever_run(name: str, worker: Worker, tmp_path: Path) -> None:
    canary = tmp_path / "canary"
    attack = attacks(canary)[name]
    pickle.loads(attack)
    assert canary.exists(), "the attack works where it is let"
    shutil.rmtree(canary) if canary.is_dir() else canary.unlink()
    for file, data in disguised(attack).items():
        path = tmp_path / file
        path.write_bytes(data)
        outcome = worker.open(path)
        assert outcome.kind == "refused", f"{file}: {outcome.said}"
        assert not canary.exists(), file
