"""What comes back: tied to its message, entered, a person's to deal with; twice told, nothing new."""

import json
from collections import Counter
from dataclasses import replace
from datetime import timedelta
from urllib.parse import quote

import pytest
from pydantic import SecretStr

from notifications.errors import MailboxTrouble
from states.errors import NotPermitted
from tests.builders import LIAISON_MAIL, OFFICER, history, kinds, rows, signed
from tests.imap_desk import PASSWORD, ImapDesk, open_desk
from tests.mailing import NOW, SOFT, message_in, returned, send, the_message
from tests.postbox import open_postbox
from tests.stories import a_case_admonished
from tests.writing import HANDLER
from workflow.services.duties import owed
from workflow.services.outbox import by_hand
from workflow.services.outbox.bouncing import MOST_A_DAY, MOST_NAMED, read_mailbox, take_bounce
from workflow.services.verification import verify
from workflow.storage.mail_models import Suppression
from workflow.storage.models import Event, OutboxMessage

pytestmark = pytest.mark.mail

BACK = NOW + timedelta(hours=1)
AUTOMATIC = (
    f"From: {LIAISON_MAIL}\r\nAuto-Submitted: auto-replied\r\nSubject: out of office\r\n"
    "In-Reply-To: {message_id}\r\n\r\nBack on Monday.\r\n"
)


def take(office, data, when=BACK):
    return take_bounce(office, data, by=signed(None, when), at=when)


def silenced(office):
    return [(one.address, one.until, one.reason) for one in rows(office, Suppression)]


def undelivered(office, day=NOW):
    """Who owes a look at mails that did not get there, and what they are told of it."""
    lists = owed(office, day=day.date()).lists
    found = [(one.addressee.name, duty) for one in lists for duty in one.duties if duty.kind == "undelivered"]
    return {name: duty.number for name, duty in found}


@pytest.fixture
def sent(office):
    """A matter and its mail, which left."""
    return message_in(office, "sent")


def test_what_an_address_that_does_not_exist_gives_back_is_a_person_s_and_silences_it(office, sent):
    case, message = sent
    assert take(office, returned(message)).as_json() == {"read": 1, "bounced": 1, "unknown": 0, "others": {}}
    assert (the_message(office).state, kinds(office, case)[-1]) == ("bounced", "mail_bounced")
    assert "5.1.1" in the_message(office).last_answer
    assert silenced(office) == [(LIAISON_MAIL, BACK + timedelta(days=30), "bounce")]
    assert undelivered(office)[OFFICER] == case.number
    assert verify(office).findings == []


def test_what_came_back_from_where_it_was_forwarded_to_silences_not_the_address_we_wrote_to(office, sent):
    _, message = sent
    report = returned(message).replace(message.recipient.encode(), b"gone@elsewhere.example")
    assert take(office, report).bounced == 1
    assert (the_message(office).state, silenced(office)) == ("bounced", [])


def test_a_full_mailbox_silences_nobody(office, sent):
    case, message = sent
    take(office, returned(message, SOFT))
    assert (the_message(office).state, silenced(office)) == ("bounced", [])
    details = json.loads(history(office, case)[-1].payload)["details"]
    assert (details["bounce"], details["enhanced"], details["code"]) == ("soft", "5.2.2", 552)


@pytest.mark.parametrize("action", ["delivered", "relayed", "delayed"])
def test_a_report_that_nothing_failed_changes_nothing(office, sent, action):
    _, message = sent
    before = rows(office, Event)
    report = take(office, returned(message, ("2.0.0", "250 ok"), action=action))
    assert (report.bounced, report.unknown, sum(report.others.values())) == (0, 0, 1)
    assert (the_message(office), rows(office, Event)) == (message, before)


@pytest.mark.parametrize("data", [AUTOMATIC, "Subject: Re\r\n\r\nThank you\r\n", ""])
def test_an_answer_by_a_machine_or_a_person_changes_nothing(office, sent, data):
    _, message = sent
    before = rows(office, Event)
    report = take(office, data.replace("{message_id}", message.message_id).encode())
    assert (report.bounced, report.unknown, sum(report.others.values())) == (0, 0, 1)
    assert (the_message(office), rows(office, Event)) == (message, before)


def test_what_is_about_no_mail_of_ours_is_told_in_the_journal(office, sent):
    _, message = sent
    stranger = returned(message).replace(message.id.encode(), b"0123456789abcdef" * 2)
    assert take(office, stranger).unknown == 1
    (told,) = strays_told(office)
    assert told["unknown"] == 1
    assert [one[:33] for one in told["message_ids"]] == ["<" + "0123456789abcdef" * 2]
    assert (the_message(office), silenced(office)) == (message, [])
    assert verify(office).findings == []


def strays(message, count):
    """Reports of mails of our form that nobody here has sent."""
    report = returned(message)
    return [report.replace(message.id.encode(), f"{one:032x}".encode()) for one in range(count)]


def strays_told(office):
    entries = [one for one in rows(office, Event) if one.kind == "bounce_unknown"]
    return [json.loads(one.payload)["details"] for one in entries]


def test_however_many_reports_are_of_no_mail_of_ours_a_run_leaves_one_entry_with_some_of_their_names(
    office, sent
):
    _, message = sent
    with open_desk(ImapDesk(*strays(message, MOST_NAMED + 5), b"Subject: newsletter\r\n\r\n")) as desk:
        assert read(with_mailbox(office, desk)).unknown == MOST_NAMED + 5
    (told,) = strays_told(office)
    assert (told["unknown"], len(told["message_ids"])) == (MOST_NAMED + 5, MOST_NAMED)
    assert verify(office).findings == []


def test_a_day_has_so_many_entries_of_reports_of_no_mail_of_ours_and_the_next_as_many(office, sent):
    _, message = sent
    for report in strays(message, MOST_A_DAY + 3):
        assert take(office, report).unknown == 1
    assert len(strays_told(office)) == MOST_A_DAY
    take(office, strays(message, 1)[0], BACK + timedelta(days=1))
    assert len(strays_told(office)) == MOST_A_DAY + 1


def test_what_a_stranger_calls_his_mails_is_not_entered(office, sent):
    _, message = sent
    take(office, returned(message).replace(message.message_id.encode(), b"<buy-now@evil.example>"))
    assert [one["message_ids"] for one in strays_told(office)] == [[]]


def test_the_same_report_twice_changes_nothing(office, sent):
    _, message = sent
    take(office, returned(message))
    before = the_message(office), rows(office, Event), silenced(office)
    take(office, returned(message), BACK + timedelta(days=1))
    assert (the_message(office), rows(office, Event), silenced(office)) == before


def test_a_bounce_of_a_message_that_went_to_another_address_since_changes_nothing(office, sent):
    _, message = sent
    take(office, returned(message, SOFT))
    by_hand.retry(office, message.id, to="b@binhai.example", by=signed(OFFICER, BACK), at=BACK)
    before = rows(office, OutboxMessage), rows(office, Event)
    take(office, returned(message))
    assert (rows(office, OutboxMessage), rows(office, Event), silenced(office)) == (*before, [])


def test_what_came_back_while_it_was_held_back_is_told_all_the_same(office):
    """One that may have left, held since nobody knew; the report says that it did, and came to nothing."""
    case, message = message_in(office, "retry")
    by_hand.hold(office, message.id, by=signed(OFFICER, BACK), at=BACK, reason="先核实")
    take(office, returned(message))
    assert (the_message(office).state, the_message(office).held_for) == ("bounced", None)
    assert kinds(office, case)[-1] == "mail_bounced"
    assert verify(office).findings == []


def test_what_came_back_is_nobody_s_any_more_once_it_is_dealt_with(office, sent):
    _, message = sent
    take(office, returned(message))
    by_hand.cancel(office, message.id, by=signed(OFFICER, BACK), at=BACK, reason="已电话告知")
    assert undelivered(office) == {}


def test_a_mail_about_a_person_that_came_back_is_told_to_the_organization_handlers_alone(office):
    a_case_admonished(office)
    with open_postbox(office) as (home, _):
        send(home)
    about = [one for one in rows(office, OutboxMessage) if one.kind == "admonition"]
    take(office, returned(about[0]))
    assert undelivered(office) == {}
    lists = {one.addressee.name: one.private for one in owed(office, day=NOW.date()).lists if one.private}
    with pytest.raises(NotPermitted):
        by_hand.cancel(office, about[0].id, by=signed(OFFICER, BACK), at=BACK, reason="已当面告知")
    take_back = by_hand.cancel(office, about[0].id, by=signed(HANDLER, BACK), at=BACK, reason="已当面告知")
    after = {one.addressee.name: one.private for one in owed(office, day=NOW.date()).lists if one.private}
    assert take_back["state"] == "cancelled"
    assert Counter(lists) - Counter(after)


def with_mailbox(office, desk, **settings):
    url = f"imap://duban:{quote(PASSWORD)}@127.0.0.1:{desk.port}/INBOX?tls=none"
    changed = {"bounce_mailbox": SecretStr(url)} | settings
    return replace(office, settings=office.settings.model_copy(update=changed))


def read(office):
    return read_mailbox(office, clock=lambda: BACK, by=signed(None, BACK))


def test_a_mailbox_is_read_once_and_its_mails_are_marked(office, sent):
    case, message = sent
    with open_desk(ImapDesk(returned(message), b"Subject: hello\r\n\r\n")) as desk:
        home = with_mailbox(office, desk)
        assert [read(home).read for _ in range(2)] == [2, 0]
    assert Counter(kinds(office, case))["mail_bounced"] == 1
    assert desk.flags() == [{"\\Seen"}, {"\\Seen"}]


def test_mails_that_were_read_may_be_moved_away(office, sent):
    _, message = sent
    desk = ImapDesk(returned(message))
    desk.add_folder("Done")
    with open_desk(desk):
        assert read(with_mailbox(office, desk, bounce_folder="Done")).bounced == 1
    assert (len(desk.contents("Done")), the_message(office).state) == (1, "bounced")


@pytest.mark.parametrize("answers", [{"authenticate": "NO wrong"}, {"fetch": "drop"}, {"search": "BAD"}])
def test_a_mailbox_in_trouble_is_told_and_loses_nothing(office, sent, answers):
    _, message = sent
    with open_desk(ImapDesk(returned(message), **answers)) as desk:
        with pytest.raises(MailboxTrouble) as refused:
            read(with_mailbox(office, desk))
        assert (refused.value.code, PASSWORD in str(refused.value.as_json())) == ("mailbox_trouble", False)
        assert (desk.flags(), the_message(office)) == ([set()], message)
        desk.answers = {}
        assert read(with_mailbox(office, desk)).bounced == 1


def test_without_a_mailbox_nothing_is_read(office):
    assert read(office).as_json() == {"read": 0, "bounced": 0, "unknown": 0, "others": {}}
