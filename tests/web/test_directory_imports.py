"""A directory on the pages of 导入: what it changes is shown before it goes in, and told when it is in."""

import pytest

from tests.administrators import with_three
from tests.builders import DIRECTOR, LEAD, OFFICER, rows
from tests.conftest import DIRECTORY
from tests.registers import TAKEN_OVER
from tests.services.test_directory_proposing import directory_giving
from tests.services.test_importing_directories_again import NUMBER, with_phone
from tests.web.counting import MOST_BYTES, asked_for
from tests.web.test_imports import hand_in, seen, send
from workflow.storage.directory_models import Unit

pytestmark = pytest.mark.parametrize("home", ["sqlite"], indirect=True, scope="session")


@pytest.fixture
def his(pages):
    pages.now = TAKEN_OVER
    return pages.signed_in(DIRECTOR)


def test_a_changed_line_is_shown_with_the_old_value_and_the_new(office, his, tmp_path):
    old = next(one.phone for one in rows(office, Unit) if one.name == LEAD)
    place = hand_in(his, with_phone(tmp_path))
    asked, shown = asked_for(office, his, place)
    assert len(asked) <= 12 and len(shown.encode()) <= MOST_BYTES
    change = f"联系电话由“{old}”更新为“{NUMBER}”"
    assert f'<span class="hint">{change}</span>' in shown and "单位：新增0，有变化1，已在系统" in shown
    send(his, place, "start", seen=seen(his, place))
    done = his.sees(place)
    assert f"{LEAD}（BH212）：{change}" in done.partition("导入结果")[2]
    assert next(one.phone for one in rows(office, Unit) if one.name == LEAD) == NUMBER


def test_the_same_directory_again_says_that_nothing_changes_and_offers_nothing(office, his):
    place = hand_in(his, DIRECTORY)
    shown = his.sees(place)
    assert "与现行名录相同，没有要导入的内容" in shown and f"{place}/start" not in shown
    assert "可导入 0" in shown


def test_what_is_asked_for_and_taken_back_is_named_before_and_after(office, his, tmp_path):
    with_three(office)
    place = hand_in(his, directory_giving(tmp_path, {OFFICER: "督查员；档案员"}))
    assert f"<li>授予：{OFFICER}档案员职责</li>" in his.sees(place).partition("须经安全保密管理员核准")[2]
    send(his, place, "start", seen=seen(his, place))
    again = hand_in(his, DIRECTORY)
    assert "将撤回待核准的提请（1项）" in his.sees(again)
    send(his, again, "start", seen=seen(his, again))
    assert "已撤回待核准的提请（1项）" in his.sees(again)


def test_days_of_suggestions_are_written_in_words(pages):
    pages.now = TAKEN_OVER
    officer = pages.signed_in(OFFICER)
    shown = officer.sees(hand_in(officer))
    assert "“2026年9月底”建议按2026年9月30日，请人工确认" in shown
