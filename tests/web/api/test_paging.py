"""Leaves of lists that change while they are leafed through: none of what stays is left out."""

from datetime import timedelta

import pytest

from states.accounts.scopes import Scope
from tests.builders import DIRECTOR, OFFICER
from tests.stories import INQUIRY
from tests.web.api.fuzzing import OPERATIONS
from tests.web.test_signing import to_ask
from workflow import client

ENTERED = {"search_entries"}
"""Whoever leafs through these is entered, and is among what is found next."""

PAGED = sorted(
    name
    for name, one in OPERATIONS.items()
    if name not in ENTERED
    and "{" not in one.path
    and "cursor" in {each["name"] for each in one.definition.raw.get("parameters", ())}
)


def test_whoever_makes_a_token_meanwhile_is_told_of_no_token_twice(programs):
    for _ in range(3):
        programs.token(OFFICER, [Scope.READ])
    asks = programs.client(OFFICER)
    every = {one["token"] for one in asks.tokens()}
    first = asks.get("/me/tokens", limit=2)
    programs.now += timedelta(minutes=1)
    programs.token(OFFICER, [Scope.READ])
    rest = asks.get("/me/tokens", limit=200, cursor=first["next"])
    told = [one["token"] for one in (*first["items"], *rest["items"])]
    assert (len(told), set(told)) == (len(set(told)), every)


def test_whoever_decides_on_what_he_is_told_of_leaf_by_leaf_comes_to_everything(office, programs):
    to_ask(office)
    programs.now = INQUIRY
    director, decided = programs.client(DIRECTOR), []
    waiting = {one["id"] for one in director.each("/signing")}
    for one in director.each("/signing", limit=1):
        order = {"command": "reject", "details": {"reason": "先催办"}, "seen": one["seen"]}
        director.post(f"/signing/{one['kind']}/{one['id']}/transitions", order)
        decided.append(one["id"])
    assert len(waiting) >= 3 and sorted(decided) == sorted(waiting)


@pytest.mark.parametrize("name", PAGED)
def test_a_list_is_the_same_whatever_the_length_of_its_leaves(played, name):
    asks, path = played.client(DIRECTOR), OPERATIONS[name].path.removeprefix("/api/v1")
    try:
        whole = list(asks.each(path, limit=200))
    except client.Forbidden:
        return
    assert list(asks.each(path, limit=3)) == whole


@pytest.mark.parametrize(
    "cursor", ["after.x", "before.1", "after.-1", "after.1." + "x" * 200, "after.9999999999"]
)
def test_a_cursor_of_no_leaf_is_refused(played, cursor):
    with pytest.raises(client.Invalid) as refused:
        played.client(DIRECTOR).get("/desk", cursor=cursor)
    assert refused.value.code == "cursor_invalid"


@pytest.mark.parametrize("path", ["/units", "/desk", "/calendars"])
def test_beyond_the_last_line_there_is_nothing_more(played, path):
    told = played.client(DIRECTOR).get(path, cursor="after.999999999", limit=2)
    assert (told["items"], told["next"]) == ([], None) and told["prev"]
