from __future__ import annotations

import importlib.metadata

import pytest

import embexplorer
from embexplorer.cli.verbs import VERBS

BROKEN = """
from dataclasses import dataclass
from typing import Annotated
from embexplorer.core.contracts import ProjectionMethod
from embexplorer.core.params import Doc

@dataclass(frozen=True)
class Params:
    strength: Annotated[int, Doc("Strength", "How hard it fails.", min=1, max=9)] = 3
    seed: Annotated[int, Doc("Seed", "Its own seed.")] = 5
    metric: Annotated[int, Doc("Metric", "Here a number.")] = 2

def run(p):
    raise FAILURE

plugin = ProjectionMethod(
    id="failing", title="Failing", summary="Fails.", params=Params, run=run
)
"""


@pytest.fixture
def install(tmp_path, monkeypatch):
    """Install a package that brings a projection method which fails as it is told."""

    def make(failure):
        site = tmp_path / "site"
        info = site / "failing_plugin-1.0.dist-info"
        info.mkdir(parents=True)
        (site / "failing_plugin.py").write_text(BROKEN.replace("FAILURE", failure))
        (info / "METADATA").write_text(
            "Metadata-Version: 2.1\nName: failing-plugin\nVersion: 1.0\n"
        )
        (info / "entry_points.txt").write_text("[embexplorer.projections]\nf = failing_plugin\n")
        monkeypatch.syspath_prepend(site)
        monkeypatch.delitem(__import__("sys").modules, "failing_plugin", raising=False)
        assert importlib.metadata.version("failing-plugin") == "1.0"

    return make


def project_failing(tiny, tmp_path, *more):
    return ("project", tiny, "--method", "failing", "-o", tmp_path / "out.csv", *more)


def test_help_lists_every_verb(cli):
    ran = cli("--help")
    assert ran.code == 0
    listed = [
        line.split()[0] for line in ran.out.partition("verbs:\n")[2].splitlines()[: len(VERBS)]
    ]
    assert listed == list(VERBS)


@pytest.mark.parametrize("verb", VERBS)
def test_each_verb_documents_its_common_options(cli, verb):
    ran = cli(verb, "--help")
    assert ran.code == 0
    assert ran.err == ""
    assert ran.out.startswith(f"usage: embexplorer {verb}")
    for flag in ("--json", "--quiet", "--seed N"):
        assert flag in ran.out


def test_the_version_is_that_of_the_package(cli):
    assert cli("--version").out == f"embexplorer {embexplorer.__version__}\n"
    assert cli("--json", "--version").document["version"] == embexplorer.__version__


def test_common_options_are_understood_before_the_verb(cli, tiny):
    before, after = cli("--json", "--quiet", "info", tiny), cli("info", tiny, "--json", "--quiet")
    assert before.out == after.out
    assert before.err == ""


def test_what_stands_behind_two_dashes_is_no_option(cli, tmp_path):
    path = tmp_path / "flags.vec"
    path.write_text("--json 1 0\n--quiet 0 1\n-k 1 1\n", encoding="utf-8")
    ran = cli("neighbors", "-k", "1", "--", path, "--json")
    assert ran.code == 0
    assert ran.out == "  1      0.7071  -k\n"


@pytest.mark.parametrize(
    ("arguments", "says"),
    [
        (["nope"], "nope is neither a file here nor a verb."),
        (["--nope"], "--nope is not an option."),
        (["info"], "the following arguments are required: SPACE."),
        (["info", "TINY", "more"], "more is not an argument of embexplorer info."),
        (["info", "TINY", "--limit", "0"], "argument --limit: '0' is not a whole number above 0."),
        (["info", "TINY", "--limt", "3"], "--limt is not an argument of embexplorer info."),
        (["info", "TINY", "--seed", "x"], "argument --seed: invalid int value: 'x'."),
        (["neighbors", "TINY"], "the following arguments are required: QUERY."),
        (["neighbors", "TINY", "king", "-k", "x"], "argument -k: 'x' is not a whole number"),
        (["neighbors", "TINY", "king", "--metric", "far"], "argument --metric: invalid choice"),
        (["project", "TINY"], "the following arguments are required: -o/--output."),
        (["project", "TINY", "-o", "x.csv", "--dims", "4"], "argument --dims: invalid choice: 4"),
        (
            ["project", "TINY", "-o", "x.csv", "--method", "far"],
            "argument --method: invalid choice",
        ),
        (["plugins", "nope"], "argument KIND: invalid choice: 'nope'"),
    ],
)
def test_arguments_that_cannot_be_parsed_are_the_persons_to_mend(refused, tiny, arguments, says):
    assert says in refused(*[tiny if word == "TINY" else word for word in arguments])


def test_a_flag_with_a_slip_gets_the_right_one_as_a_hint(refused, tiny):
    assert "hint: Did you mean --limit?" in refused("info", tiny, "--limt", "3")


def test_a_path_without_a_display_is_refused(refused, tiny):
    assert refused(tiny) == (
        "error: No display: A window cannot be shown here.\n"
        "hint: Use a verb such as shot, or see embexplorer --help.\n"
    )


def test_an_unknown_item_is_listed_as_missing_beside_the_error(cli, tiny):
    assert cli("neighbors", tiny, "qeen", "--json").document == {
        "error": {
            "title": "Item not in this space",
            "detail": '"qeen" is not among 8 items.',
            "hint": "Did you mean queen?",
        },
        "missing": ["qeen"],
    }
    assert cli("analogy", tiny, "man", "king", "lady", "--json").document["missing"] == ["lady"]


def test_a_bug_is_exit_1_with_a_traceback_that_is_also_logged(cli, install, tiny, tmp_path):
    install("KeyError('lost')")
    ran = cli(*project_failing(tiny, tmp_path))
    log = tmp_path / ".logs" / "errors.log"
    assert ran.code == 1
    assert ran.out == ""
    assert "KeyError: 'lost'" in ran.err
    assert ran.err.endswith(f"This is a bug in embexplorer. It is logged in {log}.\n")
    assert log.read_text(encoding="utf-8").strip() in ran.err
    assert not (tmp_path / "out.csv").exists()


def test_a_bug_is_told_in_json_too_even_where_no_log_can_be_written(
    cli, install, tiny, tmp_path, monkeypatch
):
    install("KeyError('lost')")
    monkeypatch.setenv("EMBEXPLORER_LOGS", str(tiny))  # a file, not a folder
    ran = cli(*project_failing(tiny, tmp_path), "--json")
    assert ran.code == 1
    assert ran.document["error"] == {
        "title": "Something went wrong",
        "detail": "KeyError: 'lost'",
        "hint": "This is a bug in embexplorer. It could not be logged.",
    }


def test_no_memory_is_for_the_person_to_mend(install, refused, tiny, tmp_path):
    install("MemoryError()")
    assert refused(*project_failing(tiny, tmp_path)) == (
        "error: Not enough memory: This needs more memory than is free.\n"
        "hint: Take the first items with --limit N, or close other programs.\n"
    )


def test_a_full_disk_is_for_the_person_to_mend(install, refused, tiny, tmp_path):
    install("OSError(28, 'No space left on device', '/cache/vectors.npy')")
    assert refused(*project_failing(tiny, tmp_path)) == (
        "error: The disk refused: /cache/vectors.npy: No space left on device.\n"
        "hint: Check that there is room and that you may write there.\n"
    )


def test_an_interrupt_is_exit_130(cli, install, tiny, tmp_path):
    install("KeyboardInterrupt()")
    ran = cli(*project_failing(tiny, tmp_path), "--json")
    assert (ran.code, ran.out, ran.err) == (130, "", "Interrupted.\n")
    assert cli(*project_failing(tiny, tmp_path), "--quiet").err == ""


def test_an_installed_plugin_has_flags_that_never_hide_ours(cli, install, tiny, tmp_path, refused):
    install("ValueError(f'{p.params.strength} {p.params.seed} {p.params.metric} {p.seed}')")
    shown = cli("project", "--help").out
    assert "--failing-seed N" in shown
    assert "--failing-metric N" in shown
    assert "--metric {cosine,euclidean,manhattan}" in shown
    flags = ("--strength", 7, "--failing-seed", 8, "--failing-metric", 9, "--seed", 1)
    ran = cli(*project_failing(tiny, tmp_path), *flags, "--json")
    assert ran.document["error"]["detail"] == "ValueError: 7 8 9 1"
    listed = cli("plugins", "projections", "--json").document["projections"]
    assert next(plugin for plugin in listed if plugin["id"] == "failing")["params"][0] == {
        "name": "strength",
        "type": "int",
        "default": 3,
        "min": 1,
        "max": 9,
        "choices": [],
        "help": "How hard it fails.",
    }
    said = refused(*project_failing(tiny, tmp_path), "--strength", 10)
    assert "Strength is 10." in said
    assert "Choose 1 to 9." in said


FORGETFUL = """
from embexplorer.core.contracts import Format

plugin = Format(
    id="forgetful", title="Forgetful", summary="Returns nothing.",
    sniff=lambda path, head: 1.0, read=lambda reading: None,
)
"""


def test_a_mistake_in_a_reader_is_a_sentence_and_its_traceback_is_logged(
    cli, tiny, tmp_path, monkeypatch
):
    site = tmp_path / "site"
    info = site / "forgetful_plugin-1.0.dist-info"
    info.mkdir(parents=True)
    (site / "forgetful_plugin.py").write_text(FORGETFUL)
    (info / "METADATA").write_text("Metadata-Version: 2.1\nName: forgetful-plugin\nVersion: 1.0\n")
    (info / "entry_points.txt").write_text("[embexplorer.formats]\nf = forgetful_plugin\n")
    monkeypatch.syspath_prepend(site)
    ran = cli("info", tiny)
    log = tmp_path / ".logs" / "errors.log"
    assert ran.code == 2
    assert ran.err.startswith(f"It is logged in {log}.\nerror: The reader stopped unexpectedly: ")
    assert "Traceback" not in ran.err
    assert "read_filling.py" in log.read_text(encoding="utf-8")
