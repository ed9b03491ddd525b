"""`jeton audit`: the end of the journal, noted elsewhere, and whether the journal is whole."""

import json
import re
from pathlib import Path

import apsw
import pytest

from jeton.cli import main
from jeton.kernel.sealing import SEAL_AFTER, SEAL_EVERY
from jeton.kit.clock import SECOND
from jeton.storage.sql.sealing import seal
from jeton.storage.sql.sqlite import DATABASE
from jeton.storage.work import SqlWork
from jeton.testing.world import World

Told = tuple[int, str, str]


class Jeton:
    """The command, on a world's folder."""

    def __init__(self, folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
        self.folder = folder
        self._capsys = capsys

    def __call__(self, *arguments: str) -> Told:
        try:
            main(arguments)
            code: object = 0
        except SystemExit as leaving:
            code = leaving.code
        told = self._capsys.readouterr()
        return int(str(code or 0)), told.out.strip(), told.err

    def sql(self, statement: str) -> None:
        """Behind the platform's back."""
        file = apsw.Connection(str(self.folder / DATABASE))
        file.execute(statement).fetchall()
        file.close()


@pytest.fixture
def jeton(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> Jeton:
    monkeypatch.setenv("JETON_DATA", str(tmp_path))
    monkeypatch.setenv("LC_ALL", "C.UTF-8")
    return Jeton(tmp_path, capsys)


@pytest.fixture
def sealed(jeton: Jeton) -> Jeton:
    """Two blocks."""

    def act(work: object) -> None:
        assert isinstance(work, SqlWork)
        assert seal(work) is not None

    with World(jeton.folder, does_jobs=False) as world:
        for name in ("ana", "ben"):
            world.person(name)
            world.pass_time((SEAL_AFTER + SEAL_EVERY) / SECOND)
            world.write(act)
    return jeton


def test_the_head_is_printed_noted_and_found_again(sealed: Jeton) -> None:
    code, head, _ = sealed("audit", "head")
    assert code == 0
    assert re.fullmatch(r"2:[0-9a-f]{64}", head)
    told = json.loads(sealed("audit", "head", "--json")[1])
    assert f"{told['number']}:{told['hash']}" == head
    code, _, said = sealed("audit", "verify", "--noted", head)
    assert (code, said) == (0, f"the journal is whole up to block {head}; 0 line(s) wait to be sealed\n")


def test_lg_05_a_journal_that_was_put_back_to_an_earlier_day_is_known_by_the_noted_head(sealed: Jeton) -> None:
    """Not even whoever kept an old copy, mark of its end and all, gets past a head that was noted elsewhere."""
    head = sealed("audit", "head")[1]
    other = f"2:{'0' * 64}"
    code, _, said = sealed("audit", "verify", "--noted", head, "--noted", other)
    assert code == 1
    assert "Block 2 of the journal is not the one that was noted." in said
    code, out, _ = sealed("audit", "verify", "--json", "--noted", head.replace("2:", "7:"))
    assert code == 1
    assert json.loads(out)["findings"] == ["Block 7 of the journal is not the one that was noted."]


def test_lg_05_the_doctor_tells_as_well(sealed: Jeton) -> None:
    assert sealed("doctor")[0] == 0
    sealed.sql("UPDATE audit SET actor_name = 'nobody'")
    code, _, said = sealed("doctor")
    assert code == 1
    assert "(user.created) was changed." in said


def test_after_a_loss_somebody_lets_the_journal_go_on(sealed: Jeton) -> None:
    sealed.sql("DELETE FROM audit_blocks WHERE number = 2")
    assert sealed("audit", "verify")[0] == 1
    code, _, said = sealed("audit", "accept")
    assert code == 0
    assert "goes on from block 1:" in said
    assert sealed("audit", "verify")[0] == 0
    sealed.sql("DELETE FROM audit_blocks")
    assert "goes on from nothing" in sealed("audit", "accept")[2]
    code, _, said = sealed("audit", "head")
    assert code == 1
    assert "nothing has been sealed yet" in said


def test_what_is_no_head_is_wrong_usage(sealed: Jeton) -> None:
    for text in ("", "2", "0:" + "0" * 64, "2:abc"):
        assert sealed("audit", "verify", "--noted", text)[0] == 64
