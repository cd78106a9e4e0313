from __future__ import annotations

import io
import json

import pytest

from embexplorer import __version__
from embexplorer.cli import console as console_module
from embexplorer.cli.console import Console, ConsoleProgress
from embexplorer.core.errors import UserError


class Terminal(io.StringIO):
    def isatty(self):
        return True


def test_values_that_are_not_finite_are_null_and_named(capsys):
    values = {"scores": [1.0, float("nan")], "inner": {"far": float("-inf")}, "n": 2}
    Console(is_json=True).result(values, [], warnings=["first", "first"])
    assert json.loads(capsys.readouterr().out) == {
        "version": __version__,
        "scores": [1.0, None],
        "inner": {"far": None},
        "n": 2,
        "warnings": [
            "first",
            "scores[1] is no finite number, so it is null.",
            "inner.far is no finite number, so it is null.",
        ],
    }


def test_numbers_keep_their_full_precision(capsys):
    Console(is_json=True).result({"score": 0.1 + 0.2}, [])
    assert '"score": 0.30000000000000004' in capsys.readouterr().out


def test_plain_results_are_lines_with_the_warnings_beside(capsys):
    Console().result({"n": 1}, ["one", "two"], warnings=["careful"])
    assert capsys.readouterr() == ("one\ntwo\n", "note: careful\n")


def test_quiet_leaves_standard_error_empty(capsys):
    console = Console(is_quiet=True)
    console.progress("Reading").report(0.5, "half")
    console.say("by the way")
    console.result({}, ["done"], warnings=["careful"])
    assert capsys.readouterr() == ("done\n", "")


def test_an_error_without_a_hint_has_one_line(capsys):
    Console().error(UserError("Wrong", "it is"))
    assert capsys.readouterr() == ("", "error: Wrong: it is\n")


def test_a_bar_is_drawn_on_a_terminal_and_cleared(monkeypatch):
    monkeypatch.setattr(console_module, "BAR_INTERVAL", 0.0)
    screen = Terminal()
    progress = ConsoleProgress("Encoding", screen)
    progress.report(None, "loading")
    progress.report(0.5, "9 of 18")
    progress.close()
    drawn = screen.getvalue().split("\r")
    assert drawn[1] == "Encoding … loading"
    assert drawn[2] == "Encoding [############............]  50% 9 of 18"
    assert drawn[3] == " " * len(drawn[2])
    assert drawn[4] == ""


def test_elsewhere_a_line_is_printed_once_in_a_while(monkeypatch):
    now = [100.0]
    monkeypatch.setattr(console_module.time, "monotonic", lambda: now[0])
    log = io.StringIO()
    progress = ConsoleProgress("Encoding", log)
    for second, fraction in ((1, 0.1), (6, 0.2), (7, 0.3), (12, None)):
        now[0] = 100.0 + second
        progress.report(fraction, f"after {second} s")
    progress.close()
    assert log.getvalue() == "Encoding 20% after 6 s\nEncoding after 12 s\n"


def test_a_bar_gives_way_to_what_is_printed(capsys, monkeypatch):
    monkeypatch.setattr(console_module.sys.stderr, "isatty", lambda: True, raising=False)
    console = Console()
    console.progress("Reading").report(0.0, "")
    console.result({}, ["done"])
    out, err = capsys.readouterr()
    assert out == "done\n"
    assert err.endswith("\r")


@pytest.mark.parametrize("is_json", [True, False])
def test_the_error_document_is_for_json_only(capsys, is_json):
    Console(is_json=is_json).error(UserError("Wrong", "it is", "mend it"), missing=["x"])
    out, err = capsys.readouterr()
    assert err == "error: Wrong: it is\nhint: mend it\n"
    if is_json:
        assert json.loads(out) == {
            "error": {"title": "Wrong", "detail": "it is", "hint": "mend it"},
            "missing": ["x"],
        }
    else:
        assert out == ""
