from __future__ import annotations

import sys
from pathlib import Path

import pytest

from embexplorer.core.errors import UserError
from embexplorer.core.progress import Progress
from embexplorer.engines.documents.confined_reading import read_documents

DATA = Path(__file__).parents[2] / "data" / "documents"


@pytest.mark.skipif(sys.platform != "linux", reason="memory is bounded on Linux only")
def test_a_file_that_ends_its_reader_fails_alone(tmp_path):
    for name in ("before", "after"):
        (tmp_path / f"{name}.html").write_text(f"<title>{name}</title><p>Words.")
    files = [
        (tmp_path / "before.html", "html"),
        (DATA / "swells.pdf", "pdf"),
        (DATA / "locked.pdf", "pdf"),
        (tmp_path / "after.html", "html"),
    ]
    before, swollen, locked, after = read_documents(
        files, "utf-8", tmp_path, Progress(), memory=1 << 28
    )
    assert (before.title, after.title) == ("before", "after")
    assert isinstance(swollen, UserError)
    assert swollen.detail.startswith(("swells.pdf", "Reading swells.pdf"))
    assert locked.title == "The PDF is locked"
