"""Every way a relay can misbehave, and what the mail room must make of it."""

import asyncio
from collections.abc import Callable, Iterator

import aiosmtplib
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from notifications.errors import DeliveryFailure, PermanentFailure, TemporaryFailure
from notifications.relay import Accepted, BeforeEnd, Relay, RelayAddress, Timeouts
from tests.relays import BEHAVIOURS, DROP, HANG, FaultRelay, Step, fault_relay
from tests.tls import authority

pytestmark = pytest.mark.mail

SENDER, RECIPIENT = "duban@binhai.example", "zhujian@binhai.example"
MAIL = b"Subject: notice\r\n\r\n.a line that begins with a dot\r\nthe last line\r\n"
NEXT = b"Subject: the next\r\n\r\n"
LONG = MAIL + (b"y" * 76 + b"\r\n") * 110_000
"""More than both systems' buffers hold: its end is not on its way yet when the relay acts in the middle."""

PATIENT = Timeouts(connect=20, command=20, data=20, end=20, whole=60)
HASTY = Timeouts(connect=1, command=1, data=1, end=1)
PLAIN = [name for name, one in BEHAVIOURS.items() if one.is_up and one.query == "tls=none"]
Outcome = Accepted | DeliveryFailure


@pytest.fixture(autouse=True)
def distrust(monkeypatch: pytest.MonkeyPatch) -> Callable[[], None]:
    """The test authority is trusted, until the test says otherwise."""
    monkeypatch.setenv("SSL_CERT_FILE", str(authority().pem))
    return lambda: monkeypatch.delenv("SSL_CERT_FILE")


def client_of(relay: FaultRelay, timeouts: Timeouts | None = None) -> Relay:
    usual = HASTY if relay.falls_silent else PATIENT
    return Relay(RelayAddress.parse(relay.url), timeouts=timeouts or usual)


def mail_for(relay: FaultRelay) -> bytes:
    return LONG if "body" in relay.script else MAIL


async def outcome_of(
    client: Relay, mail: bytes, to: str = RECIPIENT, ask: BeforeEnd | None = None
) -> Outcome:
    try:
        return await client.deliver(SENDER, to, mail, before_end=ask)
    except DeliveryFailure as failure:
        return failure


def told(
    relay: FaultRelay, *mails: bytes, ask: BeforeEnd | None = None, timeouts: Timeouts | None = None
) -> list[Outcome]:
    """What became of the mails, handed over one after another by one client."""

    async def all_of_them() -> list[Outcome]:
        async with client_of(relay, timeouts) as client:
            return [await outcome_of(client, mail, ask=ask) for mail in mails]

    return asyncio.run(all_of_them())


def class_and_stage(outcome: Outcome) -> tuple[type[DeliveryFailure] | None, str]:
    return (None, "") if isinstance(outcome, Accepted) else (type(outcome), outcome.stage)


@pytest.mark.parametrize("name", BEHAVIOURS)
def test_every_misbehaviour_is_told_for_what_it_is(name: str, distrust: Callable[[], None]) -> None:
    behaviour = BEHAVIOURS[name]
    if not behaviour.trusted:
        distrust()
    with fault_relay(name) as relay:
        (outcome,) = told(relay, mail_for(relay))
    assert class_and_stage(outcome) == behaviour.fate
    assert relay.accepted == isinstance(outcome, Accepted)
    kind, stage = behaviour.fate
    assert len(relay.taken) == (kind is None or stage == "end")


@pytest.mark.parametrize("name", PLAIN)
def test_no_misbehaviour_spoils_the_next_mail_once_it_is_over(name: str) -> None:
    async def both(relay: FaultRelay) -> Outcome:
        async with client_of(relay) as client:
            await outcome_of(client, mail_for(relay))
            relay.mend()
            return await outcome_of(client, NEXT)

    with fault_relay(name) as relay:
        assert isinstance(asyncio.run(both(relay)), Accepted)
    assert relay.taken[-1] == NEXT


def test_the_answer_of_another_mail_is_never_taken_for_an_acceptance() -> None:
    """A 250 that came before its time would stand for the 554 that follows."""
    with fault_relay("pipelining_junk") as relay:
        relay.script["dot"] = ("554 5.7.1 looks like spam",)
        (outcome,) = told(relay, MAIL)
    assert isinstance(outcome, TemporaryFailure)
    assert relay.taken == []


def test_each_address_has_its_own_answer_over_one_connection() -> None:
    async def outcomes(relay: FaultRelay) -> list[str | None]:
        async with client_of(relay) as client:
            people = [f"{name}@binhai.example" for name in ("nobody", "greylisted", "zhujian")]
            return [(await outcome_of(client, MAIL, to)).enhanced for to in people]

    with fault_relay("rcpt_mixture") as relay:
        assert asyncio.run(outcomes(relay)) == ["5.1.1", "4.2.0", "2.0.0"]
    assert (relay.connections, relay.taken) == (1, [MAIL])


@pytest.mark.parametrize("name", ["one_mail_a_connection", "drop_after_a_mail", "close_after_a_mail"])
def test_a_relay_that_ends_a_connection_after_a_mail_costs_no_attempt(name: str) -> None:
    with fault_relay(name) as relay:
        assert [type(one) for one in told(relay, MAIL, NEXT)] == [Accepted, Accepted]
    assert (relay.connections, relay.taken) == (2, [MAIL, NEXT])


def test_a_connection_that_has_just_brought_a_mail_is_asked_for_the_next_one_at_once() -> None:
    with fault_relay() as relay:
        told(relay, MAIL, NEXT)
    verbs = [command.partition(" ")[0] for command in relay.commands]
    assert verbs == ["EHLO", *["MAIL", "RCPT", "DATA"] * 2, "QUIT"]


def test_one_that_has_rested_is_asked_whether_it_is_still_there(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("notifications.relay.WARM", 0)
    with fault_relay("rset_421") as relay:
        assert [type(one) for one in told(relay, MAIL, NEXT)] == [Accepted, Accepted]
    assert (relay.connections, relay.commands.count("RSET")) == (2, 1)


def test_so_is_one_that_did_not_bring_its_mail() -> None:
    async def both(relay: FaultRelay) -> Outcome:
        async with client_of(relay) as client:
            await outcome_of(client, MAIL, "nobody@binhai.example")
            return await outcome_of(client, NEXT)

    with fault_relay("rset_421") as relay:
        assert isinstance(asyncio.run(both(relay)), Accepted)
    assert (relay.connections, relay.commands.count("RSET")) == (2, 1)


@pytest.mark.parametrize(("step", "told_of"), [("451 4.3.0 later", 451), (HANG, None)])
def test_a_relay_that_refuses_the_next_mail_or_falls_silent_is_not_asked_twice(
    step: Step, told_of: int | None
) -> None:
    with fault_relay() as relay:
        relay.script["again"] = (step,)
        _, outcome = told(relay, MAIL, NEXT)
    assert class_and_stage(outcome) == (TemporaryFailure, "mail")
    assert (outcome.smtp_code, relay.connections) == (told_of, 1)


def test_after_421_nothing_more_is_said_on_that_connection() -> None:
    with fault_relay() as relay:
        relay.script["dot"] = ("421 4.7.0 too many connections",)
        told(relay, MAIL, MAIL)
    assert relay.connections == 2
    assert "RSET" not in relay.commands


def test_before_the_final_dot_the_caller_may_still_turn_back() -> None:
    async def turn_back() -> None:
        raise OSError("the disk is full")

    with fault_relay() as relay, pytest.raises(OSError, match="the disk is full"):
        told(relay, MAIL, ask=turn_back)
    assert relay.commands[-1] == "DATA"
    assert relay.taken == []


def test_the_caller_is_asked_once_between_the_last_line_and_the_dot() -> None:
    seen: list[int] = []

    async def ask() -> None:
        seen.append(len(relay.blocks))

    with fault_relay() as relay:
        assert [type(one) for one in told(relay, MAIL, MAIL, ask=ask)] == [Accepted, Accepted]
    assert (seen, len(relay.blocks), relay.connections) == ([0, 1], 2, 1)


def test_a_connection_lost_while_the_caller_is_asked_is_safe() -> None:
    async def wait_until_it_left() -> None:
        await asyncio.sleep(1)

    with fault_relay() as relay:
        relay.script["body"] = (DROP,)
        (outcome,) = told(relay, MAIL, ask=wait_until_it_left)
    assert class_and_stage(outcome) == (TemporaryFailure, "data")


def test_time_that_ran_out_while_the_caller_was_asked_is_safe() -> None:
    with fault_relay() as relay:
        (outcome,) = told(relay, MAIL, ask=lambda: asyncio.sleep(1.5), timeouts=Timeouts(whole=1))
    assert class_and_stage(outcome) == (TemporaryFailure, "data")
    assert relay.taken == []


def test_a_worker_that_is_stopped_in_the_middle_leaves_no_dot_and_no_other_command() -> None:
    async def stopped(relay: FaultRelay) -> None:
        async with Relay(RelayAddress.parse(relay.url)) as client:
            await asyncio.wait_for(client.deliver(SENDER, RECIPIENT, LONG), 1.5)

    with fault_relay("hang_in_body") as relay, pytest.raises(TimeoutError):
        asyncio.run(stopped(relay))
    assert (relay.commands[-1], relay.taken) == ("DATA", [])


@pytest.mark.parametrize("name", ["starttls_stripped", "certificate_expired", "certificate_of_elsewhere"])
def test_nothing_is_said_in_clear_where_encryption_is_demanded(name: str) -> None:
    with fault_relay(name) as relay:
        told(relay, MAIL)
    assert {command.split()[0] for command in relay.commands} <= {"EHLO", "STARTTLS"}


@pytest.mark.parametrize(
    ("name", "advice"),
    [
        ("certificate_expired", "证书已过期"),
        ("tls_certificate_expired", "证书已过期"),
        ("certificate_of_elsewhere", "改为证书上的主机名"),
        ("certificate_of_a_stranger", "SSL_CERT_FILE"),
        ("starttls_stripped", "邮件和密码均未发出"),
        ("tls_to_a_plain_port", "核对端口和加密方式"),
        ("auth_535", "核对账号和密码"),
        ("size_too_small", "超过邮件服务器允许的30字节"),
    ],
)
def test_a_failure_says_what_to_do(name: str, advice: str, distrust: Callable[[], None]) -> None:
    if not BEHAVIOURS[name].trusted:
        distrust()
    with fault_relay(name) as relay:
        (outcome,) = told(relay, MAIL)
    assert isinstance(outcome, DeliveryFailure)
    assert advice in outcome.message


def test_a_failure_carries_code_enhanced_code_and_the_cleaned_answer() -> None:
    with fault_relay() as relay:
        relay.script["dot"] = (b"554-5.7.1 \x1b[31mlooks\r\n554 5.7.1 like spam\xff\r\n",)
        (outcome,) = told(relay, MAIL)
    assert isinstance(outcome, PermanentFailure)
    assert outcome.facts == {
        "stage": "end",
        "smtp_code": 554,
        "enhanced": "5.7.1",
        "reply": "5.7.1 [31mlooks 5.7.1 like spam",
    }


@pytest.mark.parametrize("name", ["well", "tls_well", "starttls_well"])
def test_a_long_mail_arrives_whole(name: str) -> None:
    with fault_relay(name) as relay:
        (outcome,) = told(relay, LONG)
    assert isinstance(outcome, Accepted)
    assert relay.taken == [LONG]


@pytest.fixture(scope="module")
def good_relay() -> Iterator[FaultRelay]:
    with fault_relay() as relay:
        yield relay


@settings(deadline=None, max_examples=150, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    st.lists(st.sampled_from([b".", b"\r", b"\n", b"\r\n", b"..", b"a", b"\xff\x00"]) | st.binary(max_size=9))
)
def test_a_mail_stands_on_the_wire_as_aiosmtplib_s_own_data_writes_it(
    good_relay: FaultRelay, pieces: list[bytes]
) -> None:
    data = b"".join(pieces)

    async def both_ways() -> None:
        async with client_of(good_relay) as client:
            await client.deliver(SENDER, RECIPIENT, data)
        address = RelayAddress.parse(good_relay.url)
        async with aiosmtplib.SMTP(hostname=address.host, port=address.port, start_tls=False) as bare:
            await bare.sendmail(SENDER, RECIPIENT, data)

    asyncio.run(both_ways())
    assert good_relay.blocks[-2] == good_relay.blocks[-1]
