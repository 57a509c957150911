import re
from pathlib import Path

import pytest

from notifications.errors import NoticeUnrenderable
from notifications.facts import KINDS
from notifications.stationery import Stationery, load_stationery
from notifications.wording import compose
from tests.notifications.matter import FACTS


def own_wording(folder: Path, text: str, name: str = "notices/due_soon.txt.j2") -> Path:
    file = folder / name
    file.parent.mkdir(parents=True, exist_ok=True)
    file.write_text(text, encoding="utf-8")
    return folder


@pytest.mark.parametrize("kind", KINDS)
def test_every_kind_has_its_four_templates(kind: str) -> None:
    wording = load_stationery(kind)
    assert all((wording.notice, wording.subject, wording.text, wording.html))


def test_an_office_s_own_wording_comes_first_file_by_file(tmp_path: Path) -> None:
    own = load_stationery("due_soon", own_wording(tmp_path, "请{{ addressee }}抓紧。"))
    packaged = load_stationery("due_soon")
    assert own.notice == "请{{ addressee }}抓紧。"
    assert (own.subject, own.text, own.html) == (packaged.subject, packaged.text, packaged.html)


def test_changed_wording_has_another_digest(tmp_path: Path) -> None:
    own = load_stationery("due_soon", own_wording(tmp_path, "请抓紧。"))
    assert re.fullmatch("[0-9a-f]{64}", own.digest)
    assert own.digest != load_stationery("due_soon").digest


def test_frozen_wording_comes_back_as_it_was() -> None:
    wording = load_stationery("inquiry")
    assert Stationery.from_json(wording.as_json()) == wording


def test_incomplete_frozen_wording_is_refused() -> None:
    with pytest.raises(NoticeUnrenderable, match="存档的模板不完整"):
        Stationery.from_json('{"kind": "inquiry"}')


def test_an_unknown_kind_is_refused_with_the_known_ones() -> None:
    with pytest.raises(NoticeUnrenderable, match=r"没有“约谈”这种文书.*提醒函"):
        load_stationery("约谈")


def test_a_slip_in_the_wording_is_found_when_it_is_loaded(tmp_path: Path) -> None:
    with pytest.raises(NoticeUnrenderable, match=r"due_soon.txt.j2用到了不存在的事实：adressee"):
        load_stationery("due_soon", own_wording(tmp_path, "请{{ adressee }}抓紧。"))


def test_broken_wording_is_refused_with_its_line(tmp_path: Path) -> None:
    with pytest.raises(NoticeUnrenderable, match="第2行写法有误") as refusal:
        load_stationery("due_soon", own_wording(tmp_path, "一行\n{% if number %}\n又一行"))
    assert refusal.value.code == "wording_invalid"


def test_wording_in_another_encoding_is_refused(tmp_path: Path) -> None:
    file = own_wording(tmp_path, "") / "notices/due_soon.txt.j2"
    file.write_bytes("请抓紧".encode("gb18030"))
    with pytest.raises(NoticeUnrenderable, match="不是UTF-8编码"):
        load_stationery("due_soon", tmp_path)


@pytest.mark.parametrize(
    "attack",
    [
        "{{ case.__class__.__mro__ }}",
        "{{ case.update({}) }}",
        "{{ range(10 ** 7)|list }}",
        "{{ case.path_of.__globals__ }}",
    ],
)
def test_wording_cannot_reach_out_of_its_sandbox(attack: str, tmp_path: Path) -> None:
    wording = load_stationery(
        "due_soon", own_wording(tmp_path, f"@标题 试探\n@标志 甲\n@署名 甲\n@日期 乙\n{attack}")
    )
    with pytest.raises(NoticeUnrenderable):
        compose(wording, FACTS["due_soon"])
