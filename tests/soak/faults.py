"""Lets every write of everything that writes fail once: what was there before is unchanged.

Run as ``python -m tests.soak.faults MODE``. In the mode ``full``, which needs root on Linux, a
small disk of its own is filled but for 0, 1, 2 … pages; in ``limit`` no file may be larger than 0,
1, 2 … pages; in ``refuse`` the first, second, third … file that is made, opened to write, renamed
or flushed is refused with an input/output error. Each goes on until nothing failed any more.
"""

from __future__ import annotations

import contextlib
import errno
import os
import resource
import shutil
import subprocess
import sys
import tempfile
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
import pyarrow as pa

from embexplorer.core.errors import UserError
from embexplorer.core.project import KeptData, ProjectContents
from embexplorer.core.projection import Projection
from embexplorer.core.space import Space, make_space, make_table
from embexplorer.operations.context import Context
from embexplorer.operations.export import write_coords, write_space, write_table
from embexplorer.operations.figure_html import Figure, write_figure_html
from embexplorer.operations.keep import on_disk
from embexplorer.operations.keep_window import WindowKeeper
from embexplorer.operations.project_file import save_project
from embexplorer.operations.project_window import save_for_window
from embexplorer.operations.read import read_to_cache
from embexplorer.storage import owner, project_writing
from embexplorer.storage.kept_windows import Summary
from embexplorer.storage.settings import Recent, Settings, save_settings

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

PAGE = 4096
MOST = 400  # faults of one kind of write: more would be an endless loop
BALLAST = "ballast"
DISK = "1m"
OWN_MOUNTS = "EMBEXPLORER_TEST_OWN_MOUNTS"
SPACES = (".csv", ".tsv", ".jsonl", ".parquet", ".arrow", ".npy", ".npz", ".vec", ".bin", "")
TABLES = (".csv", ".tsv", ".jsonl", ".parquet", ".arrow")
PICTURES = (".png", ".svg", ".pdf")


@dataclass
class Outcome:
    """What came of one kind of write."""

    faults: int = 0
    titles: set[str] = field(default_factory=set)
    bad: list[str] = field(default_factory=list)


class Faults:
    """Makes writes below a folder fail."""

    def __init__(self, mode: str, folder: Path) -> None:
        self.mode, self.folder = mode, folder
        self._left = -1
        self.has_fired = False
        if mode == "refuse":
            sys.addaudithook(self._watch)
            real = os.fsync

            def fsync(handle: int) -> None:
                self._count()
                real(handle)

            os.fsync = fsync

    @contextlib.contextmanager
    def after(self, number: int) -> Iterator[None]:
        """Let writes fail when `number` pages, or as many calls, went well."""
        self.has_fired = False
        if self.mode == "full":
            free = shutil.disk_usage(self.folder).free
            with (self.folder / BALLAST).open("wb") as file:
                if free > number * PAGE:
                    os.posix_fallocate(file.fileno(), 0, free - number * PAGE)
            yield
            (self.folder / BALLAST).unlink()
        elif self.mode == "limit":
            usual = resource.getrlimit(resource.RLIMIT_FSIZE)
            resource.setrlimit(resource.RLIMIT_FSIZE, (number * PAGE, usual[1]))
            yield
            resource.setrlimit(resource.RLIMIT_FSIZE, usual)
        else:
            self._left = number
            yield
            self._left = -1

    def _watch(self, event: str, arguments: tuple[Any, ...]) -> None:
        if self._left < 0 or event not in ("open", "os.mkdir", "os.rename", "os.link", "os.chmod"):
            return
        if event == "open" and not arguments[2] & (os.O_WRONLY | os.O_RDWR):
            return
        path = arguments[0]
        if isinstance(path, str | bytes) and str(self.folder) in os.fsdecode(path):
            self._count(os.fsdecode(path))

    def _count(self, path: str | None = None) -> None:
        if self._left > 0:
            self._left -= 1
        elif self._left == 0:
            self._left = -1
            self.has_fired = True
            raise OSError(errno.EIO, os.strerror(errno.EIO), path)


def make(number: int, n: int = 400) -> Space:
    """Return a space whose values are told by its number."""
    vectors = np.full((n, 16), number, np.float32)
    table = make_table([f"item {number} {k}" for k in range(n)], {"size": [float(number)] * n})
    return make_space(vectors, table, name=f"space {number}")


def kinds(place: Path, home: Context) -> dict[str, Callable[[int], object]]:
    """Return everything that writes below `place`: each call with a number writes anew."""
    spaces = {number: on_disk(make(number), home) for number in (1, 2)}
    coords = {k: np.full((400, 2), k, np.float32) for k in spaces}
    maps = {k: Projection(spaces[k].id, "pca", coords[k]) for k in spaces}
    tables = {k: pa.table({"item": [f"{k} {row}" for row in range(4000)]}) for k in spaces}

    def contents(number: int) -> ProjectContents:
        space = spaces[number]
        data = KeptData(space.id, space.name, str(space.folder))
        return ProjectContents(data=(data,), projections=(maps[number],))

    def project(number: int) -> None:
        path, root = str(place / "thesis.embx"), str(home.cache.root)
        save_project(path, contents(number), embeds=True, cache_root=root)

    def project_of_window(number: int) -> None:
        path, root = str(place / "thesis.embx"), str(home.cache.root)
        mine = owner.this_process("window")
        save_for_window(path, mine, contents(number), embeds=True, cache_root=root)

    keeper = WindowKeeper("window", Context.default(place / "cache"))

    def window(number: int) -> None:
        summary = Summary(f"window {number}", "", 1, 1)
        keeper.keep(contents(number), (), summary)

    sources = {k: home.cache.root.parent / f"source {k}.csv" for k in spaces}
    for k, source in sources.items():
        write_space(spaces[k], source, home)

    def cache(number: int) -> None:
        read_to_cache(str(sources[number]), str(place / "cache"))

    def memory(number: int) -> None:
        on_disk(make(number), Context.default(place / "cache"))

    def settings(number: int) -> None:
        many = tuple(Recent(f"/{number}/{k}" * 40, "", "") for k in range(10))
        save_settings(Settings(k=number, recent=many), place / "settings.json")

    def page(number: int) -> None:
        figure = Figure(
            title=f"Figure {number}",
            coords=coords[number].astype(float),
            items=tuple(spaces[number].items),
            colors=np.zeros(400, np.uint16),
            palette=np.zeros((1, 3), np.uint8),
            dark_palette=np.zeros((1, 3), np.uint8),
        )
        write_figure_html(figure, place / "figure.html")

    def picture(ending: str) -> Callable[[int], None]:
        from embexplorer.ui.figure.write import Drawn, write_drawn

        def write(number: int) -> None:
            content = bytes([number]) * 20_000
            write_drawn(Drawn(lambda: content), place / f"figure{ending}")

        return write

    def window_picture(number: int) -> None:
        from PySide6.QtGui import QColor, QImage

        from embexplorer.core.progress import Progress
        from embexplorer.ui.pictures import write_picture

        image = QImage(300, 200, QImage.Format.Format_RGB32)
        image.fill(QColor(number, 0, 0))
        noise = np.random.default_rng(number).integers(0, 255, (200, 300, 4), np.uint8)
        image = QImage(noise.tobytes(), 300, 200, QImage.Format.Format_RGB32)
        write_picture(image, place / "window.png", Progress())

    def export(ending: str) -> Callable[[int], object]:
        return lambda number: write_space(
            spaces[number], place / f"space{ending}", home, coords=coords[number]
        )

    def results(ending: str) -> Callable[[int], object]:
        return lambda number: write_table(tables[number], place / f"table{ending}")

    return {
        "project": project,
        "project of a window": project_of_window,
        "window that is kept": window,
        "cache, a file": cache,
        "cache, a space in memory": memory,
        "settings": settings,
        "figure .html": page,
        **{f"figure {ending}": picture(ending) for ending in PICTURES},
        "picture of the window": window_picture,
        **{f"space {ending or 'folder'}": export(ending) for ending in SPACES},
        **{f"table {ending}": results(ending) for ending in TABLES},
        "coords .npy": lambda k: write_coords(spaces[k], maps[k], place / "coords.npy"),
    }


def try_all(kind: str, write: Callable[[int], object], place: Path, faults: Faults) -> Outcome:
    """Write one kind of thing with one fault after the other, until none happens."""
    found = Outcome()
    fresh(place)
    write(1)
    before = snapshot(place)
    for number in range(MOST):
        failed: BaseException | None = None
        with faults.after(number):
            try:
                write(2)
            except BaseException as error:  # noqa: BLE001  also what should not come is looked at
                failed = error
        after = snapshot(place)
        if failed is None:
            if after == before:
                found.bad.append(f"{number}: nothing was written, and nothing said")
            if not faults.has_fired:
                return found
            found.faults += 1
            fresh(place)
            write(1)
            before = snapshot(place)
            continue
        found.faults += 1
        if after != before:
            changed = sorted(set(after.items()) ^ set(before.items()))
            found.bad.append(f"{number}: {[name for name, _ in changed]} after {failed!r}")
            fresh(place)
            write(1)
            before = snapshot(place)
        if isinstance(failed, UserError):
            found.titles.add(failed.title)
            if str(place) not in failed.detail:
                found.bad.append(f"{number}: no file in {failed.detail}")
        elif not (kind == "settings" and isinstance(failed, OSError)):
            found.bad.append(f"{number}: {failed!r}")
    found.bad.append("it never succeeded")
    return found


def fresh(place: Path) -> None:
    """Empty the place."""
    shutil.rmtree(place, ignore_errors=True)
    place.mkdir()


def snapshot(place: Path) -> dict[str, bytes]:
    """Return what a person would find: every file with its bytes.

    Of what is kept of windows and in the cache, that is what can be opened.
    """
    kept = place / "state" / "windows"
    found = {}
    for path in sorted(place.rglob("*")):
        if path.is_dir() or kept in path.parents:
            continue
        found[path.relative_to(place).as_posix()] = path.read_bytes()
    for manifest in kept.rglob("manifest.json") if kept.is_dir() else ():
        text = manifest.read_bytes()
        named = [word for word in text.decode().split('"') if word.startswith("arrays/")]
        parts = [(manifest.parent / name).read_bytes() for name in named]
        found["kept"] = text + b"".join(parts)
    return {name: content for name, content in found.items() if name != "cache/.in-use/window"}


def run(mode: str, folder: Path) -> dict[str, Outcome]:
    """Return what came of each kind of write."""
    tried, elsewhere = folder / "tried", folder / "elsewhere"
    tried.mkdir()
    if mode == "full":  # the caller has its own mounts
        subprocess.run(["mount", "-t", "tmpfs", "-o", f"size={DISK}", "tmpfs", tried], check=True)
    place = tried / "place"
    os.environ["EMBEXPLORER_STATE"] = str(place / "state")
    project_writing._check_room = lambda target, needed: None  # it asks first; here writes fail
    place.mkdir()
    writers = kinds(place, Context.default(elsewhere / "cache"))
    faults = Faults(mode, tried)
    try:
        return {kind: try_all(kind, write, place, faults) for kind, write in writers.items()}
    finally:
        if mode == "full":
            subprocess.run(["umount", tried], check=True)


def main(mode: str) -> int:
    """Print what came of each kind; 1 where something is bad."""
    if mode == "full" and os.environ.get(OWN_MOUNTS) is None:
        command = ["unshare", "-m", sys.executable, "-m", "tests.soak.faults", mode]
        return subprocess.run(command, env={**os.environ, OWN_MOUNTS: "1"}, check=False).returncode
    with tempfile.TemporaryDirectory() as folder:
        found = run(mode, Path(folder))
    for kind, one in found.items():
        said = f"{kind}: {one.faults} faults; {', '.join(sorted(one.titles))}"
        print(said, *one.bad, sep="\n  ")  # noqa: T201  a script
    faults = sum(one.faults for one in found.values())
    bad = sum(len(one.bad) for one in found.values())
    print(f"{mode}: {len(found)} kinds, {faults} faults, {bad} bad")  # noqa: T201  a script
    return int(bad > 0)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1]))
