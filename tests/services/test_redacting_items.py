"""The words of an item from elsewhere are taken away where the office reads them; verify stays green."""

import pytest
from sqlalchemy import update

from states.errors import FactInvalid, FactMissing, NotPermitted
from tests.builders import DIRECTOR, LEADER, OFFICER, a_paper_of_proof, rows, signed
from tests.intake import ARRIVED, an_arrival, sent
from tests.services.test_verifying_intake import ITEM, SUPPLEMENT, codes
from workflow.services import redacting as of_entries
from workflow.services.intake import dealing, desk, redacting
from workflow.services.intake.receiving import Fate
from workflow.storage.intake_models import IntakeItem, IntakeSupplement
from workflow.storage.models import Event
from workflow.storage.session import transaction

pytestmark = pytest.mark.parametrize("home", ["sqlite"], indirect=True, scope="session")

SAID, MORE, WHY, NAME = "老人出行不便", "张贴人住在三单元", "不属本办职责", "路灯修复验收单"


@pytest.fixture
def item(office):
    """An item that was returned, with a supplement and files, all of which name things."""
    item = sent(office, an_arrival(), a_paper_of_proof(office)).item
    sent(office, an_arrival(text=MORE), a_paper_of_proof(office, "照片"))
    dealing.send_back(office, item, WHY, by=signed(OFFICER, ARRIVED), at=ARRIVED)
    return item


def redact(office, item, person=DIRECTOR, reason="当事人申请"):
    return redacting.redact(office, item, reason=reason, by=signed(person, ARRIVED), at=ARRIVED)


def standing(office):
    """Whatever the tables of items hold, as one text."""
    return repr([*rows(office, IntakeItem), *rows(office, IntakeSupplement)])


def test_no_word_of_it_stands_any_more_and_verify_is_green(office, item):
    assert SAID in standing(office) and MORE in standing(office) and NAME in standing(office)
    done = redact(office, item)
    assert (done.bodies, codes(office)) == (2, set())
    assert all(word not in standing(office) for word in (SAID, MORE, NAME, "路灯"))
    shown = desk.whole(office, item, by=None)
    assert shown.item.arrival.text == shown.supplements[0].arrival.text == f"〔已隐去，见第{done.seq}条〕"


def test_the_same_body_is_known_as_one_that_came_before_and_brings_nothing_back(office, item):
    redact(office, item)
    assert sent(office, an_arrival(), a_paper_of_proof(office)).fate is Fate.AGAIN
    assert SAID not in standing(office)


@pytest.mark.parametrize("column", [ITEM.c.content, SUPPLEMENT.c.content], ids=str)
def test_words_put_back_or_changed_after_it_are_found(office, item, column):
    with transaction(office.engine) as tx:
        words = tx.execute(column.table.select()).one().content
    redact(office, item)
    with transaction(office.engine) as tx:
        tx.execute(update(column.table).values(content=words))
    assert codes(office) == {"intake_changed"}


@pytest.mark.parametrize(("person", "refusal"), [(OFFICER, NotPermitted), (LEADER, None)])
def test_it_is_for_the_director_or_a_leader_to_decide(office, item, person, refusal):
    if refusal is None:
        assert redact(office, item, person).bodies == 2
    else:
        with pytest.raises(refusal):
            redact(office, item, person)


def test_it_needs_a_reason_is_done_once_and_not_before_it_is_settled(office, item):
    with pytest.raises(FactMissing):
        redact(office, item, reason=None)
    redact(office, item)
    with pytest.raises(FactInvalid, match="已经隐去"):
        redact(office, item)
    waiting = sent(office, an_arrival("RX-0002")).item
    with pytest.raises(FactInvalid, match="尚待办理"):
        redact(office, waiting)


def test_the_reason_of_a_return_goes_from_the_item_with_the_words_of_its_entry(office, item):
    (entry,) = [one for one in rows(office, Event) if one.kind == "intake_returned"]
    of_entries.redact(office, None, entry.seq, reason="有误", by=signed(DIRECTOR, ARRIVED), at=ARRIVED)
    assert WHY not in standing(office) and codes(office) == set()
