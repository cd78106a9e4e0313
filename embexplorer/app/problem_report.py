"""What a person may copy into a report: an error, versions, the end of the log; nothing private."""

from __future__ import annotations

import os
import platform
import re
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path

from embexplorer.core.memory import GIGABYTE, free_memory
from embexplorer.core.version import VERSION
from embexplorer.storage.log_file import last_lines, log_path

LINES = 40  # of the log
LONGEST = 400  # characters of a line
SHORT = 24  # characters of a quotation that is surely a name, no text
PACKAGES = (
    "PySide6", "PySide6-Essentials", "pyqtgraph", "numpy", "pyarrow", "numba", "scipy",
    "scikit-learn", "torch", "transformers", "sentence-transformers", "tokenizers", "onnxruntime",
    "openvino", "model2vec", "gensim", "faiss-cpu", "h5py",
)  # fmt: skip
_KEYS = (
    re.compile(r"\b(?:sk|pk|hf|ghp|gho|xox[a-z]|AKIA|AIza)[-_A-Za-z0-9]{12,}"),
    re.compile(r"(?<=[Bb]earer )\S+"),
    re.compile(r"(?i)(?<=key[=:]|ken[=:]|ord[=:]|ret[=:])\s*[^\s,;]+"),  # token, password, secret
)
_QUOTED = re.compile(r"(?<!File )(?:'[^'\n]+'|\"[^\"\n]+\"|“[^”\n]+”)")


def problem_report(details: str) -> str:
    """Return an error with what a report needs.

    Parameters
    ----------
    details
        Its traceback.
    """
    log = log_path()
    parts = [redacted(details).strip(), versions_text()]
    if log is not None:
        lines = (redacted(line[:LONGEST]) for line in last_lines(LINES))
        parts.append("\n".join([f"End of the log {redacted(str(log))}", *lines]))
    return "\n\n".join(parts)


def versions_text() -> str:
    """Return what this application is, stands on and runs on, a line each."""
    lines = [
        f"embexplorer {VERSION}",
        f"Python {platform.python_version()} ({platform.python_implementation()})",
        f"{platform.platform()}, {platform.machine()}, {os.cpu_count()} processors",
    ]
    free = free_memory()
    if free is not None:
        lines.append(f"{free / GIGABYTE:.1f} GB of memory free")
    for name in PACKAGES:
        try:
            lines.append(f"{name} {version(name)}")
        except PackageNotFoundError:
            continue
    return "\n".join(lines)


def redacted(text: str) -> str:
    """Return a text without keys, without quoted texts, and without the name of the account."""
    for pattern in _KEYS:
        text = pattern.sub("[key]", text)
    text = _QUOTED.sub(_without_text, text)
    home = str(Path.home())
    return text.replace(home, "~") if len(home) > 1 else text


def _without_text(found: re.Match[str]) -> str:
    quoted = found[0]
    inner = quoted[1:-1]
    is_name = len(inner) <= SHORT and " " not in inner
    return quoted if is_name else f"{quoted[0]}[{len(inner)} characters]{quoted[-1]}"
