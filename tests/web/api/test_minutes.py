"""Minutes through the interface: taken apart without a trace, opened once chosen, known when they return."""

from base64 import b64encode

import pytest

from tests.builders import LIAISON, OFFICER, rows
from tests.states.test_minutes import MINUTES
from tests.unguarded import behind_the_application
from workflow import client
from workflow.storage.models import Case

pytestmark = pytest.mark.parametrize("home", ["sqlite"], indirect=True, scope="session")


def opened(asks, found, **changed):
    first = found["drafts"][0]
    chosen = {"title": first["title"], "source": "会议纪要", "requirement": first["requirement"]}
    return asks.post("/minutes/drafts", {"drafts": [{**chosen, **changed}], "text": found["text"]})


def test_minutes_are_taken_apart_word_for_word_and_nothing_is_opened(office, programs):
    found = programs.client(OFFICER).post("/minutes/readings", {"text": MINUTES})
    assert found["drafts"] and found["known"] == [] and rows(office, Case) == []
    for one in (said for draft in found["drafts"] for said in draft["quotes"]):
        assert MINUTES[one["start"] : one["end"]] == one["words"]


def test_what_is_chosen_is_opened_as_drafts_and_known_when_the_text_comes_again(office, programs):
    asks = programs.client(OFFICER)
    found = asks.post("/minutes/readings", {"text": MINUTES})
    (made,) = opened(asks, found)["items"]
    assert rows(office, Case)[0].state == "draft"
    file = {"name": "纪要.txt", "content": b64encode(MINUTES.replace("\n", "\r\n").encode()).decode()}
    (known,) = asks.post("/minutes/readings", file)["known"]
    assert (known["number"], known["title"]) == (made["number"], made["title"])


def test_a_matter_one_is_not_shown_is_not_named_when_its_text_comes_again(office, programs):
    asks = programs.client(OFFICER)
    opened(asks, asks.post("/minutes/readings", {"text": MINUTES}))
    behind_the_application(office, "UPDATE cases SET sealed_on = '2026-07-02'")
    assert asks.post("/minutes/readings", {"text": MINUTES})["known"] == []


def test_one_draft_that_cannot_be_opened_leaves_none(office, programs):
    asks = programs.client(OFFICER)
    found = asks.post("/minutes/readings", {"text": MINUTES})
    with pytest.raises(client.Invalid):
        opened(asks, found, title=" ")
    assert rows(office, Case) == []


def test_whoever_deals_with_no_items_takes_no_minutes_apart(programs):
    with pytest.raises(client.Forbidden):
        programs.client(LIAISON).post("/minutes/readings", {"text": MINUTES})
