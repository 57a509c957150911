"""Deeds done to the office's own tables."""

import re
from datetime import date, timedelta
from hashlib import sha256

from sqlalchemy import update

from tests.tampering.deeds.victims import Victim, by_turns, change_to_one_of
from tests.tampering.owner import CASE, Owner
from workflow.storage.directory_models import Deputy, Person, RoleGrant, Unit, UnitSuccession
from workflow.storage.models import (
    CalendarVersion,
    Recusal,
    RuleVersion,
    Stationery,
)
from workflow.storage.queries import table
from workflow.storage.scheduler_models import DigestSent, Hold, SweepRun
from workflow.storage.work_models import Campaign


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
    done, touched = by_turns(owner, Unit, row, changed, {"code": "BH299"})
    return {"table": "units", "row": touched["code"], "code": f"unit_{done}"}


def tamper_with_people(owner: Owner) -> Victim:
    row = owner.any_row(Person)
    changed = owner.dice.choice([{"email": "x@elsewhere.example"}, {"name": "另一人"}, {"phone": "1"}])
    done, touched = by_turns(owner, Person, row, changed, {"code": "R099"})
    return {"table": "people", "row": touched["code"], "code": f"person_{done}"}


def tamper_with_roles(owner: Owner) -> Victim:
    """A role given by SQL, taken away, or made to end before its holder acted."""
    row = owner.any_row(RoleGrant)
    done, touched = by_turns(owner, RoleGrant, row, {"valid_to": date(2026, 7, 1)}, {"person": "R099"})
    key = (touched["person"], row.role, row.unit)
    return {"table": "grants", "row": "/".join(filter(None, key)), "code": f"grant_{done}"}


def tamper_with_deputies(owner: Owner) -> Victim:
    row = owner.any_row(Deputy)
    done, touched = by_turns(
        owner,
        Deputy,
        row,
        {"valid_to": row.valid_to + timedelta(days=99)},
        {"id": "f" * 32, "deputy": "R099"},
    )
    return {"deputy": touched["id"], "code": f"deputy_{done}"}


def tamper_with_recusals(owner: Owner) -> Victim:
    row = owner.any_row(Recusal)
    earlier = {"declared_on": row.declared_on - timedelta(days=9)}
    done, _ = by_turns(owner, Recusal, row, earlier, {"person": "R099"})
    return {"escalation": row.escalation_id, "code": f"recusal_{done}"}


def tamper_with_successions(owner: Owner) -> Victim:
    row = owner.any_row(UnitSuccession)
    done, _ = by_turns(owner, UnitSuccession, row, {"basis": "另一文号"}, {"unit": "BH299"})
    return {"successor": row.successor, "code": f"succession_{done}"}


def tamper_with_rounds(owner: Owner) -> Victim:
    row = owner.any_row(Campaign)
    owner.change(row, Campaign, drawing=row.drawing.replace("滨街", "滨督", 1))
    return {"campaign": row.id}


def tamper_with_lists(owner: Owner) -> Victim:
    row = owner.any_row(DigestSent)
    done, touched = by_turns(owner, DigestSent, row, {"content": "0" * 64}, {"addressee": "R099"})
    return {"addressee": touched["addressee"], "code": f"digest_{done}"}


def tamper_with_holds(owner: Owner) -> Victim:
    row = owner.any_row(Hold)
    change_to_one_of(owner, row, Hold, {"covers": 5_000}, {"released_by": "R099"}, {"told": "无事"})
    return {"hold": row.id}


def tamper_with_sweeps(owner: Owner) -> Victim:
    row = owner.any_row(SweepRun, table(SweepRun).c.proposed + table(SweepRun).c.issued > 0)
    change_to_one_of(owner, row, SweepRun, {"issued": 90}, {"proposed": 90})
    return {"sweep": row.id}
