"""Holds what the tests covered to its floors. Run by `make test` after pytest; it reads the data that pytest left.

What decides who may do what is covered whole, branches included; every other room to nine tenths.
"""

import json
import sys
import tempfile
from collections import Counter
from pathlib import Path
from typing import Any

from coverage import Coverage

FLOOR = 0.90
STRICT = ("oauth2/", "kernel/doors.py", "edge/guard.py")
"""Covered whole: files, and folders with all that they hold."""

PACKAGE = Path("src/jeton").resolve()


def main() -> int:
    """Print each room with its share, then what falls short. Gives the exit code."""
    files = read_files()
    rooms: dict[str, Counter[str]] = {}
    short = []
    for name, found in sorted(files.items()):
        summary = found["summary"]
        rooms.setdefault(name.split("/")[0], Counter()).update(
            whole=summary["num_statements"] + summary["num_branches"],
            covered=summary["covered_lines"] + summary["covered_branches"],
        )
        if name.startswith(STRICT) and (found["missing_lines"] or found["missing_branches"]):
            short.append(f"{name}: not tested: lines {found['missing_lines']}, branches {found['missing_branches']}")
    for room, counted in rooms.items():
        share = counted["covered"] / counted["whole"] if counted["whole"] else 1.0
        print(f"{room:<12} {share:7.1%} of {counted['whole']}")
        if share < FLOOR:
            short.append(f"{room}: under {FLOOR:.0%}: .venv/bin/coverage report --include '*/jeton/{room}*'")
    short += [f"{name}: not measured at all" for name in STRICT if not any(file.startswith(name) for file in files)]
    if short:
        print("", "Not covered enough:", *short, sep="\n")
    return 1 if short else 0


def read_files() -> dict[str, dict[str, Any]]:
    """Each measured file, by its path inside the package, with what coverage's JSON report tells of it."""
    coverage = Coverage()
    coverage.load()
    with tempfile.TemporaryDirectory() as folder:
        report = Path(folder) / "coverage.json"
        coverage.json_report(outfile=str(report), include="*/src/jeton/*")  # not what tests wrote elsewhere
        files = json.loads(report.read_text(encoding="utf-8"))["files"]
    ours = {Path(name).resolve(): found for name, found in files.items()}
    # A test may make a package of its own elsewhere, under our name.
    return {path.relative_to(PACKAGE).as_posix(): found for path, found in ours.items() if PACKAGE in path.parents}


if __name__ == "__main__":
    sys.exit(main())
