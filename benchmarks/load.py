"""Load from one core: wrk, which spends little enough on a request that the server stays what is measured."""

import json
import subprocess
import textwrap
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Final, NamedTuple

CLIENT_CORE: Final = 1


@dataclass(frozen=True, slots=True, kw_only=True)
class Request:
    """What is asked, over and over, on connections that stay open."""

    method: str
    url: str
    headers: Mapping[str, str] = field(default_factory=dict)
    body: str | None = None


class Measured(NamedTuple):
    """What one run gave."""

    requests: float
    rate: float
    p50_ms: float
    p99_ms: float


class BadAnswers(RuntimeError):
    """Some answers were no success, so that their rate says nothing."""


_SCRIPT: Final = """\
    wrk.method = {method}
    wrk.body = {body}
    {headers}
    done = function(summary, latency, requests)
        local errors = summary.errors
        io.write(string.format(
            '\\n{{"requests": %d, "micros": %d, "p50": %d, "p99": %d, "errors": %d}}\\n',
            summary.requests, summary.duration, latency:percentile(50), latency:percentile(99),
            errors.connect + errors.read + errors.write + errors.status + errors.timeout))
    end
"""


def measure(request: Request, *, concurrency: int, seconds: int, folder: Path) -> Measured:
    """Load a server for some seconds. Raises BadAnswers."""
    script = folder / "load.lua"  # a file: secrets do not stand in a command line
    headers = "\n    ".join(f"wrk.headers[{_lua(name)}] = {_lua(value)}" for name, value in request.headers.items())
    body = "nil" if request.body is None else _lua(request.body)
    text = textwrap.dedent(_SCRIPT).format(method=_lua(request.method), body=body, headers=headers)
    script.write_text(text, encoding="utf-8")
    run = subprocess.run(
        [
            "taskset", "-c", str(CLIENT_CORE), "wrk", "--threads", "1", "--connections", str(concurrency),
            "--duration", f"{seconds}s", "--script", str(script), request.url,
        ],
        check=True,
        capture_output=True,
        text=True,
    )  # fmt: skip
    told = json.loads(run.stdout.strip().splitlines()[-1])
    if told["errors"]:
        raise BadAnswers(f"{told['errors']} of {told['requests']} answers of {request.url} were no success")
    return Measured(told["requests"], told["requests"] / told["micros"] * 1e6, told["p50"] / 1000, told["p99"] / 1000)


def _lua(value: str) -> str:
    return json.dumps(value)  # Lua reads the escapes that these plain texts need
