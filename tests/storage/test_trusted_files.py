"""Trust in contents of files: by hash alone, listed, withdrawn, and none where in doubt."""

from __future__ import annotations

import json

import pytest

from embexplorer.core.errors import UserError
from embexplorer.storage.paths import config_folder
from embexplorer.storage.trusted_files import (
    load_trusted,
    trust_file,
    trusted_hashes,
    withdraw_trust,
)

ONE, TWO = "1" * 64, "a2" * 32


def test_trust_is_kept_once_for_each_hash_and_withdrawn_alone() -> None:
    trust_file(ONE, "a.kv")
    trust_file(TWO, "b.kv")
    trust_file(ONE, "again.kv")
    assert [(one.sha256, one.name) for one in load_trusted()] == [(TWO, "b.kv"), (ONE, "again.kv")]
    assert withdraw_trust(TWO).name == "b.kv"
    assert trusted_hashes() == {ONE}
    with pytest.raises(UserError, match="Nothing to withdraw"):
        withdraw_trust(TWO)


@pytest.mark.parametrize("sha256", ["", "*", "always", ONE[:-1], ONE.replace("1", "G"), f"{ONE}\n"])
def test_nothing_but_a_hash_can_be_trusted(sha256) -> None:
    with pytest.raises(UserError, match="Not a SHA-256"):
        trust_file(sha256, "a.kv")
    assert trusted_hashes() == frozenset()


@pytest.mark.parametrize(
    "text", ["", "{", "[1]", "5", '[{"sha256": "x"}]', '[{"sha256": "*", "name": "", "since": ""}]']
)
def test_a_list_that_cannot_be_read_trusts_nothing(text) -> None:
    config_folder().mkdir(parents=True, exist_ok=True)
    (config_folder() / "trusted.json").write_text(text)
    assert trusted_hashes() == frozenset()
    trust_file(ONE, "a.kv")
    (kept,) = json.loads((config_folder() / "trusted.json").read_text())
    assert (kept["sha256"], kept["name"]) == (ONE, "a.kv")
