"""PostgreSQL parted among owner, application and auditor: each can do what its role says, and no more."""

from dataclasses import replace

import pytest
from sqlalchemy import text
from sqlalchemy.exc import DBAPIError

from tests.builders import (
    AUDITOR,
    DIRECTOR,
    LIAISON,
    OPENED,
    a_case,
    at,
    climb,
    give,
    kinds,
    rows,
    signed,
    stored,
    sweep_on,
)
from tests.conftest import DIRECTORY, answering_server, settings_in
from tests.homes import PostgresHome, dropped_afterwards
from tests.parting import forget_all, logged_in, part, working_as
from tests.postbox import open_postbox
from tests.registers import take_over
from workflow.cli.faults import refusal_of
from workflow.errors import ConfigurationError, ReadingRefused
from workflow.secret import Secret
from workflow.services import backing_up, checkpoints, database_roles, evidence, putting_back, readings
from workflow.services.directories import import_directory
from workflow.services.doctor import FAULT, OK, WARNING, examine
from workflow.services.exporting import export_history
from workflow.services.installation import install
from workflow.services.office import open_office
from workflow.services.outbox.sending import send_due
from workflow.services.redacting import redact
from workflow.services.rendering import render_pending
from workflow.services.retention import seal
from workflow.services.searching import Wanted, search
from workflow.services.timeline import history
from workflow.services.verification import verify
from workflow.storage import analyst_views, roles
from workflow.storage.models import Event
from workflow.storage.session import open_engine, reading, transaction

pytestmark = pytest.mark.postgres
LATE = at(2026, 7, 23)


@pytest.fixture
def application(parted):
    """The office as the application's login sees it."""
    with working_as(parted, "app") as theirs:
        yield theirs


@pytest.fixture
def auditor(parted, tmp_path):
    """The office as the auditor's login sees it, with no key."""
    with working_as(parted, "auditor") as theirs:
        yield replace(theirs, secret=Secret(tmp_path / "none", {}))


def refused(office, statement):
    """What the database says to a statement it does not allow."""
    with pytest.raises(DBAPIError) as raised, transaction(office.engine) as tx:
        tx.execute(text(statement))
    return raised.value


def test_every_table_has_its_rule(parted):
    """A table of a newer release is only read until somebody has said what the application needs of it."""
    with reading(parted.engine) as tx:
        assert set(roles.tables(tx)) == set(roles.RIGHTS)


def test_both_roles_have_exactly_their_rights(parted):
    with reading(parted.engine) as tx:
        application, auditor = roles.names(tx)
        assert roles.rights_of(tx, application) == dict(roles.RIGHTS)
        assert roles.rights_of(tx, auditor) == dict.fromkeys(roles.RIGHTS, roles.READ)


def test_parting_again_changes_nothing_and_enters_nothing(parted):
    before = rows(parted, Event)
    assert [one.kind for one in before].count("database_roles_separated") == 1
    part(parted)
    assert rows(parted, Event) == before


def test_a_case_lives_its_whole_life_through_the_application_s_role(application, parted):
    case = a_case(application, "archived")
    assert kinds(application, case)[-1] == "archived"
    assert take_over(application).imported == 47
    with open_postbox(application) as (sending, postbox):
        a_case(sending)
        climb(sending, LATE)
        render_pending(sending, by=signed(None, LATE))
        send_due(sending, by=signed(None, LATE), clock=lambda: LATE)
        assert postbox.taken
    assert verify(application).findings == []


def test_an_auditor_s_migrate_is_refused_before_a_key_is_made(auditor, tmp_path):
    here = tmp_path / "auditor"
    here.mkdir()
    paths = {"secret_file": here / "duban.secret", "files": here / "f", "checkpoint_dir": here / "c"}
    with pytest.raises(ConfigurationError) as raised:
        install(auditor.settings.model_copy(update=paths), by=signed(None, OPENED))
    assert (raised.value.code, list(here.iterdir())) == ("database_not_permitted", [])


def test_the_application_s_role_seals_signs_and_changes_keys(application):
    a_case(application)
    assert checkpoints.checkpoint(application, at=OPENED, by=signed(None)).made.number == 1
    evidence.rotate(application, reason="例行更换", by=signed(None))
    evidence.rotate_signing(application, reason="例行更换", by=signed(None))
    evidence.switch(application, "sm3", reason="密评要求", by=signed(None))
    import_directory(application, DIRECTORY, by=signed(None), at=OPENED)
    install(application.settings, by=signed(None, OPENED)).engine.dispose()
    sweep_on(application, LATE)
    assert verify(application).findings == []


def test_who_looks_into_a_case_is_entered_through_the_application_s_role_too(application):
    case = a_case(application)
    for day in (6, 7):
        assert readings.note(application, [case.number], "show", by=signed(AUDITOR, at(2026, 7, day)))
    assert [row.kind for row in rows(application, Event)].count("case_read") == 2


def test_the_application_backs_up(application, tmp_path):
    a_case(application)
    made = backing_up.back_up(application, tmp_path / "备份.duban", at=LATE, by=signed(None, LATE))
    assert made.troubles == () and made.seq


def test_a_restore_gives_the_roles_that_are_there_their_rights(office, tmp_path):
    if office.engine.dialect.name == "sqlite":
        pytest.skip("SQLite has no roles")
    (tmp_path / "there").mkdir()
    file, home = tmp_path / "备份.duban", PostgresHome(answering_server())
    backing_up.back_up(office, file, at=LATE, by=signed(None, LATE))
    with dropped_afterwards(home, home.new_url()) as url:
        there = replace(office, engine=open_engine(url), settings=settings_in(tmp_path / "there", url))
        with transaction(there.engine) as tx:
            roles.make(tx)
        putting_back.put_back(there.settings, file, at=LATE, by=signed(None, LATE))
        with reading(there.engine) as tx:
            assert database_roles.deviations(tx) == []
        forget_all(there)
        there.engine.dispose()


def test_a_reading_the_application_cannot_enter_is_refused_for_want_of_a_right(parted, application):
    case = a_case(parted)
    with transaction(parted.engine) as tx:
        tx.execute(text(f"REVOKE INSERT ON case_reads FROM {roles.names(tx)[0]}"))
    with pytest.raises(ReadingRefused):
        readings.note(application, [case.number], "show", by=signed(AUDITOR))


@pytest.mark.parametrize(
    "statement",
    [
        "UPDATE events SET payload = '{}'",
        "DELETE FROM events",
        "TRUNCATE events",
        "ALTER TABLE events DISABLE TRIGGER USER",
        "DROP TRIGGER cases_moved ON cases",
        "DROP FUNCTION duban_case_moved",
        "CREATE OR REPLACE FUNCTION duban_case_moved() RETURNS trigger LANGUAGE sql AS 'SELECT NULL'",
        "CREATE TABLE another (id int)",
        "DELETE FROM cases",
        "DELETE FROM log",
        "UPDATE checkpoints SET text = ''",
        "DELETE FROM event_words",
        "UPDATE limits SET due_on = '2027-01-01'",
        "DELETE FROM attachments",
        "SELECT setval('events_id_seq', 1)",
        "SET session_replication_role = replica",
    ],
)
def test_the_application_s_role_cannot_touch_what_is_written(application, statement):
    a_case(application)
    error = refused(application, statement)
    assert error.orig.sqlstate == "42501"
    assert refusal_of(error).code == "database_not_permitted"


def test_the_guards_hold_against_the_application_s_role(application):
    a_case(application)
    assert "only with its entry" in str(refused(application, "UPDATE cases SET state = 'closed'"))


def test_nobody_but_the_application_holds_up_those_who_write(application, auditor):
    waiting = "SELECT duban_last_settled_event()"
    assert refused(auditor, waiting).orig.sqlstate == "42501"
    with transaction(application.engine) as tx:
        tx.execute(text("SET LOCAL search_path = pg_temp, public"))
        tx.execute(text("CREATE TEMP TABLE events (id bigint)"))
        assert tx.execute(text(waiting)).scalar_one() > 0


def test_an_auditor_reads_verifies_searches_and_takes_away_without_a_key(parted, auditor, tmp_path):
    case = a_case(parted, "closed")
    render_pending(parted, by=signed(None, OPENED))
    before = rows(parted, Event)
    assert len(history(auditor, case.number)) == stored(parted, case).seq
    assert search(auditor, Wanted(case=case.number)).entries
    result = verify(auditor)
    assert (result.findings, result.exit_code) == ([], 2)  # keyed codes are not his to check
    assert result.unkeyed == result.entries
    done = export_history(auditor, tmp_path / "历史.jsonl", "jsonl", by=signed(None))
    assert (done.entries, done.seq) == (len(before), None)
    assert rows(parted, Event) == before


def test_an_auditor_with_the_key_at_hand_comes_to_a_verdict(parted, auditor):
    a_case(parted)
    assert verify(replace(auditor, secret=parted.secret)).exit_code == 0


def test_an_auditor_s_process_opens_without_a_key_and_the_application_s_does_not(parted, tmp_path):
    for role, opens in (("auditor", True), ("app", False)):
        with logged_in(parted, role) as url:
            settings = settings_in(tmp_path / "elsewhere", url.render_as_string(hide_password=False))
            if opens:
                opened = open_office(settings)
                assert opened.secret.keys == {}
                assert all(one.level != FAULT for one in examine(settings, today=OPENED.date()))
                opened.engine.dispose()
            else:
                with pytest.raises(ConfigurationError, match="密钥文件"):
                    open_office(settings)


def test_an_auditor_writes_nothing(parted, auditor):
    case = a_case(parted)
    theirs = replace(auditor, secret=parted.secret)
    with pytest.raises(DBAPIError) as raised:
        give(theirs, case, "report_progress", LIAISON, progress="主干道已全部复亮")
    assert refusal_of(raised.value).code == "database_not_permitted"
    for statement in (
        "UPDATE units SET name = ''",
        "UPDATE cases SET title = ''",
        "DELETE FROM log",
    ):
        assert refused(auditor, statement).orig.sqlstate == "42501"


def findings(office):
    """What the doctor says of the roles."""
    return [
        (one.level, one.message)
        for one in examine(office.settings, today=OPENED.date())
        if one.check == "roles"
    ]


def test_the_doctor_tells_whose_hand_is_on_the_database(office):
    if office.engine.dialect.name == "sqlite":
        assert findings(office) == [(OK, "正常")]
        return
    ((level, told),) = findings(office)
    assert (level, "未分设角色" in told) == (WARNING, True)
    part(office)
    try:
        ((level, told),) = findings(office)
        assert (level, "以所有者身份运行" in told) == (WARNING, True)
        for role, word in (("app", "应用角色"), ("auditor", "只读")):
            with working_as(office, role) as theirs:
                ((level, told),) = findings(theirs)
                assert (level, word in told) == (OK, True)
    finally:
        forget_all(office)


def test_rights_somebody_added_are_told_and_taken_back_by_the_next_migrate(parted):
    with transaction(parted.engine) as tx:
        application, _ = roles.names(tx)
        tx.exec_driver_sql(f'GRANT DELETE ON events TO "{application}"')
    assert any("events（" in told for _, told in findings(parted))
    install(parted.settings, by=signed(None, OPENED)).engine.dispose()
    assert not any("events（" in told for _, told in findings(parted))


def test_a_table_nobody_has_thought_of_is_only_read(parted):
    with transaction(parted.engine) as tx:
        tx.exec_driver_sql("CREATE TABLE of_a_newer_release (id int)")
        roles.grant(tx)
        for role in roles.names(tx):
            assert roles.rights_of(tx, role)["of_a_newer_release"] == roles.READ
        tx.exec_driver_sql("DROP TABLE of_a_newer_release")


def test_a_superuser_is_no_application(parted):
    with transaction(parted.engine) as tx:
        application, _ = roles.names(tx)
        tx.exec_driver_sql(f'ALTER ROLE "{application}" SUPERUSER')
    with pytest.raises(ConfigurationError) as told:
        part(parted)
    assert told.value.code == "roles_too_powerful"


def test_only_the_owner_parts_the_database(application):
    with pytest.raises(ConfigurationError) as told:
        part(application)
    assert told.value.code == "roles_not_owner"


def test_who_may_make_no_roles_is_told_what_an_administrator_has_to_run(bare_database, tmp_path):
    owner = open_engine(bare_database)
    if owner.dialect.name == "sqlite":
        pytest.skip("SQLite has no roles")
    name = f"{owner.url.database}_owner"
    with transaction(owner) as tx:
        tx.exec_driver_sql(f"CREATE ROLE \"{name}\" LOGIN PASSWORD 'x'")
        tx.exec_driver_sql(f'ALTER DATABASE {owner.url.database} OWNER TO "{name}"')
    theirs = owner.url.set(username=name, password="x")
    settings = settings_in(tmp_path, theirs.render_as_string(hide_password=False))
    try:
        with pytest.raises(ConfigurationError) as told:
            install(settings, by=signed(None, OPENED), with_roles=True)
        assert told.value.code == "roles_not_permitted"
        with transaction(owner) as tx:
            for statement in told.value.facts["statements"]:
                tx.exec_driver_sql(statement)
        opened = install(settings, by=signed(None, OPENED), with_roles=True)
        assert findings(opened)[0][0] == WARNING  # it is the owner who asks
        opened.engine.dispose()
    finally:
        with transaction(owner) as tx:
            made = [*set(roles.names(tx)) - set(roles.missing(tx)), name]
            for one in made:
                tx.exec_driver_sql(f'REASSIGN OWNED BY "{one}" TO CURRENT_USER')
                tx.exec_driver_sql(f'DROP OWNED BY "{one}"')
                tx.exec_driver_sql(f'DROP ROLE "{one}"')
        owner.dispose()


def test_sqlite_has_no_roles_to_part_it_among(office):
    if office.engine.dialect.name != "sqlite":
        pytest.skip("PostgreSQL has them")
    with pytest.raises(ConfigurationError) as told:
        part(office)
    assert told.value.code == "roles_unsupported"


def test_the_application_takes_words_away_with_the_entry_that_tells_of_it(application):
    case = a_case(application)
    told = history(application, case.number)
    begun = next(one["seq"] for one in told if one["kind"] == "begun")
    redact(application, case.number, begun, reason="当事人申请", by=signed(DIRECTOR), at=OPENED)
    assert verify(application).findings == []


def test_the_role_of_analysts_reads_the_views_and_nothing_else(parted):
    a_case(parted)
    with reading(parted.engine) as tx:
        role = roles.analyst(tx)
        assert roles.rights_of(tx, role) == {}
        kept = text("SELECT has_table_privilege(:role, :view, 'SELECT')")
        for view in analyst_views.names():
            assert tx.execute(kept, {"role": role, "view": f'"{view}"'}).scalar_one()


LEAKING = """CREATE FUNCTION pg_temp.leak(word text) RETURNS boolean LANGUAGE plpgsql COST 0.0000001 AS
$$ BEGIN IF word = 'archived' THEN RAISE EXCEPTION 'seen %', word; END IF; RETURN false; END $$"""
"""Whoever reads as an analyst may make a function of his own, call it cheap, and choose how rows join."""


def test_no_expression_of_an_analyst_is_run_on_a_row_a_view_keeps_back(parted):
    later = at(2057, 1, 4)
    sealed, _ = a_case(parted, "archived"), a_case(parted)
    seal(parted, sealed.number, reason="经鉴定", by=signed(DIRECTOR, later), at=later)
    with transaction(parted.engine) as tx:
        tx.execute(text(f"SET LOCAL ROLE {roles.analyst(tx)}"))
        tx.execute(text(LEAKING))
        tx.execute(text("SET LOCAL enable_nestloop = off"))
        assert tx.execute(text("SELECT 1 FROM v_events WHERE pg_temp.leak(kind)")).all() == []
