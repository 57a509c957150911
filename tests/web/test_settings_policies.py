"""设置, 督办规则: checked, compared, tried on open matters, and put into force by the director alone."""

import re

import pytest

from tests.builders import AUDITOR, DIRECTOR, OFFICER, a_case, at, rows, signed, stored, sweep_on
from tests.stories import REMINDER
from tests.web.counting import asked_for
from workflow.services import policies
from workflow.services.installation import install
from workflow.services.verification import verify
from workflow.storage.models import RuleVersion
from workflow.web.frame.pages import address_of

PATH, DRAFT = "/settings/policies", "/settings/policies/draft"


def changed():
    """The default under another version."""
    source = policies.preset_text("default")
    version = next(line for line in source.splitlines() if line.startswith("version"))
    return source.replace(version, "version = 30", 1)


def reminding_later():
    """The same, but that units are reminded four working days after the due day, not one."""
    assert changed().count("offset = 1\n") == 1
    return changed().replace("offset = 1\n", "offset = 4\n")


def words_of(shown):
    return re.sub(r"<[^>]+>|\s+", " ", shown.partition("<main")[2])


def sends(browser, source, decision, **more):
    return browser.sends(DRAFT, source=source, decision=decision, **more)


def in_force(office):
    return policies.in_force(office).reference


def test_a_draft_is_checked_and_compared_with_the_one_in_force(office, pages):
    before = in_force(office)
    same = sends(pages.signed_in(OFFICER), policies.preset_text("default"), "check").text
    shown = sends(pages.signed_in(OFFICER), reminding_later(), "check")
    assert shown.status_code == 200 and "可以启用" in shown.text
    told = words_of(shown.text)
    assert "与现行规则内容相同" in same and "内容相同" not in told
    assert "“提醒”的发起时间由到期后1个工作日改为到期后4个工作日" in told
    assert in_force(office) == before


@pytest.mark.parametrize("source", ["x", "= 1", "version = 1", "[rungs", "\x00", ""])
def test_what_is_no_policy_comes_back_beside_the_text(pages, source):
    answer = sends(pages.signed_in(OFFICER), source, "check")
    assert answer.status_code == 422 and 'id="source-error"' in answer.text


def test_a_draft_is_tried_on_open_matters_and_nothing_is_written(office, pages):
    case, before = a_case(office), len(rows(office, RuleVersion))
    sweep_on(office, REMINDER)
    pages.now = REMINDER
    shown = sends(pages.signed_in(OFFICER), reminding_later(), "simulate")
    told = words_of(shown.text)
    assert shown.status_code == 200 and "推演：在办事项1件，结果不同1件" in told
    assert f'href="{address_of(case.number)}"' in shown.text and "提醒2026年7月23日" in told
    assert len(rows(office, RuleVersion)) == before and stored(office, case).facts.due_on


def test_the_director_activates_and_open_matters_stay_under_their_own(office, pages):
    case = a_case(office)
    own = stored(office, case).facts.policy
    answer = sends(pages.signed_in(DIRECTOR), changed(), "activate", authorises="yes")
    assert answer.headers["location"] == f"{PATH}?done=activated", answer.text
    assert "第30版" in in_force(office) and stored(office, case).facts.policy == own
    assert stored(office, a_case(office)).facts.policy != own
    assert verify(office).exit_code == 0


def test_the_rules_in_force_say_in_words_when_each_step_comes(pages):
    shown = words_of(pages.signed_in(OFFICER).sees(PATH))
    assert "到期前3个工作日" in shown and " -3 " not in shown


def test_nobody_but_the_director_activates(office, pages):
    before = in_force(office)
    for person in (OFFICER, AUDITOR):
        assert sends(pages.signed_in(person), changed(), "activate").status_code == 403
    assert in_force(office) == before


def test_the_file_that_was_in_force_before_does_not_come_back_by_an_upgrade(office, pages):
    sends(pages.signed_in(DIRECTOR), changed(), "activate")
    install(office.settings, by=signed(None, at(2026, 7, 2))).engine.dispose()
    assert "第30版" in in_force(office)


def test_authorisation_is_taken_back_with_a_reason(office, pages):
    him = pages.signed_in(DIRECTOR)
    him.sends(PATH, to=f"{PATH}/authority", decision="authorise")
    refused = him.sends(PATH, to=f"{PATH}/authority", decision="revoke")
    assert refused.status_code == 422 and 'id="reason-error"' in refused.text
    him.sends(PATH, to=f"{PATH}/authority", decision="revoke", reason="试行期满")
    assert "授权已撤销" in him.sees(PATH)


@pytest.mark.parametrize("path", [PATH, DRAFT, f"{DRAFT}?beginning=petition", f"{DRAFT}?beginning=none"])
def test_a_page_costs_few_queries_and_bytes(office, pages, path):
    him = pages.signed_in(OFFICER)
    him.sees(path)
    seen, shown = asked_for(office, him, path)
    assert len(seen) <= 12 and len(shown.encode()) <= 150_000
