"""The command line as a person starts it: real processes, from a corpus to a picture."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
from pathlib import Path

import pytest

import embexplorer
from embexplorer.storage.paths import resource


@pytest.fixture
def environment():
    screens = ("DISPLAY", "WAYLAND_DISPLAY", "QT_QPA_PLATFORM")
    kept = {name: value for name, value in os.environ.items() if name not in screens}
    return kept | {"PYTHONPATH": str(Path(embexplorer.__file__).parents[1])}


@pytest.fixture
def command(tmp_path, environment):
    """Run the command in the temporary folder."""

    def run(*words, **options):
        return subprocess.run(
            [sys.executable, "-m", "embexplorer", *map(str, words)],
            env=environment,
            cwd=tmp_path,
            capture_output=True,
            text=True,
            timeout=180,
            check=False,
            **options,
        )

    return run


def test_from_a_corpus_to_a_picture(command, tmp_path):
    corpus = resource("samples/sentences.csv")
    encoded = command("encode", corpus, "--encoder", "hashing", "-o", "space", "--json")
    assert (encoded.returncode, json.loads(encoded.stdout)["n"]) == (0, 300)
    described = json.loads(command("info", "space", "--json").stdout)
    assert [column["name"] for column in described["columns"]] == ["text", "topic", "kind", "year"]
    projected = command(
        "project", "space", "--method", "pca", "--sample", 50, "-o", "map.csv", "--quiet"
    )
    assert (projected.returncode, projected.stderr) == (0, "")
    assert len((tmp_path / "map.csv").read_text(encoding="utf-8").splitlines()) == 51
    asked = command("neighbors", "space", "bank shares fell", "--encoder", "hashing", "-k", 1)
    assert asked.stdout.split()[0] == "1"
    assert "bank" in asked.stdout
    drawn = command(
        "shot", "space", "--method", "pca", "--color-by", "topic", "-o", "space.png", "--quiet"
    )
    assert (drawn.returncode, drawn.stderr) == (0, "")  # nothing of Qt's either
    assert (tmp_path / "space.png").read_bytes()[:8] == b"\x89PNG\r\n\x1a\n"


def test_demo_without_a_display_draws_the_sample_and_says_where(command, tmp_path):
    ran = command("demo", "--json")
    assert ran.returncode == 0, ran.stderr
    picture = tmp_path / "embexplorer-demo.png"
    document = json.loads(ran.stdout)
    assert document["file"] == str(picture)
    assert (document["n"], document["encoder"], document["method"]) == (300, "minilm", "umap")
    assert "No display can be used here: drawing the sample into a picture." in ran.stderr
    assert "Encoded 300 texts with minilm on CPU" in ran.stderr
    assert picture.read_bytes()[:8] == b"\x89PNG\r\n\x1a\n"
    assert picture.stat().st_size > 100_000


def test_names_in_sentences_are_probed_by_minilm(command):
    asked = ("probe", "--encoder", "minilm", "--probe", "seat", "--sets", "weat-6")
    ran = command(*asked, "--templates", "This is {word}.", "--json")
    assert ran.returncode == 0, ran.stderr
    document = json.loads(ran.stdout)
    assert document["sentences"] == {"X": 8, "Y": 8, "A": 8, "B": 8}
    assert (document["p_kind"], document["n_permutations"]) == ("exact", 12_870)
    assert document["effect_size"] == pytest.approx(1.109, abs=0.01)
    assert "encoded by minilm" in document["how"]


@pytest.mark.parametrize(("verb", "says"), [("project", "Projecting"), ("encode", "Encoding")])
def test_ctrl_c_ends_a_long_verb_with_130_and_leaves_no_file(environment, tmp_path, verb, says):
    sample = resource("samples/words.parquet")
    corpus = tmp_path / "corpus.txt"
    lines = (f"text number {row} says {row * 7919 % 1013} things" for row in range(60_000))
    corpus.write_text("\n".join(lines), encoding="utf-8")
    words = {
        "project": [str(sample), "--method", "tsne", "--n-iter", "5000"],
        "encode": [str(corpus), "--encoder", "minilm"],
    }[verb]
    started = subprocess.Popen(
        [sys.executable, "-m", "embexplorer", verb, *words, "-o", "target.csv", "--json"],
        env=environment,
        cwd=tmp_path,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        # A shell that runs the tests in the background lets them ignore Ctrl-C.
        preexec_fn=lambda: signal.signal(signal.SIGINT, signal.default_int_handler),
    )
    assert started.stderr is not None
    at_work = next((line for line in started.stderr if line.startswith(says)), None)
    assert at_work is not None, started.communicate()
    started.send_signal(signal.SIGINT)
    out, err = started.communicate(timeout=60)
    assert (started.returncode, out) == (130, "")
    assert err.splitlines()[-1] == "Interrupted."
    assert "Traceback" not in err
    assert not (tmp_path / "target.csv").exists()


def test_a_reader_that_goes_away_is_no_error(environment, tmp_path):
    started = subprocess.Popen(
        [sys.executable, "-m", "embexplorer", "plugins", "--json"],
        env=environment,
        cwd=tmp_path,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )
    assert started.stdout is not None
    assert started.stderr is not None
    started.stdout.close()
    assert started.stderr.read() == ""
    started.stderr.close()
    assert started.wait(timeout=60) == 0
