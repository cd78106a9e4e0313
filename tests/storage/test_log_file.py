"""What went wrong is written to a file, and only while the log is open."""

from __future__ import annotations

import faulthandler
import logging
import subprocess
import sys
from typing import TYPE_CHECKING

import pytest

from embexplorer.storage.log_file import (
    MOST_BYTES,
    Crashes,
    crash_path,
    last_lines,
    log_path,
    log_to_file,
    place_note,
)
from embexplorer.storage.paths import log_folder

if TYPE_CHECKING:
    from pathlib import Path

CRASHES = """
import faulthandler
from embexplorer.storage.log_file import crashes_to_file, log_to_file
with log_to_file("child-files"), crashes_to_file():
    faulthandler._sigsegv()
"""


def test_our_records_go_to_the_file_while_it_is_open() -> None:
    log = logging.getLogger("embexplorer.jobs.outcome")
    with log_to_file() as path:
        log.info("Encoding failed: %s", "no room")
        logging.getLogger("torch").error("not ours")
    log.info("too late")
    assert path == log_folder() / "embexplorer.log"
    text = path.read_text(encoding="utf-8")
    assert "INFO embexplorer.jobs.outcome: Encoding failed: no room" in text
    assert "not ours" not in text
    assert "too late" not in text


def test_a_long_log_begins_a_new_file() -> None:
    log = logging.getLogger("embexplorer.jobs")
    with log_to_file() as path:
        assert path is not None
        for _ in range(3):
            log.info("x" * (MOST_BYTES // 2))
        log.info("the newest")
        assert last_lines(1)[0].endswith("INFO embexplorer.jobs: the newest")
    assert sorted(file.name for file in log_folder().iterdir()) == [
        "embexplorer.log",
        "embexplorer.log.1",
        "embexplorer.log.2",
    ]
    assert path.stat().st_size <= MOST_BYTES


def test_a_log_that_cannot_lie_where_it_should_lies_elsewhere_and_says_so(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    taken = tmp_path / "taken"
    taken.write_text("a file, no folder")
    monkeypatch.setenv("EMBEXPLORER_LOGS", str(taken))
    monkeypatch.setattr("tempfile.tempdir", str(tmp_path))
    with log_to_file() as path:
        assert path == log_path()
        assert path is not None
        assert path.parent.name.startswith("embexplorer-logs-")
        assert place_note() == f"{taken} cannot be written: the log is in {path.parent}."
    assert f"{taken} cannot be written" in path.read_text(encoding="utf-8")
    monkeypatch.setattr("tempfile.tempdir", str(taken))
    with log_to_file() as nowhere:
        assert nowhere is None
        assert place_note() == f"Nothing is logged: {taken} cannot be written."
        assert (log_path(), crash_path(), last_lines(5)) == (None, None, [])


@pytest.mark.skipif(not hasattr(faulthandler, "_sigsegv"), reason="no way to crash")
def test_the_stack_of_a_crash_is_kept_and_told_apart_from_older_ones() -> None:
    def crash() -> None:
        done = subprocess.run([sys.executable, "-c", CRASHES], check=False, capture_output=True)
        assert done.returncode != 0

    crash()
    with log_to_file():
        crashes = Crashes()
        assert crashes.new_ones() == ""
        crash()
        assert crashes.new_ones().count("Fatal Python error: Segmentation fault") == 1
