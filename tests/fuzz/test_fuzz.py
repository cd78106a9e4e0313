"""Any file, any damage: opening it ends in a valid result or in a clear error, soon and small.

`make fuzz` runs many more damages with a new seed. Failing files are kept in ``FUZZ_FOLDER``.
"""

from __future__ import annotations

import os
import shutil
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest
from hypothesis import HealthCheck, Phase, given, seed, settings
from hypothesis import strategies as st

from embexplorer.core.contracts import Format
from embexplorer.core.params import fields_of
from embexplorer.operations.context import Context
from embexplorer.operations.export import write_space_folder
from embexplorer.operations.project_file import save_project
from embexplorer.plugins import Registry
from tests.fuzz.damaging import damages
from tests.fuzz.seeds import COORDS, seeds_of, small_space
from tests.fuzz.worker import Worker
from tests.kept_project import full_contents

if TYPE_CHECKING:
    from collections.abc import Iterator

    from tests.fuzz.damaging import Damage
    from tests.fuzz.worker import Outcome

EXAMPLES = int(os.environ.get("FUZZ_EXAMPLES", "400"))
SEED = int(os.environ.get("FUZZ_SEED", "0"))
READERS = [plugin for plugin in Registry.discover().all(Format) if plugin.read]
ENDINGS = sorted({end for plugin in READERS for end in plugin.extensions})
STARTS = (
    b"", b"\x93NUMPY\x01\0", b"PK\x03\x04", b"PK\x05\x06", b"PAR1", b"ARROW1\0\0", b"FEA1",
    b"\x1f\x8b\x08",
    b"BZh91AY&SY", b"\xfd7zXZ\0", b"\x28\xb5\x2f\xfd", b"\x80\x04\x95", b"{", b"[", b"2 3\na ",
    b"\x89HDF\r\n\x1a\n", b"%PDF-1.7\n", b"SQLite format 3\0", b"\xef\xbb\xbf", b"\xff\xfe",
    b"item,v0,v1\n", b"\x10\0\0\0\0\0\0\0{", b"\xba\x16\x4f\x2f\x0c\0\0\0", b"IxFI",
)  # fmt: skip

run = settings(
    max_examples=EXAMPLES,
    database=None,
    deadline=None,
    phases=(Phase.generate, Phase.shrink),
    suppress_health_check=list(HealthCheck),
)


@pytest.fixture(scope="module")
def worker(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Worker]:
    """Yield the process that opens files."""
    opened = Worker(tmp_path_factory.mktemp("worker"))
    yield opened
    opened.close()


@dataclass(slots=True)
class Tally:
    """Counts what came of the damages of one format, and keeps the files that fail."""

    name: str
    read: int = 0
    refused: int = 0
    slowest: float = 0.0
    largest: int = 0

    def take(self, outcome: Outcome, folder: Path) -> None:
        """Count an outcome; a wrong one fails the test and leaves its files."""
        if outcome.kind == "wrong":
            kept = Path(os.environ.get("FUZZ_FOLDER", folder.parent / "failing")) / self.name
            shutil.rmtree(kept, ignore_errors=True)  # Hypothesis goes on to a smaller one
            shutil.copytree(folder, kept)
            raise AssertionError(f"FUZZ_SEED={SEED}, see {kept}: {outcome.said}")
        self.read += outcome.kind == "read"
        self.refused += outcome.kind == "refused"
        self.slowest = max(self.slowest, outcome.seconds)
        self.largest = max(self.largest, outcome.peak)

    def say(self) -> None:
        """Print the counts."""
        print(  # noqa: T201  for whoever runs `make fuzz`
            f"{self.name}: {self.read:,} read, {self.refused:,} refused, "
            f"slowest {self.slowest:.2f} s, most memory {self.largest >> 20:,} MiB"
        )


def _files(folder: Path) -> list[Path]:
    return sorted(path for path in folder.rglob("*") if path.is_file())


@pytest.mark.parametrize("plugin", READERS, ids=lambda plugin: plugin.id)
def test_a_damaged_file_is_read_or_refused(plugin: Format, worker: Worker, tmp_path: Path) -> None:
    paths = seeds_of(plugin, tmp_path)
    has_rows = any(field.name == "bad_rows" for field in fields_of(plugin.params))
    leaving = {"params": {"bad_rows": "leave out"}, "format_id": plugin.id} if has_rows else {}
    damage_all(plugin.id, paths, tmp_path, worker, [{}, {}, {"limit": 3}, leaving])


def test_a_damaged_space_folder_is_read_or_refused(worker: Worker, tmp_path: Path) -> None:
    path = tmp_path / "0" / "space"
    write_space_folder(small_space(), path, COORDS)
    damage_all("space-folder", [path], tmp_path, worker, [{}, {"limit": 3}])


def test_a_damaged_project_is_opened_or_refused(worker: Worker, tmp_path: Path) -> None:
    path = tmp_path / "0" / "a.embx"
    path.parent.mkdir()
    context = Context.default(tmp_path / "cache")
    root = str(context.cache.root)
    save_project(str(path), full_contents(context), embeds=True, cache_root=root)
    damage_all("project", [path], tmp_path, worker, [{}])


def damage_all(
    name: str, paths: list[Path], root: Path, worker: Worker, choices: list[dict[str, Any]]
) -> None:
    """Damage the files of seeds, each in a folder of `root`; open each with one of the options."""
    folders = [root / path.relative_to(root).parts[0] for path in paths]
    for path in paths:
        whole = worker.open(path, is_limited=False)
        assert (whole.kind, whole.said) == ("read", name)
    contents = [[(path, path.read_bytes()) for path in _files(folder)] for folder in folders]
    tally = Tally(name)

    @run
    @seed(SEED)
    @given(
        at=st.integers(0, len(paths) - 1),
        which=st.integers(0, 9),
        done=st.lists(damages(), min_size=1, max_size=3),
        options=st.sampled_from(choices),
    )
    def damage(at: int, which: int, done: list[Damage], options: dict[str, Any]) -> None:
        place, whole = contents[at][which % len(contents[at])]
        data = whole
        for one in done:
            data = one.do(data)
        place.write_bytes(data)
        try:
            tally.take(worker.open(paths[at], **options), folders[at])
        finally:
            place.write_bytes(whole)
        if worker.is_cold:  # the process that had answered died
            for path in paths:
                worker.open(path, is_limited=False)

    damage()
    tally.say()
    assert tally.read + tally.refused >= EXAMPLES * 0.9


def test_any_bytes_under_any_name_are_read_or_refused(worker: Worker, tmp_path: Path) -> None:
    tally = Tally("any")
    folder = tmp_path / "any"
    folder.mkdir()

    @run
    @seed(SEED)
    @given(
        ending=st.sampled_from([*ENDINGS, "", ".xyz", ".gz", ".zip", ".zst", ".pkl", ".embx"]),
        start=st.sampled_from(STARTS),
        data=st.binary(max_size=400) | st.text(max_size=200).map(str.encode),
        times=st.sampled_from((1, 1, 1, 50)),
    )
    def look(ending: str, start: bytes, data: bytes, times: int) -> None:
        path = folder / f"a{ending}"
        path.write_bytes(start + data * times)
        try:
            tally.take(worker.open(path), folder)
        finally:
            path.unlink()

    look()
    tally.say()
    assert tally.refused > EXAMPLES // 2
