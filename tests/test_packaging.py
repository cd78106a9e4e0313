"""What the wheel holds, what is pinned, and that set-up asks the system for all that Qt loads."""

from __future__ import annotations

import ast
import contextlib
import itertools
import os
import re
import subprocess
import sys
import tarfile
import tomllib
import zipfile
from importlib import metadata
from pathlib import Path

import PySide6
import pytest
from hatchling import build
from packaging.requirements import Requirement
from packaging.utils import NormalizedName, canonicalize_name
from packaging.version import Version

import embexplorer
from embexplorer.plugins import KINDS
from embexplorer.storage.paths import resource

ROOT = Path(__file__).resolve().parents[1]
PROJECT = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))
CORE = [Requirement(text) for text in PROJECT["project"]["dependencies"]]
EXTRAS = {
    name: [Requirement(text) for text in texts]
    for name, texts in PROJECT["project"]["optional-dependencies"].items()
}
BUILD = [Requirement(text) for text in PROJECT["build-system"]["requires"]]


def read_pins() -> dict[NormalizedName, Version]:
    lines = (ROOT / "packaging" / "constraints.txt").read_text(encoding="utf-8").splitlines()
    rows = [line.split("==") for line in lines if not line.startswith("#")]
    assert all(len(row) == 2 for row in rows), "constraints.txt holds only name==version"
    return {canonicalize_name(name): Version(version) for name, version in rows}


PINS = read_pins()


@pytest.fixture(scope="module")
def wheel(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("wheel")
    with contextlib.chdir(ROOT):
        return folder / build.build_wheel(str(folder))


@pytest.fixture(scope="module")
def wheel_names(wheel: Path) -> set[str]:
    with zipfile.ZipFile(wheel) as archive:
        return set(archive.namelist())


def files_below(folder: Path) -> set[str]:
    return {
        path.relative_to(folder).as_posix()
        for path in folder.rglob("*")
        if path.is_file() and "__pycache__" not in path.parts and not path.name.startswith(".")
    }


def test_wheel_holds_every_resource_inside_the_package(wheel_names: set[str]) -> None:
    resources = files_below(ROOT / "resources")
    assert {name.split("/")[0] for name in resources} >= {"icons", "samples", "themes"}
    assert {f"embexplorer/resources/{name}" for name in resources} <= wheel_names


def test_wheel_holds_every_module(wheel_names: set[str]) -> None:
    modules = {name for name in files_below(ROOT / "embexplorer") if name.endswith(".py")}
    assert "__main__.py" in modules
    assert {f"embexplorer/{name}" for name in modules} <= wheel_names


def test_wheel_holds_nothing_beside_the_package(wheel_names: set[str]) -> None:
    info = f"embexplorer-{embexplorer.__version__}.dist-info"
    assert {name.split("/")[0] for name in wheel_names} == {"embexplorer", info}


def test_source_distribution_holds_tests_and_set_up(tmp_path: Path) -> None:
    with contextlib.chdir(ROOT):
        path = tmp_path / build.build_sdist(str(tmp_path))
    with tarfile.open(path) as archive:
        names = {name.partition("/")[2] for name in archive.getnames()}
    for folder in ("embexplorer", "resources", "tests", "packaging"):
        assert {f"{folder}/{name}" for name in files_below(ROOT / folder)} <= names
    assert {"Makefile", "LICENSE", "CHANGELOG.md", "pyproject.toml"} <= names
    assert not [name for name in names if name.startswith((".venv", "dist"))]


def test_resources_are_found_in_the_checkout() -> None:
    assert resource("samples") == ROOT / "resources" / "samples"
    with pytest.raises(FileNotFoundError, match="no-such-file"):
        resource("no-such-file")


def test_resources_are_found_in_an_installed_wheel(wheel: Path, tmp_path: Path) -> None:
    site = tmp_path / "site"
    elsewhere = tmp_path / "elsewhere"
    elsewhere.mkdir()
    with zipfile.ZipFile(wheel) as archive:
        archive.extractall(site)
    # An editable install would put the checkout on the path again.
    program = (
        "import sys; sys.path[:] = [p for p in sys.path if p != sys.argv[1]]\n"
        "from embexplorer.storage import paths\n"
        "print(paths.__file__, paths.resource('samples'), sep='\\n')"
    )
    run = subprocess.run(
        [sys.executable, "-P", "-c", program, str(ROOT)],
        cwd=elsewhere,
        env={**os.environ, "PYTHONPATH": str(site)},
        capture_output=True,
        text=True,
        check=True,
    )
    module, folder = map(Path, run.stdout.splitlines())
    assert module == site / "embexplorer" / "storage" / "paths.py"
    assert folder == site / "embexplorer" / "resources" / "samples"
    assert files_below(folder) == files_below(ROOT / "resources" / "samples")


@pytest.mark.parametrize("python", ["3.11", "3.12", "3.13"])
def test_every_requirement_is_pinned_to_a_version_it_allows(python: str) -> None:
    wanted = [*CORE, *BUILD, *(one for extra in EXTRAS.values() for one in extra)]
    environment = {"python_version": python, "python_full_version": f"{python}.0"}
    for requirement in wanted:
        if requirement.marker is None or requirement.marker.evaluate(environment):
            assert PINS[canonicalize_name(requirement.name)] in requirement.specifier, requirement


def test_the_whole_closure_is_pinned() -> None:
    waiting = [*CORE, *(one for extra in EXTRAS.values() for one in extra)]
    seen: set[str] = set()
    while waiting:
        requirement = waiting.pop()
        if str(requirement) in seen:
            continue
        seen.add(str(requirement))
        exact = any(part.operator == "==" for part in requirement.specifier)
        name = canonicalize_name(requirement.name)
        # torch pins its accelerator libraries itself, and they differ by platform.
        assert exact or name in PINS, f"constraints.txt lacks {requirement}"
        if name in PINS:
            waiting.extend(installed_requirements(name, requirement.extras))


def installed_requirements(name: str, extras: set[str]) -> list[Requirement]:
    try:
        texts = metadata.requires(name) or []
    except metadata.PackageNotFoundError:
        return []
    found = map(Requirement, texts)
    return [one for one in found if is_wanted(one, extras)]


def is_wanted(requirement: Requirement, extras: set[str]) -> bool:
    marker = requirement.marker
    return marker is None or any(marker.evaluate({"extra": extra}) for extra in ("", *extras))


@pytest.mark.parametrize(("python", "is_allowed"), [("3.11", False), ("3.12", True)])
def test_the_qt_that_aborts_on_python_311_is_never_installed_there(
    python: str, is_allowed: bool
) -> None:
    ranges = [
        one.specifier
        for one in CORE
        if one.name == "PySide6-Essentials"
        and one.marker is not None
        and one.marker.evaluate({"python_version": python})
    ]
    assert len(ranges) == 1
    assert ("6.12.0" in ranges[0]) == is_allowed
    assert PINS[canonicalize_name("PySide6-Essentials")].release[:2] == (6, 11)


def test_torch_is_open_in_the_project_and_pinned_in_set_up() -> None:
    (torch,) = [one for one in CORE if one.name == "torch"]
    assert {part.operator for part in torch.specifier} == {">="}
    assert PINS[canonicalize_name("torch")] == Version("2.13.0")


def test_every_dependency_has_its_reason() -> None:
    lines = (ROOT / "pyproject.toml").read_text(encoding="utf-8").splitlines()
    named = [*CORE, *(one for extra in EXTRAS.values() for one in extra)]
    reasoned = {
        text.group(1)
        for reason, line in itertools.pairwise(lines)
        if (text := re.fullmatch(r'    "([^"]+)",', line))
        and re.fullmatch(r"    # [A-Z].+\.", reason)
    }
    assert {str(one) for one in named} == {str(Requirement(text)) for text in reasoned}


def test_every_library_that_is_imported_is_declared() -> None:
    declared = {canonicalize_name(one.name) for one in CORE}
    for extra, requirements in EXTRAS.items():
        if extra not in ("test", "dev"):
            declared |= {canonicalize_name(one.name) for one in requirements}
    distributions = metadata.packages_distributions()
    # mypy alone knows _typeshed.
    ours = {*sys.stdlib_module_names, "embexplorer", "_typeshed"}
    for path in (ROOT / "embexplorer").rglob("*.py"):
        for name in imported_packages(path) - ours:
            owners = {canonicalize_name(owner) for owner in distributions.get(name, [name])}
            assert owners & declared, f"{path.relative_to(ROOT)} imports {name}"


def imported_packages(path: Path) -> set[str]:
    names: list[str] = []
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Import):
            names += [alias.name for alias in node.names]
        elif isinstance(node, ast.ImportFrom) and node.module:
            names.append(node.module)
    return {name.split(".")[0] for name in names}


def test_plugins_of_every_kind_are_kept_strangers() -> None:
    contracts = PROJECT["tool"]["importlinter"]["contracts"]
    independent = {one["modules"][0] for one in contracts if one["type"] == "independence"}
    packages = {f"embexplorer.{kind.kind}" for kind in KINDS}
    assert {f"{package}.*" for package in packages} <= independent


@pytest.mark.skipif(sys.platform != "linux", reason="elsewhere Qt's wheel brings all it needs")
@pytest.mark.parametrize(
    "library",
    [
        "QtWidgets.abi3.so",
        "QtSvg.abi3.so",
        "QtPrintSupport.abi3.so",
        "Qt/plugins/platforms/libqxcb.so",
        "Qt/plugins/platforms/libqoffscreen.so",
        "Qt/plugins/xcbglintegrations/libqxcb-glx-integration.so",
    ],
)
def test_set_up_brought_every_library_that_qt_loads(library: str) -> None:
    path = Path(PySide6.__file__).parent / library
    run = subprocess.run(["ldd", path], capture_output=True, text=True, check=True)
    assert "libQt6Core.so.6 => " in run.stdout
    assert [line.strip() for line in run.stdout.splitlines() if "not found" in line] == []


def find_python(python: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        ["sh", str(ROOT / "packaging" / "find_python.sh")],
        env={**os.environ, "PYTHON": python},
        capture_output=True,
        text=True,
        check=False,
    )


def test_the_named_interpreter_is_taken() -> None:
    run = find_python(sys.executable)
    assert (run.returncode, run.stdout.strip()) == (0, sys.executable)


def test_a_missing_interpreter_is_answered_with_what_to_do() -> None:
    run = find_python("no-such-python")
    assert run.returncode == 1
    assert run.stdout == ""
    assert "needs Python 3.11" in run.stderr
    assert "PYTHON=/path/to/python3" in run.stderr
