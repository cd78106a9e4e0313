"""The window; the only package that imports PySide6 and pyqtgraph."""

from __future__ import annotations

import ctypes
import sys

# PySide6 6.12.0 drops a reference to None at every void call. Below Python 3.12, where None can be
# freed, that ends the process after some thousand calls; set-up excludes the release, this guards
# installations that have it.
if sys.version_info < (3, 12):
    ctypes.c_ssize_t.from_address(id(None)).value += 1 << 60
