"""The wheel holds what runs, and nothing else: built as a release is, looked into, installed and asked its version."""

import os
import subprocess
import sys
import zipfile
from pathlib import Path, PurePosixPath

import pytest

from jeton import __version__

ROOT = Path(__file__).parent.parent
CARD = f"jeton-{__version__}.dist-info"
ASSETS = {".css", ".gif", ".html", ".ico", ".jinja", ".js", ".mako", ".po", ".png", ".svg", ".txt", ".typed"}


def run(*command: str | Path, folder: Path = ROOT, environment: dict[str, str] | None = None, typed: str = "") -> str:
    done = subprocess.run(
        command, cwd=folder, env=environment, input=typed, capture_output=True, text=True, check=False
    )
    assert done.returncode == 0, done.stdout + done.stderr
    return done.stdout


@pytest.fixture(scope="module")
def wheel(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Built without network and without isolation: the backend is in the run-time lock."""
    folder = tmp_path_factory.mktemp("wheel")
    run(sys.executable, "-m", "hatchling", "build", "--target", "wheel", "--directory", folder)
    (built,) = folder.glob("*.whl")
    return built


@pytest.fixture(scope="module")
def names(wheel: Path) -> set[str]:
    return set(zipfile.ZipFile(wheel).namelist())


def tracked(*suffixes: str) -> set[str]:
    """The package's own files with one of these suffixes, tests left out, as a wheel names them."""
    listed = run("git", "ls-files", "-z", "src/jeton").split("\0")
    files = {PurePosixPath(name).relative_to("src") for name in listed if name and (ROOT / name).is_file()}
    return {str(file) for file in files if file.suffix in suffixes and "tests" not in file.parts}


def test_every_module_is_in_the_wheel(names: set[str]) -> None:
    assert "jeton/__init__.py" in names
    assert tracked(".py") <= names


def test_templates_styles_scripts_and_pictures_are_in_the_wheel(names: set[str]) -> None:
    assert tracked(*(ASSETS - {".po"})) <= names


def test_each_catalogue_is_in_the_wheel_compiled_and_without_its_source(names: set[str]) -> None:
    catalogues = tracked(".po")
    assert {name.removesuffix(".po") + ".mo" for name in catalogues} == {name for name in names if name.endswith(".mo")}
    assert not catalogues & names


def test_no_test_is_in_the_wheel(names: set[str]) -> None:
    assert [name for name in names if "tests" in PurePosixPath(name).parts or "test_" in name] == []


def test_nothing_but_the_package_and_its_card_is_in_the_wheel(names: set[str]) -> None:
    assert {PurePosixPath(name).parts[0] for name in names} == {"jeton", CARD}
    assert f"{CARD}/licenses/LICENSE" in names


def test_an_installed_wheel_makes_a_platform_and_finds_it_sound(wheel: Path, tmp_path: Path) -> None:
    installed, data = tmp_path / "installed", tmp_path / "data"
    run(sys.executable, "-m", "pip", "install", "--quiet", "--no-deps", "--no-index", "--target", installed, wheel)
    assert (installed / "bin" / "jeton").is_file()

    # The folder of the wheel comes before the checkout, which is installed for the tests.
    environment = {"PATH": os.environ["PATH"], "PYTHONPATH": str(installed), "JETON_DATA": str(data)}

    def python(*arguments: str, typed: str = "") -> str:
        return run(sys.executable, *arguments, folder=tmp_path, environment=environment, typed=typed)

    assert Path(python("-c", "import jeton; print(jeton.__file__)").strip()).is_relative_to(installed)
    assert python("-m", "jeton", "--version").strip() == f"jeton {__version__}"
    administrator = ("--admin-login", "ana", "--admin-email", "ana@example.org", "--admin-password-stdin")
    python("-m", "jeton", "init", *administrator, typed="seven green umbrellas\n")
    python("-m", "jeton", "doctor")
