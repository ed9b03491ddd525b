"""The README is true: its blocks run in their order in one shell, and its tables are those of the code."""

import json
import os
import re
import shutil
import signal
import socket
import subprocess
import sys
from itertools import pairwise
from pathlib import Path
from typing import Any

import pytest

from jeton.assembly.settings import SETTINGS
from jeton.cli.main import build_parser

ROOT = Path(__file__).parent.parent
README = (ROOT / "README.md").read_text(encoding="utf-8")
BLOCKS = re.findall(r"^```(\w+)\n(.*?)^```$", README, re.MULTILINE | re.DOTALL)
ROWS = [tuple(cell.strip() for cell in line.strip("|").split("|")) for line in README.splitlines() if line[:1] == "|"]
SEPARATOR = "=== end of a block ==="
CHANGING = {"access_token", "request_id", "device_code", "user_code", "verification_uri", "verification_uri_complete"}
SHELL = shutil.which("bash") or "/bin/bash"


def free_port() -> int:
    with socket.socket() as found:
        found.bind(("127.0.0.1", 0))
        port: int = found.getsockname()[1]
        return port


def run_blocks(folder: Path) -> list[str]:
    """Run every shell block, in order, in one shell that stops at the first failure; what each printed."""
    script = "".join(f"{text}\necho '{SEPARATOR}'\n" for kind, text in BLOCKS if kind == "sh")
    assert script.count("8080") == 2
    kept = {name: value for name, value in os.environ.items() if not name.startswith("JETON_")}
    programs = str(Path(sys.executable).parent)
    process = subprocess.Popen(
        [SHELL, "-e", "-o", "pipefail", "-c", script.replace("8080", str(free_port()))],
        cwd=folder,
        env={**kept, "JETON_DATA": str(folder / "data"), "PATH": f"{programs}:{kept['PATH']}", "LC_ALL": "C.UTF-8"},
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        start_new_session=True,  # all that the blocks start can be ended together, whatever happens
    )
    try:
        printed, complaints = process.communicate(timeout=90)
    finally:
        if process.poll() is None:
            os.killpg(process.pid, signal.SIGKILL)
            process.wait()
    assert process.returncode == 0, complaints
    with pytest.raises(ProcessLookupError):
        os.killpg(process.pid, 0)  # nothing is left running
    return printed.split(SEPARATOR + "\n")[:-1]


def steady(value: Any) -> Any:
    """The members of an answer in their order, without the values that differ each time."""
    return [(name, None if name in CHANGING else held) for name, held in value.items()]


def test_every_block_runs_and_prints_what_the_page_shows(tmp_path: Path) -> None:
    printed = run_blocks(tmp_path)
    shown = [(kind, text) for kind, text in BLOCKS if kind != "sh"]
    assert {kind for kind, _ in shown} == {"json", "text"}
    count = -1
    for (kind, _), (following, expected) in pairwise(BLOCKS):
        count += kind == "sh"
        if following == "json":
            assert steady(json.loads(printed[count])) == steady(json.loads(expected))
        elif following == "text":
            assert printed[count] == expected


def test_the_table_of_settings_is_the_code_s() -> None:
    told = [row for row in ROWS if row[0].startswith("`JETON_")]
    assert told == [(f"`{setting.name}`", setting.default.strip("`"), setting.meaning) for setting in SETTINGS]


def test_every_command_is_told_and_exists(capsys: pytest.CaptureFixture[str]) -> None:
    told = [row[0].strip("`").split()[1:] for row in ROWS if row[0].startswith("`jeton ")]
    groups = {words[0] for words in told if len(words) == 2}
    for words in [*told, [], *([group] for group in sorted(groups))]:
        with pytest.raises(SystemExit) as left:
            build_parser().parse_args([*words, "--help"])
        assert left.value.code == 0
        helped = capsys.readouterr().out
        if words in ([], *([group] for group in groups)):
            listed = re.search(r"COMMAND\n(.*?)(?:\n\n|\Z)", helped, re.DOTALL)
            assert listed is not None
            offered = set(re.findall(r"^ {4}(\w+)", listed[1], re.MULTILINE))
            assert offered == {row[len(words)] for row in told if row[: len(words)] == words}


def test_make_does_what_the_page_says() -> None:
    program = shutil.which("make")
    assert program is not None
    targets = re.findall(r"^ {4}make (\w+)", README, re.MULTILINE)
    assert targets == ["run", "test", "bench"]
    for target, does in zip(targets, ("jeton serve", "check unit", "python -m benchmarks"), strict=True):
        dry = subprocess.run([program, "-n", target], cwd=ROOT, capture_output=True, text=True, check=True)
        assert does in dry.stdout


def test_every_page_that_is_pointed_at_exists() -> None:
    pages = [ROOT / "README.md", ROOT / "CONTRIBUTING.md", *(ROOT / "docs").rglob("*.md")]
    for page in pages:
        for target in re.findall(r"\]\(([^)#:]+)\)", page.read_text(encoding="utf-8")):
            assert (page.parent / target).exists(), f"{page.name}: {target}"
