"""Whatever a file is called by whoever gives it, here it has a name that is safe everywhere."""

import re

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from states.file_names import MAX_BYTES, NAMELESS, cleaned

DEVICES = re.compile(r"(?i)(con|prn|aux|nul|com\d|lpt\d)(\..*)?")


@pytest.mark.parametrize(
    ("name", "safe"),
    [
        ("路灯修复验收单.pdf", "路灯修复验收单.pdf"),
        ("../../etc/passwd", "passwd"),
        ("C:\\windows\\win.ini", "win.ini"),
        ("灯.pdf\0.exe", "灯.pdf.exe"),
        ("灯\u202efdp.exe", "灯fdp.exe"),
        ("灯\u200b\ufeff.pdf", "灯.pdf"),
        ("灯\r\nSet-Cookie: a.pdf", "灯Set-Cookie_ a.pdf"),
        ('a"b;c<d>|?*.pdf', "a_b;c_d____.pdf"),
        ("灯.pdf:流.exe", "灯.pdf_流.exe"),
        ("灯.pdf. . ", "灯.pdf"),
        ("CON.pdf", "_CON.pdf"),
        ("com¹.txt", "_com¹.txt"),
        ("console.pdf", "console.pdf"),
        ("..", NAMELESS),
        ("", NAMELESS),
        ("\ud800.pdf", ".pdf"),
    ],
)
def test_a_name_keeps_what_is_harmless(name, safe):
    assert cleaned(name) == safe


def test_a_long_name_is_cut_and_keeps_its_suffix():
    name = cleaned("长" * 500 + ".docx")
    assert len(name.encode()) <= MAX_BYTES and name.startswith("长长") and name.endswith("长.docx")


@settings(deadline=None)
@given(st.text(st.characters(codec=None)))
def test_no_name_is_a_path_or_a_device_or_longer_than_a_file_system_bears(name):
    safe = cleaned(name)
    assert safe and 0 < len(safe.encode()) <= MAX_BYTES
    assert not set('\\/:*?"<>|\0\r\n') & set(safe) and safe not in (".", "..")
    assert not safe.endswith((".", " ")) and not DEVICES.fullmatch(safe)
    assert cleaned(safe) == safe
