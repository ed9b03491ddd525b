"""Lists as one parameter, of numbers and of texts, read alike by both engines."""

from pathlib import Path

import pytest

from jeton.kernel.caller import OPERATOR
from jeton.kernel.ids import FolderId
from jeton.kernel.ports import Work
from jeton.testing.world import World

ODD = ('a"b', "a\\b", "a,b", "{a}", "NULL", "", " a ", "é'")


@pytest.mark.parametrize("word", ODD)
def test_a_text_in_a_list_is_found_as_it_stands_and_no_other(tmp_path: Path, word: str) -> None:
    with World(tmp_path / "data", does_jobs=False) as world:

        def found(work: Work, *actions: str) -> list[str]:
            top = work.tree.reread_folder(FolderId(1))
            lines = work.activity.of_folder(top, [], actions, files=False, offset=0, limit=10)
            return [line.action for line in lines]

        world.write(lambda work: work.audit.record(OPERATOR, word, "1"))
        assert world.read(lambda work: found(work, "x", word, "y")) == [word]
        assert world.read(lambda work: found(work, *(other for other in ODD if other != word))) == []
