"""What the owner of a database can do: each deed draws its victim, and tells where verification must point.

A deed returns the facts that a finding must bear: `case` and `seq` of an entry, its `position` in the log (a
finding's stretch must hold it), or the key of a row that is no entry.
"""

import json
import re
import sqlite3
from collections.abc import Callable
from dataclasses import replace
from datetime import date, timedelta
from hashlib import sha256
from typing import Any

from sqlalchemy import delete, select, update

from states.evidence.checkpoint import parse
from states.history import PROFILES, chain_hash, keyed_code, personal_hash
from tests.tampering.lived_city import EARLIER
from tests.tampering.owner import CASE, EVENT, LOG, WORDS, WRONG_KEY, Owner, copied, retold
from workflow.signing import SigningKey
from workflow.storage.directory_models import Deputy, Person, RoleGrant, Unit, UnitSuccession
from workflow.storage.evidence_models import CheckpointMade, Evidence, LogEntry, Sealer
from workflow.storage.models import (
    Attachment,
    CalendarVersion,
    Case,
    CaseUnit,
    Document,
    Escalation,
    Event,
    EventWords,
    Journal,
    NumberSequence,
    OutboxMessage,
    Recusal,
    RuleVersion,
    Stationery,
    TimeLimit,
)
from workflow.storage.queries import table
from workflow.storage.scheduler_models import DigestSent, Hold, SweepRun
from workflow.storage.work_models import Campaign, Mention

Victim = dict[str, Any]
Deed = Callable[[Owner], Victim]
FORGER, NO_ROLE_OF_THE_DESK = "R012", "R022"
HEX = "0123456789abcdef"
SPOKEN = WORDS.c.salt != ""
"""Words that no redaction has taken away."""

EASILY_CUT = ("progress_reported", "urged", "commented")


def at_entry(owner: Owner, row: Any) -> Victim:
    return {"case": owner.name(row.case_id), "seq": row.seq}


def set_entry(owner: Owner, row: Any, **values: Any) -> Victim:
    owner.change(row, Event, **values)
    return at_entry(owner, row)


def other_hex(owner: Owner, value: str) -> str:
    """A hash with one digit changed."""
    place = owner.dice.randrange(len(value))
    digit = owner.dice.choice([one for one in HEX if one != value[place]])
    return value[:place] + digit + value[place + 1 :]


# -- one entry


def edit_a_field(owner: Owner) -> Victim:
    row = owner.entry()
    told = json.loads(row.payload)
    name = owner.dice.choice(sorted(name for name, value in told.items() if isinstance(value, str)))
    return set_entry(owner, row, payload=retold(row, **{name: told[name] + "改"}))


def edit_what_was_set(owner: Owner) -> Victim:
    row = owner.entry(EVENT.c.kind == "assigned")
    told = json.loads(row.payload)["set"] | {"due_on": "2027-12-31"}
    return set_entry(owner, row, payload=retold(row, set=told))


def edit_a_character(owner: Owner) -> Victim:
    row = owner.entry()
    place = owner.dice.randrange(len(row.payload))
    changed = row.payload[:place] + chr(ord(row.payload[place]) ^ 1) + row.payload[place + 1 :]
    return set_entry(owner, row, payload=changed)


def edit_white_space(owner: Owner) -> Victim:
    """The same values, other bytes."""
    row = owner.entry()
    return set_entry(owner, row, payload=json.dumps(json.loads(row.payload), ensure_ascii=False))


def edit_the_hash(owner: Owner) -> Victim:
    row = owner.entry()
    return set_entry(owner, row, hash=other_hex(owner, row.hash))


def edit_the_link(owner: Owner) -> Victim:
    row = owner.entry()
    return set_entry(owner, row, previous_hash=other_hex(owner, row.previous_hash))


def edit_the_code(owner: Owner) -> Victim:
    row = owner.entry()
    return set_entry(owner, row, keyed_code=other_hex(owner, row.keyed_code))


def edit_the_key_s_name(owner: Owner) -> Victim:
    row = owner.entry()
    return set_entry(owner, row, key_id=other_hex(owner, row.key_id))


def edit_a_column(owner: Owner) -> Victim:
    row = owner.entry()
    name, value = owner.dice.choice(
        [("actor", "R099"), ("actor_kind", "robot"), ("kind", "archived"), ("acting_for", "R099"),
         ("schema_version", 9)]
    )  # fmt: skip
    return set_entry(owner, row, **{name: value})


def edit_when_it_happened(owner: Owner) -> Victim:
    row = owner.entry()
    return set_entry(owner, row, occurred_at=row.occurred_at - timedelta(days=owner.dice.randint(1, 90)))


def edit_when_it_was_recorded(owner: Owner) -> Victim:
    row = owner.entry()
    return set_entry(owner, row, recorded_at=row.recorded_at - timedelta(days=owner.dice.randint(1, 90)))


def name_another_algorithm(owner: Owner) -> Victim:
    row = owner.entry()
    (other,) = {*PROFILES} - {row.algorithm}
    return set_entry(owner, row, algorithm=other)


def name_no_algorithm(owner: Owner) -> Victim:
    return set_entry(owner, owner.entry(), algorithm=owner.dice.choice(["md5", "sha1", "SHA256", ""]))


def edit_the_journal(owner: Owner) -> Victim:
    last = owner.one(select(table(Journal).c.seq))
    row = owner.any_row(Event, EVENT.c.case_id == 0, EVENT.c.seq < last)
    return set_entry(owner, row, payload=retold(row, actor=FORGER))


# -- the order of entries


def delete_in_the_middle(owner: Owner) -> Victim:
    row = owner.entry()
    owner.remove_entries([row])
    return at_entry(owner, row)


def delete_and_close_the_gap(owner: Owner) -> Victim:
    row = owner.entry()
    owner.remove_entries([row])
    owner.renumber(row.case_id, owner.chain(row.case_id))
    return at_entry(owner, row)


def delete_a_mail_attempt(owner: Owner) -> Victim:
    row = owner.entry(EVENT.c.kind.in_(["mail_sent", "mail_failed", "mail_deferred"]))
    owner.remove_entries([row])
    return at_entry(owner, row)


def copy_to_the_end(owner: Owner) -> Victim:
    row = owner.entry()
    last = owner.chain(row.case_id)[-1]
    owner.add(Event, copied(row, seq=last.seq + 1))
    return {**at_entry(owner, row), "seq": last.seq + 1}


def copy_beside(owner: Owner) -> Victim:
    row = owner.entry()
    later = [one for one in owner.chain(row.case_id) if one.seq > row.seq]
    owner.renumber(row.case_id, later, first=row.seq + 2)
    owner.add(Event, copied(row, seq=row.seq + 1))
    return {**at_entry(owner, row), "seq": row.seq + 1}


def swap_two(owner: Owner) -> Victim:
    chain = owner.chain(owner.entry().case_id)
    first, second = sorted(owner.dice.sample(range(1, len(chain) - 1), 2))
    order = list(chain)
    order[first], order[second] = order[second], order[first]
    owner.renumber(chain[0].case_id, order)
    return at_entry(owner, chain[first])


def reorder_a_case(owner: Owner) -> Victim:
    chain = owner.chain(owner.entry().case_id)
    order = list(chain)
    while order == chain:
        owner.dice.shuffle(order)
    owner.renumber(chain[0].case_id, order)
    moved = next(old for old, new in zip(chain, order, strict=True) if old.id != new.id)
    return at_entry(owner, moved)


def move_to_another_case(owner: Owner) -> Victim:
    """An entry taken out of a later case and put at the end of an earlier one: that is where it starts."""
    row = owner.entry(EVENT.c.case_id > 20)
    earlier = owner.dice.randrange(1, 20)
    last = owner.chain(earlier)[-1]
    owner.change(row, Event, case_id=earlier, seq=last.seq + 1)
    return {"case": owner.name(earlier), "seq": last.seq + 1}


def cut_the_tail(owner: Owner) -> Victim:
    row = owner.entry()
    owner.remove_entries([one for one in owner.chain(row.case_id) if one.seq >= row.seq])
    return at_entry(owner, row)


def easy_tail(owner: Owner) -> list[Any]:
    """The last entries of a case, all sealed, of kinds beside which no papers lie."""
    ends = select(EVENT.c.case_id).join(CASE, CASE.c.id == EVENT.c.case_id).where(EVENT.c.seq == CASE.c.seq)
    ends = ends.where(EVENT.c.kind.in_(EASILY_CUT), EVENT.c.id <= owner.sealed_end()).order_by(
        EVENT.c.case_id
    )
    chain = owner.chain(owner.dice.choice(list(owner.run(ends).scalars())))
    easy = next(n for n, one in enumerate(reversed(chain)) if one.kind not in EASILY_CUT)
    return chain[-owner.dice.randint(1, easy) :]


def cut_the_tail_and_the_row(owner: Owner) -> Victim:
    """The case looks as it did before; nothing in it alone tells."""
    tail = easy_tail(owner)
    place = owner.position(tail[0].id)
    owner.remove_entries(tail)
    owner.fold_again(tail[0].case_id)
    return {"position": place}


def cut_it_from_the_log_too(owner: Owner) -> Victim:
    """The same, and the log is built anew over what is left: only roots that lie outside still tell."""
    victim = cut_the_tail_and_the_row(owner)
    owner.seal_again()
    return victim


# -- whole chains hashed anew


def rehash(owner: Owner) -> Victim:
    row = owner.entry()
    owner.change(row, Event, payload=retold(row, actor=FORGER), actor=FORGER)
    owner.hash_again(row.case_id)
    return at_entry(owner, row)


def rehash_with_a_key_of_one_s_own(owner: Owner) -> Victim:
    victim, chain = _rehashed_chain(owner)
    for one in chain:
        if one.seq >= victim["seq"]:
            owner.change(one, Event, keyed_code=keyed_code(one.hash, WRONG_KEY, one.algorithm))
    return victim


def rehash_and_seal_again(owner: Owner) -> Victim:
    victim = rehash_with_a_key_of_one_s_own(owner)
    owner.seal_again()
    return victim


def rehash_in_the_other_algorithm(owner: Owner) -> Victim:
    """From its first entry on."""
    row = owner.entry()
    (other,) = {*PROFILES} - {row.algorithm}
    owner.hash_again(row.case_id, other)
    return {**at_entry(owner, row), "seq": 1}


def _rehashed_chain(owner: Owner) -> tuple[Victim, list[Any]]:
    row = owner.entry()
    owner.change(row, Event, payload=retold(row, actor=FORGER), actor=FORGER)
    owner.hash_again(row.case_id)
    return at_entry(owner, row), owner.chain(row.case_id)


def give_an_act_to_somebody_without_the_role(owner: Owner) -> Victim:
    """The auditor strikes off and assigns, in a chain hashed anew."""
    kinds, person = EVENT.c.kind.in_(["assigned", "closed_out"]), EVENT.c.actor_kind == "human"
    row = owner.entry(kinds, person, EVENT.c.acting_for.is_(None))
    owner.change(row, Event, payload=retold(row, actor=NO_ROLE_OF_THE_DESK), actor=NO_ROLE_OF_THE_DESK)
    owner.hash_again(row.case_id)
    return at_entry(owner, row)


# -- whole cases, entries made up, older copies


def remove_a_case(owner: Owner) -> Victim:
    row = owner.entry()
    place = owner.position(owner.chain(row.case_id)[0].id)
    owner.remove_case(row.case_id)
    return {"position": place}


def remove_a_case_and_its_place(owner: Owner) -> Victim:
    """With its places in the log, the tree built anew over the rest."""
    victim = remove_a_case(owner)
    owner.seal_again()
    return victim


def append(owner: Owner, **told: Any) -> Victim:
    """A well-hashed entry at the end of a case, its code made with another key; the row remembers it."""
    last = owner.chain(owner.entry().case_id)[-1]
    values = forged_after(last, **told)
    owner.add(Event, values)
    owner.move_head(last.case_id)
    return {"case": owner.name(last.case_id), "seq": last.seq + 1}


def forged_after(last: Any, **told: Any) -> dict[str, Any]:
    """An entry that goes on from another as the format asks, without the key."""
    said = {"seq": last.seq + 1, "kind": "commented", "before": None, "after": None, "set": {}, "details": {}}
    payload = retold(last, **said, personal=None, **told)
    own = chain_hash(payload, last.hash, last.algorithm)
    columns = {"seq": last.seq + 1, "kind": "commented", "payload": payload, "previous_hash": last.hash,
               "hash": own, "keyed_code": keyed_code(own, WRONG_KEY, last.algorithm)}  # fmt: skip
    return copied(last, **columns)


def append_an_entry(owner: Owner) -> Victim:
    return append(owner)


def append_a_backdated_entry(owner: Owner) -> Victim:
    return append(owner, occurred_at="2026-07-02T01:00:00.000000Z")


def insert_in_the_middle(owner: Owner) -> Victim:
    """A made-up entry between two, and the whole chain hashed anew."""
    row = owner.entry()
    later = [one for one in owner.chain(row.case_id) if one.seq > row.seq]
    owner.renumber(row.case_id, later, first=row.seq + 2)
    owner.add(Event, forged_after(row))
    owner.hash_again(row.case_id)
    return {**at_entry(owner, row), "seq": row.seq + 1}


# -- the row of a case, and the tables beside its history


def change_the_row(owner: Owner) -> Victim:
    row = owner.any_row(Case)
    name, value = owner.dice.choice(
        [("state", "archived"), ("due_on", row.recorded_at.date() + timedelta(days=999)),
         ("title", "另一件事"), ("lead_unit", "BH299"), ("returns", 7),
         ("extensions", 9), ("closed_by", "R099"), ("outcome", "never"),
         ("completion_rate", 99), ("original_due_on", row.recorded_at.date() + timedelta(days=999)),
         ("policy", "0" * 64), ("requirement", "从宽"), ("accountable_leader", "另一人"), ("epoch", 8),
         ("witnessed", not row.witnessed), ("open_ended", not row.open_ended)]
    )  # fmt: skip
    owner.change(row, Case, **{name: value})
    return {"case": row.number}


def change_how_long_it_is_kept(owner: Owner) -> Victim:
    row = owner.any_row(Case, CASE.c.closed_on.is_not(None))
    other = {"retention": "permanent" if row.retention == "10y" else "10y"}
    sealed = {"sealed_on": None if row.sealed_on else row.closed_on + timedelta(days=9)}
    owner.change(row, Case, **owner.dice.choice([other, sealed]))
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
    owner.change(
        row, Journal, **owner.dice.choice([{"seq": row.seq - 1}, {"head": other_hex(owner, row.head)}])
    )
    return {"case": "office"}


def remove_the_journal_s_row(owner: Owner) -> Victim:
    owner.run(delete(table(Journal)))
    return {"case": "office"}


def change_words(owner: Owner) -> Victim:
    row = owner.any_row(EventWords, SPOKEN)
    owner.change(row, EventWords, text=row.text.replace('":"', '":"不', 1))
    return at_entry(owner, row)


def remove_words(owner: Owner) -> Victim:
    row = owner.any_row(EventWords, SPOKEN)
    owner.remove(row, EventWords)
    return at_entry(owner, row)


def put_redacted_words_back(owner: Owner) -> Victim:
    """From an older copy of the database, with their salt."""
    with sqlite3.connect(owner.outside.parent / EARLIER) as older:
        (row,) = owner.rows(EventWords, WORDS.c.salt == "")
        found = "SELECT text, salt FROM event_words WHERE case_id = ? AND seq = ?"
        said, salt = older.execute(found, (row.case_id, row.seq)).fetchone()
    older.close()
    owner.change(row, EventWords, text=said, salt=salt)
    return at_entry(owner, row)


def replace_words_and_salt(owner: Owner) -> Victim:
    row = owner.any_row(EventWords, SPOKEN)
    owner.change(row, EventWords, text='{"details":{},"set":{}}', salt="ab" * 16)
    return at_entry(owner, row)


def replace_words_with_their_hash(owner: Owner) -> Victim:
    """The entry is made to tell the hash of the new words, and its chain is hashed anew."""
    words = owner.dice.choice([one for one in owner.rows(EventWords, SPOKEN) if one.case_id])
    row = next(one for one in owner.chain(words.case_id) if one.seq == words.seq)
    text = words.text.replace('":"', '":"不', 1)
    owner.change(words, EventWords, text=text)
    told = personal_hash(text, words.salt, row.algorithm)
    owner.change(row, Event, payload=retold(row, personal=told))
    owner.hash_again(row.case_id)
    return at_entry(owner, row)


def lay_words_beside(owner: Owner) -> Victim:
    """Words beside an entry that had none."""
    spoken = select(WORDS.c.case_id).where(WORDS.c.case_id == EVENT.c.case_id, WORDS.c.seq == EVENT.c.seq)
    row = owner.entry(~spoken.exists())
    words = {
        "case_id": row.case_id,
        "seq": row.seq,
        "text": '{"details":{"opinion":"同意"}}',
        "salt": "ab" * 16,
    }
    owner.add(EventWords, words)
    return at_entry(owner, row)


def of_case(owner: Owner, row: Any) -> Victim:
    return {"case": owner.name(row.case_id)}


def tamper_with_limits(owner: Owner) -> Victim:
    row = owner.any_row(TimeLimit)
    later = {"due_on": row.due_on + timedelta(days=30)}
    _change_remove_or_add(owner, TimeLimit, row, later, {"seq": row.seq + 900})
    return of_case(owner, row)


def tamper_with_units(owner: Owner) -> Victim:
    row = owner.any_row(CaseUnit)
    _change_remove_or_add(owner, CaseUnit, row, {"unit": "BH299"}, {"unit": "BH298", "part": "co"})
    return of_case(owner, row)


def tamper_with_attachments(owner: Owner) -> Victim:
    row = owner.any_row(Attachment)
    _change_remove_or_add(owner, Attachment, row, {"name": "另一份.pdf"}, {"seq": row.seq + 900})
    return of_case(owner, row)


def tamper_with_mentions(owner: Owner) -> Victim:
    row = owner.any_row(Mention)
    seen = {"seen_on": row.mentioned_on + timedelta(days=3)}
    _change_remove_or_add(owner, Mention, row, seen, {"person": "R099"})
    return of_case(owner, row)


def _change_remove_or_add(
    owner: Owner, model: Any, row: Any, changed: dict[str, Any], another: dict[str, Any]
) -> None:
    deed = owner.dice.randrange(3)
    if deed == 0:
        owner.change(row, model, **changed)
    elif deed == 1:
        owner.remove(row, model)
    else:
        owner.add(model, row._asdict() | another)


def change_an_escalation(owner: Owner) -> Victim:
    row = owner.any_row(Escalation)
    name, value = owner.dice.choice(
        [("state", "cancelled"), ("step", "other"), ("unit", "BH299"),
         ("due_on", row.due_on + timedelta(days=9)), ("judgement", "excused"),
         ("reason", "无"), ("decided_by", "R099"), ("policy", "0" * 64),
         ("issued_on", row.due_on + timedelta(days=99)), ("object_person", "另一人")]
    )  # fmt: skip
    owner.change(row, Escalation, **{name: value})
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
    name, value = owner.dice.choice(
        [("recipient", "x@elsewhere.example"), ("state", "sent"), ("state", "failed"), ("kind", "other"),
         ("message_id", "<x@elsewhere.example>"), ("dated", row.dated - timedelta(days=3))]
    )  # fmt: skip
    owner.change(row, OutboxMessage, **{name: value})
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
    name, value = owner.dice.choice(
        [("facts", row.facts.replace("2026", "2027", 1)), ("kind", "other"), ("stationery", "0" * 64),
         ("issued_at", row.issued_at - timedelta(days=3)), ("sha256", "0" * 64)]
    )  # fmt: skip
    owner.change(row, Document, **{name: value})
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
    number = row.number.replace("〕", "〕9")
    owner.add(Document, row._asdict() | {"id": "f" * 32, "number": number})
    return {**of_case(owner, row), "document": number}


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


# -- the office's own tables


def excuse_by_the_policy(owner: Owner) -> Victim:
    """More days in the text of a policy, under the hash it had."""
    row = owner.any_row(RuleVersion, table(RuleVersion).c.kind == "policy")
    source = re.sub(r"(?<=\D)5(?=\D)", "500", row.source, count=1)
    assert source != row.source
    owner.change(row, RuleVersion, source=source)
    return {"rule": row.digest}


def excuse_by_another_policy(owner: Owner) -> Victim:
    """The same under a hash of its own, which the cases are made to name."""
    row = owner.any_row(RuleVersion, table(RuleVersion).c.kind == "policy")
    owner.run(update(CASE).where(CASE.c.policy == row.digest).values(policy="ab" * 32))
    owner.change(row, RuleVersion, digest="ab" * 32)
    return {"rule": "ab" * 32}


def remove_a_rule(owner: Owner) -> Victim:
    row = owner.any_row(RuleVersion)
    owner.remove(row, RuleVersion)
    return {"rule": row.digest}


def make_a_holiday(owner: Owner) -> Victim:
    row = owner.any_row(CalendarVersion)
    owner.change(row, CalendarVersion, content=row.content.replace("2026-10-01", "2026-10-09", 1))
    return {"calendar": row.version}


def make_a_holiday_with_its_hash(owner: Owner) -> Victim:
    row = owner.any_row(CalendarVersion)
    content = row.content.replace("2026-10-01", "2026-10-09", 1)
    owner.change(row, CalendarVersion, content=content, digest=sha256(content.encode()).hexdigest())
    return {"calendar": row.version}


def change_a_wording(owner: Owner) -> Victim:
    row = owner.any_row(Stationery)
    owner.change(row, Stationery, source=row.source.replace("，", "，不", 1))
    return {"stationery": row.digest}


def tamper_with_the_units_of_the_directory(owner: Owner) -> Victim:
    row = owner.any_row(Unit)
    changed = owner.dice.choice([{"email": "x@elsewhere.example"}, {"name": "影子局"}, {"parent": "BH299"}])
    _change_remove_or_add(owner, Unit, row, changed, {"code": "BH299"})
    codes = {one.code for one in owner.rows(Unit)}
    return {"table": "units", "row": "BH299" if "BH299" in codes else row.code}


def tamper_with_people(owner: Owner) -> Victim:
    row = owner.any_row(Person)
    changed = owner.dice.choice([{"email": "x@elsewhere.example"}, {"name": "另一人"}, {"phone": "1"}])
    _change_remove_or_add(owner, Person, row, changed, {"code": "R099"})
    codes = {one.code for one in owner.rows(Person)}
    return {"table": "people", "row": "R099" if "R099" in codes else row.code}


def tamper_with_roles(owner: Owner) -> Victim:
    """A role given by SQL, taken away, or made to end before its holder acted."""
    row = owner.any_row(RoleGrant)
    _change_remove_or_add(owner, RoleGrant, row, {"valid_to": date(2026, 7, 1)}, {"person": "R099"})
    people = {one.person for one in owner.rows(RoleGrant)}
    key = ("R099" if "R099" in people else row.person, row.role, row.unit)
    return {"table": "grants", "row": "/".join(filter(None, key))}


def tamper_with_deputies(owner: Owner) -> Victim:
    row = owner.any_row(Deputy)
    _change_remove_or_add(
        owner,
        Deputy,
        row,
        {"valid_to": row.valid_to + timedelta(days=99)},
        {"id": "f" * 32, "deputy": "R099"},
    )
    ids = {one.id for one in owner.rows(Deputy)}
    return {"deputy": "f" * 32 if "f" * 32 in ids else row.id}


def tamper_with_recusals(owner: Owner) -> Victim:
    row = owner.any_row(Recusal)
    earlier = {"declared_on": row.declared_on - timedelta(days=9)}
    _change_remove_or_add(owner, Recusal, row, earlier, {"person": "R099"})
    return {"escalation": row.escalation_id}


def tamper_with_successions(owner: Owner) -> Victim:
    row = owner.any_row(UnitSuccession)
    _change_remove_or_add(owner, UnitSuccession, row, {"basis": "另一文号"}, {"unit": "BH299"})
    return {"successor": row.successor}


def tamper_with_rounds(owner: Owner) -> Victim:
    row = owner.any_row(Campaign)
    owner.change(row, Campaign, drawing=row.drawing.replace("滨街", "滨督", 1))
    return {"campaign": row.id}


def tamper_with_lists(owner: Owner) -> Victim:
    row = owner.any_row(DigestSent)
    _change_remove_or_add(owner, DigestSent, row, {"content": "0" * 64}, {"addressee": "R099"})
    left = {(one.addressee, one.day) for one in owner.rows(DigestSent)}
    return {"addressee": "R099" if ("R099", row.day) in left else row.addressee}


def tamper_with_holds(owner: Owner) -> Victim:
    row = owner.any_row(Hold)
    owner.change(
        row, Hold, **owner.dice.choice([{"covers": 5_000}, {"released_by": "R099"}, {"told": "无事"}])
    )
    return {"hold": row.id}


def tamper_with_sweeps(owner: Owner) -> Victim:
    row = owner.any_row(SweepRun, table(SweepRun).c.proposed + table(SweepRun).c.issued > 0)
    owner.change(row, SweepRun, **owner.dice.choice([{"issued": 90}, {"proposed": 90}]))
    return {"sweep": row.id}


# -- the log, its sealer, its checkpoints


def any_place(owner: Owner) -> Any:
    return owner.any_row(LogEntry)


def forget_a_place(owner: Owner) -> Victim:
    row = any_place(owner)
    owner.remove(row, LogEntry)
    return {"position": row.position}


def forget_the_end(owner: Owner) -> Victim:
    row = any_place(owner)
    owner.run(delete(LOG).where(LOG.c.position >= row.position))
    return {"position": row.position}


def swap_two_places(owner: Owner) -> Victim:
    first, second = sorted(owner.dice.sample(owner.rows(LogEntry), 2), key=lambda row: row.position)
    owner.change(first, LogEntry, event_id=-1)
    owner.change(second, LogEntry, event_id=first.event_id)
    owner.change(first, LogEntry, event_id=second.event_id)
    return {"position": first.position}


def slip_in_a_place(owner: Owner) -> Victim:
    """A place for an entry there never was, and everything after it one further on."""
    row = any_place(owner)
    later = LOG.c.position >= row.position
    owner.run(update(LOG).where(later).values(position=-LOG.c.position - 1))
    owner.run(update(LOG).where(LOG.c.position < 0).values(position=-LOG.c.position))
    owner.add(LogEntry, {"position": row.position, "event_id": 900_000, "epoch": row.epoch})
    return {"position": row.position}


def point_elsewhere(owner: Owner) -> Victim:
    row = any_place(owner)
    owner.change(row, LogEntry, event_id=900_000 + row.event_id)
    return {"position": row.position}


def name_another_epoch(owner: Owner) -> Victim:
    row = any_place(owner)
    owner.run(update(LOG).where(LOG.c.position >= row.position).values(epoch=row.epoch + 1))
    return {"position": row.position}


def move_the_sealer(owner: Owner) -> Victim:
    (row,) = owner.rows(Sealer)
    owner.change(
        row, Sealer,
        **owner.dice.choice([{"size": row.size - 1}, {"peaks": other_hex(owner, row.peaks.replace(",", ""))},
                             {"last_event_id": row.last_event_id - 1}]),
    )  # fmt: skip
    return {}


def change_the_evidence(owner: Owner) -> Victim:
    (row,) = owner.rows(Evidence)
    (other,) = {*PROFILES} - {row.algorithm}
    owner.change(
        row, Evidence,
        **owner.dice.choice([{"algorithm": other}, {"epoch": 9}, {"first": 7}, {"key_id": "0" * 16}]),
    )  # fmt: skip
    return {}


def edit_a_checkpoint(owner: Owner) -> Victim:
    row = owner.any_row(CheckpointMade)
    lines = row.text.splitlines(keepends=True)
    place = next(n for n, line in enumerate(lines) if line.startswith("root: "))
    lines[place] = f"root: {other_hex(owner, lines[place][6:-1])}\n"
    owner.change(row, CheckpointMade, text="".join(lines))
    return {"checkpoint": row.number}


def remove_a_checkpoint(owner: Owner) -> Victim:
    row = owner.any_row(CheckpointMade)
    owner.remove(row, CheckpointMade)
    return {"checkpoint": row.number}


def sign_a_checkpoint_oneself(owner: Owner) -> Victim:
    """Another root in a checkpoint, signed with a key of one's own."""
    row, key = owner.any_row(CheckpointMade), SigningKey(bytes(range(32)))
    one = parse(row.text)
    forged = key.sign(replace(one, root=other_hex(owner, one.root), key=key.public))
    owner.change(row, CheckpointMade, text=forged.text, hash=forged.hash)
    return {"checkpoint": row.number}


def edit_a_checkpoint_outside(owner: Owner) -> Victim:
    """The one thing here the owner of the database cannot reach by SQL."""
    file = owner.dice.choice(sorted(owner.outside.iterdir()))
    lines = file.read_text().splitlines(keepends=True)
    place = owner.dice.randrange(1, len(lines))
    name, _, value = lines[place].rstrip("\n").partition(": ")
    digit = next(n for n, one in enumerate(value) if one.isdigit())
    other = str((int(value[digit]) + 1) % 10)
    lines[place] = f"{name}: {value[:digit]}{other}{value[digit + 1 :]}\n"
    file.chmod(0o600)
    file.write_text("".join(lines))
    return {"file": file.name}


def seal_what_is_forged(owner: Owner) -> Victim:
    """Edited, hashed anew, sealed anew, and every checkpoint signed anew with a key of one's own."""
    victim = rehash_and_seal_again(owner)
    key, previous = SigningKey(bytes(range(32))), "0" * 64
    for row in owner.rows(CheckpointMade):
        forged = key.sign(replace(parse(row.text), key=key.public, previous=previous))
        owner.change(row, CheckpointMade, text=forged.text, hash=forged.hash)
        previous = forged.hash
    return victim
