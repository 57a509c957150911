"""Files that do something where they are opened, and archives nobody here can look into.

By name and by first bytes, for a program is one under any name, and a script has no first bytes.
"""

import re

from workflow.services.screening.unfit import active, unreadable_archive

PROGRAMS = re.compile(
    r"""(?ix) \. (
    exe | dll | sys | scr | com | pif | cpl | ocx | ms[ipt] | msix | appx | bat | cmd | ps1 | psm1 | vb[se]? |
    jse? | mjs | ws[fhc]? | hta | sct | inf | reg | lnk | url | scf | desktop | jar | class | jnlp | apk |
    ipa | xpi | crx | sh | bash | command | app | deb | rpm | run | elf | so | dylib | py[cw]? | pl | rb |
    php | jsp | aspx? | chm | hlp | application | gadget | (settingcontent|library|search)-ms | xll |
    xlam? | wll | swf | iqy | slk |
    do[ct]m | xl[st]m | xlsb | p[op]tm | pps?m | ppam | ad[ep] | mde | accd[be] | mdb | one(toc2)?
    ) $"""
)
PAGES = re.compile(r"(?i)\.(html?|xhtml?|xht|shtml|mht(ml)?|svgz?|xslt?)$")
ARCHIVES = re.compile(
    r"""(?ix) \. (
    rar | r\d\d | 7z | t?gz | t?bz2 | t?xz | zst | lz4? | lzma | z | tar | cab | arj | ace | lzh | lha | uue |
    iso | img | dmg | vhdx? | vmdk | udf | wim | cpio | xar | alz | egg | zipx | z\d\d
    ) $"""
)
MACRO_PARTS = re.compile(r"(?i)vbaproject|vbadata|/macrosheets/|/activex/|/dialogsheets/|afchunk\.")

PROGRAM_STARTS = (
    b"\x7fELF",
    b"\xca\xfe\xba\xbe",
    b"\xfe\xed\xfa\xce",
    b"\xfe\xed\xfa\xcf",
    b"\xce\xfa\xed\xfe",
    b"\xcf\xfa\xed\xfe",
    b"dex\n035",
    b"\0asm",
    b"L\0\0\0\x01\x14\x02\0",
    b"ITSF\x03",
    b"#!/",
    b"#! /",
)
DOS = b"MZ"
"""Two letters a text may begin with, too; a program has zeros behind them."""

ARCHIVE_STARTS = (
    b"Rar!\x1a\x07",
    b"7z\xbc\xaf\x27\x1c",
    b"\x1f\x8b\x08",
    b"BZh91AY&SY",
    b"\xfd7zXZ\0",
    b"\x28\xb5\x2f\xfd",
    b"MSCF\0\0",
    b"xar!\0",
    b"MSWIM\0",
    b"\x78\x9f\x3e\x22",
)
ARCHIVE_WITHIN = ((b"ustar", 257), (b"CD001", 32_769), (b"**ACE**", 7), (b"-lh5-", 2))

PAGE_START = re.compile(
    r"(?i)(?>\s*(?:<\?xml[^>]*>|<!--.*?-->|<!doctype\s+svg[^>]*>))*+\s*"
    r"<(?:!doctype\s+html|/?(?:html|head|body|script|iframe|style|title|meta|link|base|object|embed|form|img|"
    r"table|div|svg|x:html|hta:application)\b)",
    re.S,
)
BY_SCRIPT = re.compile(r"(?i)<script\b|<\?php|<%@")
LOOKED_AT = 4096
CALLS = re.compile(
    r"""(?ix) (?:^|[,;\t\r\n]) ["'\ ]* [=+\-@] (?:
    [^|,;\t\r\n]* [a-z] \s* \| [^,;\t\r\n]* !
    | [^,;\t\r\n]* \b (?:WEBSERVICE|IMPORTXML|CALL|EXEC) \s* \( )"""
)
"""A cell that calls another program (DDE) or the net. No part of it looks past the cell."""


def check_name(name: str) -> None:
    """Raises `Unfit` for what lies within another file and is by its name a program, a page or an archive."""
    name = name.rstrip(". ")
    if MACRO_PARTS.search(name):
        raise active("带有宏或控件")
    if PROGRAMS.search(name):
        raise active("是程序、脚本或快捷方式")
    if PAGES.search(name):
        raise active("是网页或SVG图形")
    if ARCHIVES.search(name):
        raise unreadable_archive()


def check_start(data: bytes) -> None:
    """The same by what a file begins with."""
    if data.startswith(PROGRAM_STARTS) or (data.startswith(DOS) and b"\0" in data[:64]):
        raise active("是程序或脚本")
    within = (data.startswith(mark, place) for mark, place in ARCHIVE_WITHIN)
    if data.startswith(ARCHIVE_STARTS) or any(within):
        raise unreadable_archive()


def check_text(data: bytes, *, is_mail: bool = False) -> None:
    """The same of a text: a web page, or what a program would run. A mail may have a page in it."""
    for encoding in ("utf-8-sig", "utf-16"):
        start = data[:LOOKED_AT].decode(encoding, errors="ignore")
        if PAGE_START.match(start) or (not is_mail and BY_SCRIPT.search(start)):
            raise active("内容是网页、SVG图形或脚本")


def check_cells(data: bytes) -> None:
    """Raises `Unfit` (`file_active`) for a table with a cell that calls another program or the net."""
    if CALLS.search(data.decode("utf-8", errors="replace")):
        raise active("有会调用其他程序或网络的公式")
