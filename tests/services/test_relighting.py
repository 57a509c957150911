"""The lights kept are those of the rules in force, wherever these came from and whoever was interrupted."""

import re

from sqlalchemy import delete, update

from tests.builders import LIAISON, OPENED, a_case, at, give, signed
from workflow.scheduler import Scheduler
from workflow.services import relighting
from workflow.services.installation import install
from workflow.services.relighting import relight
from workflow.storage import lights, relit, rules
from workflow.storage.session import reading, transaction

LATER = at(2026, 7, 3)


def kept(office):
    with reading(office.engine) as tx:
        return {row.case_id: row for row in tx.execute(lights.LIGHT.select())}


def spoiled(office):
    """Nothing is kept as it should be, and it is not known under which rules."""
    with transaction(office.engine) as tx:
        tx.execute(update(lights.LIGHT).values(yellow_at=None, red_at=None))
        tx.execute(delete(relit.DONE))


def another_policy(office, folder):
    """The same rules under another name, put into force by the one road there is."""
    file = folder / "own.toml"
    with reading(office.engine) as tx:
        source = rules.rule_in_force(tx, "policy").source
    file.write_text(re.sub(r"(?m)^version = .*$", "version = 99", source), encoding="utf-8")
    return install(office.settings.model_copy(update={"policy": file}), by=signed(None, LATER))


def mark(office):
    with reading(office.engine) as tx:
        return relit.mark(tx)


def test_putting_a_policy_into_force_lights_the_cases_it_concerns_anew(office, tmp_path, monkeypatch):
    a_case(office), a_case(office)
    pinned = kept(office)
    with monkeypatch.context() as patched:
        seen = []
        patched.setattr(relighting.relit, "cases_after", lambda *_, **scope: seen.append(scope) or iter(()))
        another_policy(office, tmp_path).engine.dispose()
    assert seen == [{"is_of_all": False}]
    with reading(office.engine) as tx:
        assert mark(office).policy == rules.in_force(tx)["policy"]
    assert kept(office) == pinned


def test_what_was_interrupted_goes_on_where_it_stopped(office, monkeypatch):
    for _ in range(5):
        a_case(office)
    before = kept(office)
    monkeypatch.setattr(relighting, "AT_ONCE", 2)
    spoiled(office)
    assert relight(office, at=OPENED, most=1) == 1
    assert sum(row.red_at is not None for row in kept(office).values()) == 2
    assert relight(office, at=OPENED) == 2 and kept(office) == before
    assert relight(office, at=OPENED) == 0


def test_a_worker_finishes_what_a_command_did_not(office):
    a_case(office)
    before = kept(office)
    spoiled(office)
    chore = Scheduler(office, clock=lambda: OPENED).chores["lights"]
    chore.run()
    assert chore.failures == 0 and kept(office) == before


def test_what_an_act_kept_meanwhile_stands(office):
    case = a_case(office, "assigned")
    spoiled(office)
    give(office, case, "acknowledge", LIAISON, OPENED)
    told = kept(office)
    relight(office, at=OPENED)
    assert kept(office) == told
