"""How long matters are kept, and sealing: who sees a sealed matter, who may act on it, what goes on."""

import json
from datetime import date

import pytest
from sqlalchemy import text

from states.errors import FactInvalid, FactMissing, NotPermitted
from tests.builders import (
    ARCHIVIST,
    AUDITOR,
    DIRECTOR,
    LEADER,
    LIAISON,
    OFFICER,
    TITLE,
    a_case,
    at,
    bound_by_section,
    give,
    history,
    signed,
    stored,
)
from tests.services.test_verification import codes
from tests.unguarded import behind_the_application
from workflow.errors import NotFound
from workflow.services import comparing, register, rendering, retention, timeline
from workflow.services.batch import Batch, opened
from workflow.services.commenting import put_behind
from workflow.services.counts import By, count_matters
from workflow.services.deputies import appoint
from workflow.services.duties import owed
from workflow.services.entries import Act
from workflow.services.exporting import export_history
from workflow.services.redacting import redact
from workflow.services.searching import Wanted, search
from workflow.services.seeing import Onlooker
from workflow.services.verification import verify
from workflow.services.verification.exports import verify_export
from workflow.storage import queries
from workflow.storage.session import transaction

FILED, LATER = at(2026, 7, 2), at(2057, 1, 4)
WHY = "经鉴定"


@pytest.fixture
def archived(office):
    """Struck off on the 1st of July 2026 and archived."""
    return a_case(office, "archived")


@pytest.fixture
def sealed(office, archived):
    """The same, kept its thirty years and sealed."""
    return seal(office, archived)


def seal(office, case, by=DIRECTOR, when=LATER, reason=WHY):
    return retention.seal(office, case.number, reason=reason, by=signed(by, when), at=when)


def unseal(office, case, by=DIRECTOR, when=LATER, reason=WHY):
    return retention.unseal(office, case.number, reason=reason, by=signed(by, when), at=when)


def classify(office, case, word, by=ARCHIVIST, reason=WHY):
    return retention.classify(office, case.number, word, reason=reason, by=signed(by, FILED), at=FILED)


def mentioned(office, person):
    (mine,) = owed(office, day=LATER.date(), person=person).lists
    return [duty.number for duty in mine.duties if duty.kind == "mention"]


def refused(act, *words, **how):
    with pytest.raises((FactInvalid, FactMissing, NotPermitted, NotFound)) as refusal:
        act(*words, **how)
    return refusal.value.code


def kept(office, day, by=None):
    return retention.list_kept(office, day=day, by=by and Onlooker(by, LATER))


def test_an_archived_matter_is_kept_thirty_years_from_the_year_after(office, archived):
    (one,) = kept(office, date(2026, 7, 2)).matters
    assert (one["retention_label"], one["kept_until"], one["ended"]) == ("30年", "2056-12-31", False)
    assert [kept(office, day).matters[0]["ended"] for day in (date(2056, 12, 31), date(2057, 1, 1))] == [
        False,
        True,
    ]
    assert verify(office).findings == []


SECTION = '[retention]\nby_category = {{ "*" = "{}" }}\nby_source = {{ "市长信箱" = "{}" }}\n'


@pytest.mark.parametrize(
    ("category", "source", "longer"), [("10y", "30y", "30y"), ("permanent", "10y", "permanent")]
)
def test_the_policy_has_the_class_by_category_and_source_and_the_longer_holds(
    office, tmp_path, category, source, longer
):
    bound_by_section(office, tmp_path, SECTION.format(category, source))
    assert a_case(office, "archived", at(2026, 7, 1, 10)).facts.retention == longer


def test_somebody_may_set_another_before_it_is_archived_or_put_it_right_after(office):
    case = classify(office, a_case(office, "closed"), "永久")
    case = give(office, case, "archive", ARCHIVIST, FILED)
    assert stored(office, case).facts.retention == "permanent"
    assert kept(office, date(2999, 1, 1)).matters[0]["kept_until"] is None
    assert classify(office, case, "30y", by=DIRECTOR).facts.retention == "30y"
    assert timeline.history(office, case.number)[-1]["sentence"] == "定保管期限（保管期限由永久改为30年）"
    assert verify(office).findings == []


def test_only_the_director_shortens_a_term(office, archived):
    assert refused(classify, office, archived, "10年") == "not_permitted"
    assert classify(office, archived, "10年", by=DIRECTOR).facts.retention == "10y"


@pytest.mark.parametrize(
    ("word", "how", "code"),
    [
        ("永久", {"by": OFFICER}, "not_permitted"),
        ("永久", {"reason": None}, "reason_missing"),
        (None, {}, "retention_missing"),
        ("20年", {}, "retention_unknown"),
        ("30年", {}, "retention_unchanged"),
    ],
)
def test_a_class_that_is_none_or_not_his_to_set(office, archived, word, how, code):
    assert refused(classify, office, archived, word, **how) == code


def test_a_matter_that_was_not_struck_off_has_no_term(office):
    assert refused(classify, office, a_case(office), "永久") == "retention_before_closing"
    assert kept(office, date(2026, 7, 2)).matters == []


@pytest.mark.parametrize(
    ("how", "code"),
    [
        ({"when": at(2056, 12, 31)}, "retention_running"),
        ({"by": ARCHIVIST}, "not_permitted"),
        ({"by": LEADER}, "not_permitted"),
        ({"by": None}, "not_permitted"),
        ({"reason": ""}, "reason_missing"),
    ],
)
def test_a_matter_is_sealed_by_the_director_when_its_term_has_ended(office, archived, how, code):
    assert refused(seal, office, archived, **how) == code
    assert seal(office, archived).facts.sealed_on == LATER.date()


def test_no_term_ends_by_saying_that_it_is_later(office, archived):
    ahead = {"reason": WHY, "by": signed(DIRECTOR, FILED), "at": LATER}
    assert refused(retention.seal, office, archived.number, **ahead) == "retention_running"


def test_what_is_kept_for_ever_or_is_not_archived_is_never_sealed(office, archived):
    classify(office, archived, "永久")
    assert refused(seal, office, archived) == "retention_running"
    assert refused(seal, office, a_case(office, "closed")) == "seal_before_filing"
    assert refused(unseal, office, archived) == "not_sealed"


def test_a_sealed_matter_is_in_no_list_and_counts_all_the_same(office, sealed):
    other = a_case(office)
    listed = register.list_cases(office, today=LATER)
    assert ([one.facts.number for one in listed], len(listed.sealed)) == ([other.number], 1)
    before = register.list_cases(office, today=LATER, as_of=at(2026, 7, 3))
    assert sealed.number not in [one.facts.number for one in before]
    assert count_matters(office, as_of=LATER, by=By.STATE).total.matters == 2


def test_it_is_listed_among_what_is_kept_to_the_director_and_the_auditor_alone(office, sealed):
    for person, shown in ((None, 0), (ARCHIVIST, 0), (DIRECTOR, 1), (AUDITOR, 1)):
        found = kept(office, LATER.date(), person)
        assert (len(found.matters), found.withheld) == (shown, 1 - shown)


@pytest.mark.parametrize("person", [None, OFFICER, LEADER, LIAISON, ARCHIVIST])
def test_nobody_else_is_shown_it(office, sealed, person):
    by = person and Onlooker(person, LATER)
    asked = Wanted(text="分三批抢修")
    assert search(office, asked, by=by).entries == []
    assert refused(search, office, Wanted(case=sealed.number), by=by) == "matter_sealed"
    assert refused(register.show, office, sealed.number, today=LATER, by=by) == "matter_sealed"
    assert refused(timeline.history, office, sealed.number, by=by) == "matter_sealed"
    span = {"since": FILED, "until": LATER}
    assert refused(comparing.compare, office, sealed.number, **span, by=by) == "matter_sealed"


@pytest.mark.parametrize("person", [DIRECTOR, AUDITOR])
def test_the_director_and_the_auditor_are(office, sealed, person):
    by = Onlooker(person, LATER)
    assert len(search(office, Wanted(text="分三批抢修"), by=by).entries) == 1
    assert register.show(office, sealed.number, today=LATER, by=by)["case"]["title"] == TITLE
    assert timeline.history(office, sealed.number, by=by)[-1]["sentence"] == "封存事项"


def test_nobody_acts_on_it_until_it_is_unsealed(office, sealed):
    comment = {"text": "查阅"}
    assert refused(give, office, sealed, "comment", OFFICER, LATER, **comment) == "matter_sealed"
    assert (
        refused(
            retention.classify,
            office,
            sealed.number,
            "永久",
            reason=WHY,
            by=signed(DIRECTOR, LATER),
            at=LATER,
        )
        == "matter_sealed"
    )
    assert refused(seal, office, sealed) == "sealed_already"
    assert refused(unseal, office, sealed, by=ARCHIVIST) == "not_permitted"
    assert unseal(office, sealed).facts.sealed_on is None
    give(office, sealed, "comment", OFFICER, LATER, **comment)
    assert [one.facts.number for one in register.list_cases(office, today=LATER)] == [sealed.number]


def test_its_mentions_wait_until_it_is_unsealed(office, archived):
    give(office, archived, "comment", OFFICER, FILED, text="请阅", mentions=[DIRECTOR])
    assert mentioned(office, DIRECTOR) == [archived.number]
    seal(office, archived)
    assert mentioned(office, DIRECTOR) == []
    assert (
        refused(put_behind, office, archived.number, by=signed(DIRECTOR, LATER), at=LATER) == "matter_sealed"
    )


def test_words_can_be_taken_away_from_it(office, sealed):
    begun = next(one.seq for one in history(office, sealed) if one.kind == "begun")
    redact(office, sealed.number, begun, reason=WHY, by=signed(DIRECTOR, LATER), at=LATER)
    assert verify(office).findings == []


def test_a_deputy_seals_for_the_director_and_the_history_says_so(office, archived):
    days = {"valid_from": LATER.date(), "valid_to": LATER.date()}
    appoint(office, DIRECTOR, OFFICER, "director", **days, by=signed(DIRECTOR, LATER), at=LATER)
    seal(office, archived, by=OFFICER)
    entry = history(office, archived)[-1]
    assert (entry.kind, entry.acting_for) == ("matter_sealed", "R010")
    assert verify(office).findings == []


def test_it_goes_on_being_verified_and_goes_out_as_evidence(office, sealed, tmp_path):
    assert verify(office).findings == []
    file = tmp_path / "all.jsonl"
    export_history(office, file, "jsonl", reason="审计", by=signed(AUDITOR, LATER))
    told = [json.loads(line) for line in file.read_text("utf-8").splitlines()]
    assert [one["case"] for one in told if one["type"] == "state"] == [sealed.number]
    assert verify_export(file, secret=office.secret).findings == []
    code = refused(export_history, office, tmp_path / "b.csv", "csv", by=signed(OFFICER, LATER))
    assert code == "export_all_not_permitted"


@pytest.mark.parametrize("change", ["sealed_on = NULL", "retention = 'permanent'"])
def test_a_seal_or_a_term_changed_behind_the_application_is_found(office, sealed, change):
    behind_the_application(office, f"UPDATE cases SET {change}")
    assert "row_changed" in codes(office)


def test_an_entry_lost_from_a_sealed_matter_is_found(office, sealed):
    behind_the_application(office, "DELETE FROM events WHERE case_id = 1 AND seq = 5")
    assert "entry_missing" in codes(office)


def test_its_parts_tell_it_by_its_number_alone(office, sealed):
    other = a_case(office)
    with transaction(office.engine) as tx:
        tx.execute(text("UPDATE cases SET parent = :number, link = 'split' WHERE number = :other"),
                   {"number": sealed.number, "other": other.number})  # fmt: skip
    parent = register.show(office, other.number, today=LATER)["parent"]
    assert (parent["number"], parent["title"]) == (sealed.number, None)


@pytest.mark.parametrize("kind", ["retention_set", "matter_sealed", "matter_unsealed", "redacted"])
def test_an_act_about_a_file_by_somebody_without_the_role_is_found(office, archived, kind):
    with transaction(office.engine) as tx:
        batch = Batch(tx, office, signed(OFFICER, LATER))
        batch.enter(opened(queries.case_by_number(tx, archived.number)), Act(kind, LATER, "R011"))
        batch.flush()
    assert "permission_not_held" in codes(office)


@pytest.mark.parametrize(("person", "is_shown"), [(None, False), (OFFICER, False), (DIRECTOR, True)])
def test_the_papers_of_a_sealed_matter_are_for_whom_it_is_shown(office, sealed, tmp_path, person, is_shown):
    out, asked = tmp_path / "通知单.txt", {"viewer": person and Onlooker(person, LATER)}
    given = {"by": signed(person, LATER), "at": LATER, **asked}
    if is_shown:
        assert rendering.render_to(office, sealed.number, "assignment", out, **given)["number"]
    else:
        with pytest.raises(NotPermitted) as refused:
            rendering.render_to(office, sealed.number, "assignment", out, **given)
        assert refused.value.code == "matter_sealed"
    assert out.exists() == is_shown
