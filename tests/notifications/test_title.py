import pytest

from notifications.title import label_lines, title_lines


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


def test_digits_count_for_what_they_take_in_a_bold_face() -> None:
    assert len(title_lines(["2026年" * 7])) == 2
    assert len(title_lines(["20261231" * 4])) == 1
    assert title_lines(["关于", "滨督2026-003号", "督办事项予以销号的通知"]) != (
        "关于滨督2026-003号督办事项予以销号的通知",
    )


def test_a_title_is_never_narrowest_in_its_middle() -> None:
    lines = title_lines(["甲" * 13, "乙" * 12, "丙" * 6, "丁" * 9])
    widths = [len(line) for line in lines]
    assert len(widths) == 3
    assert not (widths[0] > widths[1] < widths[2])


def test_more_pieces_than_anybody_needs_take_no_time() -> None:
    lines = title_lines(["两字"] * 60)
    assert "".join(lines) == "两字" * 60
    assert max(map(len, lines)) <= 20


@pytest.mark.parametrize(
    ("label", "lines"),
    [
        ("督查室意见", ("督查室意见",)),
        ("牵头单位意见", ("牵头单位", "意见")),
        ("主要负责人意见（盖章）", ("主要负责人", "意见", "（盖章）")),
        ("包保领导 审核意见", ("包保领导", "审核意见")),
        ("市级分管领导批示", ("市级分管", "领导批示")),
    ],
)
def test_a_label_is_broken_between_its_words(label: str, lines: tuple[str, ...]) -> None:
    assert label_lines(label) == lines
