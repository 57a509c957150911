"""A ZIP archive as a container: nothing before it, nothing behind it, nothing that would leave its folder."""

import re
import stat
from collections.abc import Iterator
from zipfile import ZipFile, ZipInfo

from workflow.services.screening.unfit import Unfit, broken, encrypted, polyglot

ENCRYPTED_FLAG, UTF8_FLAG = 0x1, 0x800
END, END_LENGTH = b"PK\x05\x06", 22
OUTWARD = re.compile(r"^[\\/]|^[A-Za-z]:|(^|[\\/])\.\.([\\/]|$)")


def members_of(archive: ZipFile, data: bytes) -> list[ZipInfo]:
    """The files in an archive. Raises `Unfit` for one that cannot be taken in as it is."""
    listed = archive.infolist()
    _check_bounds(archive, data, listed)
    if any(one.flag_bits & ENCRYPTED_FLAG for one in listed):
        raise encrypted()
    if len({one.filename for one in listed}) < len(listed):
        raise broken()  # two files of one name: one is shown, another looked at
    if any(OUTWARD.search(name_of(one)) or stat.S_ISLNK(one.external_attr >> 16) for one in listed):
        raise Unfit("archive_names", "内有指向文件夹之外的文件名或链接，请重新打包后再传")
    return [one for one in listed if not one.is_dir()]


def remarks_in(archive: ZipFile) -> Iterator[bytes]:
    """What is said in an archive beside its files."""
    yield archive.comment
    yield from (one.comment for one in archive.infolist() if one.comment)


def name_of(member: ZipInfo) -> str:
    """A member's name; what is not said to be UTF-8 was most likely written by a Chinese Windows."""
    if member.flag_bits & UTF8_FLAG:
        return member.filename
    written = member.filename.encode("cp437", errors="replace")
    try:
        return written.decode("utf-8")
    except UnicodeDecodeError:
        return written.decode("gb18030", errors="replace")


def _check_bounds(archive: ZipFile, data: bytes, listed: list[ZipInfo]) -> None:
    if listed and min(one.header_offset for one in listed) > 0:
        raise polyglot("在压缩包之前还有内容")
    if data.rfind(END) + END_LENGTH + len(archive.comment) != len(data):
        raise polyglot("在压缩包结尾之后还有内容")
