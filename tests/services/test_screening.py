"""No mark of a state secret comes in unseen, however the file is written, packed or named."""

import zipfile
from io import BytesIO
from struct import pack
from time import perf_counter

import pytest
from pypdf.generic import DictionaryObject, NameObject, TextStringObject

from tests.disguises import compound, doc, docx, mail, pdf, png, stamped, xls, xlsx, zipped
from workflow.errors import FileRefused
from workflow.services.screening import mark_in, unfolding
from workflow.services.screening.pages import MAX_PAGES

MARK = "机密★10年"
WORD = '<w:document xmlns:w="word" xmlns:v="vml"><w:body>{}</w:body></w:document>'
RUN = "<w:r><w:rPr><w:b/></w:rPr><w:t>{}</w:t></w:r>"


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
        {"图.png": png(), "清单.dat": MARK.encode("utf-16-le")},
    ],
    ids=["text", "letter", "starred folder", "folder", "archive", "unknown kind"],
)
def test_a_mark_is_seen_within_an_archive(members):
    assert mark_in("材料.zip", zipped(members)) is not None


def test_a_name_written_by_a_chinese_windows_is_read_as_one():
    plain = zipped({"AABBCCD.txt": "路灯"}, zipfile.ZIP_STORED)
    assert mark_in("材料.zip", plain) is None
    assert mark_in("材料.zip", plain.replace(b"AABBCCD", "a\\秘密".encode("gbk") + b"\\")) == "秘密"


def test_an_old_word_file_is_looked_through():
    assert mark_in("函.doc", doc(f"第一页\r{MARK}\r")) == "机密"
    assert mark_in("函.doc", doc("第一页\r机密\r")) == "机密"
    assert mark_in("表.xls", xls(more={"Book": b"\x00" + MARK.encode("utf-16-le")})) == "机密"


TEXT_BOX = '<w:p xmlns:w="w"><w:r><w:txbxContent><w:p><w:t>{}</w:t></w:p></w:txbxContent></w:r></w:p>'
RUNS = (
    '<w:comment xmlns:w="w"><w:p><w:r><w:t>机</w:t></w:r><w:tab/><w:r><w:t>密</w:t></w:r></w:p></w:comment>'
)
REMARK = "<comments><comment><text><r><t>机</t></r><r><t>密★1年</t></r></text></comment></comments>"
HEAD = "<worksheet><headerFooter><oddHeader>&amp;L路灯&amp;C&amp;B机密</oddHeader></headerFooter></worksheet>"
CELL = pack("<HH", 0xFC, 15) + bytes(8) + b"\x02\x00\x01" + "机密".encode("utf-16-le")


def noted(writer):
    """Adds a note to the first page."""
    note = {"/Subtype": NameObject("/Text"), "/Contents": TextStringObject(MARK)}
    writer.add_annotation(0, DictionaryObject({NameObject(name): value for name, value in note.items()}))


MARKED = {
    "header": ("函.docx", docx(parts={"word/header1.xml": WORD.format("<w:p><w:t>机密</w:t></w:p>")})),
    "footer": ("函.docx", docx(parts={"word/footer1.xml": WORD.format(f"<w:p><w:t>{MARK}</w:t></w:p>")})),
    "text box": ("函.docx", docx(parts={"word/document2.xml": TEXT_BOX.format("秘密")})),
    "comment in runs": ("函.docx", docx(parts={"word/comments.xml": RUNS})),
    "properties": ("函.docx", docx(parts={"docProps/core.xml": "<a><keywords>机密★1年</keywords></a>"})),
    "two columns of a line": ("函.docx", docx("机密★1年　　　特急")),
    "grade and urgency": ("函.docx", docx("秘密　　　　　　　　　特急")),
    "full width": ("函.docx", docx("（机密）")),
    "spaced": ("函.docx", docx("绝　密　★　１　年")),
    "zero width": ("函.docx", docx("机\u200b\u2060密\ufeff★\u200d１０年")),
    "accents and blanks": ("函.docx", docx("机\u0336密\u3164\ufe0f★")),
    "another star": ("函.docx", docx("机密☆长期")),
    "asterisk": ("函.docx", docx("机密＊１０年")),
    "term alone": ("函.docx", docx("机密 10年")),
    "table in a letter": ("函.docx", docx(parts={"word/embeddings/a.xlsx": xlsx("机密")})),
    "sheet": ("表.xlsx", xlsx("机密★1年")),
    "sheet of a grade": ("表.xlsx", xlsx("绝密")),
    "remark on a cell": ("表.xlsx", xlsx(parts={"xl/comments1.xml": REMARK})),
    "head of a printed sheet": ("表.xlsx", xlsx(parts={"xl/worksheets/sheet1.xml": HEAD})),
    "table in text": ("表.csv", "序号,密级,事项\r\n1,机密,路灯".encode("gbk")),
    "quoted cell": ("表.csv", '1;"秘密";路灯'.encode()),
    "cell of an old workbook": ("表.xls", xls(CELL)),
    "title of a PDF": ("函.pdf", pdf(lambda one: one.add_metadata({"/Title": MARK}))),
    "keyword of a PDF": ("函.pdf", pdf(lambda one: one.add_metadata({"/Keywords": "绝密"}))),
    "note in a PDF": ("函.pdf", pdf(noted)),
    "stamp in a PDF": ("函.pdf", pdf(stamped("机密"))),
    "bookmark of a PDF": ("函.pdf", pdf(lambda one: one.add_outline_item(title=MARK, page_number=0))),
    "file in a PDF": ("函.pdf", pdf(lambda one: one.add_attachment("表.csv", "机密,1".encode()))),
    "name of a file in a PDF": ("函.pdf", pdf(lambda one: one.add_attachment("机密★1年.csv", b"1"))),
    "GB18030": ("函.txt", f"某函\r\n{MARK}".encode("gb18030")),
    "tabbed": ("函.txt", "0001\t机密\t特急".encode()),
    "subject": ("信.eml", mail(subject=MARK)),
    "page in a mail": ("信.eml", mail("<p>机<b>密</b>&#9733;</p>", subtype="html")),
    "grade in a page": ("信.eml", mail("<div>路灯</div><td><i>绝</i>密</td>", subtype="html")),
    "attached": ("信.eml", mail(attached={"函.docx": docx(MARK)})),
    "name of what is attached": ("信.eml", mail(attached={"机密★1年.txt": b"1"})),
    "mail in a mail": ("信.eml", mail(attached={"转.eml": mail(MARK)})),
    "member": ("材料.zip", zipped({"卷/机密★1年/灯.txt": "灯"})),
    "member of a grade": ("材料.zip", zipped({"卷/绝密.txt": "灯"})),
    "remark of an archive": ("材料.zip", zipped({"灯.txt": "灯"}, comment=MARK.encode("gbk"))),
}


@pytest.mark.parametrize(("name", "data"), MARKED.values(), ids=MARKED)
def test_a_mark_is_seen_wherever_it_is_set(name, data):
    assert mark_in(name, data) in ("绝密", "机密", "秘密")


UNMARKED = {
    "prose": ("函.docx", docx("组织学习保守国家秘密法，严禁存储绝密、机密、秘密文件。")),
    "heading": ("函.docx", docx("关于商业秘密保护*的通知")),
    "work": ("函.pdf", pdf(lambda one: one.add_metadata({"/Title": "工作秘密★1年"}))),
    "table": ("表.csv", "序号,事项\r\n1,保守秘密".encode("gbk")),
    "mail": ("信.eml", mail("<p>注意保守<b>秘密</b></p>", subtype="html")),
}


@pytest.mark.parametrize(("name", "data"), UNMARKED.values(), ids=UNMARKED)
def test_words_about_secrets_are_no_mark(name, data):
    assert mark_in(name, data) is None


def locked(data):
    """The same archive, said to be encrypted."""
    return data.replace(b"PK\x03\x04\x14\x00\x00", b"PK\x03\x04\x14\x00\x01").replace(
        b"PK\x01\x02\x14\x03\x14\x00\x00", b"PK\x01\x02\x14\x03\x14\x00\x01"
    )


UNREADABLE = [
    ("材料.zip", locked(zipped({"a.txt": "路灯"})), "file_encrypted"),
    ("函.docx", compound({"EncryptedPackage": b"1"}), "file_encrypted"),
    ("函.pdf", pdf(password="路灯"), "file_encrypted"),
    ("函.pdf", pdf(pages=MAX_PAGES + 1), "file_too_long"),
    ("函.pdf", b"%PDF-1.7 torn", "file_broken"),
    ("函.pdf", pdf(pages=0), "file_broken"),
    ("函.docx", "只是改了扩展名".encode(), "file_broken"),
    ("函.docx", zipped({"word/document.xml": "<w:t>半截"}), "file_broken"),
    ("函.docx", zipped({"a.xml": '<!DOCTYPE a [<!ENTITY b "机密">]><a>&b;</a>'}), "file_active"),
    ("材料.zip", zipped({f"{n}.txt": "灯" for n in range(unfolding.MAX_MEMBERS + 1)}), "archive_too_large"),
    ("材料.zip", zipped({"灯.txt": bytes(unfolding.UNSUSPECTED + 1)}), "archive_too_large"),
]


@pytest.mark.parametrize(("name", "data", "code"), UNREADABLE, ids=[one[2] + one[0] for one in UNREADABLE])
def test_what_cannot_be_read_whole_is_refused_with_its_reason(name, data, code):
    assert refusal_of(name, data).code == code


def test_the_bounds_hold_over_all_that_lies_within(monkeypatch):
    monkeypatch.setattr(unfolding, "MAX_MEMBERS", 3)
    inner = zipped({"a.txt": "灯", "b.txt": "灯"})
    assert mark_in("材料.zip", zipped({"一.zip": inner})) is None
    assert refusal_of("材料.zip", zipped({"一.zip": inner, "二.zip": inner})).code == "archive_too_large"


def test_an_archive_in_an_archive_in_an_archive_goes_no_deeper():
    data = zipped({"函.txt": "路灯"})
    for _ in range(unfolding.MAX_DEPTH - 1):
        data = zipped({"内层.zip": data})
    assert mark_in("材料.zip", data) is None
    assert refusal_of("材料.zip", zipped({"内层.zip": data})).code == "archive_nested"


def test_a_pdf_that_only_forbids_changes_is_read():
    assert mark_in("函.pdf", pdf(password="")) is None


def test_the_refusal_names_the_file_within():
    message = refusal_of("材料.zip", zipped({"子/函.pdf": b"%PDF torn"})).message
    assert "“材料.zip”中的“子/函.pdf”" in message
