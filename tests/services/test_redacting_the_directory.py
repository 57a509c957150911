"""Personal data taken out of the directory: what somebody left behind goes, what is in force stays proved."""

from sqlalchemy import text

from tests.administrators import SECURITY_ADMIN, with_three
from tests.builders import DIRECTOR, LEAD_CODE, LIAISON, LIAISON_MAIL, at, rows, signed
from tests.conftest import DIRECTORY
from tests.registers import takes_in_directory
from tests.services.test_directory_sights import take_in
from tests.services.test_redacting import MARK, everything_stored
from tests.unguarded import behind_the_application
from workflow.services import directory_record
from workflow.services.accounts import confirming
from workflow.services.directories import import_directory
from workflow.services.redacting import redact
from workflow.services.searching import Wanted, search
from workflow.services.verification import verify
from workflow.storage import queries
from workflow.storage.directory_models import AskedValues, Person, Unit
from workflow.storage.session import reading

MOVED, WHEN, WHY = at(2026, 7, 6), at(2026, 7, 8), "当事人申请，经核实"
SUCCESSOR = "接任者甲"
OLD_PHONE = "0531-8800-9911"
ASKED_MAIL = "asked@example.org"


def takes_in(office, when, **changed):
    takes_in_directory(office, when, LEAD_CODE, **changed)


def entry_with(office, words):
    """The first entry of the journal beside which these words lie."""
    sought = text("SELECT min(seq) FROM event_words WHERE case_id = 0 AND text LIKE :some")
    with reading(office.engine) as tx:
        return tx.execute(sought, {"some": f"%{words}%"}).scalar_one()


def told(office, kind="directory_changed"):
    with reading(office.engine) as tx:
        return queries.events_of_kind(tx, 0, kind)


def take_away(office, seq, when=WHEN):
    return redact(office, None, seq, reason=WHY, by=signed(DIRECTOR, when), at=when)


def clean(office):
    return verify(office).findings == []


def person(office, code):
    return next(row for row in rows(office, Person) if row.code == code)


def unit(office):
    return next(row for row in rows(office, Unit) if row.code == LEAD_CODE)


def test_every_entry_of_the_directory_can_be_redacted_and_the_history_still_verifies(office):
    before = rows(office, Unit), rows(office, Person)
    for entry in told(office):
        if entry.personal is not None:
            take_away(office, entry.seq)
    assert clean(office)
    assert (rows(office, Unit), rows(office, Person)) == before


def test_what_is_in_force_is_told_again_and_stays_proved(office):
    done = take_away(office, entry_with(office, LIAISON_MAIL))
    assert (done.fields, done.elsewhere) == (["姓名、电话、邮箱、备注"], [])
    assert told(office)[-1].seq == done.seq + 1
    behind_the_application(office, "UPDATE units SET phone = '12345' WHERE code = 'BH212'")
    assert [one["code"] for one in verify(office).findings] == ["unit_changed"]


def test_a_value_that_was_replaced_since_goes_from_everywhere(office):
    takes_in(office, MOVED, phone=OLD_PHONE)
    takes_in(office, at(2026, 7, 7), phone="0531-12345")
    take_away(office, entry_with(office, OLD_PHONE))
    assert OLD_PHONE not in everything_stored(office)
    assert unit(office).phone == "0531-12345"
    assert clean(office)


def test_of_a_person_who_holds_nothing_any_more_nothing_is_left(office):
    code = next(row.code for row in rows(office, Person) if row.name == LIAISON)
    takes_in(office, MOVED, liaison_name=SUCCESSOR)
    assert person(office, code).name == LIAISON
    seq = entry_with(office, f'"{code}":')
    done = take_away(office, seq)
    gone = person(office, code)
    assert (gone.name, gone.phone, gone.email, gone.remark) == (MARK.format(done.seq), None, None, None)
    assert clean(office)
    behind_the_application(office, f"UPDATE people SET name = '{LIAISON}' WHERE code = '{code}'")
    assert [one["code"] for one in verify(office).findings] == ["person_changed"]


def test_nobody_has_left_by_saying_that_it_is_later(office):
    code = next(row.code for row in rows(office, Person) if row.name == LIAISON)
    takes_in(office, WHEN, liaison_name=SUCCESSOR)
    seq, later = entry_with(office, f'"{code}":'), at(2026, 7, 9)
    redact(office, None, seq, reason=WHY, by=signed(DIRECTOR, at(2026, 7, 6)), at=later)
    assert person(office, code).name == LIAISON
    assert clean(office)


def test_the_entry_that_told_it_again_can_be_redacted_too(office):
    done = take_away(office, entry_with(office, LIAISON_MAIL))
    take_away(office, done.seq + 1)
    assert unit(office).email == LIAISON_MAIL
    assert clean(office)


def test_after_it_the_same_directory_says_nothing_new(office):
    take_away(office, entry_with(office, LIAISON_MAIL))
    before = len(told(office))
    import_directory(office, DIRECTORY, by=signed(None, WHEN), at=WHEN)
    assert len(told(office)) == before
    assert clean(office)


def test_an_office_that_did_it_while_the_rows_still_kept_everything_verifies(office, monkeypatch):
    monkeypatch.setattr(directory_record, "take_away", lambda *_, **__: frozenset())
    take_away(office, entry_with(office, LIAISON_MAIL))
    assert clean(office)


def test_the_history_says_in_words_what_was_taken_away(office):
    done = take_away(office, entry_with(office, LIAISON_MAIL))
    told = next(one for one in search(office, Wanted(case="")).entries if one["seq"] == done.seq)
    assert told["sentence"] == f"隐去一条记载的文字（第{done.entry}条的姓名、电话、邮箱、备注）"


def test_an_address_that_waits_stays_proved_and_one_that_was_declined_goes_from_everywhere(office):
    (asked,) = take_in(with_three(office), MOVED, people={"R011": {"email": ASKED_MAIL}}).proposed
    take_away(office, entry_with(office, ASKED_MAIL))
    assert [one.email for one in rows(office, AskedValues)] == [ASKED_MAIL] and clean(office)
    by = signed(SECURITY_ADMIN, MOVED)
    confirming.decline(office, [asked["request"]], reason="不是本人的", by=by, at=MOVED)
    take_away(office, entry_with(office, ASKED_MAIL), at(2026, 7, 9))
    assert ASKED_MAIL not in everything_stored(office) and clean(office)
