"""Files of every kind a person may hand in, built byte by byte: honest ones, to make others of."""

import zipfile
import zlib
from email.message import EmailMessage
from io import BytesIO
from struct import pack

from pypdf import PdfWriter
from pypdf.generic import DecodedStreamObject, DictionaryObject, NameObject

WORDML = "application/vnd.openxmlformats-officedocument.wordprocessingml.document.main+xml"
SHEETML = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet.main+xml"
TYPES = '<Types xmlns="t"><Default Extension="xml" ContentType="application/xml"/>{}</Types>'
OVERRIDE = '<Override PartName="/{}" ContentType="{}"/>'
WORD = '<w:document xmlns:w="word"><w:body>{}</w:body></w:document>'
PARAGRAPH = "<w:p><w:r><w:t>{}</w:t></w:r></w:p>"
BOOK = '<workbook xmlns="s"><sheets><sheet name="{}" sheetId="1"/></sheets></workbook>'
SECTOR, MINI, CUTOFF, LAST, FAT = 512, 64, 4096, 0xFFFFFFFE, 0xFFFFFFFD
NONE = 0xFFFFFFFF
BIFF = b"\x09\x08\x10\x00" + bytes(16)
GLOBALS_END = b"\x0a\x00\x00\x00"


def zipped(members, method=zipfile.ZIP_DEFLATED, comment=b""):
    """An archive of these members, by name."""
    packed = BytesIO()
    with zipfile.ZipFile(packed, "w", method) as archive:
        for name, content in members.items():
            archive.writestr(name, content)
        archive.comment = comment
    return packed.getvalue()


def docx(text="关于路灯的函", parts=(), types=""):
    """A Word file of one paragraph, with more parts and content types."""
    declared = TYPES.format(OVERRIDE.format("word/document.xml", WORDML) + types)
    body = {"word/document.xml": WORD.format(PARAGRAPH.format(text))}
    return zipped({"[Content_Types].xml": declared, **body, **dict(parts)})


def xlsx(sheet="清单", parts=(), types=""):
    """A workbook with one sheet of this name."""
    declared = TYPES.format(OVERRIDE.format("xl/workbook.xml", SHEETML) + types)
    return zipped({"[Content_Types].xml": declared, "xl/workbook.xml": BOOK.format(sheet), **dict(parts)})


def chunk(kind, content=b""):
    """A part of a PNG file."""
    body = kind + content
    return pack(">I", len(content)) + body + pack(">I", zlib.crc32(body))


def png(*more, sides=(1, 1)):
    """A grey point, or so it says, with more parts before its end."""
    head = chunk(b"IHDR", pack(">IIBBBBB", *sides, 8, 0, 0, 0, 0))
    body = chunk(b"IDAT", zlib.compress(b"\0\x7f"))
    return b"\x89PNG\r\n\x1a\n" + head + body + b"".join(more) + chunk(b"IEND")


def jpeg(comment=b"", sides=(8, 8)):
    """What a reader takes for a picture of 8 by 8 points, with a comment."""
    said = b"\xff\xfe" + pack(">H", len(comment) + 2) + comment if comment else b""
    frame = b"\xff\xc0\x00\x0b\x08" + pack(">HH", *sides) + b"\x01\x01\x11\x00"
    return b"\xff\xd8\xff\xe0\x00\x10JFIF\0" + bytes(9) + said + frame + b"\xff\xda\x00\x02\x12\x34\xff\xd9"


def pdf(change=lambda writer: None, pages=1, password=None):
    """A PDF of blank pages, changed by whoever writes it."""
    writer, packed = PdfWriter(), BytesIO()
    for _ in range(pages):
        writer.add_blank_page(595, 842)
    change(writer)
    if password is not None:
        writer.encrypt(password, algorithm="RC4-128")
    writer.write(packed)
    return packed.getvalue()


def stamped(text):
    """Puts a stamp on the first page of a PDF, whose look says something."""

    def change(writer):
        look = DecodedStreamObject()
        look.set_data(f"BT /F1 12 Tf <{text.encode('utf-16-be').hex()}> Tj ET".encode())
        cmap = DecodedStreamObject()
        cmap.set_data(b"1 begincodespacerange <0000> <ffff> endcodespacerange\n" + _identity(text))
        font = DictionaryObject(
            {
                NameObject("/Type"): NameObject("/Font"),
                NameObject("/Subtype"): NameObject("/Type0"),
                NameObject("/BaseFont"): NameObject("/Song"),
                NameObject("/Encoding"): NameObject("/Identity-H"),
                NameObject("/ToUnicode"): writer._add_object(cmap),
            }
        )
        fonts = DictionaryObject({NameObject("/F1"): font})
        look[NameObject("/Subtype")] = NameObject("/Form")
        look[NameObject("/Resources")] = DictionaryObject({NameObject("/Font"): fonts})
        stamp = DictionaryObject(
            {
                NameObject("/Type"): NameObject("/Annot"),
                NameObject("/Subtype"): NameObject("/Stamp"),
                NameObject("/AP"): DictionaryObject({NameObject("/N"): writer._add_object(look)}),
            }
        )
        writer.add_annotation(0, stamp)

    return change


def _identity(text):
    lines = "".join(f"<{ord(one):04x}> <{ord(one):04x}>\n" for one in text)
    return f"{len(text)} beginbfchar\n{lines}endbfchar".encode()


def compound(streams, storages=()):
    """An old Office file (MS-CFB) with these streams, by name; small ones lie in the root's own stream."""
    file, mini = _Sectors(SECTOR), _Sectors(MINI)
    placed = [
        (name, 2, (mini if len(one) < CUTOFF else file).add(one), len(one)) for name, one in streams.items()
    ]
    placed += [(name, 1, 0, 0) for name in storages]
    last = len(placed)
    entries = [
        _entry(*one, place + 1 if place < last else NONE, NONE) for place, one in enumerate(placed, start=1)
    ]
    packed = b"".join(mini.sectors)
    root = _entry("Root Entry", 5, file.add(packed), len(packed), NONE, 1)
    mini_fat = file.add(pack(f"<{len(mini.fat)}I", *mini.fat).ljust(SECTOR, b"\xff")) if mini.fat else LAST
    first = file.add(root + b"".join(entries))
    table = pack(f"<{len(file.fat)}I", *file.fat) + pack("<I", FAT)
    assert len(table) <= SECTOR
    head = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(16) + pack("<HHHHH", 0x3E, 3, 0xFFFE, 9, 6) + bytes(10)
    head += pack("<9I", 1, first, 0, CUTOFF, mini_fat, bool(mini.fat), LAST, 0, len(file.fat)) + b"\xff" * 432
    return head + b"".join(file.sectors) + table.ljust(SECTOR, b"\xff")


class _Sectors:
    """A row of sectors and where each goes on."""

    def __init__(self, size):
        self.size, self.sectors, self.fat = size, [], []

    def add(self, content):
        """Put something at the end; the place where it begins."""
        place = len(self.sectors)
        for start in range(0, len(content), self.size):
            self.sectors.append(content[start : start + self.size].ljust(self.size, b"\0"))
            self.fat.append(len(self.fat) + 1)
        if not content:
            return LAST
        self.fat[-1] = LAST
        return place


def _entry(name, kind, start, size, *beside):
    """A line of the directory: an entry, the one after it, and the first within it."""
    written = name.encode("utf-16-le")
    head = written.ljust(64, b"\0") + pack("<HBB", len(written) + 2, kind, 1)
    return head + pack("<III", NONE, *beside) + bytes(36) + pack("<IQ", start, size)


def doc(text="关于路灯的函", flags=0, more=(), storages=()):
    """An old Word file."""
    main = b"\xec\xa5" + bytes(8) + pack("<H", flags) + bytes(500) + text.encode("utf-16-le")
    return compound({"WordDocument": main.ljust(CUTOFF, b"\0"), **dict(more)}, storages)


def xls(records=b"", more=(), storages=()):
    """An old workbook, with more records among its globals."""
    return compound({"Workbook": BIFF + records + GLOBALS_END, **dict(more)}, storages)


def mail(body="见附件", attached=(), subject="路灯材料", subtype="plain"):
    """A mail with files attached, by name."""
    message = EmailMessage()
    message["Subject"], message["From"] = subject, "sheng@binhai.example"
    message.set_content(body, subtype=subtype)
    for name, content in dict(attached).items():
        message.add_attachment(content, maintype="application", subtype="octet-stream", filename=name)
    return message.as_bytes()
