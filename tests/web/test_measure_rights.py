"""Acts on a measure, for everybody; and that nothing of one matter is found under the number of another."""

import pytest

from tests.web.playing import MISSING, business, file_of
from tests.web.rights import EVERYBODY, MEASURE_ACTS, TOO_LATE, signed_in
from tests.web.test_rights import differing, told

pytestmark = [
    pytest.mark.parametrize("home", ["sqlite"], indirect=True, scope="session"),
    pytest.mark.parametrize("who", EVERYBODY),
]


def test_the_form_of_an_act_is_there_for_those_who_may_give_it_and_comes_back_to_others(play, who):
    token, him, before = play.token(who), play.browser(who), business(play.office)
    found, wanted = {}, {}
    for number, command, is_his in acts(play, who):
        path = f"/cases/{number}/measures/{play.inquiry(number)[0]}/acts/{command}"
        for method in ("GET",) if is_his else ("GET", "POST"):
            found[method, path] = told(him, method, path, token, _seen=play.seen(path))
            wanted[method, path] = 200 if is_his else turned_away(play, who, method, number, command)
    assert differing(found, wanted) == {}
    assert business(play.office) == before


def turned_away(play, who, method, number, command):
    """A form comes back to whoever sees the matter and sent one that there is on some measure like it."""
    if method == "GET" or not MEASURE_ACTS[command][0]:
        return signed_in(404)[who][0]
    return TOO_LATE[who][number != play.own.number]


def acts(play, who):
    """Every command on an issued and on a proposed inquiry, and whether it is his to give."""
    for number, state in ((play.own.number, "issued"), (play.waiting.number, "proposed")):
        for command, (states, those) in MEASURE_ACTS.items():
            yield number, command, state in states.split() and who in those


def test_what_is_another_matters_is_not_there_under_a_number_of_ones_own(play, who):
    token, him, before = play.token(who), play.browser(who), business(play.office)
    found = {}
    for number, other in strangers(play):
        for end in things_of(play, other):
            for method in ("GET", "POST") if "/acts/" in end else ("GET",):
                path = f"/cases/{number}{end}"
                found[method, path] = told(him, method, path, token, _seen=play.seen(path), reason="无")
    assert differing(found, dict.fromkeys(found, signed_in(404)[who][0])) == {}
    assert business(play.office) == before


def strangers(play):
    """A matter's number and that of another, among them one there is not."""
    own, foreign, waiting = play.own.number, play.foreign.number, play.waiting.number
    return (own, foreign), (own, waiting), (foreign, own), (own, MISSING)


def things_of(play, number):
    """How the addresses of a matter's measure, its acts, its paper and its file end."""
    measure, paper = play.inquiry(number)
    acts_on_it = (f"/measures/{measure}/acts/{one}" for one in MEASURE_ACTS)
    return f"/measures/{measure}", *acts_on_it, f"/papers/{paper}", f"/files/{file_of(number)}"
