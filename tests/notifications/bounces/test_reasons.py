import pytest

from notifications.bounces.reasons import Reason


@pytest.mark.parametrize(
    ("status", "words", "kind"),
    [
        ("5.1.1", "452 4.2.2 mailbox full", "hard"),
        ("5.0.0", "550 5.2.2 over quota", "soft"),
        ("5.0.0", "421 try later", "soft"),
        ("5.0.0", "", "hard"),
        ("4.0.0", "user unknown", "soft"),
        ("5.4.7", "", "soft"),
        (None, "552 收件人邮箱已满", "soft"),
        (None, "552 message size exceeds limit", "hard"),
        (None, "451 user unknown, try again", "soft"),
        (None, "收件人邮件地址不存在", "hard"),
        (None, "由于网络原因无法连接对方服务器", "soft"),
        (None, "for reasons unknown", "soft"),
    ],
)
def test_a_code_that_is_exact_counts_before_words_and_words_before_a_vague_one(
    status: str | None, words: str, kind: str
) -> None:
    assert Reason.read(words, status).of_failure() == kind


@pytest.mark.parametrize(
    ("words", "status", "code"),
    [
        ("host mx[192.0.2.25] said: 550-5.1.1 no such user", "5.1.1", 550),
        ("connect to 5.6.7.8:25: timed out after 400 seconds", None, None),
        ("550 5.1.10 RESOLVER.ADR.RecipientNotFound (15.20.7.1)", "5.1.10", 550),
        ("delivered for more than 450 hours", None, None),
        ("550 用户不存在", None, 550),
    ],
)
def test_codes_are_told_from_other_numbers(words: str, status: str | None, code: int | None) -> None:
    found = Reason.read(words)
    assert (found.status, found.smtp_code) == (status, code)
