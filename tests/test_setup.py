"""The four commands on any machine: what they run, what a second time costs, what they say when they may not."""

import os
import re
import shutil
import subprocess
import sys
import time
from pathlib import Path

import pytest

from jeton import __version__

ROOT = Path(__file__).parent.parent
NODE = Path("tests", "interop", "node")
SHELL = shutil.which("sh") or "/bin/sh"


def make(*arguments: str, folder: Path = ROOT, path: str = os.environ["PATH"]) -> subprocess.CompletedProcess[str]:
    """Run make as a newcomer would: nothing of an outer make is inherited."""
    environment = {"PATH": path, "HOME": os.environ.get("HOME", "/"), "LC_ALL": "C"}
    program = shutil.which("make")
    assert program
    return subprocess.run(
        [program, *arguments], cwd=folder, env=environment, capture_output=True, text=True, check=False
    )


@pytest.fixture
def clone(tmp_path: Path) -> Path:
    """A folder with what set-up reads and a virtual environment that stands, with nothing installed into it yet."""
    for name in ("Makefile", "pyproject.toml"):
        shutil.copy(ROOT / name, tmp_path)
    shutil.copytree(ROOT / "requirements", tmp_path / "requirements")
    (tmp_path / NODE).mkdir(parents=True)
    for name in ("package.json", "package-lock.json"):
        shutil.copy(ROOT / NODE / name, tmp_path / NODE)
    (tmp_path / ".venv").mkdir()
    (tmp_path / ".venv" / ".made").touch()
    return tmp_path


def commands(folder: Path, at: dict[str, str]) -> str:
    """A folder of programs, each a line of shell, for a PATH of its own."""
    folder.mkdir()
    for name in ("cat", "grep", "touch", "env", "mkdir", "find", "sh"):
        found = shutil.which(name)
        assert found
        (folder / name).symlink_to(found)
    for name, script in at.items():
        (folder / name).write_text(f"#!{SHELL}\n{script}\n")
        (folder / name).chmod(0o755)
    return str(folder)


def test_a_second_set_up_does_nothing_and_takes_no_time() -> None:
    make("setup")
    begun = time.perf_counter()
    again = make("setup")
    assert again.returncode == 0, again.stderr
    assert "pip" not in again.stdout
    assert time.perf_counter() - begun < 1.0


def test_set_up_installs_by_hash_from_wheels_alone_and_then_the_project_without_isolation(clone: Path) -> None:
    plan = make("--dry-run", "setup", folder=clone)
    assert plan.returncode == 0, plan.stderr
    installs = [line for line in plan.stdout.splitlines() if " pip install " in line]
    assert len(installs) == 2
    assert "--no-deps --require-hashes --only-binary :all: -r requirements/run.txt" in installs[0]
    assert "--no-deps --no-build-isolation --editable ." in installs[1]
    assert "requirements/test.txt" not in plan.stdout


@pytest.mark.parametrize(
    ("goal", "last"), [("run", "jeton serve"), ("bench", "python -m benchmarks"), ("test", "tests/coverage_floor.py")]
)
def test_each_goal_sets_up_what_it_needs_first(clone: Path, goal: str, last: str) -> None:
    plan = make("--dry-run", goal, folder=clone)
    assert plan.returncode == 0, plan.stderr
    lines = [line for line in plan.stdout.splitlines() if line.strip()]
    assert "requirements/run.txt" in plan.stdout
    assert last in lines[-1]


def test_the_checks_are_all_of_them(clone: Path) -> None:
    plan = make("--dry-run", "test", folder=clone).stdout
    for check in ("ruff check .", "ruff format --check .", "/mypy", "/lint-imports", "-m pytest --cov"):
        assert check in plan


def test_who_may_not_install_debian_packages_is_told_the_one_line_and_nothing_is_skipped(clone: Path) -> None:
    path = commands(
        clone / "bin",
        {"dpkg-query": "exit 1", "id": "echo 1000", "sudo": "exit 1", "apt-get": "echo never >&2; exit 1"},
    )
    refused = make(".venv/.debian", folder=clone, path=path)
    assert refused.returncode != 0
    wanted = (ROOT / "requirements" / "debian.txt").read_text().split()
    assert f"sudo apt-get install -y --no-install-recommends {' '.join(wanted)}" in refused.stdout
    assert "never" not in refused.stderr
    assert not (clone / ".venv" / ".debian").exists()


@pytest.mark.parametrize(
    ("who", "sudo"), [("0", "exit 1"), ("1000", 'if [ "$1" = -n ]; then exit 0; fi; exec env "$@"')]
)
def test_who_may_install_debian_packages_gets_those_that_are_missing(clone: Path, who: str, sudo: str) -> None:
    wanted = (ROOT / "requirements" / "debian.txt").read_text().split()
    there = f'case "$*" in *{wanted[0]}) echo "install ok installed";; *) exit 1;; esac'
    asked = clone / "asked"
    path = commands(
        clone / "bin", {"dpkg-query": there, "id": f"echo {who}", "sudo": sudo, "apt-get": f'echo "$*" >> {asked}'}
    )
    done = make(".venv/.debian", folder=clone, path=path)
    assert done.returncode == 0, done.stdout + done.stderr
    assert asked.read_text().splitlines() == [
        "update -q",
        f"install -q -y --no-install-recommends {' '.join(wanted[1:])}",
    ]
    assert (clone / ".venv" / ".debian").exists()


@pytest.mark.parametrize(("there", "wanted"), [((), ["nodejs", "npm"]), (("node",), ["npm"]), (("node", "npm"), [])])
def test_node_is_taken_as_it_is_and_from_debian_only_where_there_is_none(
    clone: Path, there: tuple[str, ...], wanted: list[str]
) -> None:
    asked, ran = clone / "asked", clone / "ran"
    programs = {"node": "exit 0", "npm": f'echo "$*" >> {ran}; mkdir -p node_modules'}
    missing = "".join(f"cp {clone}/later/{name} {clone}/bin/{name}; " for name in programs if name not in there)
    commands(clone / "later", programs)
    scripts = {"dpkg-query": "exit 1", "id": "echo 0", "apt-get": f'echo "$*" >> {asked}; {missing}'}
    path = commands(clone / "bin", {**scripts, **{name: programs[name] for name in there}})
    copy = shutil.which("cp")
    assert copy
    (clone / "bin" / "cp").symlink_to(copy)
    done = make(f"{NODE}/node_modules/.made", folder=clone, path=path)
    assert done.returncode == 0, done.stdout + done.stderr
    installs = asked.read_text().splitlines() if asked.exists() else []
    assert installs[1:] == [f"install -q -y --no-install-recommends {' '.join(wanted)}"] * bool(wanted)
    assert ran.read_text().startswith("ci --ignore-scripts")
    assert (clone / NODE / "node_modules" / ".made").exists()


def test_a_node_that_is_too_old_is_said_plainly(clone: Path) -> None:
    path = commands(clone / "bin", {"node": "exit 1", "npm": "exit 0"})
    refused = make(f"{NODE}/node_modules/.made", folder=clone, path=path)
    assert refused.returncode != 0
    assert "Node 18" in refused.stdout
    assert not (clone / NODE / "node_modules").exists()


def test_no_python_is_said_plainly(clone: Path) -> None:
    (clone / ".venv" / ".made").unlink()
    refused = make("setup", "PYTHON=python3.nowhere", folder=clone)
    assert refused.returncode != 0
    assert "CPython 3.11" in refused.stdout


def test_the_command_and_the_module_are_one() -> None:
    told = {
        subprocess.run([*command, "--version"], capture_output=True, text=True, check=True).stdout
        for command in ([Path(sys.executable).with_name("jeton")], [sys.executable, "-m", "jeton"])
    }
    assert told == {f"jeton {__version__}\n"}


def test_the_check_of_a_fresh_machine_is_what_a_developer_runs() -> None:
    script = ROOT / ".ci" / "run"
    assert os.access(script, os.X_OK)
    assert re.search(r"^exec make test$", script.read_text(), flags=re.MULTILINE)
