"""What went wrong is written to a file, and only while the log is open."""

from __future__ import annotations

import logging

from embexplorer.storage.log_file import log_to_file
from embexplorer.storage.paths import log_folder


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
    assert (log_folder() / "crash.log").exists()
