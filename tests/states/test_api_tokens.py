"""What a token looks like, and what its scopes let its holder ask for."""

from datetime import UTC, datetime, timedelta

import pytest

from states.accounts.api_tokens import (
    BODY,
    LETTERS,
    Fault,
    Standing,
    check_days,
    check_room,
    checked_name,
    fault_of,
    is_whole,
    written,
)
from states.accounts.scopes import (
    COVERS,
    OF_MACHINES,
    TOLD,
    Scope,
    check_has,
    check_of_machine,
    has,
    scopes_of,
)
from states.errors import FactInvalid, FactMissing, NotPermitted

TOKEN = written("a" * BODY)
NOW = datetime(2026, 7, 1, tzinfo=UTC)


def test_a_token_is_known_by_its_beginning_and_told_whole_by_its_end():
    assert TOKEN.startswith("duban_")
    assert is_whole(TOKEN)


@pytest.mark.parametrize("place", range(len(TOKEN)))
def test_a_token_with_a_letter_changed_is_none(place):
    others = [one for one in LETTERS if one != TOKEN[place]][:3]
    assert not any(is_whole(TOKEN[:place] + one + TOKEN[place + 1 :]) for one in others)


@pytest.mark.parametrize(
    "wrong", ["", "duban_", TOKEN[:-1], TOKEN + "0", TOKEN + "\n", "ｄ" + TOKEN[1:], "\ud800"]
)
def test_what_has_not_its_form_is_none(wrong):
    assert not is_whole(wrong)


def test_who_may_act_may_read_and_nothing_else_brings_another_along():
    given = {one: {other for other in Scope if has({one}, other)} for one in Scope}
    assert given == {one: {one, *COVERS.get(one, ())} for one in Scope}
    assert given[Scope.WRITE] == {Scope.WRITE, Scope.READ}
    assert given[Scope.INTAKE] == {Scope.INTAKE}


def test_a_lacking_scope_is_named():
    with pytest.raises(NotPermitted) as refused:
        check_has({Scope.READ}, Scope.WRITE)
    assert (refused.value.code, refused.value.facts["scope"]) == ("scope_missing", "write")


def test_a_machine_is_given_nothing_that_is_done_in_a_name():
    for one in Scope:
        if one in OF_MACHINES:
            check_of_machine({one})
        else:
            with pytest.raises(FactInvalid):
                check_of_machine({one, Scope.READ})


def test_scopes_are_named_by_their_words_alone():
    assert scopes_of(["read", "events"]) == {Scope.READ, Scope.EVENTS}
    with pytest.raises(FactInvalid):
        scopes_of(["read", "root"])
    with pytest.raises(FactMissing):
        scopes_of([])


def test_every_scope_is_told_in_a_sentence():
    assert set(TOLD) == set(Scope)


@pytest.mark.parametrize(
    ("changed", "fault"),
    [
        ({}, None),
        ({"until": NOW}, Fault.EXPIRED),
        ({"ended": True}, Fault.REVOKED),
        ({"waits": True}, Fault.WAITING),
        ({"disabled": True}, Fault.DISABLED),
        ({"owes": True}, Fault.OWES),
    ],
)
def test_a_token_counts_while_nothing_speaks_against_it(changed, fault):
    live = {
        "until": NOW + timedelta(seconds=1),
        "ended": False,
        "waits": False,
        "disabled": False,
        "owes": False,
    }
    assert fault_of(Standing(**(live | changed)), NOW) == fault


@pytest.mark.parametrize("name", ["", "  ", "字" * 61, "a\nb", "a\u202eb", "\x00"])
def test_a_token_is_called_something_that_can_be_read(name):
    with pytest.raises(FactInvalid):
        checked_name(name)


@pytest.mark.parametrize("days", [0, -1, 367, 10**9])
def test_every_token_ends_within_a_year_and_a_day(days):
    with pytest.raises(FactInvalid):
        check_days(days)


def test_nobody_has_more_tokens_than_he_can_keep_in_mind():
    check_room(19)
    with pytest.raises(FactInvalid):
        check_room(20)
