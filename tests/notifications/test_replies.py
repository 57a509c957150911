import pytest

from notifications.relay import Accepted
from notifications.replies import cleaned, enhanced_code


@pytest.mark.parametrize(
    ("reply", "number"),
    [
        ("2.0.0 Ok: queued as 4bXyZ11Tq9z2", "4bXyZ11Tq9z2"),
        ("OK id=1tGkPd-0003xB-2c", "1tGkPd-0003xB-2c"),
        (
            "Mail OK queued as smtp1,AQAAfwDn4fq5+yRnEQAAAA==.80S2 1730470073",
            "smtp1,AQAAfwDn4fq5+yRnEQAAAA==.80S2",
        ),
        ("2.6.0 <a@b.example> [InternalId=4823449, Hostname=x.example] Queued mail for delivery", "4823449"),
        ("2.0.0 4A1B2c3d012345 Message accepted for delivery", "4A1B2c3d012345"),
        ("Ok: queued as.", None),
        ("2.0.0 thank you", None),
    ],
)
def test_the_relay_s_name_for_a_mail_is_read_from_the_common_answers(reply: str, number: str | None) -> None:
    assert Accepted(250, reply).queue_id == number


@pytest.mark.parametrize(
    ("reply", "code"),
    [
        ("5.1.1 no such user", "5.1.1"),
        ("4.7.0", "4.7.0"),
        ("sorry, no mailbox here by that name (#5.1.1)", "5.1.1"),
        ("5.1.1.7 is not an address of ours", None),
        ("rejected, see 5.1.1", None),
    ],
)
def test_the_enhanced_code_is_read_where_it_stands_and_nowhere_else(reply: str, code: str | None) -> None:
    assert enhanced_code(reply) == code


def test_an_answer_is_kept_on_one_line_without_control_characters() -> None:
    assert cleaned("  one\r\ntwo\x1b[31m\u202e three\udcff ") == "one two[31m three"
    assert len(cleaned("x" * 9_000)) == 500
