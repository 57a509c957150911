"""The papers that commands and the ladder send have their place in the same life, without anybody's doing."""

from datetime import date

import pytest
from sqlalchemy import text

from tests.builders import (
    ARCHIVIST,
    DIRECTOR,
    LEADER,
    LIAISON,
    OFFICER,
    OPENED,
    a_case,
    a_receipt,
    at,
    give,
    on_escalation,
    raised,
    rows,
    signed,
    sweep_on,
)
from tests.stories import a_whole_story
from workflow.services.documents import numbering, showing, telling
from workflow.services.paper_lives import lives_in
from workflow.services.replay import read
from workflow.services.verification import verify
from workflow.storage import analyst_views, migrations, queries
from workflow.storage.models import Document
from workflow.storage.paper_models import PaperLife
from workflow.storage.session import reading, transaction

LATE, LATER = at(2026, 7, 23), at(2026, 7, 24)


def standing(office):
    """Each numbered paper: its number and where it stands."""
    numbers = {row.id: row.number for row in rows(office, Document)}
    return {numbers[row.id]: row.state for row in rows(office, PaperLife) if row.id in numbers}


def life_of(office, number):
    (paper,) = (row for row in rows(office, Document) if row.number == number)
    return next(row for row in rows(office, PaperLife) if row.id == paper.id)


def test_the_notice_of_a_matter_is_served_when_the_unit_signs_for_it(office):
    case = a_case(office, "assigned")
    notice = "滨督交〔2026〕1号"
    assert standing(office) == {notice: "issued"}
    give(office, case, "acknowledge", LIAISON, LATE)
    kept = life_of(office, notice)
    assert (kept.state, kept.service, kept.served_on) == ("served", "signed", date(2026, 7, 23))
    assert numbering.register(office)["numbers"][0]["signer"] == DIRECTOR


def test_a_notice_to_the_next_unit_makes_the_former_void(office):
    case = a_case(office, "assigned")
    give(office, case, "object", LIAISON, reason="不属本单位职责")
    give(office, case, "assign", DIRECTOR, LATE, lead_unit="市住房和城乡建设局", due_on=date(2026, 8, 31))
    assert standing(office) == {"滨督交〔2026〕1号": "voided", "滨督交〔2026〕2号": "issued"}
    told = showing.show(office, "滨督交〔2026〕1号", at=OPENED)
    assert told["void_reason"] == "由滨督交〔2026〕2号替换"
    assert verify(office).findings == []


def test_the_paper_of_a_measure_is_served_and_void_with_it(office):
    a_case(office)
    sweep_on(office, LATE)
    paper = life_of(office, "滨督函〔2026〕1号")
    assert (paper.state, paper.signed_by) == ("issued", "system")
    on_escalation(office, "reminder", "serve", OFFICER, LATE, evidence=a_receipt(office))
    assert life_of(office, "滨督函〔2026〕1号").state == "served"
    on_escalation(office, "reminder", "withdraw", DIRECTOR, LATER, reason="期限登记有误")
    told = showing.show(office, "滨督函〔2026〕1号", at=OPENED)
    assert (told["state"], told["void_reason"]) == ("voided", "督办措施撤回：期限登记有误")
    assert verify(office).findings == []


def test_an_approved_paper_names_who_approved_it(office):
    a_whole_story(office)
    signers = {one["number"]: one["signer"] for one in numbering.register(office)["numbers"]}
    inquiry = next(number for number in signers if "询" in number)
    assert signers[inquiry] in (DIRECTOR, LEADER)
    assert signers["滨督函〔2026〕1号"] == telling.BY_AUTHORITY


def test_a_paper_the_machine_issued_is_told_as_the_system_s(office):
    a_case(office)
    sweep_on(office, LATE)
    (paper,) = (one for one in showing.listed(office) if one["number"] == "滨督函〔2026〕1号")
    assert (paper["signed_by"], paper["signed_by_name"]) == ("system", telling.BY_AUTHORITY)
    assert {one["actor_name"] for one in showing.show(office, paper["id"], at=LATE)["steps"]} == {"系统"}


def test_papers_go_to_the_file_with_their_matter(office):
    case = a_case(office, "closed")
    give(office, case, "archive", ARCHIVIST, LATE)
    assert set(standing(office).values()) == {"archived"}
    assert life_of(office, "滨督销〔2026〕1号").archived_on == date(2026, 7, 23)


def test_a_paper_issued_anew_makes_the_former_void(office):
    case = a_case(office)
    give(
        office, case, "correct", DIRECTOR, LATE,
        field="title", old=case.facts.title, new="望海街道路灯不亮", reason="笔误", reissue=True,
    )  # fmt: skip
    assert standing(office) == {"滨督交〔2026〕1号": "voided", "滨督交〔2026〕2号": "issued"}
    assert verify(office).findings == []


def test_after_a_whole_story_rows_and_history_agree(office):
    a_whole_story(office)
    assert len(standing(office)) > 4
    assert verify(office).findings == []


def test_what_the_history_tells_is_what_the_migration_puts_in(office):
    """Who signed as well, where the entry says so; one written before the upgrade does not."""
    a_whole_story(office)
    kept = {row.id: row._asdict() for row in rows(office, PaperLife)}
    with transaction(office.engine) as tx:
        analyst_views.drop(tx)
        tx.execute(text("DROP TABLE paper_lives"))
        tx.execute(text("UPDATE alembic_version SET version_num = '0011'"))
        migrations.bring_to(tx, "0012")
        tx.execute(text(f"UPDATE alembic_version SET version_num = '{migrations.newest()}'"))
    told = {row.id: row._asdict() for row in rows(office, PaperLife)}
    assert told == kept


@pytest.mark.parametrize("day", [OPENED, LATE, LATER])
def test_the_past_of_a_paper_is_what_was_recorded_by_then(office, day):
    case = a_case(office, when=OPENED)
    sweep_on(office, LATE)
    on_escalation(office, "reminder", "serve", OFFICER, LATER, evidence=a_receipt(office))
    with reading(office.engine) as tx:
        entries = [read(event) for event in queries.events_of(tx, case.id, day)]
    reminder = raised(office, "reminder").document_id
    state = {OPENED: None, LATE: "issued", LATER: "served"}[day]
    assert lives_in(entries).of.get(reminder, {"state": None})["state"] == state
    assert signed(None).person is None
