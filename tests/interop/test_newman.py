"""newman, which is Postman without its window, runs the article's calls from a collection that one may import."""

import json
import subprocess
from pathlib import Path
from typing import Any

from jeton.testing.served import Served
from tests.interop.clients import Registered, register
from tests.interop.scripts import FOLDER, LONGEST_S, environment, node

COLLECTION = FOLDER / "article.postman_collection.json"


def newman(app: Registered, report: Path) -> tuple[int, dict[str, Any]]:
    """Run the collection for this application; its exit code and what it saw."""
    values = {"url": app.issuer, "client_id": app.client_id, "client_secret": app.client_secret}
    command = [node(), "node_modules/newman/bin/newman.js", "run", COLLECTION.name, "--reporters", "json"]
    command += ["--reporter-json-export", str(report), "--timeout", str(LONGEST_S * 1000)]
    command += [word for name, value in values.items() for word in ("--env-var", f"{name}={value}")]
    done = subprocess.run(
        command, cwd=FOLDER, env=environment(), capture_output=True, text=True, check=False, timeout=LONGEST_S
    )
    assert report.is_file(), done.stderr
    seen: dict[str, Any] = json.loads(report.read_text())["run"]
    return done.returncode, seen


def test_postman_makes_the_article_s_calls(served: Served, tmp_path: Path) -> None:
    scopes = ("--scope", "users.readwrite", "--scope", "files.readwrite")
    app = register(served, "--name", "Postman", "--type", "server", *scopes)
    code, seen = newman(app, tmp_path / "report.json")
    assert seen["failures"] == []
    calls = len(json.loads(COLLECTION.read_text())["item"])
    assert (code, seen["stats"]["requests"], seen["stats"]["assertions"]["total"]) == (
        0,
        {"total": calls, "pending": 0, "failed": 0},
        calls,
    )


def test_postman_is_told_that_a_secret_is_wrong(robot: Registered, tmp_path: Path) -> None:
    code, seen = newman(robot._replace(client_secret="wrong"), tmp_path / "report.json")
    assert (code, seen["stats"]["assertions"]["failed"]) == (1, seen["stats"]["assertions"]["total"])
    assert seen["executions"][0]["response"]["code"] == 401
