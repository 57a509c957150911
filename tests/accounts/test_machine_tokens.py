"""Tokens of integrations: proposed, confirmed by another, in nobody's name, for a sight that is named."""

import pytest
from sqlalchemy import text, update

from states.accounts.scopes import Scope
from states.errors import FactInvalid, FactMissing, NotPermitted
from tests.accounts.people import DAY, an_account, told
from tests.accounts.test_api_tokens import held, refusal
from tests.administrators import AUDIT_ADMIN, SECURITY_ADMIN, SYSTEM_ADMIN, with_three
from tests.builders import LEAD, OFFICER, OPENED, OTHER, OTHER_CODE, a_case, rows, signed
from tests.web.browsing import account_of
from workflow.errors import NotFound
from workflow.services import (
    explaining,
    exporting,
    leafing,
    measure_desk,
    offering,
    readings,
    register,
    register_filters,
    register_shown,
    timeline,
)
from workflow.services.accounts import adding, disabling, machine_tokens
from workflow.services.accounts.api_tokens import Asked
from workflow.services.accounts.machine_tokens import AskedMachine
from workflow.services.page_look import page_look
from workflow.services.verification import verify
from workflow.storage.account_models import ApiToken
from workflow.storage.queries import table
from workflow.storage.session import transaction

READING = (Scope.READ, Scope.EVENTS)


def proposes(office, *, scopes=READING, units=(LEAD,), whole=False, by=SYSTEM_ADMIN, answerable=OFFICER):
    account_of(office, answerable)
    asked = AskedMachine(Asked("市热线平台", frozenset(scopes), 30), answerable, units, whole=whole)
    return machine_tokens.propose(office, asked, by=signed(by), at=OPENED)


def confirmed(office, **asked):
    made = proposes(with_three(office), **asked)
    machine_tokens.confirm(office, made.told["token"], by=signed(SECURITY_ADMIN), at=OPENED)
    return made


def numbers_shown(office, secret):
    return [one.facts.number for one in register_shown.list_shown(
        office, today=OPENED, by=held(office, secret).onlooker(OPENED)
    )]  # fmt: skip


def test_a_machine_counts_once_another_has_confirmed_it(office):
    made = proposes(with_three(office))
    assert (made.told["state"], refusal(office, made.secret)) == ("waiting", "token_waiting")
    machine_tokens.confirm(office, made.told["token"], by=signed(SECURITY_ADMIN), at=OPENED)
    found = held(office, made.secret)
    assert (found.visitor, found.person, found.machine.name) == (None, None, "市热线平台")
    assert [kind for kind, _ in told(office, "machine_proposed", "machine_confirmed")] == [
        "machine_proposed",
        "machine_confirmed",
    ]


def test_before_the_three_are_in_office_the_operator_makes_one(office):
    made = proposes(office, by=None)
    assert held(office, made.secret).machine is not None
    assert told(office, "machine_made")


@pytest.mark.parametrize("who", [SYSTEM_ADMIN, AUDIT_ADMIN, OFFICER])
def test_nobody_else_confirms_one(office, who):
    made = proposes(with_three(office))
    for decide in (machine_tokens.confirm, lambda *a, **k: machine_tokens.decline(*a, reason="不需要", **k)):
        with pytest.raises(NotPermitted):
            decide(office, made.told["token"], by=signed(who), at=OPENED)


@pytest.mark.parametrize("who", [SECURITY_ADMIN, AUDIT_ADMIN, OFFICER])
def test_nobody_else_proposes_one(office, who):
    with pytest.raises(NotPermitted):
        proposes(with_three(office), by=who)


def test_nobody_confirms_what_he_answers_for(office):
    made = proposes(with_three(office), answerable=SECURITY_ADMIN)
    with pytest.raises(NotPermitted) as refused:
        machine_tokens.confirm(office, made.told["token"], by=signed(SECURITY_ADMIN), at=OPENED)
    assert refused.value.code == "decides_on_himself"


def test_one_that_is_declined_never_counts(office):
    made = proposes(with_three(office))
    by = signed(SECURITY_ADMIN)
    machine_tokens.decline(office, made.told["token"], reason="范围过大", by=by, at=OPENED)
    assert refusal(office, made.secret) == "token_revoked"
    with pytest.raises(FactInvalid):
        machine_tokens.confirm(office, made.told["token"], by=by, at=OPENED)


@pytest.mark.parametrize("scope", [Scope.WRITE, Scope.ADMIN])
def test_a_machine_never_acts_in_a_name(office, scope):
    with pytest.raises(FactInvalid) as refused:
        proposes(office, by=None, scopes=[Scope.READ, scope])
    assert refused.value.code == "scope_of_people"


def test_what_a_machine_sees_is_named(office):
    with pytest.raises(FactMissing):
        proposes(office, by=None, units=())
    with pytest.raises(FactInvalid):
        proposes(office, by=None, scopes=[Scope.INTAKE])
    assert proposes(office, by=None, scopes=[Scope.INTAKE], units=()).told["units"] == []


def test_a_machine_signs_as_the_system_and_names_itself(office):
    secret = confirmed(office).secret
    signature = held(office, secret).signature(OPENED)
    assert (signature.person, signature.door, signature.machine) == (None, "api", "市热线平台")


def test_a_machine_sees_the_matters_of_its_units_and_no_other(office):
    case = a_case(office, "handling")
    secret = confirmed(office).secret
    elsewhere = proposes(office, units=(OTHER,))
    machine_tokens.confirm(office, elsewhere.told["token"], by=signed(SECURITY_ADMIN), at=OPENED)
    assert numbers_shown(office, secret) == [case.number]
    assert numbers_shown(office, elsewhere.secret) == []
    with pytest.raises(NotPermitted):
        register.show(office, case.number, today=OPENED, by=held(office, elsewhere.secret).onlooker(OPENED))


@pytest.mark.parametrize("sight", [{"units": (LEAD,)}, {"units": (), "whole": True}])
def test_a_machine_reads_what_the_pages_show_and_is_offered_nothing(office, sight):
    case = a_case(office, "handling")
    bearer = held(office, confirmed(office, **sight).secret)
    by, signed_so = bearer.onlooker(OPENED), bearer.signature(OPENED)
    with page_look(office, by):
        assert case.number in str(register.show(office, case.number, today=OPENED, by=by))
        assert timeline.history(office, case.number, by=by)
        assert explaining.explain(office, case.number, today=OPENED, by=by)
        assert [
            one.facts.number
            for one in leafing.leaf(office, register_filters.Asked(), by=by, today=OPENED).lines
        ]
        assert measure_desk.listed(office, case.number, by=by) is not None
        assert offering.offered(office, case.number, by=by).commands == ()
        assert offering.openings(office, by=by) == ()
    readings.note(office, [case.number], "show", by=signed_so)
    readings.note(office, [case.number], "show", by=signed_so)
    assert [one["machine"] for _, one in told(office, "case_read")] == ["市热线平台"]


def test_a_machine_is_not_who_operates_the_machine(office, tmp_path):
    a_case(office, "handling")
    by = held(office, confirmed(office, units=(), whole=True).secret).signature(OPENED)
    for act in (
        lambda: exporting.export_history(office, tmp_path / "历史.jsonl", "jsonl", by=by),
        lambda: adding.add(office, "佟靖言", by=by, at=OPENED),
    ):
        with pytest.raises(NotPermitted) as refused:
            act()
        assert refused.value.code == "machine_not_allowed"


def test_a_machine_that_only_hands_in_sees_nothing(office):
    a_case(office, "handling")
    secret = confirmed(office, scopes=[Scope.INTAKE], units=()).secret
    assert numbers_shown(office, secret) == []


def test_a_machine_called_like_a_leader_is_shown_nothing_for_it(office):
    case = a_case(office, "handling")
    leader = case.facts.accountable_leader
    asked = AskedMachine(Asked(leader or "舒景行", frozenset({Scope.READ}), 30), OFFICER, (OTHER,))
    account_of(office, OFFICER)
    made = machine_tokens.propose(office, asked, by=signed(None), at=OPENED)
    assert numbers_shown(office, made.secret) == []


def test_a_machine_is_over_with_its_day_its_revocation_and_whoever_answers_for_it(office):
    an_account(office)
    one, other = (confirmed_again(office) for _ in range(2))
    assert refusal(office, one.secret, OPENED + 30 * DAY) == "token_expired"
    machine_tokens.revoke(office, one.told["token"], by=signed(OFFICER), at=OPENED)
    assert refusal(office, one.secret) == "token_revoked"
    disabling.disable(office, OFFICER, by=signed(SYSTEM_ADMIN), at=OPENED)
    assert refusal(office, other.secret) == "token_revoked"
    disabling.enable(office, OFFICER, by=signed(SYSTEM_ADMIN), at=OPENED)
    assert refusal(office, other.secret) == "token_revoked"


def test_nobody_answers_for_a_machine_who_cannot_sign_in_to_end_it(office):
    asked = AskedMachine(Asked("市热线平台", frozenset({Scope.READ}), 30), OFFICER, (LEAD,))
    with pytest.raises(FactInvalid) as refused:
        machine_tokens.propose(office, asked, by=signed(None), at=OPENED)
    assert refused.value.code == "account_missing"


def confirmed_again(office):
    return proposes(office, by=None)


def test_a_strangers_machine_is_not_revoked_by_anybody(office):
    made = confirmed(office)
    with pytest.raises(NotPermitted):
        machine_tokens.revoke(office, made.told["token"], by=signed("佟靖言"), at=OPENED)
    with pytest.raises(NotFound):
        machine_tokens.revoke(office, "ffffffffffff", by=signed(SYSTEM_ADMIN), at=OPENED)


def test_machines_are_listed_to_the_three_alone(office):
    made = confirmed(office)
    (listed,) = machine_tokens.list_machines(office, by=signed(AUDIT_ADMIN), at=OPENED)
    assert (listed["name"], listed["unit_names"], listed["state"]) == ("市热线平台", [LEAD], "live")
    assert made.secret not in repr(listed)
    with pytest.raises(NotPermitted):
        machine_tokens.list_machines(office, by=signed(OFFICER), at=OPENED)


@pytest.mark.parametrize(
    ("column", "value"),
    [
        ("scopes", ("read", "write")),
        ("units", None),
        ("units", (OTHER_CODE,)),
        ("person", "R012"),
        ("machine", False),
        ("waits", True),
        ("digest", "0" * 64),
        ("until", OPENED + 400 * DAY),
        ("ended_at", OPENED),
    ],
)
def test_what_is_changed_of_a_token_by_sql_is_named(office, column, value):
    confirmed(office)
    assert verify(office).findings == []
    with transaction(office.engine) as tx:
        tx.execute(update(table(ApiToken)).values(**{column: value}))
    assert [(one["code"], one["columns"]) for one in verify(office).findings] == [("token_changed", [column])]


def test_a_token_added_by_sql_is_named(office):
    confirmed(office)
    (row,) = rows(office, ApiToken)
    with transaction(office.engine) as tx:
        values = {**row._asdict(), "id": "f" * 32, "digest": "1" * 64}
        tx.execute(table(ApiToken).insert().values(values))
    assert [one["code"] for one in verify(office).findings] == ["token_unrecorded"]


def test_a_token_past_reading_keeps_nothing_else_from_being_verified(office):
    confirmed(office)
    with transaction(office.engine) as tx:
        tx.execute(text("UPDATE api_tokens SET scopes = 'x'"))
    assert [one["code"] for one in verify(office).findings] == ["row_unreadable"]
