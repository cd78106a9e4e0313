"""The dialog that says what trusting a file means."""

from __future__ import annotations

import hashlib
from pathlib import PurePosixPath

import numpy as np
from gensim.models import KeyedVectors
from PySide6.QtWidgets import QLabel

from embexplorer.core.errors import UntrustedError
from embexplorer.storage.trusted_files import trusted_hashes
from embexplorer.ui.trust_dialog import TrustDialog
from embexplorer.ui.widgets.buttons import Button
from tests.ui.real_window import settle


def test_the_window_asks_beside_the_map_and_trusts_this_content(main_window, tmp_path) -> None:
    path = tmp_path / "foreign.kv"
    made = KeyedVectors(3)
    made.add_vectors(["king", "queen"], np.eye(2, 3, dtype=np.float32))
    made.origin = PurePosixPath("/a")
    made.save(str(path))
    sha256 = hashlib.sha256(path.read_bytes()).hexdigest()
    main_window.projects.open([path])
    settle()
    assert main_window.toast.message.action == "Trust this file…"
    main_window.toast.findChild(Button, "Action").click()
    settle()
    dialog = main_window.findChild(TrustDialog)
    said = " ".join(text.text() for text in dialog.findChildren(QLabel))
    assert not dialog.isModal()
    assert "foreign.kv asks for pathlib" in said
    assert "anything that you can do on this computer" in said
    assert sha256 in said
    cancel = dialog.findChild(Button, "Cancel")
    assert cancel.isDefault()
    assert trusted_hashes() == frozenset()
    dialog.findChild(Button, "TrustAndOpen").click()
    settle()
    assert trusted_hashes() == {sha256}
    assert list(main_window.services.store.state.space.items) == ["king", "queen"]


def test_cancel_trusts_nothing(main_window, tmp_path) -> None:
    error = UntrustedError("The file would run code", "a.kv asks for x.y.", "", sha256="1" * 64)
    dialog = TrustDialog(main_window.theme, "a.kv", error, main_window)
    dialog.show()
    dialog.findChild(Button, "Cancel").click()
    settle()
    assert main_window.findChild(TrustDialog) is None
    assert trusted_hashes() == frozenset()
