"""来件文件夹: a file is taken once and whole, or said why not; nothing half written, linked or lost."""

import json
import os
import sys
from base64 import b64encode
from dataclasses import replace
from datetime import timedelta
from runpy import run_path

import pytest
from openpyxl import Workbook

from states.errors import Refusal
from tests.builders import rows, signed
from tests.intake import ARRIVED, an_arrival, sent
from workflow.errors import ConfigurationError
from workflow.services.intake import folder
from workflow.services.intake.folder import Pulled, pull
from workflow.storage.intake_models import IntakeItem, IntakePull

LATER = ARRIVED + timedelta(hours=1)
BODY = {
    "external_id": "XF-001",
    "title": "学府路积水",
    "text": "逢雨积水。",
    "received_at": "2026-07-01T08:00:00+08:00",
}
ROWS = [
    ("工单编号", "标题", "诉求内容", "受理时间", "期望办结日期"),
    ("A1", "积水", "逢雨积水", "2026/06/30", "2026-07-30"),
]


@pytest.fixture
def room(office, tmp_path):
    """An office with a folder that is read."""
    place = tmp_path / "in"
    place.mkdir()
    settings = office.settings.model_copy(update={"intake_folder": place, "intake_source": "信访系统"})
    return replace(office, settings=settings), place


def lay(place, name, data, age=timedelta(minutes=1)):
    """A file that was last written so long before it is looked for."""
    path = place / name
    path.write_bytes(data if isinstance(data, bytes) else json.dumps(data, ensure_ascii=False).encode())
    written = (LATER - age).timestamp()
    os.utime(path, (written, written))
    return path


def pulled(office):
    return pull(office, clock=lambda: LATER, by=signed(None, LATER))


def said(place):
    (told,) = place.glob("*.txt")
    return told.read_text(encoding="utf-8")


def test_a_file_is_taken_with_its_attachments_and_moved(room):
    office, place = room
    attached = {"name": "照片说明.txt", "content": b64encode("现场照片".encode()).decode()}
    lay(place, "a.json", {**BODY, "attachments": [attached]})
    assert pulled(office) == Pulled(1, 0, 1) and pulled(office) == Pulled()
    (item,) = rows(office, IntakeItem)
    assert (item.source, item.external_id, len(json.loads(item.files))) == ("信访系统", "XF-001", 1)
    assert (place / "done" / "a.json").exists() and "已收件1件" in said(place / "done")


def test_a_table_is_taken_row_by_row(room, tmp_path):
    office, place = room
    book = Workbook()
    for row in ROWS:
        book.active.append(row)
    book.save(tmp_path / "list.xlsx")
    lay(place, "list.xlsx", (tmp_path / "list.xlsx").read_bytes())
    lay(place, "more.csv", "编号,标题,内容\nB1,噪声,夜间施工\nB2,停车,占道停车\n".encode("gb18030"))
    assert pulled(office) == Pulled(2, 0, 3)
    assert sorted(one.external_id for one in rows(office, IntakeItem)) == ["A1", "B1", "B2"]
    assert (
        '"wished_by":"2026-07-30"'
        in rows(office, IntakeItem)[0].content + rows(office, IntakeItem)[1].content
    )


@pytest.mark.parametrize(
    ("name", "data", "why"),
    [
        ("a.exe", b"MZ", "不是.json、.xlsx或.csv"),
        ("a.json", b"", "空文件"),
        ("a.json", b"{", "不是有效的JSON"),
        ("a.json", {**BODY, "bogus": 1}, "“bogus”"),
        ("a.json", {**BODY, "text": "绝密★30年"}, "国家秘密"),
        ("a.json", [BODY, {**BODY, "external_id": "a/b"}], "第2件：来源编号"),
        ("a.json", [BODY] * 201, "“items”最多200"),
        ("a.csv", "编号,标题\n1,2\n".encode(), "缺少这些列：内容"),
        ("a.csv", "编号,标题,内容\n1,,无标题\n2,b,c\n".encode(), "第2行：来件缺少标题"),
        ("a.csv", "编号,标题,内容\n".encode(), "没有来件"),
        ("a.xlsx", b"PK not a workbook", "a.xlsx"),
    ],
)
def test_what_cannot_be_taken_is_refused_whole_with_its_reason(room, name, data, why):
    office, place = room
    lay(place, name, data)
    assert pulled(office) == Pulled(0, 1, 0) and rows(office, IntakeItem) == []
    assert (place / "refused" / name).exists() and why in said(place / "refused")


def test_a_formula_is_no_words_of_a_platform(room, tmp_path):
    office, place = room
    book = Workbook()
    for row in (["编号", "标题", "内容"], ["A1", '=HYPERLINK("http://x")', "积水"]):
        book.active.append(row)
    book.save(tmp_path / "list.xlsx")
    lay(place, "list.xlsx", (tmp_path / "list.xlsx").read_bytes())
    assert pulled(office) == Pulled(0, 1, 0) and rows(office, IntakeItem) == []
    assert "第2行：“标题”是公式" in said(place / "refused")


def test_what_is_still_written_is_left_for_the_next_run(room):
    office, place = room
    lay(place, "young.json", BODY, timedelta(seconds=3))
    for name in ("a.json.tmp", ".hidden.json", "~$list.xlsx", "b.part"):
        lay(place, name, BODY)
    assert pulled(office) == Pulled() and len(list(place.iterdir())) == 5


def test_links_are_not_followed(room, tmp_path):
    office, place = room
    elsewhere = lay(tmp_path, "secret.json", BODY)
    (place / "a.json").symlink_to(elsewhere)
    assert pulled(office) == Pulled(0, 1, 0)
    assert rows(office, IntakeItem) == [] and elsewhere.exists() and "链接" in said(place / "refused")


def test_no_file_leaves_the_folder_by_a_linked_room(room, tmp_path):
    office, place = room
    (place / "done").symlink_to(tmp_path)
    lay(place, "a.json", BODY)
    with pytest.raises(Refusal) as refused:
        pulled(office)
    assert refused.value.code == "intake_folder_link" and (place / "a.json").exists()


def test_the_same_file_under_another_name_is_taken_once(room):
    office, place = room
    lay(place, "a.json", BODY)
    pulled(office)
    lay(place, "b.json", BODY)
    assert pulled(office).items == 0 and len(rows(office, IntakeItem)) == len(rows(office, IntakePull)) == 1
    lay(place, "a.json", {**BODY, "text": "补充"})
    pulled(office)
    assert {one.name for one in (place / "done").glob("*.json")} == {"a.json", "b.json", "a-2.json"}


def test_two_runs_at_once_do_not_take_each_others_files_away(room, monkeypatch):
    office, place = room
    for name in ("a", "b"):
        lay(place, f"{name}.json", {**BODY, "external_id": name})
    take, within = folder._take, []

    def while_another_runs(*given, **how):
        within.append(pulled(office))
        return take(*given, **how)

    monkeypatch.setattr(folder, "_take", while_another_runs)
    assert pulled(office) == Pulled(2, 0, 2) and within == [Pulled(), Pulled()]
    assert len(list((place / "done").glob("*.txt"))) == 2


def test_a_run_that_ends_before_the_file_is_moved_takes_nothing_twice(room, monkeypatch):
    office, place = room
    path = lay(place, "a.json", BODY)
    monkeypatch.setattr(folder, "_move", lambda *_: (_ for _ in ()).throw(KeyboardInterrupt))
    with pytest.raises(KeyboardInterrupt):
        pulled(office)
    monkeypatch.undo()
    assert path.exists() and len(rows(office, IntakeItem)) == 1
    pulled(office)
    assert not path.exists() and len(rows(office, IntakeItem)) == 1


def test_a_run_that_fails_within_loses_nothing(room, monkeypatch):
    office, place = room
    path = lay(place, "a.json", [BODY, {**BODY, "external_id": "XF-002"}])
    taken = folder.receive_within
    monkeypatch.setattr(folder, "receive_within", lambda work, source, one, files: (
        taken(work, source, one, files) if one.external_id == "XF-001" else 1 / 0))  # fmt: skip
    with pytest.raises(ZeroDivisionError):
        pulled(office)
    assert path.exists() and rows(office, IntakeItem) == [] and rows(office, IntakePull) == []
    monkeypatch.undo()
    assert pulled(office) == Pulled(1, 0, 2)


def test_without_a_folder_nothing_is_read_and_a_wrong_one_is_told(office):
    sent(office, an_arrival())
    assert pulled(office) == Pulled()
    wrong = office.settings.model_copy(update={"intake_folder": office.settings.files / "nowhere"})
    with pytest.raises(Refusal) as refused:
        pulled(replace(office, settings=wrong))
    assert refused.value.code == "intake_folder_missing"


def test_where_a_system_has_no_locks_that_is_said_once_a_folder_is_read(room, monkeypatch):
    office, place = room
    lay(place, "a.json", BODY)
    monkeypatch.setitem(sys.modules, "fcntl", None)
    assert run_path(folder.__file__)["fcntl"] is None
    monkeypatch.setattr(folder, "fcntl", None)
    with pytest.raises(ConfigurationError) as refused:
        pulled(office)
    assert refused.value.code == "intake_folder_system" and (place / "a.json").exists()
