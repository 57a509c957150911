import os
from pathlib import Path

import pytest

from notifications.errors import NoticeUnrenderable
from notifications.stationery import load_stationery
from notifications.wording_files import FILE_BOUND, packaged, read, strays

NAME = "notices/reminder.txt.j2"


def own(folder: Path, content: bytes, name: str = NAME) -> Path:
    """An office's folder with this file in it."""
    file = folder / name
    file.parent.mkdir(parents=True, exist_ok=True)
    file.write_bytes(content)
    return folder


@pytest.mark.parametrize(
    ("content", "told"),
    [
        ("请抓紧办理".encode("gbk"), "GBK（ANSI）编码"),
        ("请抓紧办理".encode("utf-16"), "UTF-16编码"),
        (b"PK\x03\x04\xff\xfe\x00\x00", "不是文本文件"),
        ("请\0抓紧".encode(), "不是文本文件"),
        (b"a" * (FILE_BOUND + 1), f"超过{FILE_BOUND}字节"),
    ],
    ids=["gbk", "utf-16", "binary", "nul", "size"],
)
def test_a_file_that_is_no_text_is_told_with_what_to_do(tmp_path: Path, content: bytes, told: str) -> None:
    with pytest.raises(NoticeUnrenderable, match=told) as refusal:
        read(NAME, own(tmp_path, content))
    assert (refusal.value.code, refusal.value.facts["template"]) == ("wording_invalid", NAME)
    assert refusal.value.facts["advice"]


def test_a_byte_order_mark_and_other_line_ends_are_read_and_remarked(tmp_path: Path) -> None:
    file = read(NAME, own(tmp_path, b"\xef\xbb\xbf" + "一\r\n二\r三".encode()))
    assert (file.text, file.own, len(file.remarks)) == ("一\n二\n三", True, 2)


def test_what_the_office_has_not_is_read_from_the_package(tmp_path: Path) -> None:
    file = read(NAME, tmp_path)
    assert (file.text, file.own, file.remarks) == (packaged(NAME), False, ())


def test_a_folder_that_is_gone_never_falls_back_to_the_package_unsaid(tmp_path: Path) -> None:
    with pytest.raises(NoticeUnrenderable, match="不存在") as refusal:
        load_stationery("reminder", tmp_path / "gone")
    assert refusal.value.code == "wording_folder_missing"


@pytest.mark.parametrize("whole_folder", [False, True])
def test_a_link_out_of_the_folder_is_refused(tmp_path: Path, whole_folder: bool) -> None:
    secret = own(tmp_path / "elsewhere", b"secret")
    folder = tmp_path / "own"
    place = folder / ("notices" if whole_folder else NAME)
    place.parent.mkdir(parents=True)
    place.symlink_to(secret / ("notices" if whole_folder else NAME))
    with pytest.raises(NoticeUnrenderable, match="文件夹之外"):
        read(NAME, folder)


def test_a_link_within_the_folder_is_followed(tmp_path: Path) -> None:
    folder = own(tmp_path, b"a", "notices/common.txt")
    (folder / NAME).symlink_to("common.txt")
    assert read(NAME, folder).text == "a"


def test_what_is_no_file_is_refused_and_not_waited_for(tmp_path: Path) -> None:
    (tmp_path / "notices").mkdir()
    os.mkfifo(tmp_path / NAME)
    with pytest.raises(NoticeUnrenderable, match="不是普通文件"):
        read(NAME, tmp_path)


def test_a_folder_in_the_place_of_a_file_and_a_dead_link_are_refused(tmp_path: Path) -> None:
    (tmp_path / NAME).mkdir(parents=True)
    (tmp_path / "notices/urge.txt.j2").symlink_to("gone.txt")
    for name in (NAME, "notices/urge.txt.j2"):
        with pytest.raises(NoticeUnrenderable, match="不是普通文件"):
            read(name, tmp_path)


@pytest.mark.parametrize(
    ("name", "meant"),
    [
        ("notices/Reminder.txt.j2", NAME),
        ("Notices/reminder.txt.j2", NAME),
        ("notices/reminder.txt.j2.txt", NAME),
        ("notices/reminder.txt", NAME),
        ("reminder.txt.j2", NAME),
        ("notices/remainder.txt.j2", NAME),
        ("mail/reminder/body.txt", "mail/reminder/body.txt.j2"),
        ("notices/vacation.md", None),
    ],
)
def test_a_file_under_another_name_is_told_with_the_one_it_should_have(
    tmp_path: Path, name: str, meant: str | None
) -> None:
    assert [(one.name, one.meant) for one in strays(own(tmp_path, b"a", name))] == [(name, meant)]


@pytest.mark.parametrize(
    "name", ["README.md", "notices/.reminder.txt.j2.swp", "notices/reminder.txt.j2~", NAME]
)
def test_what_editors_leave_behind_and_what_is_used_is_no_stray(tmp_path: Path, name: str) -> None:
    assert list(strays(own(tmp_path, b"a", name))) == []
