"""Files that go with a mail: what fits, what stays behind, and under which names they arrive."""

import pytest

from notifications.messages import ATTACHMENTS_BOUND, Attachment
from notifications.messages.enclosures import file_name
from notifications.stationery import Stationery, load_stationery
from tests.notifications.matter import FACTS, with_fact
from tests.notifications.test_messages import mail, read, words

SMALL, HUGE = Attachment("提醒函.pdf", b"%PDF-1.7"), Attachment("清单.pdf", bytes(ATTACHMENTS_BOUND + 1))
LINK = "https://duban.binhai.example/cases/%E6%BB%A8%E7%9D%A32026-031"


def names(message):
    return [one.get_filename() for one in message.iter_attachments()]


def test_a_file_too_large_for_a_mail_stays_behind_and_the_mail_says_where_it_is():
    message = read(mail(attachments=[HUGE, SMALL]))
    assert names(message) == ["提醒函.pdf"]
    behind = "附件“清单.pdf”过大，未随邮件发送，请"
    assert words(message, "plain").startswith(f"{behind}登录督办系统下载：{LINK}\n\n市住房")
    assert f'>{behind}<a href="{LINK}">登录督办系统下载</a>。</p>' in words(message, "html")


def test_without_a_link_the_mail_says_whom_to_ask():
    message = read(mail(facts=with_fact(FACTS["reminder"], "link", None), attachments=[HUGE]))
    assert "请向滨海市人民政府督查室（电话：0000-12345678）索取。" in words(message, "html")
    assert names(message) == []


def test_files_are_counted_together_to_the_byte():
    half = ATTACHMENTS_BOUND // 2
    files = [Attachment(f"{place}.pdf", bytes(half + (place == 3))) for place in range(1, 4)]
    message = read(mail(attachments=files))
    assert names(message) == ["1.pdf", "2.pdf"]
    assert "“3.pdf”" in words(message, "plain")


def test_an_office_s_own_page_says_it_too():
    usual = load_stationery("reminder")
    page = "<html><body class='x'><p>函</p></body></html>"
    wording = Stationery("reminder", usual.notice, usual.subject, usual.text, page)
    told = words(read(mail(stationery=wording, attachments=[HUGE])), "html")
    assert told.startswith("<html><body class='x'><p>附件“清单.pdf”过大")


def test_a_mail_with_all_its_files_says_nothing_of_size():
    assert "过大" not in words(read(mail(attachments=[SMALL])), "plain")


@pytest.mark.parametrize(("given", "saved"), [
    ("../../秘密\\a.pdf", "／..／秘密＼a.pdf"), ("函\u202efdp.exe", "函fdp.exe"), ("a\u200b.pdf", "a.pdf"),
    ("滨督函〔2026〕12号.pdf", "滨督函〔2026〕12号.pdf"), ("甲" * 300 + ".pdf", "甲" * 76 + ".pdf"),
    ("...", "附件"), ("=?utf-8?q?x?=.pdf", "=？utf-8？q？x？=.pdf"), ("无后缀", "无后缀"),
    ('"x".pdf', "＂x＂.pdf"),
])  # fmt: skip
def test_a_file_arrives_under_a_name_any_desk_can_save(given, saved):
    assert file_name(given) == saved
    assert names(read(mail(attachments=[Attachment(given, b"1")]))) == [saved]
