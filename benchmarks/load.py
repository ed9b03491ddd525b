"""Load from one core: wrk, which spends little enough on a request that the server stays what is measured."""

import json
import subprocess
import textwrap
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Final, NamedTuple

CLIENT_CORE: Final = 1
MARK: Final = "@each@"


class Each(NamedTuple):
    """What is another one in each request: in the body, where the mark stands, or as the value of a header."""

    place: str
    values: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Request:
    """What is asked, over and over, on connections that stay open."""

    method: str
    url: str
    headers: Mapping[str, str] = field(default_factory=dict)
    body: str | None = None
    each: Each | None = None


class Measured(NamedTuple):
    """What one run gave."""

    requests: float
    rate: float
    p50_ms: float
    p99_ms: float


class BadAnswers(RuntimeError):
    """Some answers were no success, or none came, so that their rate says nothing."""


_SCRIPT: Final = """\
    wrk.method = {method}
    wrk.body = {body}
    {headers}
    {each}
    done = function(summary, latency, requests)
        local errors = summary.errors
        io.write(string.format(
            '\\n{{"requests": %d, "micros": %d, "p50": %d, "p99": %d, "errors": %d}}\\n',
            summary.requests, summary.duration, latency:percentile(50), latency:percentile(99),
            errors.connect + errors.read + errors.write + errors.status + errors.timeout))
    end
"""


# wrk calls `request` for each one; the values lie in a file, a line each.
_EACH_IN_BODY: Final = """
    local values, at = {{}}, 0
    for line in io.lines({file}) do values[#values + 1] = line end
    local before, after = {before}, {after}
    request = function()
        at = at + 1
        return wrk.format(nil, nil, nil, before .. values[at] .. after)
    end
"""
_EACH_IN_HEADER: Final = """
    local values, at = {{}}, 0
    for line in io.lines({file}) do values[#values + 1] = line end
    request = function()
        at = at + 1
        wrk.headers[{name}] = values[at]
        return wrk.format()
    end
"""


def measure(request: Request, *, concurrency: int, seconds: int, folder: Path) -> Measured:
    """Load a server for some seconds. Raises BadAnswers."""
    script = folder / "load.lua"  # a file: secrets do not stand in a command line
    headers = "\n    ".join(f"wrk.headers[{_lua(name)}] = {_lua(value)}" for name, value in request.headers.items())
    body = "nil" if request.body is None else _lua(request.body)
    each = "" if request.each is None else _each(request.each, request.body or "", folder)
    text = textwrap.dedent(_SCRIPT).format(method=_lua(request.method), body=body, headers=headers, each=each)
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
    if not told["requests"]:
        raise BadAnswers(f"{request.url} gave no answer within {seconds} s")
    return Measured(told["requests"], told["requests"] / told["micros"] * 1e6, told["p50"] / 1000, told["p99"] / 1000)


def _each(each: Each, body: str, folder: Path) -> str:
    file = folder / "each.txt"
    file.write_text("\n".join(each.values), encoding="utf-8")
    if each.place != "body":
        return _EACH_IN_HEADER.format(file=_lua(str(file)), name=_lua(each.place))
    before, _, after = body.partition(MARK)
    return _EACH_IN_BODY.format(file=_lua(str(file)), before=_lua(before), after=_lua(after))


def _lua(value: str) -> str:
    return json.dumps(value)  # Lua reads the escapes that these plain texts need
