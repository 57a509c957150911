"""People's words taken away: what goes, what stands, who may, and that the chain still proves the rest."""

import json
from pathlib import Path

import pytest
from sqlalchemy import event, text

from states.errors import FactInvalid, FactMissing, NotPermitted
from tests.builders import (
    ARCHIVIST,
    AUDITOR,
    DIRECTOR,
    LEADER,
    LIAISON,
    OFFICER,
    UNIT_HEAD,
    a_case,
    at,
    give,
    history,
    on_escalation,
    papers,
    rows,
    signed,
    stored,
)
from tests.services.test_verification import codes
from tests.stories import GROUND, INQUIRY, a_case_to_ask, a_whole_story
from tests.unguarded import behind_the_application
from workflow.errors import NotFound
from workflow.services import comparing, register, timeline
from workflow.services.deputies import appoint
from workflow.services.exporting import export_history
from workflow.services.redacting import erase, redact
from workflow.services.searching import Wanted, search
from workflow.services.seeing import Onlooker
from workflow.services.verification import verify
from workflow.services.verification.exports import verify_export
from workflow.storage import done_forms, queries, register_views
from workflow.storage.models import EventWords
from workflow.storage.session import reading, transaction
from workflow.storage.work_models import RegisterView

WHEN, WHY = at(2026, 7, 8), "当事人申请，经核实"
SECRET = "住户王某某因病未能配合，电话13800000000"
MARK = "〔已隐去，见第{}条〕"


@pytest.fixture
def reported(office):
    """A matter whose unit reported progress in words that should not have been written."""
    case = a_case(office)
    return give(office, case, "report_progress", LIAISON, at(2026, 7, 6), progress=SECRET, completion_rate=30)


def take_away(office, case, seq=None, by=DIRECTOR, *, when=WHEN, reason=WHY):
    return redact(office, case.number, seq or case.seq, reason=reason, by=signed(by, when), at=when)


def refused(office, case, seq=None, by=DIRECTOR, **how):
    with pytest.raises((FactInvalid, FactMissing, NotPermitted, NotFound)) as refusal:
        take_away(office, case, seq, by, **how)
    return refusal.value.code


def everything_stored(office):
    """Every text of every table, as the database gives it."""
    with transaction(office.engine) as tx:
        tables = [one.name for one in EventWords.metadata.sorted_tables]
        return "".join(str(row) for name in tables for row in tx.execute(text(f"SELECT * FROM {name}")))


def test_the_words_and_their_salt_go_and_the_chain_still_verifies(office, reported):
    assert SECRET in everything_stored(office)
    done = take_away(office, reported)
    assert (done.entry, done.seq, done.elsewhere, done.papers) == (reported.seq, reported.seq + 1, [], [])
    assert "13800000000" not in everything_stored(office)
    (left,) = (
        row for row in rows(office, EventWords) if row.seq == done.entry and row.case_id == reported.id
    )
    assert left.salt == ""
    assert verify(office).findings == []


def test_views_of_the_register_that_say_the_same_go_with_them(office, reported):
    said = {"甲": "住户王某某因病", "乙": f"{SECRET}。", "丙": "因病", "丁": "海港大道"}
    with transaction(office.engine) as tx:
        for name, words in said.items():
            register_views.put(tx, OFFICER, name, json.dumps({"words": words}, ensure_ascii=False))
        register_views.put(tx, OFFICER, "", json.dumps(["due"]))
    assert take_away(office, reported).views == 2
    assert sorted(one.name for one in rows(office, RegisterView)) == ["", "丁", "丙"]


def test_what_a_program_was_answered_goes_with_them(office, reported):
    with transaction(office.engine) as tx:
        done_forms.add(tx, key="k", person=LIAISON, at=WHEN, asked="a", answer=json.dumps([200, {}, SECRET]))
    take_away(office, reported)
    with reading(office.engine) as tx:
        assert done_forms.carried_out(tx, "k").answer is None


def test_the_entry_of_it_tells_which_words_went_who_decided_and_why(office, reported):
    done = take_away(office, reported)
    entry = timeline.history(office, reported.number)[-1]
    assert entry["sentence"] == f"隐去一条记载的文字（第{done.entry}条的进展情况）"
    assert (entry["actor_name"], entry["words"]["details"]["reason"]) == (DIRECTOR, WHY)
    assert SECRET not in json.dumps(entry, ensure_ascii=False)


def test_the_register_says_so_where_it_had_the_words_from_that_entry(office, reported):
    done = take_away(office, reported)
    assert stored(office, reported).facts.progress == MARK.format(done.seq)
    assert register.show(office, reported.number, today=WHEN)["case"]["progress"] == MARK.format(done.seq)


def test_the_register_keeps_what_a_later_entry_said(office, reported):
    later = give(office, reported, "report_progress", LIAISON, at(2026, 7, 7), progress="已修复100盏")
    take_away(office, later, reported.seq)
    assert stored(office, reported).facts.progress == "已修复100盏"
    assert verify(office).findings == []


def test_every_view_of_the_past_shows_the_mark(office, reported):
    mark = MARK.format(take_away(office, reported).seq)
    then = at(2026, 7, 7)
    assert register.show(office, reported.number, today=WHEN, as_of=then)["case"]["progress"] == mark
    assert timeline.history(office, reported.number, as_of=then)[-1]["words"]["set"]["progress"] == mark
    (one,) = (
        one
        for one in comparing.compare(office, reported.number, since=at(2026, 7, 2), until=then)
        if one["field"] == "progress"
    )
    assert one["new"] == mark


def test_a_search_finds_the_mark_and_not_the_words(office, reported):
    assert len(search(office, Wanted(text="13800000000")).entries) == 1
    take_away(office, reported)
    assert search(office, Wanted(text="13800000000")).entries == []
    assert reported.seq in [one["seq"] for one in search(office, Wanted(text="已隐去")).entries]


def test_words_that_stand_elsewhere_are_named(office, reported):
    again = give(office, reported, "comment", OFFICER, at(2026, 7, 7), text=f"摘录：{SECRET}")
    done = take_away(office, again, reported.seq)
    assert done.elsewhere == [{"case": reported.number, "seq": again.seq}]


def test_papers_that_were_issued_stand_and_are_named(office):
    case = a_case(office, "closed")
    checked = next(one.seq for one in history(office, case) if one.kind == "closed_out")
    done = take_away(office, case, checked, by=LEADER)
    assert [(one["kind_label"], one["waiting"]) for one in done.papers] == [("销号通知", True)]
    assert "夜间抽查40盏均亮" in json.dumps(papers(office, "close_out"), ensure_ascii=False)
    assert verify(office).findings == []


def test_the_ground_of_an_admonition_is_looked_for_in_each_of_its_parts(office):
    case = a_whole_story(office)
    seq = next(one.seq for one in history(office, case) if GROUND["facts"] in (one.personal or ""))
    done = take_away(office, case, seq, by=LEADER, when=at(2026, 9, 1))
    assert "诫勉书" in [one["kind_label"] for one in done.papers]


def test_a_correction_s_old_and_new_words_go_with_its_own_entry(office, reported):
    order = {"field": "progress", "old": SECRET, "new": "已修复30盏", "reason": "删去个人信息"}
    corrected = give(office, reported, "correct", OFFICER, at(2026, 7, 7), **order)
    done = take_away(office, corrected, reported.seq)
    assert done.elsewhere == [{"case": reported.number, "seq": corrected.seq}]
    take_away(office, corrected, corrected.seq)
    assert SECRET not in everything_stored(office)
    assert verify(office).findings == []


def test_lists_of_words_keep_their_shape(office):
    case = a_case(office, "verifying")
    case = give(
        office, case, "return_for_rework", OFFICER, reason="佐证不足", missing=["验收单", "王某某签字"]
    )
    done = take_away(office, case)
    assert set(done.fields) == {"理由", "尚缺内容"}
    assert timeline.history(office, case.number)[-2]["words"]["details"]["missing"] == [MARK.format(done.seq)]


@pytest.mark.parametrize("person", [OFFICER, LIAISON, UNIT_HEAD, ARCHIVIST, AUDITOR, None])
def test_only_the_director_or_a_leader_takes_words_away(office, reported, person):
    assert refused(office, reported, by=person) == "not_permitted"
    assert SECRET in everything_stored(office)


def test_nobody_takes_away_his_own_words(office):
    case = a_case(office)
    case = give(office, case, "comment", DIRECTOR, text=SECRET)
    assert refused(office, case) == "words_are_his_own"
    take_away(office, case, by=LEADER)


def test_a_deputy_takes_words_away_for_the_director_but_not_the_director_s(office, reported):
    days = {"valid_from": WHEN.date(), "valid_to": WHEN.date()}
    appoint(office, DIRECTOR, OFFICER, "director", **days, by=signed(DIRECTOR, WHEN), at=WHEN)
    take_away(office, reported, by=OFFICER)
    assert history(office, reported)[-1].acting_for == "R010"
    own = give(office, stored(office, reported), "comment", DIRECTOR, WHEN, text=SECRET)
    assert refused(office, own, by=OFFICER) == "words_are_his_own"
    assert verify(office).findings == []


def test_a_reason_is_owed_and_words_that_are_there(office, reported):
    assert refused(office, reported, reason=None) == "reason_missing"
    assert refused(office, reported, 999) == "entry_unknown"
    acknowledged = next(one.seq for one in history(office, reported) if one.kind == "acknowledged")
    assert refused(office, reported, acknowledged) == "no_words"
    take_away(office, reported)
    assert refused(office, reported, reported.seq) == "redacted_already"


def test_the_draft_of_a_measure_that_waits_for_its_approver_is_not_taken_from_under_him(office):
    case = a_case_to_ask(office)
    on_escalation(office, "inquiry", "draft", OFFICER, INQUIRY, question=SECRET)
    drafted = history(office, case)[-1].seq
    assert refused(office, case, drafted, when=at(2026, 8, 3)) == "words_in_use"
    on_escalation(office, "inquiry", "reject", DIRECTOR, INQUIRY, reason="另行约谈")
    take_away(office, case, drafted, when=at(2026, 8, 3))
    assert verify(office).findings == []


def test_the_reason_itself_may_be_taken_away(office, reported):
    first = take_away(office, reported, reason=f"误录{SECRET}")
    take_away(office, reported, first.seq, by=LEADER)
    assert SECRET not in everything_stored(office)
    assert verify(office).findings == []


def test_a_unit_is_told_of_it_unless_the_entry_was_the_office_s_own(office, reported):
    commented = give(office, reported, "comment", OFFICER, at(2026, 7, 7), text="先不告知")
    hidden, shown = (take_away(office, reported, seq).seq for seq in (commented.seq, reported.seq))
    seen = [one["seq"] for one in timeline.history(office, reported.number, by=Onlooker(LIAISON, WHEN))]
    assert shown in seen and hidden not in seen


def test_words_of_the_journal_are_taken_away_in_the_journal(office, reported, tmp_path):
    export_history(office, tmp_path / "a.csv", "csv", reason=SECRET, by=signed(AUDITOR, WHEN))
    with transaction(office.engine) as tx:
        seq = queries.journal(tx).seq
    done = redact(office, None, seq, reason=WHY, by=signed(DIRECTOR, WHEN), at=WHEN)
    assert (done.case, done.elsewhere) == (None, [{"case": reported.number, "seq": reported.seq}])
    told = search(office, Wanted(case="")).entries[-1]
    assert told["sentence"] == f"隐去一条记载的文字（第{seq}条的理由）"
    assert verify(office).findings == []


def redacted_and_put_back(office, reported):
    """As an owner of the database could put the words back, from a copy of before."""
    words = rows(office, EventWords)
    before = next(row for row in words if (row.case_id, row.seq) == (reported.id, reported.seq))
    take_away(office, reported)
    statement = "UPDATE event_words SET text = :said, salt = :salt WHERE case_id = :id AND seq = :seq"
    where = {"said": before.text, "salt": before.salt, "id": reported.id, "seq": reported.seq}
    behind_the_application(office, statement, **where)


def test_words_put_back_after_their_redaction_are_found(office, reported):
    redacted_and_put_back(office, reported)
    assert "words_unredacted" in codes(office)


@pytest.mark.parametrize(
    ("statement", "code"),
    [
        ("UPDATE event_words SET text = replace(text, '隐去', '清洗') WHERE salt = ''", "words_changed"),
        ("UPDATE event_words SET salt = 'x' WHERE salt = ''", "words_changed"),
        ("DELETE FROM event_words WHERE salt = ''", "words_missing"),
        ("UPDATE event_words SET salt = '' WHERE salt <> ''", "words_changed"),
        ("DELETE FROM event_words WHERE seq = 5 AND salt <> ''", "words_missing"),
    ],
)
def test_what_lies_beside_an_entry_is_either_its_words_or_what_its_redaction_left(
    office, reported, statement, code
):
    take_away(office, reported)
    behind_the_application(office, statement)
    assert code in codes(office)


def test_redacted_words_never_go_out_in_an_export(office, reported, tmp_path):
    take_away(office, reported)
    file = tmp_path / "all.jsonl"
    export_history(office, file, "jsonl", words=True, reason="审计", by=signed(AUDITOR, WHEN))
    assert "已隐去" in file.read_text(encoding="utf-8")
    entries = [json.loads(line) for line in file.read_text(encoding="utf-8").splitlines()]
    of_it = [one for one in entries if one.get("hash") == history(office, reported)[-2].hash]
    assert [one.get("words") for one in of_it] == [None]
    assert verify_export(file, secret=office.secret).findings == []


def test_an_export_with_words_that_were_redacted_is_found(office, reported, tmp_path):
    redacted_and_put_back(office, reported)
    file = tmp_path / "all.jsonl"
    export_history(office, file, "jsonl", words=True, reason="审计", by=signed(AUDITOR, WHEN))
    assert "words_unredacted" in [one["code"] for one in verify_export(file, secret=office.secret).findings]


@pytest.mark.parametrize("home", ["sqlite"], indirect=True, scope="session")
class TestTheFile:
    """SQLite keeps what was overwritten in its file until somebody writes over it."""

    @pytest.fixture
    def files(self, office):
        base = office.engine.url.database
        return lambda: b"".join(
            Path(base + end).read_bytes() for end in ("", "-wal") if Path(base + end).exists()
        )

    @pytest.fixture
    def careless(self, office):
        """SQLite as most builds have it: what is freed is not overwritten."""
        office.engine.dispose()
        event.listen(office.engine, "connect", lambda one, _: one.execute("PRAGMA secure_delete=OFF"))

    def test_no_byte_of_the_words_is_left_in_it(self, office, careless, files):
        said = give(office, a_case(office), "report_progress", LIAISON, at(2026, 7, 6), progress=SECRET * 200)
        give(office, said, "report_progress", LIAISON, at(2026, 7, 7), progress="已修复100盏")
        assert take_away(office, stored(office, said), said.seq).erased is True
        assert b"13800000000" not in files()

    def test_while_others_read_it_says_that_they_are_and_can_be_done_again(self, office, reported, files):
        with reading(office.engine) as tx:
            queries.known_numbers(tx)
            assert take_away(office, reported).erased is False
        assert erase(office) is True
        assert b"13800000000" not in files()
