"""The files of wording: which a kind has, where each comes from, and what an editor may have done to one.

An office's own folder is laid out like `templates/` and comes first, file by file. What lies there is never
passed over because it cannot be used: the office would go on believing that its words are printed.
"""

import unicodedata
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from difflib import get_close_matches
from importlib.resources import files
from itertools import islice
from pathlib import Path

from notifications.errors import NoticeUnrenderable
from notifications.facts import INTERNAL_FORMS, KINDS, MAIL_KINDS

FILE_BOUND = 100_000
MOST_FILES = 2_000
PAPER_PART = {"notice": "notices/{kind}.txt.j2"}
MAIL_PARTS = {
    "subject": "mail/{kind}/subject.txt.j2",
    "text": "mail/{kind}/body.txt.j2",
    "html": "mail/{kind}/body.html.j2",
}
FOLDERS = ("notices", "mail")
LIKENESS = 0.85
BASELINE = ".packaged"

UTF16 = (b"\xff\xfe", b"\xfe\xff")
BOM = b"\xef\xbb\xbf"


@dataclass(frozen=True, slots=True)
class WordingFile:
    """One file of a kind: its name under `templates/`, its text, and whether the office wrote it.

    `remarks` are what was put right in reading: a byte-order mark, another system's line ends.
    """

    name: str
    text: str
    own: bool
    remarks: tuple[str, ...] = ()


def kinds() -> Mapping[str, str]:
    """Every kind that has wording, with its label."""
    return {**KINDS, **MAIL_KINDS, **INTERNAL_FORMS}


def names_of(kind: str) -> dict[str, str]:
    """The files of a kind by the part they are of its stationery: `notice`, `subject`, `text`, `html`."""
    parts = {
        **(PAPER_PART if kind not in MAIL_KINDS else {}),
        **(MAIL_PARTS if kind not in INTERNAL_FORMS else {}),
    }
    return {part: name.format(kind=kind) for part, name in parts.items()}


def is_touched(kind: str, folder: Path) -> bool:
    """Whether anything of a kind lies in the office's folder."""
    paths = [folder / name for name in names_of(kind).values()]
    return any(path.exists() or path.is_symlink() for path in paths)


def read(name: str, folder: Path | None) -> WordingFile:
    """A file of wording, the office's where `folder` has it.

    Raises NoticeUnrenderable: `wording_folder_missing`, and `wording_invalid` for a file that is no text in
    UTF-8, too large, unreadable, or a link that leads out of the folder.
    """
    own = None if folder is None else _own(folder, name)
    text, remarks = _text(name, packaged_bytes(name) if own is None else own)
    return WordingFile(name, text, own is not None, remarks)


def packaged(name: str) -> str:
    """The text that came with this release."""
    return _text(name, packaged_bytes(name))[0]


def packaged_bytes(name: str) -> bytes:
    """The file as it came with this release. Raises NoticeUnrenderable (`wording_lost`)."""
    try:
        return files("templates").joinpath(name).read_bytes()
    except OSError as error:
        message = f"程序自带的模板{name}缺失或不能读取，请重新安装。"
        raise NoticeUnrenderable(message, code="wording_lost", template=name) from error


def copy(name: str, folder: Path) -> bool:
    """Put the packaged file into the office's folder to be edited; whether it was put, for none is replaced.

    Beside it, in a hidden folder, the packaged text is kept as it was, to tell when a release changes it.
    """
    path = folder / name
    try:
        _make_within(path.parent, folder)
        with path.open("xb") as file:
            file.write(packaged_bytes(name))
    except FileExistsError:
        return False
    except OSError as error:
        raise _faulty(name, f"不能写入文件夹“{folder}”", "请核对权限") from error
    mark_seen(name, folder)
    return True


def put_back(name: str, content: bytes | None, folder: Path) -> None:
    """Let the office's file have this content, whole or not at all, or None: let there be none of its own.

    Raises NoticeUnrenderable (`wording_invalid`) for a place that cannot be written.
    """
    path = folder / name
    try:
        if content is None:
            path.unlink(missing_ok=True)
            return
        _make_within(path.parent, folder)
        beside = path.with_name(f".{path.name}.new")
        beside.write_bytes(content)
        beside.replace(path)
    except OSError as error:
        raise _faulty(name, f"不能写入文件夹“{folder}”", "请核对权限") from error


def mark_seen(name: str, folder: Path) -> None:
    """Remember the packaged text as the one the office's was compared with."""
    kept = folder / BASELINE / name
    try:
        _make_within(kept.parent, folder)
        kept.write_bytes(packaged_bytes(name))
    except OSError as error:
        raise _faulty(name, f"不能写入文件夹“{folder}”", "请核对权限") from error


def is_outdated(name: str, folder: Path) -> bool:
    """Whether the packaged file is another than the office copied or last compared its own with."""
    kept = folder / BASELINE / name
    try:
        return kept.is_file() and kept.read_bytes() != packaged_bytes(name)
    except OSError:
        return False


def _make_within(place: Path, folder: Path) -> None:
    place.mkdir(parents=True, exist_ok=True)
    if not place.resolve().is_relative_to(folder.resolve()):
        raise _faulty(place.name, "是通向文件夹之外的链接", "请删去")


def check_folder(folder: Path) -> None:
    """Raises NoticeUnrenderable (`wording_folder_missing`) where the office's folder is not there."""
    if not folder.is_dir():
        raise NoticeUnrenderable(
            f"文书用语文件夹“{folder}”不存在或不能读取，请核对DUBAN_TEMPLATES，或用duban template copy建立。",
            code="wording_folder_missing",
            folder=str(folder),
        )


def _own(folder: Path, name: str) -> bytes | None:
    """The bytes of the office's file, at most one more than is allowed; None where it has none."""
    check_folder(folder)
    path = folder / name
    try:
        if not (path.exists() or path.is_symlink()):
            return None
        if not path.resolve().is_relative_to(folder.resolve()):
            raise _faulty(name, "是通向文件夹之外的链接", "请把文件本身放进文件夹")
        if not path.is_file():
            raise _faulty(name, "不是普通文件，或链接已失效", "请删去，或换成文本文件")
        with path.open("rb") as file:
            return file.read(FILE_BOUND + 1)
    except OSError as error:
        raise _faulty(name, "不能读取", "请核对文件权限") from error


def _text(name: str, content: bytes) -> tuple[str, tuple[str, ...]]:
    if len(content) > FILE_BOUND:
        raise _faulty(name, f"超过{FILE_BOUND}字节", "请删减")
    if content.startswith(UTF16):
        raise _faulty(name, "是UTF-16编码，不是UTF-8编码", "请另存为UTF-8")
    try:
        text = content.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        raise _faulty(name, *_encoding(content)) from error
    if "\0" in text:
        raise _faulty(name, "不是文本文件", "请用文本编辑器写")
    return _lines(text), tuple(_remarks(content))


def _encoding(content: bytes) -> tuple[str, str]:
    try:
        if b"\0" not in content and any("一" <= one <= "鿿" for one in content.decode("gb18030")):
            return "是GBK（ANSI）编码，不是UTF-8编码", "请另存为UTF-8"
    except UnicodeDecodeError:
        pass
    return "不是文本文件，或不是UTF-8编码", "请用文本编辑器另存为UTF-8"


def _lines(text: str) -> str:
    return text.replace("\r\n", "\n").replace("\r", "\n")


def _remarks(content: bytes) -> Iterator[str]:
    if content.startswith(BOM):
        yield "文件开头有字节顺序标记（BOM），已忽略"
    if b"\r" in content:
        yield "换行是Windows或旧Mac写法，已按普通换行读取"


def _faulty(name: str, what: str, advice: str) -> NoticeUnrenderable:
    return NoticeUnrenderable(
        f"模板{name}{what}，{advice}。", code="wording_invalid", template=name, what=what, advice=advice
    )


@dataclass(frozen=True, slots=True)
class Stray:
    """A file of the office's folder that is no template: whose name it nearly has, if any."""

    name: str
    meant: str | None


def strays(folder: Path) -> Iterator[Stray]:
    """What lies in the office's folder without being used, as far as it looks like wording."""
    known = {name for kind in kinds() for name in names_of(kind).values()}
    for path in islice(_candidates(folder), MOST_FILES):
        name = path.relative_to(folder).as_posix()
        if name not in known:
            yield Stray(name, _meant(name, known))


def _candidates(folder: Path) -> Iterator[Path]:
    """Files of the folders for wording, however these are written, and templates beside them."""
    for path in sorted(folder.iterdir()):
        if path.is_dir() and path.name.casefold() in FOLDERS:
            yield from (one for one in sorted(path.rglob("*")) if not one.is_dir() and _is_visible(one))
        elif ".j2" in path.name.casefold() and _is_visible(path):
            yield path


def _is_visible(path: Path) -> bool:
    return not path.name.startswith(".") and not path.name.endswith("~")


def _meant(name: str, known: set[str]) -> str | None:
    plain = unicodedata.normalize("NFKC", name).casefold().replace(" ", "").removesuffix(".txt")
    for one in (plain, f"notices/{plain}", f"{plain}.j2", f"{plain}.txt.j2"):
        if one in known:
            return one
    return next(iter(get_close_matches(plain, known, n=1, cutoff=LIKENESS)), None)
