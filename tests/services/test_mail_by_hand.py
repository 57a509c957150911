"""What people do about messages: who may, from which states, with which entry, and what verification says."""

from datetime import datetime, timedelta

import pytest

from notifications.errors import NoticeUnrenderable
from states.errors import FactInvalid, FactMissing, NotPermitted, TransitionRefused
from tests.builders import DIRECTOR, LIAISON, LIAISON_MAIL, OFFICER, a_case, rows, signed
from tests.mailing import NOW, message_in, returned, send, the_message
from tests.postbox import open_postbox, writing_to
from tests.stories import a_case_asked
from tests.unguarded import behind_the_application
from workflow.errors import Ambiguous, NotFound
from workflow.services.outbox import bouncing, by_hand, silencing
from workflow.services.outbox.viewing import show_message
from workflow.services.people import find_person
from workflow.services.verification import verify
from workflow.storage import outbox
from workflow.storage.models import Event, OutboxMessage
from workflow.storage.session import reading, transaction

pytestmark = pytest.mark.mail

TOO_LONG = "亮" * 6_001
WHY, ELSEWHERE, LATER = "先不要发", "other@binhai.example", NOW + timedelta(hours=1)
DONE_TO = [
    ("queued", "hold"),
    ("retry", "hold"),
    ("failed", "retry"),
    ("failed", "cancel"),
    ("queued", "cancel"),
]


def do(office, message, command, person=OFFICER, **words):
    """One of the commands, with a reason."""
    act = getattr(by_hand, command)
    return act(office, message.id, by=signed(person, LATER), at=LATER, **{"reason": WHY} | words)


def finds(office):
    return {one["code"] for one in verify(office).findings}


def unrenderable(office):
    """A message whose paper cannot be laid out, held for it."""
    a_case(office, "assigned", NOW, requirement=TOO_LONG)
    with open_postbox(office) as (home, _):
        send(home)
    return the_message(office)


def bounced(office):
    """A message that left and came back."""
    _, message = message_in(office, "sent")
    bouncing.take_bounce(office, returned(message), by=signed(None, LATER), at=LATER)
    return the_message(office)


def person_code(office, name):
    with reading(office.engine) as tx:
        return find_person(tx, name).code


@pytest.mark.parametrize(("state", "command"), DONE_TO)
@pytest.mark.parametrize("person", [OFFICER, DIRECTOR])
def test_whoever_answers_for_the_mail_is_entered_with_the_reason(office, state, command, person):
    _, message = message_in(office, state)
    done = do(office, message, command, person)
    assert done["state"] == {"hold": "held", "retry": "queued", "cancel": "cancelled"}[command]
    last = show_message(office, message.id)["attempts_told"][-1]
    assert (last["reason"], datetime.fromisoformat(last["at"])) == (WHY, LATER)
    assert last["actor"] == person_code(office, person)
    assert finds(office) == set()


@pytest.mark.parametrize("command", ["hold", "release", "retry", "cancel"])
def test_nobody_else_decides_on_a_message(office, command):
    _, message = message_in(office, "queued")
    before = the_message(office), rows(office, Event)
    with pytest.raises(NotPermitted):
        do(office, message, command, LIAISON)
    with pytest.raises(FactMissing) as refused:
        do(office, message, command, None)
    assert refused.value.code == "person_missing"
    assert (the_message(office), rows(office, Event)) == before


@pytest.mark.parametrize("command", ["hold", "cancel"])
@pytest.mark.parametrize("reason", [None, "", "  "])
def test_what_keeps_a_message_back_wants_its_reason(office, command, reason):
    _, message = message_in(office, "queued")
    with pytest.raises(FactMissing) as refused:
        do(office, message, command, reason=reason)
    assert refused.value.code == "reason_missing"


@pytest.mark.parametrize(
    ("state", "command"),
    [("queued", "retry"), ("queued", "release"), ("sent", "hold"), ("sent", "cancel"), ("sent", "retry")],
)
def test_a_message_that_does_not_stand_so_is_refused_and_stays(office, state, command):
    _, message = message_in(office, state)
    with pytest.raises(TransitionRefused) as refused:
        do(office, message, command)
    assert (refused.value.code, the_message(office)) == ("message_state", message)


def test_a_held_message_stays_until_it_is_released(office):
    _, message = message_in(office, "queued")
    assert do(office, message, "hold")["held_for_label"] == "人工暂扣"
    with open_postbox(office) as (home, postbox):
        assert (send(home, LATER).sent, postbox.taken, finds(office)) == (0, [], set())
        assert do(office, message, "release")["held_for"] is None
        assert finds(office) == set()
        assert (send(home, LATER).sent, finds(office)) == (1, set())
    told = [one["kind"] for one in show_message(office, message.id)["attempts_told"]]
    assert told == ["mail_held", "mail_released", "mail_sent"]


def test_a_message_that_was_refused_is_sent_again_the_same_to_the_byte(office):
    _, message = message_in(office, "queued")
    with open_postbox(office, "550 5.1.1 no such user") as (home, postbox):
        send(home)
        do(office, message, "retry")
        assert (send(home, LATER).sent, len(postbox.taken)) == (1, 2)
    assert len(set(postbox.taken)) == 1
    assert finds(office) == set()


def test_a_message_to_another_address_is_another_message(office):
    _, message = message_in(office, "failed")
    following = do(office, message, "retry", to=ELSEWHERE)
    assert (following["recipient"], following["redirected_from"]) == (ELSEWHERE, message.id)
    assert (following["message_id"] != message.message_id, following["attempts"]) == (True, 0)
    assert show_message(office, message.id)["state"] == "cancelled"
    assert finds(office) == set()
    with open_postbox(office) as (home, postbox):
        assert (send(home, LATER).sent, postbox.recipients) == (1, [ELSEWHERE])
    assert postbox.mails[0]["Message-ID"] == following["message_id"]
    assert finds(office) == set()


def test_a_message_is_redirected_as_often_as_it_takes_also_back(office):
    _, message = message_in(office, "failed")
    for to in (ELSEWHERE, LIAISON_MAIL, ELSEWHERE):
        do(office, message, "retry", to=to)
        message = the_message(office)
        assert finds(office) == set()
    with open_postbox(office) as (home, postbox):
        assert (send(home, LATER).sent, postbox.recipients) == (1, [ELSEWHERE])


def test_a_message_whose_paper_is_not_laid_out_waits_for_it_also_at_another_address(office):
    message = unrenderable(office)
    assert (message.state, message.held_for) == ("held", "paper")
    with pytest.raises(FactInvalid) as refused:
        do(office, message, "release")
    assert refused.value.code == "mail_without_paper"
    following = do(office, message, "retry", to=ELSEWHERE)
    assert (following["state"], following["held_for"]) == ("held", "paper")
    assert finds(office) == set()


@pytest.mark.parametrize(
    ("to", "refusal", "code"),
    [
        (LIAISON_MAIL, FactInvalid, "already_addressed"),
        (LIAISON_MAIL.upper(), FactInvalid, "already_addressed"),
        ("a@b@c", NoticeUnrenderable, "address_invalid"),
        ("a@binhai.example\nbcc", NoticeUnrenderable, "address_invalid"),
        ("silent@binhai.example", FactInvalid, "address_silenced"),
    ],
)
def test_an_address_that_is_none_or_no_good_is_refused(office, to, refusal, code):
    _, message = message_in(office, "failed")
    silencing.silence(office, "Silent@binhai.example", by=signed(OFFICER), at=NOW, reason="已调离")
    with pytest.raises(refusal) as refused:
        do(office, message, "retry", to=to)
    assert (refused.value.code, the_message(office)) == (code, message)


def test_what_came_back_is_sent_to_the_same_address_only_when_it_is_allowed_again(office):
    message = bounced(office)
    with pytest.raises(FactInvalid) as refused:
        do(office, message, "retry")
    assert refused.value.code == "address_silenced"
    silencing.allow(office, LIAISON_MAIL, by=signed(OFFICER, LATER), at=LATER)
    assert do(office, message, "retry")["state"] == "queued"
    with open_postbox(office) as (home, _):
        assert (send(home, LATER).sent, finds(office)) == (1, set())


@pytest.mark.parametrize("state", ["sent", "cancelled", "held", "bounced"])
def test_a_state_set_by_hand_behind_the_office_s_back_is_found(office, state):
    message_in(office, "queued")
    assert finds(office) == set()
    behind_the_application(office, "UPDATE outbox SET state = :state", state=state)
    assert finds(office) == {"mail_changed"}


def test_a_release_nobody_gave_is_found(office):
    _, message = message_in(office, "queued")
    do(office, message, "hold")
    behind_the_application(office, "UPDATE outbox SET state = 'queued', held_for = NULL")
    assert finds(office) == {"mail_changed"}


def test_what_is_done_to_a_joint_paper_s_mail_is_in_every_matter_it_concerns(office):
    case = a_case_asked(office)
    message = next(one for one in rows(office, OutboxMessage) if one.kind == "inquiry")
    do(office, message, "hold")
    assert message.case_id == case.id
    assert finds(office) == set()


def test_a_message_is_found_by_the_beginning_of_its_id_or_its_message_id(office):
    _, message = message_in(office, "queued")
    for name in (message.id[:6], message.id[:8].upper(), message.message_id, message.message_id.strip("<>")):
        assert show_message(office, name)["id"] == message.id
    for name in (message.id[:5], "f" * 7 + "x", "%", ""):
        with pytest.raises(NotFound) as refused:
            show_message(office, name)
        assert refused.value.code == "mail_unknown"


def test_a_beginning_that_several_ids_have_names_none_of_them(office):
    a_case(office, "assigned", NOW), a_case(office, "assigned", NOW)
    with transaction(office.engine) as tx:
        for place, one in enumerate(rows(office, OutboxMessage)):
            outbox.change(tx, one.id, id=f"abcdef{place}".ljust(32, "0"))
    with pytest.raises(Ambiguous) as refused:
        show_message(office, "abcdef")
    assert refused.value.code == "mail_ambiguous"
    assert len(refused.value.facts["candidates"]) == 2


@pytest.mark.parametrize("allowed", ["binhai.example", "BINHAI.example"])
def test_a_message_goes_to_no_domain_that_is_not_allowed(office, allowed):
    _, message = message_in(office, "failed")
    home = writing_to(office, None, allowed.lower())
    with pytest.raises(FactInvalid) as refused:
        do(home, message, "retry", to="x@evil.example")
    assert refused.value.code == "domain_not_allowed"
    assert do(home, message, "retry", to=f"other@{allowed}")["state"] == "queued"
