"""What may not come in, in whatever disguise: each file is refused with its reason; honest ones are taken.

Every file is built here from what it is made of; none is stored.
"""

import gzip
import io
import tarfile
import zipfile
from struct import pack
from zlib import compress

import pytest
from pypdf.generic import ArrayObject, DecodedStreamObject, DictionaryObject, NameObject, TextStringObject

from tests.disguises import (
    LAST,
    OVERRIDE,
    chunk,
    compound,
    doc,
    docx,
    jpeg,
    mail,
    pdf,
    png,
    xls,
    xlsx,
    zipped,
)
from workflow.errors import FileRefused
from workflow.services import files
from workflow.services.files import Given

LAMP = "312盏路灯已全部修复"
PROGRAM = b"MZ\x90\0\x03\0\0\0" + bytes(56) + b"PE\0\0"
ELF = b"\x7fELF\x02\x01\x01" + bytes(57)
RAR, SEVEN = b"Rar!\x1a\x07\x01\0" + bytes(40), b"7z\xbc\xaf\x27\x1c\0\x04" + bytes(40)
PAGE = "<!DOCTYPE html><html><script>fetch('//x')</script></html>"
SVG = '<svg xmlns="http://www.w3.org/2000/svg" onload="alert(1)"/>'
MACRO = OVERRIDE.format("word/vbaProject.bin", "application/vnd.ms-office.vbaProject")
RELATION = (
    '<Relationships xmlns="r"><Relationship Id="r1" Type="http://x/{}" Target="{}" TargetMode="External"/>'
    "</Relationships>"
)
LAUGHS = f'<!ENTITY b "{"灯" * 10}"><!ENTITY c "{"&b;" * 10}"><!ENTITY d "{"&c;" * 10}">'
BILLION = f"<!DOCTYPE a [{LAUGHS}]><a>&d;</a>"
OUTSIDE = '<!DOCTYPE a [<!ENTITY b SYSTEM "file:///etc/passwd">]><a>&b;</a>'
SHEET = pack("<HH", 0x85, 8) + bytes(5)
"""The record of a sheet in an old workbook, up to what kind of sheet it is."""
BOM = b"\xff\xfe"


def locked(data):
    """The same archive, said to be encrypted."""
    return data.replace(b"PK\x03\x04\x14\x00\x00", b"PK\x03\x04\x14\x00\x01").replace(
        b"PK\x01\x02\x14\x03\x14\x00\x00", b"PK\x01\x02\x14\x03\x14\x00\x01"
    )


def nested(depth):
    data = zipped({"灯.txt": LAMP})
    for _ in range(depth):
        data = zipped({"内层.zip": data})
    return data


def linked():
    """An archive with a symbolic link out of its folder."""
    packed, link = io.BytesIO(), zipfile.ZipInfo("灯.txt")
    link.create_system, link.external_attr = 3, 0o120777 << 16
    with zipfile.ZipFile(packed, "w") as archive:
        archive.writestr(link, "/etc/passwd")
    return packed.getvalue()


def twice():
    packed = io.BytesIO()
    with pytest.warns(UserWarning), zipfile.ZipFile(packed, "w") as archive:
        archive.writestr("灯.txt", LAMP)
        archive.writestr("灯.txt", "另一份")
    return packed.getvalue()


def tarred():
    packed = io.BytesIO()
    with tarfile.open(fileobj=packed, mode="w") as archive:
        archive.addfile(tarfile.TarInfo("灯.txt"))
    return packed.getvalue()


def with_action(kind, **words):
    """A PDF that does something when it is opened."""

    def change(writer):
        said = {NameObject(f"/{name}"): TextStringObject(word) for name, word in words.items()}
        action = DictionaryObject({NameObject("/S"): NameObject(kind), **said})
        writer.root_object[NameObject("/OpenAction")] = action

    return pdf(change)


def with_form(writer):
    form = DictionaryObject({NameObject("/XFA"): TextStringObject("<xdp/>")})
    writer.root_object[NameObject("/AcroForm")] = form


def with_bomb(writer):
    """Fifty megabytes of nothing, packed twice."""
    bomb = DecodedStreamObject()
    bomb.set_data(compress(compress(bytes(50_000_000))))
    bomb[NameObject("/Filter")] = ArrayObject([NameObject("/FlateDecode")] * 2)
    writer.pages[0][NameObject("/Contents")] = writer._add_object(bomb)


HOSTILE = {
    # what the type of a file is
    "program": ("灯.exe", PROGRAM, "file_type"),
    "script": ("灯.js", b"alert(1)", "file_type"),
    "page": ("灯.html", PAGE.encode(), "file_type"),
    "drawing": ("灯.svg", SVG.encode(), "file_type"),
    "shortcut": ("灯.pdf.lnk", b"L\0\0\0\x01\x14\x02\0", "file_type"),
    "macro document": ("函.docm", docx(), "file_type"),
    "no suffix": ("路灯", LAMP.encode(), "file_type"),
    "only a suffix": (".pdf", pdf(), "file_type"),
    "name turned round": ("灯\u202efdp.exe", PROGRAM, "file_type"),
    "second stream": ("灯.pdf:灯.exe", PROGRAM, "file_type"),
    "name cut by NUL": ("灯.exe\0.bin", PROGRAM, "file_type"),
    # programs, pages and archives in disguise
    "program as PDF": ("灯.pdf", PROGRAM, "file_type_mismatch"),
    "program as text": ("灯.txt", PROGRAM, "file_type_mismatch"),
    "ELF as Word": ("函.docx", ELF, "file_type_mismatch"),
    "RAR as ZIP": ("灯.zip", RAR, "file_type_mismatch"),
    "7z as Word": ("函.docx", SEVEN, "file_type_mismatch"),
    "gzip as table": ("表.csv", gzip.compress(b"1,2"), "file_type_mismatch"),
    "PDF as picture": ("灯.png", pdf(), "file_type_mismatch"),
    "GIF as JPEG": ("灯.jpg", b"GIF89a" + bytes(20), "file_type_mismatch"),
    "workbook as Word": ("函.docx", xlsx(), "file_type_mismatch"),
    "plain ZIP as workbook": ("表.xlsx", zipped({"灯.txt": LAMP}), "file_type_mismatch"),
    "old workbook as Word": ("函.doc", xls(), "file_type_mismatch"),
    "installer as Word": ("函.doc", compound({"\u4840\u3f7f": b"1"}), "file_type_mismatch"),
    "rich text as Word": ("函.doc", b"{\\rtf1{\\object\\objdata 0105}}", "file_type_mismatch"),
    "text as mail": ("信.eml", LAMP.encode(), "file_type_mismatch"),
    "page before a PDF": ("灯.pdf", PAGE.encode() + pdf(), "file_type_mismatch"),
    "page as text": ("灯.txt", PAGE.encode(), "file_active"),
    "page after remarks": ("灯.txt", b"<!-- a --><!-- b -->\r\n<BODY onload=alert(1)>", "file_active"),
    "wide page as text": ("灯.txt", BOM + PAGE.encode("utf-16-le"), "file_active"),
    "drawing as text": ("灯.txt", b'<?xml version="1.0"?>' + SVG.encode(), "file_active"),
    "script within text": ("灯.txt", f"{LAMP}\r\n<script>1</script>".encode(), "file_active"),
    "page as table": ("表.csv", b"<table><tr><td>1</td></tr></table>", "file_active"),
    "page as mail": ("信.eml", PAGE.encode(), "file_active"),
    "shell script as text": ("灯.txt", b"#!/bin/sh\nrm -rf /", "file_active"),
    "cell that calls a program": ("表.csv", b"1,=cmd|'/C calc'!A0,2", "file_active"),
    "cell that calls the net": ("表.csv", b'1,"=WEBSERVICE(""http://x"")"', "file_active"),
    # Office files that act
    "macros in Word": ("函.docx", docx(parts={"word/vbaProject.bin": b"1"}, types=MACRO), "file_active"),
    "macros by type alone": (
        "函.docx",
        docx(types=OVERRIDE.format("word/a.bin", "application/vnd.ms-word.document.macroEnabled.main+xml")),
        "file_active",
    ),
    "macro sheet": ("表.xlsx", xlsx(parts={"xl/macrosheets/sheet1.xml": "<a/>"}), "file_active"),
    "control in Word": ("函.docx", docx(parts={"word/activeX/activeX1.bin": b"1"}), "file_active"),
    "template from the net": (
        "函.docx",
        docx(parts={"word/_rels/settings.xml.rels": RELATION.format("attachedTemplate", "http://x/t.dotm")}),
        "file_active",
    ),
    "object from a share": (
        "函.docx",
        docx(parts={"word/_rels/document.xml.rels": RELATION.format("oleObject", "\\\\10.0.0.1\\x")}),
        "file_active",
    ),
    "page within Word": ("函.docx", docx(parts={"word/afchunk.htm": PAGE}), "file_active"),
    "acting drawing within Word": ("函.docx", docx(parts={"word/media/image1.svg": SVG}), "file_active"),
    "field that calls a program": (
        "函.docx",
        docx(
            parts={
                "word/footer1.xml": '<w:p xmlns:w="w"><w:instrText> DDEAUTO c:\\\\cmd.exe</w:instrText></w:p>'
            }
        ),
        "file_active",
    ),
    "link that calls a program": (
        "表.xlsx",
        xlsx(parts={"xl/externalLinks/link1.xml": '<a><ddeLink ddeService="cmd"/></a>'}),
        "file_active",
    ),
    "packed program within Word": (
        "函.docx",
        docx(parts={"word/embeddings/oleObject1.bin": compound({"\x01Ole10Native": PROGRAM})}),
        "file_active",
    ),
    "macros in old Word": ("函.doc", doc(storages=("Macros", "VBA")), "file_active"),
    "macros in an old workbook": ("表.xls", xls(storages=("_VBA_PROJECT_CUR",)), "file_active"),
    "old macro sheet": ("表.xls", xls(SHEET + b"\x01\x00\x00"), "file_active"),
    "packed program in old Word": ("函.doc", doc(more={"\x01Ole10Native": PROGRAM}), "file_active"),
    "entities that multiply": ("函.docx", docx(parts={"word/a.xml": BILLION}), "file_active"),
    "entity from outside": ("表.xlsx", xlsx(parts={"xl/a.xml": OUTSIDE}), "file_active"),
    # PDFs that act
    "script in a PDF": ("函.pdf", with_action("/JavaScript", JS="app.alert(1)"), "file_active"),
    "command in a PDF": ("函.pdf", with_action("/Launch"), "file_active"),
    "dynamic form": ("函.pdf", pdf(with_form), "file_active"),
    "program in a PDF": ("函.pdf", pdf(lambda one: one.add_attachment("灯.exe", PROGRAM)), "file_active"),
    "program in a PDF as text": (
        "函.pdf",
        pdf(lambda one: one.add_attachment("灯.txt", PROGRAM)),
        "file_active",
    ),
    # archives
    "program in a ZIP": ("材料.zip", zipped({"灯.exe": PROGRAM}), "file_active"),
    "program in a ZIP as picture": ("材料.zip", zipped({"灯.png": ELF}), "file_active"),
    "script in a ZIP": ("材料.zip", zipped({"灯.vbs": "x"}), "file_active"),
    "shortcut in a ZIP": ("材料.zip", zipped({"灯.pdf.lnk": "x"}), "file_active"),
    "page in a ZIP": ("材料.zip", zipped({"灯.html": PAGE}), "file_active"),
    "macros in a ZIP": ("材料.zip", zipped({"函.doc": doc(storages=("Macros",))}), "file_active"),
    "macro document in a ZIP": ("材料.zip", zipped({"函.xlsm": xlsx()}), "file_active"),
    "RAR in a ZIP": ("材料.zip", zipped({"灯.dat": RAR}), "archive_kind"),
    "7z in a ZIP": ("材料.zip", zipped({"灯.7z": b"1"}), "archive_kind"),
    "tar in a ZIP": ("材料.zip", zipped({"灯.dat": tarred()}), "archive_kind"),
    "disk image in a ZIP": ("材料.zip", zipped({"灯.iso": b"1"}), "archive_kind"),
    "nested": ("材料.zip", nested(3), "archive_nested"),
    "bomb": ("材料.zip", zipped({"灯.txt": bytes(20_000_000)}), "archive_too_large"),
    "bombs in a bomb": (
        "材料.zip",
        zipped({name: zipped({"灯.txt": bytes(8_000_000)}) for name in ("一.zip", "二.zip")}),
        "archive_too_large",
    ),
    "too many": ("材料.zip", zipped({f"{n}.txt": "灯" for n in range(1_001)}), "archive_too_large"),
    "bomb of a PDF": ("函.pdf", pdf(with_bomb), "archive_too_large"),
    "out of its folder": ("材料.zip", zipped({"../../etc/cron.d/x": "x"}), "archive_names"),
    "from the root": ("材料.zip", zipped({"/etc/passwd": "x"}), "archive_names"),
    "from a drive": ("材料.zip", zipped({"C:\\windows\\x.txt": "x"}), "archive_names"),
    "symbolic link": ("材料.zip", linked(), "archive_names"),
    "two of one name": ("材料.zip", twice(), "file_broken"),
    # one file, two things
    "PDF and ZIP": ("函.pdf", pdf() + zipped({"灯.txt": LAMP}), "file_polyglot"),
    "behind the end of a PDF": ("函.pdf", pdf() + PAGE.encode(), "file_polyglot"),
    "ZIP and PDF": ("材料.zip", zipped({"灯.txt": LAMP}) + pdf(), "file_polyglot"),
    "before a ZIP": ("材料.zip", b"PK\x03\x04" + PAGE.encode() + zipped({"灯.txt": LAMP}), "file_polyglot"),
    "PNG and page": ("灯.png", png() + PAGE.encode(), "file_polyglot"),
    "page within a PNG": ("灯.png", png(chunk(b"tEXt", b"Comment\0" + PAGE.encode())), "file_polyglot"),
    "PNG and ZIP": ("灯.png", png() + zipped({"灯.txt": LAMP}), "file_polyglot"),
    "behind the end of a PNG": ("灯.png", png() + bytes(40), "file_polyglot"),
    "JPEG and JAR": ("灯.jpg", jpeg() + zipped({"META-INF/MANIFEST.MF": "x"}), "file_polyglot"),
    "JPEG and RAR": ("灯.jpg", jpeg() + RAR, "file_polyglot"),
    "page within a JPEG": ("灯.jpg", jpeg(PAGE.encode()), "file_polyglot"),
    "PHP within a JPEG": ("灯.jpg", jpeg(b"<?php system($_GET[0]);"), "file_polyglot"),
    "old Word and ZIP": ("函.doc", doc() + zipped({"灯.txt": LAMP}), "file_polyglot"),
    # locked
    "locked ZIP": ("材料.zip", locked(zipped({"a.txt": LAMP})), "file_encrypted"),
    "locked Word": ("函.docx", compound({"EncryptedPackage": b"1"}), "file_encrypted"),
    "locked old Word": ("函.doc", doc(flags=0x0100), "file_encrypted"),
    "locked old workbook": ("表.xls", xls(pack("<HH", 0x2F, 2) + b"\x01\x00"), "file_encrypted"),
    "locked PDF": ("函.pdf", pdf(password="路灯"), "file_encrypted"),
    "locked mail": (
        "信.eml",
        b"Subject: 1\r\nContent-Type: application/pkcs7-mime\r\n\r\nMIIB",
        "file_encrypted",
    ),
    # torn, empty, too large
    "empty": ("灯.txt", b"", "file_empty"),
    "torn PDF": ("函.pdf", pdf()[:-40], "file_broken"),
    "torn Word": ("函.docx", docx()[:-40], "file_broken"),
    "torn old Word": ("函.doc", doc()[:2_000], "file_broken"),
    "torn PNG": ("灯.png", png()[:-6], "file_broken"),
    "torn JPEG": ("灯.jpg", jpeg()[:-2], "file_broken"),
    "changed PNG": ("灯.png", png().replace(b"\x00\x00\x00\x01\x08", b"\x00\x00\x00\x02\x08"), "file_broken"),
    "endless chain": ("函.doc", doc().replace(pack("<II", LAST, LAST), pack("<II", LAST, 8)), "file_broken"),
    "PNG without end of its sides": ("灯.png", png(sides=(60_000, 60_000)), "image_too_large"),
    "JPEG without end of its sides": ("灯.jpg", jpeg(sides=(65_000, 65_000)), "image_too_large"),
}


def handed_in(folder, name, data):
    """A file as a form receives it: its bytes under a name of our own, its own name beside them."""
    path = folder / "received"
    path.write_bytes(data)
    return Given(path, name)


@pytest.mark.parametrize(("name", "data", "code"), HOSTILE.values(), ids=HOSTILE)
def test_a_hostile_file_is_refused_with_its_reason_and_nothing_of_it_kept(tmp_path, name, data, code):
    with pytest.raises(FileRefused) as refused:
        files.take_in(tmp_path / "store", handed_in(tmp_path, name, data))
    assert refused.value.code == code, refused.value.message
    assert not (tmp_path / "store").exists()


def test_there_are_enough_of_them():
    assert len(HOSTILE) >= 60


HONEST = {
    "PDF": ("函.pdf", pdf()),
    "PDF with a table in it": ("函.pdf", pdf(lambda one: one.add_attachment("表.xlsx", xlsx()))),
    "PDF with a link": ("函.pdf", pdf(lambda one: one.add_metadata({"/Title": "关于路灯的函"}))),
    "Word": ("函.docx", docx()),
    "Word with its own template": (
        "函.docx",
        docx(
            parts={
                "word/_rels/settings.xml.rels": RELATION.format("attachedTemplate", "file:///C:\\Normal.dotm")
            }
        ),
    ),
    "Word with a link": (
        "函.docx",
        docx(parts={"word/_rels/document.xml.rels": RELATION.format("hyperlink", "https://x.example")}),
    ),
    "Word with drawings": (
        "函.docx",
        docx(
            parts={
                "word/media/a.svg": "<svg xmlns='s'><path d='M0'/></svg>",
                "word/media/a.emz": gzip.compress(b"1"),
            }
        ),
    ),
    "Word with a table in it": ("函.docx", docx(parts={"word/embeddings/a.xlsx": xlsx()})),
    "workbook": ("表.xlsx", xlsx()),
    "old Word": ("函.doc", doc()),
    "old Word with a table in it": ("函.doc", doc(more={"Package": zipped({"a.xml": "<a/>"})})),
    "old workbook": ("表.xls", xls(SHEET + b"\x00\x00\x00")),
    "PNG": ("灯.png", png()),
    "JPEG": ("灯.JPG", jpeg()),
    "JPEG of a phone, with a film behind it": (
        "灯.jpeg",
        jpeg() + b"\0\0\0\x18ftypmp42" + bytes(999),
    ),
    "text": ("灯.txt", LAMP.encode()),
    "text of a Chinese Windows": ("灯.txt", LAMP.encode("gb18030")),
    "wide text": ("灯.txt", LAMP.encode("utf-16")),
    "text that quotes a tag": ("灯.txt", "网页中的<br>已删去，MZ开头".encode()),
    "table": ("表.csv", "名称,增减\r\n路灯,-5\r\n电话,+8610\r\n比例,=1/2|甲".encode("gbk")),
    "mail": ("信.eml", mail()),
    "mail with a page as its text": ("信.eml", mail("<html><body>见附件</body></html>", subtype="html")),
    "mail with a PDF": ("信.eml", mail(attached={"函.pdf": pdf()})),
    "ZIP": ("材料.zip", zipped({"图/灯.png": png(), "函.docx": docx(), "影像.mp4": b"\0\0\0\x18ftypmp42"})),
    "ZIP in a ZIP": ("材料.zip", nested(1)),
}


@pytest.mark.parametrize(("name", "data"), HONEST.values(), ids=HONEST)
def test_an_honest_file_is_taken_in(tmp_path, name, data):
    kept = files.take_in(tmp_path / "store", handed_in(tmp_path, name, data))
    files.place(tmp_path / "store", kept)
    assert files.fetch(tmp_path / "store", kept.sha256) == data
    assert (kept.name, kept.size, kept.scanned_by) == (name, len(data), None)


def test_the_refusal_tells_the_file_within_and_what_to_do(tmp_path):
    with pytest.raises(FileRefused) as refused:
        files.take_in(tmp_path, handed_in(tmp_path, "材料.zip", zipped({"子/灯.exe": PROGRAM})))
    assert refused.value.message == (
        "“材料.zip”中的“子/灯.exe”是程序、脚本或快捷方式，打开时可能危害电脑，不予接收；请另存为不带此内容的文件后再传。"
    )
