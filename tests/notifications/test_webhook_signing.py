"""Signatures as a receiver checks them: properties over every body, and what is refused."""

import base64

import pytest
from hypothesis import given
from hypothesis import strategies as st

from notifications.webhooks.signing import headers, new_secret, signature
from workflow.client.webhooks import NotVerified, verified

NOW = 1_790_000_000
SECRET, FORMER = new_secret(), new_secret()
ids = st.text("0123456789abcdef", min_size=1, max_size=32)
bodies = st.dictionaries(st.text(max_size=8), st.integers() | st.text(max_size=20), max_size=4)


def encoded(value):
    import json

    return json.dumps(value, ensure_ascii=False).encode("utf-8", "surrogatepass")


plain = bodies.map(encoded).filter(lambda data: data.decode("utf-8", "replace").encode() == data)


@given(ids, plain)
def test_what_is_signed_is_verified_by_the_new_secret_and_by_the_former(id, body):
    told = headers([SECRET, FORMER], id, NOW, body)
    assert verified(SECRET, told, body, now=NOW) == verified(FORMER, told, body, now=NOW + 299)


@given(ids, plain, st.data())
def test_a_changed_byte_id_or_time_is_not_verified(id, body, data):
    told = headers([SECRET], id, NOW, body)
    place = data.draw(st.integers(0, len(body) - 1))
    changed = body[:place] + bytes([body[place] ^ data.draw(st.integers(1, 255))]) + body[place + 1 :]
    for headers_, bytes_ in (
        (told, changed),
        (told | {"webhook-id": id + "0"}, body),
        (told | {"webhook-timestamp": str(NOW + 1)}, body),
        (told | {"webhook-signature": signature(FORMER, id, NOW, body)}, body),
    ):
        with pytest.raises(NotVerified):
            verified(SECRET, headers_, bytes_, now=NOW)


@pytest.mark.parametrize("age", [301, -301, 86_400])
def test_an_old_body_and_one_of_the_future_are_not_verified(age):
    with pytest.raises(NotVerified, match="old"):
        verified(SECRET, headers([SECRET], "a", NOW, b"{}"), b"{}", now=NOW + age)


@pytest.mark.parametrize(
    "told", [{}, {"webhook-timestamp": "x"}, {"webhook-signature": ""}, {"webhook-signature": "v1,é v2,x"}]
)
def test_headers_that_are_missing_or_strange_are_not_verified(told):
    good = headers([SECRET], "a", NOW, b"{}") if told else {}
    with pytest.raises(NotVerified):
        verified(SECRET, good | told, b"{}", now=NOW)


def test_the_signature_is_that_of_standard_webhooks():
    """The example of the specification's reference libraries."""
    secret = "whsec_" + base64.b64encode(b"0123456789abcdef01234567").decode()
    made = signature(secret, "msg_1", 1614265330, b'{"test": 2432232314}')
    assert (
        made
        == "v1,"
        + base64.b64encode(
            __import__("hmac").digest(
                b"0123456789abcdef01234567", b'msg_1.1614265330.{"test": 2432232314}', "sha256"
            )
        ).decode()
    )
