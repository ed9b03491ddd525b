"""How much a job does in one turn: as much as keeps it short."""

from jeton.storage.sql.turns import AIM_S, LARGEST_BATCH, SMALLEST_BATCH, Batches, has_more


def all_of(limit: int) -> int:
    return limit


def test_it_begins_small_and_takes_more_while_turns_are_short() -> None:
    batches = Batches()
    sizes = []
    for _ in range(8):
        sizes.append(batches.size)
        assert has_more(batches.run(all_of), AIM_S / 10)
    assert sizes == [20, 40, 80, 160, 320, 500, 500, 500]


def test_it_takes_less_once_a_turn_was_too_long_its_commit_counted() -> None:
    batches = Batches()
    batches.size = LARGEST_BATCH
    assert has_more(batches.run(all_of), 2 * AIM_S)
    assert batches.size == LARGEST_BATCH // 4
    assert has_more(batches.run(all_of), 0.75 * AIM_S)
    assert batches.size == LARGEST_BATCH // 4
    assert has_more(batches.run(all_of), 100 * AIM_S)
    assert batches.size == SMALLEST_BATCH


def test_a_batch_that_is_not_full_was_the_last_and_teaches_nothing_of_larger_ones() -> None:
    batches = Batches()
    assert not has_more(batches.run(lambda limit: limit - 1), AIM_S / 10)
    assert batches.size == SMALLEST_BATCH


def test_what_a_job_gives_otherwise_says_by_itself_whether_there_is_more() -> None:
    assert [has_more(told, 1.0) for told in (None, 0, False, True, 3)] == [False, False, False, True, True]
