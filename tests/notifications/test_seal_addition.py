"""What comes back from whoever seals: the paper as it was, and a signature over the whole behind it."""

import io
import re
from collections.abc import Callable
from typing import Any

import pytest
from pyhanko.pdf_utils.generic import (
    ArrayObject,
    DictionaryObject,
    NameObject,
    StreamObject,
    TextStringObject,
)
from pyhanko.pdf_utils.incremental_writer import IncrementalPdfFileWriter
from pyhanko.pdf_utils.reader import PdfFileReader
from pyhanko.sign.validation import validate_pdf_signature
from pyhanko.sign.validation.status import SignatureCoverageLevel

from notifications.fonts import FontSet
from notifications.seals.addition import faults_added
from tests.certificates import Key, made_key, signed_elsewhere, trusting
from tests.notifications.test_inspection import altered, letter, printed

RANGE = re.compile(rb"/ByteRange \[(\d+) (\d+) (\d+) (\d+)")


@pytest.fixture(scope="module")
def key() -> Key:
    return made_key()


@pytest.fixture(scope="module")
def paper(fonts: FontSet) -> bytes:
    return printed(letter(), fonts)


@pytest.fixture(scope="module")
def signed(paper: bytes, key: Key) -> bytes:
    return signed_elsewhere(paper, key)


def with_range(signed: bytes, change: Callable[[list[int]], list[int]]) -> bytes:
    """The file whose signature claims to cover other bytes, in as many characters."""
    found = RANGE.search(signed)
    assert found
    told = b"/ByteRange [" + b" ".join(str(one).encode() for one in change([*map(int, found.groups())]))
    room = signed.index(b"]", found.start()) - found.start()
    return signed[: found.start()] + told.ljust(room) + signed[found.start() + room :]


def with_value(signed: bytes, first: bytes) -> bytes:
    """The file whose signature's value begins with other digits."""
    found = RANGE.search(signed)
    assert found
    place = int(found[2]) + 1
    return signed[:place] + first + signed[place + len(first) :]


def updated(pdf: bytes, change: Callable[[Any], object]) -> bytes:
    writer, target = IncrementalPdfFileWriter(io.BytesIO(pdf)), io.BytesIO()
    change(writer)
    writer.write(target)
    return target.getvalue()


def paint(writer: Any) -> None:
    """A line over the first page."""
    ref = writer.add_object(StreamObject(stream_data=b"q 1 0 0 rg 57 400 480 2 re f Q"))
    writer.add_stream_to_page(0, ref)


def annotate(writer: Any) -> None:
    """A link that leads nowhere: what may be added to a page, and shows nothing."""
    page = writer.root["/Pages"]["/Kids"][0]
    page["/Annots"] = ArrayObject()
    writer.update_container(page)


def add_script(writer: Any) -> None:
    action = {"/S": NameObject("/JavaScript"), "/JS": TextStringObject("app.alert('x')")}
    writer.root["/OpenAction"] = DictionaryObject({NameObject(name): one for name, one in action.items()})
    writer.update_root()


def test_a_file_signed_elsewhere_is_accepted_and_another_reader_agrees(
    paper: bytes, signed: bytes, key: Key
) -> None:
    status = validate_pdf_signature(PdfFileReader(io.BytesIO(signed)).embedded_signatures[0], trusting(key))
    assert status.coverage == SignatureCoverageLevel.ENTIRE_FILE
    assert [*faults_added(paper, signed)] == []


def test_a_service_may_prepare_the_file_in_an_update_of_its_own(paper: bytes, key: Key) -> None:
    assert [*faults_added(paper, signed_elsewhere(updated(paper, annotate), key))] == []


NOT_SIGNED: dict[str, tuple[Callable[[bytes, bytes], bytes], str]] = {
    "不变": (lambda paper, _: paper, "没有加盖"),
    "截短": (lambda paper, signed: signed[: len(paper) - 1], "没有加盖"),
    "改动一字节": (lambda _, signed: b"%PDF-2" + signed[6:], "内容被改动"),
    "只有注释": (lambda paper, _: paper + b"% sealed\n", "不是完整的增量更新"),
    "签名后有杂物": (lambda _, signed: signed + b"% more\n", "不是完整的增量更新"),
    "后附另一文件": (
        lambda paper, _: paper + altered(paper, lambda _: None),
        "不是完整的增量更新",
    ),
    "半个更新": (lambda paper, signed: signed[: (len(paper) + len(signed)) // 2], "不是完整的增量更新"),
    "没有签名的更新": (lambda paper, _: updated(paper, annotate), "没有签名"),
    "签名后又更新": (lambda _, signed: updated(signed, annotate), "没有覆盖整个文件"),
    "不从头覆盖": (
        lambda _, signed: with_range(signed, lambda ends: [9, ends[1] - 9, *ends[2:]]),
        "没有覆盖整个文件",
    ),
    "不覆盖末尾": (
        lambda _, signed: with_range(signed, lambda ends: [*ends[:3], ends[3] - 9]),
        "没有覆盖整个文件",
    ),
    "不覆盖原件一段": (
        lambda _, signed: with_range(signed, lambda ends: [0, 900, *ends[2:]]),
        "没有覆盖整个文件",
    ),
    "多漏一字节": (
        lambda _, signed: with_range(signed, lambda ends: [0, ends[1] - 1, *ends[2:]]),
        "签名的值不完整",
    ),
    "范围不是数": (
        lambda _, signed: RANGE.sub(lambda found: found[0].replace(b"[0", b"[/"), signed),
        "签名无法读取",
    ),
    "值不是序列": (lambda _, signed: with_value(signed, b"31"), "签名的值不完整"),
    "值全是零": (lambda _, signed: with_value(signed, b"0" * 4_000), "签名的值不完整"),
    "值短于所称": (lambda _, signed: with_value(signed, b"3082ffff"), "签名的值不完整"),
    "值没有长度": (lambda _, signed: with_value(signed, b"3080"), "签名的值不完整"),
}


@pytest.mark.parametrize("name", NOT_SIGNED)
def test_a_file_that_is_not_signed_whole_is_refused(name: str, paper: bytes, signed: bytes) -> None:
    alter, said = NOT_SIGNED[name]
    found = [*faults_added(paper, alter(paper, signed))]
    assert len(found) == 1
    assert said in found[0]


@pytest.mark.parametrize(("change", "said"), [(paint, "页面显示的内容"), (add_script, "加入了JavaScript")])
def test_a_service_that_changes_what_the_paper_shows_or_does_is_refused(
    change: Callable[[Any], object], said: str, paper: bytes, key: Key
) -> None:
    assert any(said in one for one in faults_added(paper, signed_elsewhere(paper, key, change)))


def test_an_update_that_leads_to_no_section_before_is_refused(paper: bytes, signed: bytes) -> None:
    astray = re.sub(rb"/Prev \d", b"/Prev 1", signed)
    assert [*faults_added(paper, astray)] == ["原件之后不是完整的增量更新"]


def test_a_broken_answer_is_told_and_never_breaks(paper: bytes, signed: bytes) -> None:
    for step in range(len(paper), len(signed), 97):
        broken = signed[:step] + bytes([signed[step] ^ 0x15]) + signed[step + 1 :]
        assert all("。" not in one for one in faults_added(paper, broken))
