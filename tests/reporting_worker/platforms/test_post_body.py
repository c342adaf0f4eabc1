"""The part of a post that is ours is renewed; what a partner wrote around it stays."""

from services.reporting_worker.platforms.post_body import BEGIN, END, replace_block

OURS = f"{BEGIN}new{END}"


def test_renews_the_first_block_between_the_marks() -> None:
    assert replace_block(f"before {BEGIN}old{END} after {END}", OURS) == f"before {OURS} after {END}"


def test_goes_to_the_front_where_marks_are_missing_or_were_cut() -> None:
    for content in ("theirs", f"theirs {BEGIN}cut", f"{END} theirs"):
        assert replace_block(content, OURS) == f"{OURS}\n{content}"
    assert replace_block("", OURS) == OURS


def test_a_post_of_nothing_but_opening_marks_is_read_once() -> None:
    content = BEGIN * 100_000  # each of them tried to the end would be an hour
    assert replace_block(content, OURS) == f"{OURS}\n{content}"
