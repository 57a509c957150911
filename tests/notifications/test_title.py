import pytest

from notifications.title import title_lines


def test_a_title_that_fits_stays_on_one_line() -> None:
    assert title_lines(["关于", "春节值班", "的通知"]) == ("关于春节值班的通知",)


def test_a_title_breaks_only_where_its_author_allows() -> None:
    pieces = ["关于进一步做好", "老旧小区消防通道整治", "工作的督查通知"]
    assert title_lines(pieces) == ("关于进一步做好", "老旧小区消防通道整治工作的督查通知")


def test_a_piece_longer_than_a_line_is_cut_evenly_within_twenty_characters() -> None:
    lines = title_lines(
        ["关于", "望海街道三处老旧楼院冬季供暖不达标以及沿街商户占道经营反复回潮问题", "的函"]
    )
    assert "".join(lines).startswith("关于望海街道")
    assert all(len(line) <= 20 for line in lines)


@pytest.mark.parametrize("mark", ["，", "）", "”", "》"])
def test_no_line_begins_with_a_closing_mark(mark: str) -> None:
    lines = title_lines(["字" * 11 + mark + "字" * 10])
    assert not lines[1].startswith(mark)


def test_digits_count_as_half_a_character() -> None:
    assert len(title_lines(["2026年" * 7])) == 2
    assert len(title_lines(["20261231" * 5])) == 1
