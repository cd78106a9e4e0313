"""What a control is called by tests, style sheet and screen readers."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from PySide6.QtWidgets import QWidget


def name_widget(widget: QWidget, name: str) -> None:
    """Set the accessible name, and the object name made from it: ``Open files…`` is OpenFiles."""
    widget.setAccessibleName(name)
    words = re.findall(r"\w+", name)
    widget.setObjectName("".join(word[:1].upper() + word[1:] for word in words))
