"""No mark of a state secret comes in unseen, however the file is written, packed or named."""

import zipfile
from email.message import EmailMessage
from io import BytesIO
from time import perf_counter

import pytest
from pypdf import PdfWriter

from workflow.errors import FileRefused
from workflow.services import screening
from workflow.services.screening import mark_in

MARK = "机密★10年"
WORD = '<w:document xmlns:w="word" xmlns:v="vml"><w:body>{}</w:body></w:document>'
RUN = "<w:r><w:rPr><w:b/></w:rPr><w:t>{}</w:t></w:r>"


def zipped(members, method=zipfile.ZIP_DEFLATED):
    """An archive of these members, by name."""
    packed = BytesIO()
    with zipfile.ZipFile(packed, "w", method) as archive:
        for name, content in members.items():
            archive.writestr(name, content)
    return packed.getvalue()


def letter(*paragraphs):
    """A Word file of these paragraphs, each a tuple of runs."""
    body = "".join(f"<w:p>{''.join(RUN.format(run) for run in runs)}</w:p>" for runs in paragraphs)
    return zipped({"word/document.xml": WORD.format(body)})


def refusal_of(name, data):
    with pytest.raises(FileRefused) as refused:
        mark_in(name, data)
    return refused.value


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "gbk", "gb18030", "utf-16", "utf-16-be"])
def test_a_mark_is_seen_in_every_encoding_an_office_writes(encoding):
    assert mark_in("函.txt", f"某函\r\n{MARK}\r\n请阅".encode(encoding)) == "机密"
    assert mark_in("函.txt", "组织学习保守国家秘密法\r\n商业秘密已脱敏".encode(encoding)) is None


def test_a_mark_set_in_several_runs_is_one_mark():
    assert mark_in("函.docx", letter(("关于路灯的函",), ("机", "密", "★", "10年"))) == "机密"


def test_a_bold_word_within_a_sentence_is_prose():
    assert mark_in("函.docx", letter(("不得填写", "机密", "内容"))) is None


def test_a_mark_far_into_a_long_letter_is_seen():
    long = [(f"第{line}盏路灯已修复，灯杆编号{line * 7919}",) for line in range(60_000)]
    data = letter(*long, (MARK,))
    assert zipfile.ZipFile(BytesIO(data)).infolist()[0].file_size > 4_000_000
    started = perf_counter()
    assert mark_in("函.docx", data) == "机密"
    assert perf_counter() - started < 20


@pytest.mark.parametrize(
    "body",
    [
        '<v:textpath string="机密★10年"/>',
        "<w:p><w:t>&#26426;&#23494;&#9733;</w:t></w:p>",
        "<w:p><w:t>路灯</w:t><w:br/><w:t>秘密</w:t></w:p>",
    ],
    ids=["watermark", "numbered characters", "line of its own"],
)
def test_a_mark_is_seen_wherever_a_word_file_shows_it(body):
    assert mark_in("函.docx", zipped({"word/header1.xml": WORD.format(body)})) is not None


@pytest.mark.parametrize(
    "members",
    [
        {"材料/函.txt": MARK.encode("gbk")},
        {"材料/函.docx": letter((MARK,))},
        {"机密★10年/函.txt": "路灯"},
        {"秘密/函.txt": "路灯"},
        {"内层.zip": zipped({"函.txt": MARK})},
        {"图.png": b"\x89PNG\r\n", "清单.dat": MARK.encode("utf-16-le")},
    ],
    ids=["text", "letter", "starred folder", "folder", "archive", "unknown kind"],
)
def test_a_mark_is_seen_within_an_archive(members):
    assert mark_in("材料.zip", zipped(members)) is not None


def test_a_name_written_by_a_chinese_windows_is_read_as_one():
    plain = zipped({"AABBCC.txt": "路灯"}, zipfile.ZIP_STORED)
    assert mark_in("材料.zip", plain) is None
    assert mark_in("材料.zip", plain.replace(b"AABBCC", "\\秘密".encode("gbk") + b"\\")) == "秘密"


def test_a_mark_is_seen_in_a_mail_and_what_is_attached_to_it():
    mail = EmailMessage()
    mail["Subject"] = "路灯材料"
    mail.set_content("见附件")
    assert mark_in("来信.eml", mail.as_bytes()) is None
    mail.add_attachment(letter((MARK,)), maintype="application", subtype="zip", filename="函.docx")
    assert mark_in("来信.eml", mail.as_bytes()) == "机密"
    mail.replace_header("Subject", "绝密★特急")
    assert mark_in("来信.eml", mail.as_bytes()) == "绝密"


def test_an_old_word_file_is_looked_through():
    old = screening.OLE + b"\x00" * 508 + f"第一页\r{MARK}\r".encode("utf-16-le")
    assert mark_in("函.doc", old) == "机密"
    assert mark_in("表.xls", screening.OLE + b"\x00" * 509 + MARK.encode("utf-16-le")) == "机密"


def a_pdf(pages=1, password=None):
    writer, packed = PdfWriter(), BytesIO()
    for _ in range(pages):
        writer.add_blank_page(595, 842)
    if password is not None:
        writer.encrypt(password, algorithm="RC4-128")
    writer.write(packed)
    return packed.getvalue()


def locked(data):
    """The same archive, said to be encrypted."""
    return data.replace(b"PK\x03\x04\x14\x00\x00", b"PK\x03\x04\x14\x00\x01").replace(
        b"PK\x01\x02\x14\x03\x14\x00\x00", b"PK\x01\x02\x14\x03\x14\x00\x01"
    )


UNREADABLE = [
    ("材料.zip", locked(zipped({"a.txt": "路灯"})), "file_encrypted"),
    ("函.docx", screening.OLE + bytes(512) + screening.ENCRYPTED_STREAM, "file_encrypted"),
    ("函.pdf", a_pdf(password="路灯"), "file_encrypted"),
    ("函.pdf", a_pdf(screening.MAX_PAGES + 1), "file_too_long"),
    ("函.pdf", b"%PDF-1.7 torn", "file_broken"),
    ("函.pdf", a_pdf(pages=0), "file_broken"),
    ("函.docx", "只是改了扩展名".encode(), "file_broken"),
    ("函.docx", zipped({"word/document.xml": "<w:t>半截"}), "file_broken"),
    ("函.docx", zipped({"a.xml": '<!DOCTYPE a [<!ENTITY b "机密">]><a>&b;</a>'}), "file_broken"),
    ("材料.zip", zipped({f"{n}.txt": "灯" for n in range(screening.MAX_MEMBERS + 1)}), "archive_too_large"),
    ("材料.zip", zipped({"灯.txt": bytes(screening.UNSUSPECTED + 1)}), "archive_too_large"),
]


@pytest.mark.parametrize(("name", "data", "code"), UNREADABLE, ids=[one[2] + one[0] for one in UNREADABLE])
def test_what_cannot_be_read_whole_is_refused_with_its_reason(name, data, code):
    assert refusal_of(name, data).code == code


def test_the_bounds_hold_over_all_that_lies_within(monkeypatch):
    monkeypatch.setattr(screening, "MAX_MEMBERS", 3)
    inner = zipped({"a.txt": "灯", "b.txt": "灯"})
    assert mark_in("材料.zip", zipped({"一.zip": inner})) is None
    assert refusal_of("材料.zip", zipped({"一.zip": inner, "二.zip": inner})).code == "archive_too_large"


def test_an_archive_in_an_archive_in_an_archive_goes_no_deeper():
    data = zipped({"函.txt": "路灯"})
    for _ in range(screening.MAX_DEPTH - 1):
        data = zipped({"内层.zip": data})
    assert mark_in("材料.zip", data) is None
    assert refusal_of("材料.zip", zipped({"内层.zip": data})).code == "archive_nested"


def test_a_pdf_that_only_forbids_changes_is_read():
    assert mark_in("函.pdf", a_pdf(password="")) is None


def test_the_refusal_names_the_file_within():
    message = refusal_of("材料.zip", zipped({"子/函.pdf": b"%PDF torn"})).message
    assert "“材料.zip”中的“子/函.pdf”" in message
