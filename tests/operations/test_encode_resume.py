from __future__ import annotations

import json
import subprocess
import sys

import numpy as np
import pytest

from embexplorer.operations.context import Context
from embexplorer.operations.encode import encode, texts_of

TEXTS = [f"text number {number} " * (1 + number % 7) for number in range(20)]

# Forks a child for each k, which kills itself at its k-th operation on a file of the cache. It
# encodes for real, in small passes that are all flushed, with an encoder that needs no heavy
# library, so that a fork is cheap.
KILLED = """
import json, os, signal, sys
from pathlib import Path

from embexplorer.operations import encode_loop
from embexplorer.operations.context import Context
from embexplorer.operations.encode import encode, texts_of
from embexplorer.storage import part_store

root, texts = Path(sys.argv[1]), json.load(sys.stdin)
encode_loop.FIRST_CHARACTERS = encode_loop.LEAST_CHARACTERS = 200
encode_loop.SECONDS_PER_PASS = 0.0
part_store.SECONDS_BETWEEN_FLUSHES = -1.0
EVENTS = ("open", "os.rename", "os.mkdir", "os.remove", "os.rmdir", "shutil.rmtree", "tempfile")

def run(cache, moment):
    seen = 0
    def watch(event, arguments):
        nonlocal seen
        if event.startswith(EVENTS) and str(cache) in str(arguments[0]):
            seen += 1
            if seen == moment:
                os.kill(os.getpid(), signal.SIGKILL)
    sys.addaudithook(watch)
    encode(texts_of(texts), "hashing", Context.default(cache))

moment, stride = 1, int(sys.argv[2])
while True:
    cache = root / str(moment)
    child = os.fork()
    if not child:
        run(cache, moment)
        os._exit(0)
    if os.WIFEXITED(os.waitpid(child, 0)[1]):
        break  # it was done before that moment
    moment += stride
    print(cache, flush=True)
"""


@pytest.mark.skipif(sys.platform == "win32", reason="Windows has no fork")
def test_killed_at_any_operation_on_a_file_it_goes_on_and_ends_the_same(tmp_path):
    expected = encode(texts_of(TEXTS), "hashing", Context.default(tmp_path / "whole")).space
    done = subprocess.run(
        [sys.executable, "-c", KILLED, str(tmp_path / "killed"), "3"],
        input=json.dumps(TEXTS),
        capture_output=True,
        text=True,
        check=True,
        timeout=120,
    )
    caches = done.stdout.split()
    assert len(caches) > 12
    resumed = 0
    for cache in caches:
        made = encode(texts_of(TEXTS), "hashing", Context.default(cache))
        np.testing.assert_array_equal(made.space.vectors, expected.vectors)
        assert made.space.id == expected.id
        assert made.space.provenance.notes == expected.provenance.notes
        rate = made.items_per_second
        resumed += rate is None or round(rate * made.seconds) < len(TEXTS)
    assert resumed > len(caches) / 2
