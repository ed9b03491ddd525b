"""Rules of the house that no linter knows, held over every file that git tracks."""

import ast
import json
import re
import subprocess
from functools import cache
from itertools import groupby
from pathlib import Path

import pytest

ROOT = Path(__file__).parent.parent
PACKAGE = ROOT / "src" / "jeton"
LONGEST_FILE = 400
WRITTEN_BY_HAND = {".py", ".js", ".css", ".html"}


@cache
def tracked() -> tuple[Path, ...]:
    listed = subprocess.run(["git", "ls-files", "-z"], cwd=ROOT, check=True, capture_output=True, text=True)
    return tuple(sorted(path for name in listed.stdout.split("\0") if name and (path := ROOT / name).is_file()))


@cache
def texts() -> dict[str, str]:
    """Every tracked file that is text, by its path from the root."""
    found = {}
    for path in tracked():
        content = path.read_bytes()
        if b"\0" not in content:
            found[path.relative_to(ROOT).as_posix()] = content.decode()
    return found


def is_product_code(name: str) -> bool:
    return name.startswith("src/jeton/") and name.endswith(".py") and "/tests/" not in name


def product_code() -> dict[str, ast.Module]:
    return {name: ast.parse(text) for name, text in texts().items() if is_product_code(name)}


def test_no_file_is_longer_than_a_reader_can_hold() -> None:
    lengths = {name: len(text.splitlines()) for name, text in texts().items() if Path(name).suffix in WRITTEN_BY_HAND}
    assert lengths
    assert {name: length for name, length in lengths.items() if length > LONGEST_FILE} == {}


@pytest.mark.parametrize("name", ["run", "test"])
def test_a_lock_file_names_versions_and_hashes_and_no_host(name: str) -> None:
    lock = texts()[f"requirements/{name}.txt"]
    requirements = re.split(r"\n(?=\S)", lock.strip())
    assert requirements
    for requirement in requirements:
        assert re.match(r"[a-z0-9][a-z0-9._-]*==\S+", requirement), requirement
        assert " --hash=sha256:" in requirement, requirement
    assert "://" not in lock
    assert "index" not in lock.lower()


def test_the_lock_of_node_packages_names_versions_and_hashes_and_no_host() -> None:
    packages = json.loads(texts()["tests/interop/node/package-lock.json"])["packages"]
    asked = packages.pop("")["devDependencies"]
    assert {f"node_modules/{name}" for name in asked} <= set(packages)
    for name, package in packages.items():
        assert package["integrity"].startswith("sha512-"), name
        assert package["version"], name
        assert "resolved" not in package, name


def test_the_run_time_lock_holds_whatever_the_project_asks_for() -> None:
    project = (ROOT / "pyproject.toml").read_text()
    asked = re.findall(r'^    "([a-z0-9-]+)>=', project, flags=re.MULTILINE)
    locked = re.findall(r"^([a-z0-9.-]+)==", texts()["requirements/run.txt"], flags=re.MULTILINE)
    assert len(asked) > 10
    assert set(asked) <= set(locked)


def test_the_two_locks_agree_on_what_both_hold() -> None:
    lines = [
        line.split(" ")[0]
        for name in ("run", "test")
        for line in texts()[f"requirements/{name}.txt"].splitlines()
        if re.match(r"[a-z0-9]", line)
    ]
    versions = {
        package: {*found} for package, found in groupby(sorted(set(lines)), key=lambda line: line.split("==")[0])
    }
    assert {package: found for package, found in versions.items() if len(found) > 1} == {}


def test_no_file_knows_the_machine_it_was_written_on() -> None:
    home = re.compile(r"(?<![\w.>)}/-])/(?:home|root|Users|work)/\w")
    named = {name: found.group() for name, text in texts().items() if (found := home.search(text))}
    assert named == {}


def test_every_module_says_what_lives_in_it() -> None:
    modules = product_code()
    assert modules
    silent = [name for name, module in modules.items() if module.body and ast.get_docstring(module) is None]
    assert silent == []


def test_every_folder_of_the_package_says_what_lives_in_it() -> None:
    folders = {(ROOT / name).parent for name in texts() if is_product_code(name)}
    folders = {folder for folder in folders if "migrations" not in folder.relative_to(PACKAGE).parts}
    assert PACKAGE in folders
    undescribed = [
        folder.relative_to(PACKAGE).as_posix()
        for folder in sorted(folders)
        if not (folder / "__init__.py").is_file()
        or not ast.get_docstring(ast.parse((folder / "__init__.py").read_text()))
    ]
    assert undescribed == []


def test_every_folder_of_tests_stands_in_the_folder_that_it_tests() -> None:
    strays = [
        name
        for name in texts()
        if Path(name).name.startswith("test_") and name.endswith(".py") and "tests" not in Path(name).parts
    ]
    assert strays == []


def test_no_service_ends_a_transaction() -> None:
    ended = [
        f"{name}:{node.lineno}"
        for name, module in product_code().items()
        if name.startswith("src/jeton/families/")
        for node in ast.walk(module)
        if isinstance(node, ast.Attribute) and node.attr in {"commit", "rollback", "flush"}
    ]
    assert ended == []


def test_what_builds_the_wheel_is_locked_too() -> None:
    backend = re.search(r"requires = \[(.*)\]", texts()["pyproject.toml"])
    assert backend
    locked = texts()["requirements/run.txt"]
    for name in re.findall(r'"([a-z]+)"', backend.group(1)):
        assert re.search(rf"^{name}==", locked, flags=re.MULTILINE), name


@pytest.mark.parametrize("folder", ["docs/decisions", "changes"])
def test_decisions_and_changes_have_each_their_number(folder: str) -> None:
    names = [name.removeprefix(f"{folder}/") for name in texts() if name.startswith(f"{folder}/")]
    numbers = [name.partition("-")[0] for name in names]
    assert all(re.fullmatch(r"\d{4}-[a-z0-9-]+\.md", name) for name in names)
    assert sorted({number for number in numbers if numbers.count(number) > 1}) == []


def test_a_decision_begins_with_its_number() -> None:
    for name, text in texts().items():
        if name.startswith("docs/decisions/"):
            assert text.startswith(f"# {Path(name).name[:4]}. "), name
