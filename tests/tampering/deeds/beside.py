"""Deeds done to the row of a case, and to the tables and files beside its history."""

from datetime import date, timedelta

from sqlalchemy import delete

from tests.tampering.deeds.victims import Victim, by_turns, change_to_one_of, of_case, other_hex
from tests.tampering.owner import CASE, Owner
from workflow.storage.models import (
    Attachment,
    Case,
    CaseUnit,
    Document,
    Escalation,
    Journal,
    NumberSequence,
    OutboxMessage,
    TimeLimit,
)
from workflow.storage.paper_models import PaperLife
from workflow.storage.queries import table
from workflow.storage.work_models import Mention


def change_the_row(owner: Owner) -> Victim:
    row = owner.any_row(Case)
    change_to_one_of(
        owner,
        row,
        Case,
        {"state": "archived"},
        {"due_on": row.recorded_at.date() + timedelta(days=999)},
        {"title": "另一件事"},
        {"lead_unit": "BH299"},
        {"returns": 7},
        {"extensions": 9},
        {"closed_by": "R099"},
        {"outcome": "never"},
        {"completion_rate": 99},
        {"original_due_on": row.recorded_at.date() + timedelta(days=999)},
        {"policy": "0" * 64},
        {"requirement": "从宽"},
        {"accountable_leader": "另一人"},
        {"epoch": 8},
        {"witnessed": not row.witnessed},
        {"open_ended": not row.open_ended},
    )
    return {"case": row.number}


def change_how_long_it_is_kept(owner: Owner) -> Victim:
    row = owner.any_row(Case, CASE.c.closed_on.is_not(None))
    other = {"retention": "permanent" if row.retention == "10y" else "10y"}
    sealed = {"sealed_on": None if row.sealed_on else row.closed_on + timedelta(days=9)}
    change_to_one_of(owner, row, Case, other, sealed)
    return {"case": row.number}


def remove_the_row(owner: Owner) -> Victim:
    row = owner.any_row(Case)
    owner.remove(row, Case)
    return {"case": row.number}


def wake_the_planner_never(owner: Owner) -> Victim:
    row = owner.any_row(Case, CASE.c.next_action_at.is_not(None))
    owner.change(row, Case, next_action_at=None)
    return {"case": row.number}


def move_the_head(owner: Owner) -> Victim:
    row = owner.any_row(Case)
    owner.change(row, Case, head=other_hex(owner, row.head))
    return {"case": row.number}


def move_the_journal_s_head(owner: Owner) -> Victim:
    (row,) = owner.rows(Journal)
    change_to_one_of(owner, row, Journal, {"seq": row.seq - 1}, {"head": other_hex(owner, row.head)})
    return {"case": "office"}


def remove_the_journal_s_row(owner: Owner) -> Victim:
    owner.run(delete(table(Journal)))
    return {"case": "office"}


def tamper_with_limits(owner: Owner) -> Victim:
    row = owner.any_row(TimeLimit)
    later = {"due_on": row.due_on + timedelta(days=30)}
    by_turns(owner, TimeLimit, row, later, {"seq": row.seq + 900})
    return of_case(owner, row)


def tamper_with_units(owner: Owner) -> Victim:
    row = owner.any_row(CaseUnit)
    by_turns(owner, CaseUnit, row, {"unit": "BH299"}, {"unit": "BH298", "part": "co"})
    return of_case(owner, row)


def tamper_with_attachments(owner: Owner) -> Victim:
    row = owner.any_row(Attachment)
    by_turns(owner, Attachment, row, {"name": "另一份.pdf"}, {"seq": row.seq + 900})
    return of_case(owner, row)


def tamper_with_mentions(owner: Owner) -> Victim:
    row = owner.any_row(Mention)
    seen = {"seen_on": row.mentioned_on + timedelta(days=3)}
    done, _ = by_turns(owner, Mention, row, seen, {"person": "R099"})
    return {**of_case(owner, row), "code": f"mention_{done}"}


def change_an_escalation(owner: Owner) -> Victim:
    row = owner.any_row(Escalation)
    change_to_one_of(
        owner,
        row,
        Escalation,
        {"state": "cancelled"},
        {"step": "other"},
        {"unit": "BH299"},
        {"due_on": row.due_on + timedelta(days=9)},
        {"judgement": "excused"},
        {"reason": "无"},
        {"decided_by": "R099"},
        {"policy": "0" * 64},
        {"issued_on": row.due_on + timedelta(days=99)},
        {"object_person": "另一人"},
    )
    return {**of_case(owner, row), "escalation": row.id}


def remove_an_escalation(owner: Owner) -> Victim:
    row = owner.any_row(Escalation)
    owner.remove(row, Escalation)
    return {**of_case(owner, row), "escalation": row.id}


def forge_an_escalation(owner: Owner) -> Victim:
    row = owner.any_row(Escalation)
    owner.add(Escalation, row._asdict() | {"id": "f" * 32, "epoch": 90})
    return {**of_case(owner, row), "escalation": "f" * 32}


def change_a_mail(owner: Owner) -> Victim:
    row = owner.any_row(OutboxMessage, table(OutboxMessage).c.state == "queued")
    change_to_one_of(
        owner,
        row,
        OutboxMessage,
        {"recipient": "x@elsewhere.example"},
        {"state": "sent"},
        {"state": "failed"},
        {"kind": "other"},
        {"message_id": "<x@elsewhere.example>"},
        {"dated": row.dated - timedelta(days=3)},
    )
    return {**of_case(owner, row), "mail": row.id}


def unsend_a_mail(owner: Owner) -> Victim:
    """One that left, or failed, is made to look as if it waited still."""
    row = owner.any_row(OutboxMessage, table(OutboxMessage).c.state.in_(["sent", "failed"]))
    owner.change(row, OutboxMessage, state="queued", sent_at=None)
    return {**of_case(owner, row), "mail": row.id}


def remove_a_mail(owner: Owner) -> Victim:
    row = owner.any_row(OutboxMessage)
    owner.remove(row, OutboxMessage)
    return {**of_case(owner, row), "mail": row.id}


def forge_a_mail(owner: Owner) -> Victim:
    row = owner.any_row(OutboxMessage)
    own = {"id": "f" * 32, "dedupe_key": "forged", "message_id": "<forged@binhai.example>"}
    owner.add(OutboxMessage, row._asdict() | own)
    return {**of_case(owner, row), "mail": "f" * 32}


def change_a_paper(owner: Owner) -> Victim:
    row = owner.any_row(Document, table(Document).c.number.is_not(None))
    change_to_one_of(
        owner,
        row,
        Document,
        {"facts": row.facts.replace("2026", "2027", 1)},
        {"kind": "other"},
        {"stationery": "0" * 64},
        {"issued_at": row.issued_at - timedelta(days=3)},
        {"sha256": "0" * 64},
    )
    return {**of_case(owner, row), "document": row.number}


def renumber_a_paper(owner: Owner) -> Victim:
    row = owner.any_row(Document, table(Document).c.number.is_not(None))
    number = row.number.replace("〕", "〕9")
    owner.change(row, Document, number=number)
    return {**of_case(owner, row), "document": number}


def remove_a_paper(owner: Owner) -> Victim:
    row = owner.any_row(Document, table(Document).c.number.is_not(None))
    owner.remove(row, Document)
    return {**of_case(owner, row), "document": row.number}


def forge_a_paper(owner: Owner) -> Victim:
    row = owner.any_row(Document, table(Document).c.number.is_not(None))
    number = row.number.replace("〕", "〕900")
    owner.add(Document, row._asdict() | {"id": "f" * 32, "number": number})
    return {**of_case(owner, row), "document": number}


def change_where_a_paper_stands(owner: Owner) -> Victim:
    row = owner.any_row(PaperLife)
    change_to_one_of(
        owner,
        row,
        PaperLife,
        {"state": "reviewed" if row.state != "reviewed" else "signed"},
        {"signed_by": "R099"},
        {"kind": "other"},
        {"units": ("BH299",)},
        {"facts": "{}"},
        {"voided_on": date(2026, 8, 3)},
        {"replaces": "f" * 32},
    )
    return {**of_case(owner, row), "document": row.id}


def remove_where_a_paper_stands(owner: Owner) -> Victim:
    row = owner.any_row(PaperLife)
    owner.remove(row, PaperLife)
    return {**of_case(owner, row), "document": row.id}


def forge_where_a_paper_stands(owner: Owner) -> Victim:
    row = owner.any_row(PaperLife)
    owner.add(PaperLife, row._asdict() | {"id": "f" * 32})
    return {**of_case(owner, row), "document": "f" * 32}


def take_a_number_back(owner: Owner) -> Victim:
    series = table(NumberSequence).c.series
    row = owner.any_row(NumberSequence, series.like("%交") | series.like("%销"))
    owner.change(row, NumberSequence, last=row.last + owner.dice.choice([-1, 1]))
    return {"series": row.series}


def take_a_case_number_back(owner: Owner) -> Victim:
    (row,) = owner.rows(NumberSequence, table(NumberSequence).c.series == "case-id")
    by = owner.dice.choice([-1, 1])
    owner.change(row, NumberSequence, last=row.last + by)
    return {"missing": by}


def swap_a_file(owner: Owner) -> Victim:
    """The bytes of an attachment or of a notice, under the name they had."""
    file = owner.dice.choice(sorted(one for one in owner.files.rglob("*") if one.is_file()))
    file.chmod(0o600)
    file.write_bytes(file.read_bytes()[:-1] + b"!")
    return {"file": file.name}


def lose_a_file(owner: Owner) -> Victim:
    file = owner.dice.choice(sorted(one for one in owner.files.rglob("*") if one.is_file()))
    file.unlink()
    return {"file": file.name}
