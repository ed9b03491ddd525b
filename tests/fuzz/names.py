"""Any text as a name, through the public door: kept byte for byte, or refused, and never anything between.

python -m tests.fuzz.names --seconds 600 [--seed 7]
"""

import argparse
import json
import random
import sys
import tempfile
import time
import unicodedata
from pathlib import Path
from typing import Final

from jeton.kernel.tree import LONGEST_NAME_BYTES, Strictness
from jeton.testing.housekeeping import check
from jeton.testing.world import World

FORBIDDEN: Final = frozenset('/\\:*?"<>|')
# What trips programs up: separators, dots, blanks, controls, marks that join, letters of many bytes, halves of them.
PIECES: Final = (
    "a", "A", ".", "..", "/", "\\", ":", "*", "?", '"', "<", ">", "|", " ", "\t", "\n", "\0", "\x7f", "\x85", "\u00a0",
    "\u2028", "\u202e", "\u2066", "\u200d", "\ufeff", "\u00e9", "e\u0301", "\u0301", "\u212b", "\ufb01", "\u1100\u1161",
    "\uac00", "\U0001f468", "\ud800", "\udfff", "\ue000", "\uffff", "%2e", "%00", "'", ";--", "CON", "$(x)", "a" * 120,
)  # fmt: skip


class Door:
    """A platform, a folder in it, and the names that are there."""

    def __init__(self, world: World, strictness: Strictness) -> None:
        self.world = world
        self._strictness = strictness
        self._token = world.token()
        self._top = world.send("GET", "/api/folder/1", token=self._token).json()["name"]
        made = world.send("POST", "/api/folder", token=self._token, json={"parent_id": 1, "name": "here"})
        self._folder = made.json()["id"]
        self._keys: set[str] = set()

    def try_name(self, name: str) -> None:
        """Make a folder of this name, and look at it from every side. AssertionError when anything is not as it was."""
        body = json.dumps({"parent_id": self._folder, "name": name}).encode()
        answer = self.world.send("POST", "/api/folder", token=self._token, content=body)
        if not _is_fit(name, self._strictness):
            assert answer.status_code in {400, 422}, (name, answer.text)
            return
        key = unicodedata.normalize("NFC", name)
        if key in self._keys:
            assert (answer.status_code, answer.json()["code"]) == (403, "name_taken"), (name, answer.text)
            return
        self._keys.add(key)
        assert answer.status_code == 201, (name, answer.text)
        made = answer.json()
        assert made["name"] == name
        seen = self.world.send("GET", f"/api/folder/{self._folder}?depth=1", token=self._token).json()
        assert name in {folder["name"] for folder in seen["content"]["folders"]}
        path = f"/{self._top}/here/{name}"
        told = self.world.send("GET", f"/api/objectpath?id={made['id']}", token=self._token).json()
        assert told == {"object": path}
        found = self.world.send("GET", "/api/path", token=self._token, params={"path": path})
        assert found.json()["id"] == made["id"], (name, found.text)
        self.world.send("DELETE", f"/api/folder/{made['id']}?trash=0", token=self._token)
        self._keys.discard(key)


def any_name(chance: random.Random) -> str:
    """A few pieces that trip programs up, among letters of all languages."""
    letters = [chr(chance.choice((chance.randrange(0x250), chance.randrange(0x110000)))) for _ in range(3)]
    return "".join(chance.choice((*PIECES, *letters)) for _ in range(chance.randrange(8)))


def _is_fit(name: str, strictness: Strictness) -> bool:
    """Told a second time, from decisions alone."""
    try:
        size = len(name.encode())
    except UnicodeEncodeError:
        return False
    if name in {"", ".", ".."} or size > LONGEST_NAME_BYTES or "/" in name or "\0" in name:
        return False
    if strictness is Strictness.RELAXED:
        return True
    joined = name.replace("\u200c", "").replace("\u200d", "")
    is_shown = not any(unicodedata.category(letter) in {"Cc", "Cf", "Zl", "Zp"} for letter in joined)
    return is_shown and name == name.strip() and not FORBIDDEN & set(name)


def main() -> None:
    """Until the time is over, or something is not as it was."""
    parser = argparse.ArgumentParser(prog="python -m tests.fuzz.names", description=__doc__)
    parser.add_argument("--seconds", type=float, default=60)
    parser.add_argument("--seed", type=int, default=0)
    arguments = parser.parse_args()
    chance = random.Random(arguments.seed)
    for strictness in Strictness:
        with tempfile.TemporaryDirectory() as folder, World(Path(folder) / "data", names=strictness) as world:
            door, count, until = Door(world, strictness), 0, time.monotonic() + arguments.seconds / len(Strictness)
            while time.monotonic() < until:
                door.try_name(any_name(chance))
                count += 1
            sys.stdout.write(f"{strictness.value}: {count} names, {check(world) or 'all is well'}\n")


if __name__ == "__main__":
    sys.exit(main())
