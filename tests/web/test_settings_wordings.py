"""设置, 文书用语: shown as it would read, checked before it counts, versioned, brought back to what came."""

import html
import re

import pytest

from tests.builders import AUDITOR, DIRECTOR, OFFICER
from tests.web.browsing import pages_of
from tests.web.counting import asked_for
from workflow.services.verification import verify

PATH = "/settings/wordings/urge"


@pytest.fixture
def writing(office, tmp_path):
    """The pages of an office with a folder for words of its own."""
    folder = tmp_path / "own"
    folder.mkdir()
    with pages_of(office, templates=folder) as made:
        yield made


def parts_of(browser, path=PATH):
    """What stands in the form, as a browser sends it."""
    shown = browser.sees(path)
    areas = re.findall(r'<textarea [^>]*name="(part-\w+)"[^>]*>([^<]*)</textarea>', shown)
    hidden = re.findall(r'<input type="hidden" name="(\w+)" value="([^"]*)">', shown)
    return {**dict(hidden), **{name: html.unescape(text) for name, text in areas}}


def sends(browser, decision, path=PATH, given=None, **changed):
    form = {**(given or parts_of(browser)), "decision": decision, **changed}
    return browser.post(PATH, data={name: text.replace("\n", "\r\n") for name, text in form.items()})


def worded(browser):
    """The packaged subject with a word of the office's own."""
    return {"part-subject": "【滨海】" + parts_of(browser)["part-subject"]}


def test_words_are_shown_as_they_would_read_and_nothing_is_written(writing, tmp_path):
    him = writing.signed_in(OFFICER)
    shown = sends(him, "preview", **worded(him))
    assert shown.status_code == 200 and "预览" in shown.text and "【滨海】" in shown.text
    assert not list((tmp_path / "own").iterdir())


def test_saved_words_are_used_versioned_and_brought_back(office, writing, tmp_path):
    him = writing.signed_in(DIRECTOR)
    assert sends(him, "save", **worded(him)).headers["location"] == f"{PATH}?done=saved"
    assert (tmp_path / "own/mail/urge/subject.txt.j2").read_text(encoding="utf-8").startswith("【滨海】")
    assert not (tmp_path / "own/mail/urge/body.txt.j2").exists()
    assert "本单位改过" in him.sees(PATH)
    assert sends(him, "restore").headers["location"] == f"{PATH}?done=restored"
    assert not (tmp_path / "own/mail/urge/subject.txt.j2").exists()
    (version,) = set(re.findall(r"\?version=(\w{64})", him.sees(PATH))) - {now(him)}
    assert "【滨海】" in parts_of(him, f"{PATH}?version={version}")["part-subject"]
    assert verify(office).exit_code == 0


def now(browser):
    return parts_of(browser)["seen"]


def test_what_cannot_be_worded_is_not_saved_and_comes_back_as_typed(writing, tmp_path):
    him = writing.signed_in(OFFICER)
    answer = sends(him, "save", **{"part-subject": "{{ case.nothing }}"})
    assert answer.status_code == 422 and "{{ case.nothing }}" in html.unescape(answer.text)
    assert not list((tmp_path / "own").iterdir())


@pytest.mark.parametrize(
    "subject", ["{{", "{% for x in range(9**9) %}{% endfor %}", "", "a\x00b", "字" * 17_000]
)
def test_hostile_words_are_no_fault(writing, subject):
    him = writing.signed_in(OFFICER)
    given = parts_of(him)
    for decision in ("preview", "check", "save"):
        assert sends(him, decision, given=given, **{"part-subject": subject}).status_code in (200, 413, 422)


def test_who_was_overtaken_is_told_and_keeps_what_he_wrote(writing):
    him, other = writing.signed_in(OFFICER), writing.signed_in(DIRECTOR)
    opened = parts_of(him)
    sends(other, "save", **worded(other))
    answer = sends(him, "save", given=opened, **{"part-subject": "另写的主题"})
    assert answer.status_code == 409 and "另写的主题" in answer.text


def test_the_auditor_reads_and_saves_nothing(writing):
    him = writing.signed_in(AUDITOR)
    given = parts_of(him)
    assert "readonly" in him.sees(PATH)
    assert sends(him, "save", given=given).status_code == 403


def test_without_a_folder_nothing_can_be_saved_but_everything_tried(pages):
    him = pages.signed_in(OFFICER)
    assert "不能保存" in him.sees("/settings/wordings") and 'value="save"' not in him.sees(PATH)
    assert sends(him, "check").status_code == 200 and him.get("/settings/wordings/nothing").status_code == 404


@pytest.mark.parametrize("path", ["/settings/wordings", PATH, "/settings/wordings/supervision_order"])
def test_a_page_costs_few_queries_and_bytes(office, writing, path):
    him = writing.signed_in(DIRECTOR)
    him.sees(path)
    seen, shown = asked_for(office, him, path)
    assert len(seen) <= 12 and len(shown.encode()) <= 150_000
