"""The picture of a seal on a paper: where it is drawn, and which pictures are refused."""

import struct
from contextlib import nullcontext
from typing import Any

import pytest

from notifications.errors import NoticeUnrenderable
from notifications.fonts import FontSet
from notifications.seals.picture import checked_seal
from notifications.typesetting import typeset
from tests.notifications.ruler import POINTS, lines, pages
from tests.notifications.test_typesetting import ISSUED_AT, LANES, letter, paragraphs
from tests.pictures import png

CELL = 156 / 28


SEAL = png(60, 60)


def pictures(page: Any) -> list[tuple[float, float, float, float]]:
    """Left, top, width and height of every picture, in millimetres."""
    found: list[tuple[float, float, float, float]] = []

    def see(operator: bytes, operands: Any, cm: Any, _tm: Any) -> None:
        if operator == b"Do":
            top = float(page.mediabox.height) - cm[5] - cm[3]
            found.append((cm[4] / POINTS, top / POINTS, cm[0] / POINTS, cm[3] / POINTS))

    page.extract_text(visitor_operand_before=see)
    return found


def sealed(fonts: FontSet, seal: bytes | None, **changes: Any) -> bytes:
    paper = letter(body=paragraphs(LANES * 8), seal="image", copies=(), **changes)
    return typeset(paper, fonts, issued_at=ISSUED_AT, seal=seal)


def test_a_seal_is_42_millimetres_wide_on_the_middle_of_organ_and_date(fonts: FontSet) -> None:
    (page,) = pages(sealed(fonts, SEAL))
    ((left, top, width, height),) = pictures(page)
    date = next(line for line in lines(page) if line.text == "2026年11月17日")
    organ = [line for line in lines(page) if line.text == "滨海市人民政府督查室"][-1]
    assert (round(width, 2), round(height, 2)) == (42, 42)
    assert left + 21 == pytest.approx((date.left + 184 - 4 * CELL) / 2, abs=0.3)
    middle = (organ.baseline + date.baseline) / 2 - 0.38 * 16 / POINTS
    assert top + 21 == pytest.approx(middle - 8 / POINTS, abs=0.3)


def test_a_seal_begins_within_a_line_of_the_text(fonts: FontSet) -> None:
    (page,) = pages(sealed(fonts, SEAL))
    ((_, top, _, _),) = pictures(page)
    text = max(line.baseline for line in lines(page) if set(line.text) & set(LANES) and line.left < 30)
    assert 0 <= top - (text + 0.12 * 16 / POINTS) <= 10.446


def test_a_sealed_paper_has_no_note_where_to_seal_it_and_is_always_the_same_file(fonts: FontSet) -> None:
    pdf = sealed(fonts, SEAL)
    assert "（印章）" not in pages(pdf)[0].extract_text()
    typeset(letter(), fonts, issued_at=ISSUED_AT)
    assert sealed(fonts, SEAL) == pdf


def test_a_picture_is_drawn_only_where_the_paper_asks_for_it(fonts: FontSet) -> None:
    pdf = typeset(letter(body=paragraphs(LANES)), fonts, issued_at=ISSUED_AT, seal=SEAL)
    assert not pictures(pages(pdf)[0])


@pytest.mark.parametrize(
    ("picture", "said"),
    [
        (None, "没有印章图片"),
        (b"", "没有印章图片"),
        (b"GIF89a" + b"\0" * 40, "不是PNG格式"),
        (SEAL[:20], "不是PNG格式"),
        (png(60, 30), "应为正方形"),
        (SEAL[:16] + struct.pack(">II", 3_001, 3_001) + SEAL[24:], "3000像素"),
        (SEAL[:16] + struct.pack(">II", 0, 0) + SEAL[24:], "3000像素"),
        (SEAL + b"\0" * 2_000_000, "不得超过2MB"),
        (png(pixel=b"\xd7\0\x0f", kind=2), "背景不透明"),
        (png(pixel=b"\xd7\0\x0f\xff"), "背景不透明"),
        (SEAL[:45] + b"\0" * 40, "已损坏"),
        (SEAL[:33], "已损坏"),
    ],
)
def test_what_is_no_picture_of_a_seal_is_refused(picture: bytes | None, said: str) -> None:
    with pytest.raises(NoticeUnrenderable, match=said) as refusal:
        checked_seal(picture)
    assert refusal.value.code == "seal_invalid"


@pytest.mark.parametrize(
    ("kind", "depth", "pixel", "listed", "fit"),
    [
        (6, 8, b"\xff\xff\xff\0", b"", True),
        (6, 16, b"\xff" * 6 + b"\0\0", b"", True),
        (6, 16, b"\0" * 6 + b"\xff\xff", b"", False),
        (4, 8, b"\xff\0", b"", True),
        (4, 16, b"\0\0\xff\xff", b"", False),
        (3, 8, b"\1", b"\xff\0", True),
        (3, 8, b"\1", b"\0", False),
        (3, 4, b"\x11", b"\xff\0", True),
        (2, 8, b"\xff\xfe\xfd", b"\0\xff\0\xfe\0\xfd", True),
        (2, 8, b"\xff\xfe\xfc", b"\0\xff\0\xfe\0\xfd", False),
        (2, 16, b"\1\2\3\4\5\6", b"\1\2\3\4\5\6", True),
        (0, 8, b"\x80", b"\0\x80", True),
        (0, 4, b"\x77", b"\0\7", True),
        (0, 8, b"\x80", b"", False),
    ],
)
def test_the_corner_of_a_seal_lets_through_whatever_the_kind_of_picture(
    kind: int, depth: int, pixel: bytes, listed: bytes, fit: bool
) -> None:
    picture = png(kind=kind, depth=depth, pixel=pixel, listed=listed)
    with nullcontext() if fit else pytest.raises(NoticeUnrenderable, match="背景不透明"):
        assert checked_seal(picture) == picture


def test_a_broken_picture_is_told_and_breaks_nothing(fonts: FontSet) -> None:
    with pytest.raises(NoticeUnrenderable, match="印章图片") as refusal:
        sealed(fonts, SEAL[:60] + b"\0" * 40)
    assert refusal.value.code == "seal_invalid"
