"""Faults of the file itself: what was done to a sound PDF after it was printed."""

import re
from collections.abc import Callable, Iterator
from io import BytesIO
from typing import Any

import pytest
from pypdf import PdfReader, PdfWriter
from pypdf.generic import (
    ArrayObject,
    DecodedStreamObject,
    DictionaryObject,
    FloatObject,
    NameObject,
    RectangleObject,
    TextStringObject,
)

from notifications.fonts import FontSet
from notifications.inspection import PaperUnreadable, examine
from notifications.inspection.content import MAX_CONTENT, POINTS, Memory, read_content
from notifications.inspection.look import comparable, look_at
from notifications.inspection.operations import ContentBroken, operations
from notifications.inspection.reading import read
from notifications.pdf.types import FONT_FILES
from tests.certificates import made_key, signed_elsewhere
from tests.notifications.test_inspection import altered, letter, printed
from tests.notifications.test_inspection_layout import BODY


def dictionaries(writer: PdfWriter, kind: str) -> Iterator[DictionaryObject]:
    for place in range(1, len(writer._objects) + 1):
        one: Any = writer.get_object(place)
        if isinstance(one, DictionaryObject) and one.get("/Type") == kind:
            yield one


def take_fonts_out(writer: PdfWriter) -> None:
    for descriptor in dictionaries(writer, "/FontDescriptor"):
        for name in FONT_FILES:
            descriptor.pop(NameObject(name), None)


def take_maps_out(writer: PdfWriter) -> None:
    for font in dictionaries(writer, "/Font"):
        font.pop(NameObject("/ToUnicode"), None)


def cut_to_a5(writer: PdfWriter) -> None:
    writer.pages[0].mediabox = RectangleObject((0, 0, 419.53, 595.28))


def crop_to_a5(writer: PdfWriter) -> None:
    writer.pages[0].cropbox = RectangleObject((0, 0, 419.53, 595.28))


def enlarge(writer: PdfWriter) -> None:
    writer.pages[0][NameObject("/UserUnit")] = FloatObject(2)


def say_part_1(writer: PdfWriter) -> None:
    stream: Any = writer.root_object["/Metadata"]
    said = re.sub(rb"(pdfaid:part\W+)2", rb"\g<1>1", stream.get_data())
    assert said != stream.get_data()
    stream.set_data(said)


def forget_archive(writer: PdfWriter) -> None:
    writer.root_object.pop(NameObject("/Metadata"))


def forget_intent(writer: PdfWriter) -> None:
    writer.root_object.pop(NameObject("/OutputIntents"))


def forget_title(writer: PdfWriter) -> None:
    writer.metadata = {"/Producer": "某软件"}


def retitle(writer: PdfWriter) -> None:
    writer.add_metadata({"/Title": "别的标题"})


def add_script(writer: PdfWriter) -> None:
    names = {"/S": NameObject("/JavaScript"), "/JS": TextStringObject("app.alert('x')")}
    action = DictionaryObject({NameObject(name): value for name, value in names.items()})
    writer.root_object[NameObject("/OpenAction")] = writer._add_object(action)


def attach(writer: PdfWriter) -> None:
    writer.add_attachment("清单.xlsx", b"PK")


def launch(writer: PdfWriter) -> None:
    action = DictionaryObject(
        {NameObject("/S"): NameObject("/Launch"), NameObject("/F"): TextStringObject("a.exe")}
    )
    link = DictionaryObject({NameObject("/Type"): NameObject("/Annot"), NameObject("/A"): action})
    writer.pages[0][NameObject("/Annots")] = ArrayObject([writer._add_object(link)])


def with_content(extra: bytes) -> Callable[[PdfWriter], None]:
    """Something painted over the first page."""

    def add(writer: PdfWriter) -> None:
        stream = DecodedStreamObject()
        stream.set_data(extra)
        page = writer.pages[0]
        page[NameObject("/Contents")] = ArrayObject([page.raw_get("/Contents"), writer._add_object(stream)])

    return add


FAULTS: dict[str, tuple[Callable[[PdfWriter], None], str, str]] = {
    "A5": (cut_to_a5, "page_size", "第1页不是A4幅面"),
    "裁成A5": (crop_to_a5, "page_size", "第1页不是A4幅面"),
    "放大一倍": (enlarge, "page_size", "第1页不是A4幅面"),
    "字体没有嵌入": (take_fonts_out, "fonts_embedded", "没有嵌入"),
    "没有文字映射": (take_maps_out, "text_map", "没有文字映射"),
    "没有PDF/A标识": (forget_archive, "pdf_a", "没有标明PDF/A"),
    "PDF/A-1": (say_part_1, "pdf_a", "不是PDF/A-2或PDF/A-3（PDF/A-1）"),
    "没有输出意图": (forget_intent, "pdf_a", "没有PDF/A要求的输出意图"),
    "没有标题": (forget_title, "title_entry", "没有标题"),
    "标题不同": (retitle, "title_entry", "“别的标题”与文书标题不同"),
    "脚本": (add_script, "active_content", "JavaScript脚本"),
    "附带文件": (attach, "active_content", "嵌入的文件"),
    "启动程序": (launch, "active_content", "启动程序的动作"),
    "多一条红线": (with_content(b"q 1 0 0 rg 57 400 480 2 re f Q"), "red_lines", "现有5条"),
    "不认识的操作符": (with_content(b" frobnicate"), "syntax", "不认识的操作符frobnicate"),
    "图形状态不配对": (with_content(b" q"), "syntax", "q多于Q"),
}


@pytest.mark.parametrize("name", FAULTS)
def test_a_fault_of_the_file_is_found_under_its_name(name: str, fonts: FontSet) -> None:
    alter, item, said = FAULTS[name]
    document = letter()
    faults = examine(altered(printed(document, fonts), alter), document).faults
    assert any(one.id == item and said in one.sentence for one in faults)


def test_a_copy_that_pypdf_wrote_is_sound(fonts: FontSet) -> None:
    document = letter()
    assert examine(altered(printed(document, fonts), lambda _: None), document).faults == ()


def test_a_script_is_found_though_its_name_is_written_otherwise(fonts: FontSet) -> None:
    pdf = altered(printed(letter(), fonts), add_script).replace(b"/JavaScript", b"/J#61vaScr#69pt")
    assert "active_content" in {one.id for one in examine(pdf).faults}


def test_words_that_only_look_like_an_action_are_none(fonts: FontSet) -> None:
    pdf = printed(letter(), fonts).replace(b"(Typst 0.15.1)", b"(/JavaScript )")
    assert b"/JavaScript" in pdf
    assert "active_content" not in {one.id for one in examine(pdf).faults}


def test_a_file_with_its_end_cut_off_is_told(fonts: FontSet) -> None:
    pdf = printed(letter(), fonts)
    with pytest.raises(PaperUnreadable, match="已损坏"):
        examine(pdf[: pdf.rindex(b"startxref")])


def test_a_file_with_something_before_it_is_no_sound_one(fonts: FontSet) -> None:
    found = [one.sentence for one in examine(b"\r\n--x\r\n" + printed(letter(), fonts)).faults]
    assert found == ["文件结构有缺陷：文件开头不是PDF标志", "文件结构有缺陷：交叉引用表的位置不对"]


@pytest.mark.parametrize(
    ("tail", "said"),
    [
        (b"\n% more", "结尾标志之后还有7字节的内容"),
        (b"\n" * 2, "结尾标志之后还有2字节的内容"),
        (b"\0" * 4_000, "结尾标志之后还有4000字节的内容"),
        (b"\nstartxref\n9\n%%EOF", "交叉引用表的位置不对"),
    ],
)
def test_what_stands_behind_the_end_of_a_file_is_told(tail: bytes, said: str, fonts: FontSet) -> None:
    pdf = printed(letter(), fonts)
    assert f"文件结构有缺陷：{said}" in [one.sentence for one in examine(pdf + tail).faults]


@pytest.mark.parametrize("end", [b"", b"\n", b"\r", b"\r\n"])
def test_one_line_end_may_stand_behind_the_end_of_a_file(end: bytes, fonts: FontSet) -> None:
    assert examine(printed(letter(), fonts).rstrip() + end).faults == ()


def test_a_signed_paper_is_as_sound_as_before(fonts: FontSet) -> None:
    assert examine(signed_elsewhere(printed(letter(), fonts), made_key()), letter()).faults == ()


def test_text_that_cannot_be_read_is_told_of_an_unknown_paper(fonts: FontSet) -> None:
    found = examine(altered(printed(letter(), fonts), take_maps_out)).faults
    assert "有的文字读不出（没有映射）" in [one.sentence for one in found]


def test_a_line_more_than_the_page_has_is_told(fonts: FontSet) -> None:
    """Printed into another, and so near that it is no other pitch."""
    pdf = printed(letter().model_copy(update={"body": BODY * 2}), fonts)
    full = look_at(read(pdf), None).pages[1]
    last = full.of_size(16)[-1]
    assert len({one.baseline for one in full.of_size(16)}) == 22
    place = f"{last.left * POINTS:.2f} {841.89 - (last.baseline + 0.8) * POINTS:.2f}".encode()

    def print_again(writer: PdfWriter) -> None:
        page: Any = writer.pages[1]
        named = {one.get_object()["/BaseFont"]: name for name, one in page["/Resources"]["/Font"].items()}
        font = next(name.encode() for base, name in named.items() if last.type.name in base)
        again = DecodedStreamObject()
        again.set_data(b"BT " + font + b" 16 Tf 1 0 0 1 " + place + b" Tm <00010002> Tj ET")
        page[NameObject("/Contents")] = ArrayObject([page.raw_get("/Contents"), writer._add_object(again)])

    found = examine(altered(pdf, print_again)).faults
    assert "第2页有23行" in [one.sentence for one in found]


def bomb(size: int) -> bytes:
    """A page whose content unpacks to `size` bytes, from a thousandth of that."""
    writer, target = PdfWriter(), BytesIO()
    page = writer.add_blank_page(595.28, 841.89)
    stream = DecodedStreamObject()
    stream.set_data(b" " * size)
    page[NameObject("/Contents")] = writer._add_object(stream.flate_encode())
    writer.write(target)
    return target.getvalue()


@pytest.mark.parametrize("size", [MAX_CONTENT + 1, 100_000_000])
def test_a_file_that_unpacks_beyond_the_bounds_is_refused(size: int) -> None:
    pdf = bomb(size)
    assert len(pdf) < size / 500
    with pytest.raises(PaperUnreadable, match=r"过长|过大"):
        examine(pdf)


@pytest.mark.parametrize("operators", [b"q ", b"[", b"0 ", b"0 0 m ", b"q BT (a) Tj ET Q ", b"("])
def test_content_without_end_is_refused_before_it_takes_the_machine(operators: bytes) -> None:
    with pytest.raises(ContentBroken):
        read_content(operators * 2_000_000, DictionaryObject(), (0, 842), Memory())


def nest(writer: PdfWriter) -> None:
    """A form that shows itself."""
    form = DecodedStreamObject()
    form.set_data(b"/Self Do")
    place = writer._add_object(form)
    resources = DictionaryObject({NameObject("/XObject"): DictionaryObject({NameObject("/Self"): place})})
    form.update({NameObject("/Subtype"): NameObject("/Form"), NameObject("/Resources"): resources})
    page = writer.pages[0]
    page[NameObject("/Resources")] = resources
    page[NameObject("/Contents")] = place


def test_a_form_that_shows_itself_is_refused(fonts: FontSet) -> None:
    with pytest.raises(PaperUnreadable, match="嵌套过深"):
        examine(altered(printed(letter(), fonts), nest))


@pytest.mark.parametrize("step", range(0, 400, 7))
def test_a_damaged_file_is_judged_or_refused_and_never_breaks(step: int, fonts: FontSet) -> None:
    pdf = bytearray(printed(letter(), fonts))
    for place in range(step, len(pdf), 401):
        pdf[place] = (pdf[place] * 7 + step) % 256
    try:
        examine(bytes(pdf))
    except PaperUnreadable as refusal:
        assert refusal.message.endswith("。")


def test_strings_are_read_with_escapes_and_parentheses_in_them() -> None:
    read = list(operations(rb"[(a\)b)-1.5(c(d)e)<4 1>] TJ (\101\n\\) Tj"))
    assert read == [(b"TJ", [[b"a)b", -1.5, b"c(d)e", b"A"]]), (b"Tj", [b"A\n\\"])]


def test_a_picture_among_the_operators_is_passed_over() -> None:
    assert [name for name, _ in operations(b"q BI /W 1 ID \x00(\xff EI Q")] == [b"q", b"BI", b"Q"]


def test_the_text_is_that_another_reader_finds(fonts: FontSet) -> None:
    pdf = printed(letter("inquiry"), fonts)
    theirs = comparable("".join(page.extract_text() for page in PdfReader(BytesIO(pdf)).pages))
    ours = look_at(read(pdf), None).text
    assert re.sub(r"—\d—", "", theirs) == ours
