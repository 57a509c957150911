import re
from pathlib import Path
from typing import cast

import pytest

from notifications.errors import NoticeUnrenderable
from notifications.facts import INTERNAL_FORMS, KINDS, MAIL_KINDS, ROOTS, kind_label
from notifications.stationery import Stationery, load_mail, load_stationery
from notifications.wording import compose
from tests.notifications.matter import FACTS

MAIL_PARTS = ("subject.txt.j2", "body.txt.j2", "body.html.j2")


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
    with pytest.raises(
        NoticeUnrenderable, match=r"due_soon.txt.j2第1行用到了不存在的事实：adressee，是否指addressee"
    ):
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


@pytest.fixture
def own_list(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """An office's folder with a kind that is only a mail."""
    monkeypatch.setitem(cast(dict[str, str], MAIL_KINDS), "todo", "待办清单")
    for name in MAIL_PARTS:
        own_wording(tmp_path, "{% for one in items %}{{ one.what }}{% endfor %}", f"mail/todo/{name}")
    return tmp_path


def test_a_kind_that_is_only_a_mail_has_no_wording_for_a_paper(own_list: Path) -> None:
    wording = load_mail("todo", own_list)
    assert (wording.notice, all((wording.subject, wording.text, wording.html))) == ("", True)
    assert Stationery.from_json(wording.as_json()) == wording
    with pytest.raises(NoticeUnrenderable, match="没有“todo”这种文书"):
        load_stationery("todo", own_list)
    with pytest.raises(NoticeUnrenderable):
        compose(wording, FACTS["due_soon"])


@pytest.mark.parametrize("kind", KINDS)
def test_a_paper_s_kind_sent_as_a_plain_mail_has_the_same_wording(kind: str) -> None:
    assert load_mail(kind) == load_stationery(kind)


@pytest.mark.parametrize("name", MAIL_PARTS)
@pytest.mark.parametrize(
    "source",
    ["{{ adressee }}", "{% if items %}", "\ue000", "字" * 100_000],
    ids=["slip", "syntax", "pua", "size"],
)
def test_a_plain_mail_s_wording_is_checked_as_strictly(own_list: Path, name: str, source: str) -> None:
    own_wording(own_list, source, f"mail/todo/{name}")
    with pytest.raises(NoticeUnrenderable) as refusal:
        load_mail("todo", own_list)
    assert (refusal.value.code, name in refusal.value.message) == ("wording_invalid", True)


@pytest.mark.parametrize("kind", [*INTERNAL_FORMS, "todo", "../reminder"])
def test_what_is_no_mail_is_not_mailed(kind: str) -> None:
    with pytest.raises(NoticeUnrenderable) as refusal:
        load_mail(kind)
    assert refusal.value.code == "kind_unknown"


def test_a_list_of_what_somebody_owes_may_be_told() -> None:
    assert {"items", "day", "count", "more"} <= ROOTS
    assert [kind_label(kind) for kind in ("due_soon", "deadline", "unheard")] == [
        "期限提示",
        "期限计算说明",
        "unheard",
    ]
