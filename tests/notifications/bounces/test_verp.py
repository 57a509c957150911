import pytest

from notifications.bounces import bounce_address, bounce_token
from notifications.errors import BounceAddressInvalid

TOKEN = "0123456789abcdef0123456789abcdef.1"
MESSAGE_ID = f"<{TOKEN}@binhai.example>"


def test_a_bounce_address_names_its_mail_and_is_read_back_in_any_case() -> None:
    address = bounce_address("duban@binhai.example", MESSAGE_ID)
    assert address == f"duban+b-{TOKEN}@binhai.example"
    assert bounce_token(address) == bounce_token(f'"督查室" <{address.upper()}>') == TOKEN


@pytest.mark.parametrize(
    "text", ["", "duban@binhai.example", f"{TOKEN}@binhai.example", "duban+b-12.1@binhai.example"]
)
def test_another_address_has_no_token(text: str) -> None:
    assert bounce_token(text) is None


def test_what_stands_before_the_at_is_64_octets_at_most() -> None:
    longest = "d" * 27
    address = bounce_address(f"{longest}@binhai.example", MESSAGE_ID)
    assert len(address.partition("@")[0]) == 64
    with pytest.raises(BounceAddressInvalid, match="请换用较短的发件地址"):
        bounce_address(f"d{longest}@binhai.example", MESSAGE_ID)


@pytest.mark.parametrize(
    ("mail_from", "message_id"),
    [
        ("duban", MESSAGE_ID),
        ("@binhai.example", MESSAGE_ID),
        ("duban@binhai.example", "<other@binhai.example>"),
    ],
)
def test_no_address_is_made_of_half_a_sender_or_a_mail_that_is_not_ours(
    mail_from: str, message_id: str
) -> None:
    with pytest.raises(BounceAddressInvalid):
        bounce_address(mail_from, message_id)
