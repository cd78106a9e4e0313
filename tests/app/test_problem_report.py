"""A report has what helps and nothing that is private."""

from __future__ import annotations

import logging
import platform
from pathlib import Path

import numpy as np
import pytest

from embexplorer.app.problem_report import problem_report, redacted, versions_text
from embexplorer.core.version import VERSION
from embexplorer.storage.log_file import log_to_file


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("HF_TOKEN=hf_abcdefghijklmnop1234", "HF_TOKEN=[key]"),
        ("used sk-proj-abcdefghijklmnop1234 twice", "used [key] twice"),
        ("Authorization: Bearer abc.def-ghi", "Authorization: Bearer [key]"),
        ("api_key: 12345, k=10", "api_key:[key], k=10"),
        ("KeyError: 'surprise'", "KeyError: 'surprise'"),
        ("could not read 'My diary of today'", "could not read '[17 characters]'"),
        ("Similarity to “the bank of the river” failed", "Similarity to “[21 characters]” failed"),
        ('  File "/a folder/of ours/x.py", line 3', '  File "/a folder/of ours/x.py", line 3'),
        (f"{Path.home()}/notes.csv", "~/notes.csv"),
    ],
)
def test_keys_texts_and_the_account_are_left_out(text: str, said: str) -> None:
    assert redacted(text) == said


def test_versions_name_what_it_stands_on() -> None:
    lines = versions_text().splitlines()
    assert lines[0] == f"embexplorer {VERSION}"
    assert lines[1].startswith(f"Python {platform.python_version()} ")
    assert f"numpy {np.__version__}" in lines
    assert not [line for line in lines if line.startswith("no-such")]


def test_a_report_has_the_traceback_the_versions_and_the_end_of_the_log() -> None:
    with log_to_file() as path:
        for number in range(100):
            logging.getLogger("embexplorer.jobs").info("line %d of “a private text”", number)
        report = problem_report("Traceback\nKeyError: 'surprise'")
    assert report.startswith("Traceback\nKeyError: 'surprise'\n\nembexplorer ")
    assert redacted(str(path)) in report
    assert report.splitlines()[-1].endswith("line 99 of “[14 characters]”")
    assert report.count("INFO embexplorer.jobs: line") == 40
