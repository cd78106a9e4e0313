"""The guard against a Qt release that uses up the references to None."""

from __future__ import annotations

import subprocess
import sys

PROBE = """
import sys
import embexplorer.ui
from PySide6.QtCore import QObject
print(sys.version_info >= (3, 12) or sys.getrefcount(None) > 1 << 59)
thing = QObject()
for _ in range(200_000):
    thing.setObjectName("a")
print("alive")
"""


def test_none_outlives_any_number_of_void_calls() -> None:
    done = subprocess.run(
        [sys.executable, "-c", PROBE], capture_output=True, text=True, check=True, timeout=60
    )
    assert done.stdout.split() == ["True", "alive"]
