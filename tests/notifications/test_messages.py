import email
import email.policy
from datetime import UTC, datetime
from email.message import EmailMessage
from typing import Any

import pytest

from notifications.errors import NoticeUnrenderable
from notifications.facts import KINDS
from notifications.messages import CONFIDENTIAL_KINDS, Attachment, build_message, copy_code
from notifications.stationery import Stationery, load_stationery
from tests.notifications.matter import FACTS, with_fact

MESSAGE_ID = "<5f2c.1@binhai.example>"
PAPER = Attachment("关于抓紧办理消防通道整治事项的提醒函.pdf", b"%PDF-1.7 ...")
HEADERS: dict[str, Any] = {
    "sender": "duban@binhai.example",
    "recipient_name": "市住房和城乡建设局",
    "recipient": "zhujian@binhai.example",
    "message_id": MESSAGE_ID,
    "date": datetime(2026, 11, 17, 1, tzinfo=UTC),
}


def mail(kind: str = "reminder", **changes: Any) -> bytes:
    facts, wording = changes.pop("facts", FACTS[kind]), changes.pop("stationery", load_stationery(kind))
    return build_message(wording, facts, **{**HEADERS, **changes})


def read(data: bytes) -> EmailMessage:
    message = email.message_from_bytes(data, policy=email.policy.default)
    assert isinstance(message, EmailMessage)
    return message


def words(message: EmailMessage, subtype: str) -> str:
    part = message.get_body((subtype,))
    assert part is not None
    return str(part.get_content()).replace("\r\n", "\n")


def texts_of(facts: Any) -> set[str]:
    """Every text of two characters or more that stands in the facts, each of its lines by itself."""
    if isinstance(facts, str):
        return {line for line in facts.splitlines() if len(line) > 1}
    parts = facts.values() if isinstance(facts, dict) else facts if isinstance(facts, list) else []
    return set().union(*map(texts_of, parts))


@pytest.mark.parametrize("kind", KINDS)
def test_every_kind_has_a_mail_in_text_and_html(kind: str) -> None:
    message = read(mail(kind))
    assert words(message, "plain").startswith("市住房和城乡建设局：\n")
    assert ">市住房和城乡建设局：</p>" in words(message, "html")


def test_the_headers_say_who_writes_to_whom_and_that_no_person_typed_it() -> None:
    message = read(mail())
    assert message["From"] == "滨海市人民政府督查室 <duban@binhai.example>"
    assert message["To"] == "市住房和城乡建设局 <zhujian@binhai.example>"
    assert (
        message["Subject"]
        == "提醒函：老旧小区消防通道堵塞整治，请于2026年11月24日前反馈（滨督函〔2026〕12号）"
    )
    assert message["Message-ID"] == MESSAGE_ID
    assert message["Auto-Submitted"] == "auto-generated"


def test_a_plain_mail_says_everything_itself_and_names_no_number() -> None:
    message = read(mail("due_soon"))
    assert message["Subject"] == "期限提示：老旧小区消防通道堵塞整治，时限2026年10月30日"
    assert "还有5个工作日" in words(message, "plain")
    assert not any("附件" in words(message, part) for part in ("plain", "html"))


def test_a_copy_is_recognised_by_its_code() -> None:
    assert f"识别码：{copy_code(MESSAGE_ID)}" in words(read(mail()), "plain")
    assert copy_code(MESSAGE_ID) != copy_code("<5f2c.2@binhai.example>")


def test_the_same_mail_is_the_same_bytes() -> None:
    assert mail(attachments=[PAPER]) == mail(attachments=[PAPER])


def test_a_chinese_attachment_name_comes_back_whole() -> None:
    (attached,) = read(mail(attachments=[PAPER])).iter_attachments()
    assert attached.get_filename() == PAPER.name
    assert attached.get_content_type() == "application/pdf"
    assert attached.get_content() == PAPER.content


@pytest.mark.parametrize("contact", [("喆某堃", ""), ("", "0000-12345678"), ("", "")])
def test_a_mail_reads_well_without_contact_or_phone(contact: tuple[str, str]) -> None:
    facts = with_fact(with_fact(FACTS["reminder"], "office.contact", contact[0]), "office.phone", contact[1])
    text = words(read(mail(facts=facts)), "plain")
    assert "联系人：，" not in text
    assert "电话：\n" not in text
    assert "\n\n\n" not in text


@pytest.mark.parametrize("kind", sorted(CONFIDENTIAL_KINDS))
def test_a_confidential_mail_carries_nothing_of_the_matter_and_names_nobody_else(kind: str) -> None:
    message = read(mail(kind, recipient_name="佟靖言"))
    told = "".join((message["Subject"], words(message, "plain"), words(message, "html")))
    assert message["Subject"] == "您有一份文件待签收"
    told = told.replace(FACTS[kind]["office"]["name"], "").replace(FACTS[kind]["office"]["phone"], "")
    assert [one for one in texts_of(FACTS[kind]) if one in told] == []
    assert not any(one in told for one in ("督办事项", "诫", "函询", "提醒", "滨督", "http"))
    assert [*message.iter_attachments()] == []


@pytest.mark.parametrize(
    ("asks", "fact"),
    [("case.title", "督办事项"), ("office.contact", "联系人"), ("link", "登录地址"), ("number", "发文字号")],
)
def test_a_confidential_mail_tells_nothing_even_if_its_wording_asks(asks: str, fact: str) -> None:
    wording = load_stationery("admonition")
    nosy = Stationery("admonition", wording.notice, wording.subject, f"{{{{ {asks} }}}}", wording.html)
    with pytest.raises(NoticeUnrenderable, match=f"“{fact}”"):
        build_message(nosy, FACTS["admonition"], **HEADERS)


def test_a_confidential_mail_refuses_attachments() -> None:
    with pytest.raises(NoticeUnrenderable, match="不得随邮件发送") as refusal:
        mail("admonition", attachments=[PAPER])
    assert refusal.value.code == "attachment_refused"


@pytest.mark.parametrize("end", ["\n", "\r\n", "\r", "\u2028"])
def test_a_line_break_in_a_name_adds_no_header(end: str) -> None:
    facts = with_fact(FACTS["reminder"], "case.title", f"堵点{end}Bcc: a@binhai.example")
    message = read(mail(facts=facts))
    assert message["Bcc"] is None
    assert "堵点 Bcc: a@binhai.example" in message["Subject"]


def test_a_line_break_in_the_wording_s_subject_is_refused() -> None:
    wording = load_stationery("reminder")
    broken = Stationery("reminder", wording.notice, "甲\nBcc: 乙", wording.text, wording.html)
    with pytest.raises(NoticeUnrenderable, match="邮件主题含有换行"):
        build_message(broken, FACTS["reminder"], **HEADERS)


@pytest.mark.parametrize(
    "address",
    [
        "a@binhai.example\r\nBcc: b@binhai.example",
        "a@binhai.example, b@binhai.example",
        "<a@binhai.example>",
        "a b@binhai.example",
        "a@",
        "",
    ],
)
def test_anything_but_one_bare_address_is_refused(address: str) -> None:
    with pytest.raises(NoticeUnrenderable) as refusal:
        mail(recipient=address)
    assert refusal.value.code == "address_invalid"


def test_a_line_break_in_a_file_name_or_message_id_is_refused() -> None:
    with pytest.raises(NoticeUnrenderable, match="附件名称含有换行"):
        mail(attachments=[Attachment("甲\r\nX: 1.pdf", b"")])
    with pytest.raises(NoticeUnrenderable, match="邮件标识"):
        mail(message_id="<a@b>\r\nX: 1")


def test_markup_in_a_name_stays_text_in_html() -> None:
    facts = with_fact(FACTS["reminder"], "case.title", "<img src=x onerror=alert(1)>")
    assert "<img" not in words(read(mail(facts=facts)), "html")
