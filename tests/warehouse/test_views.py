"""The views of analysts: what they tell, what they never tell, and that every migration leaves them there."""

import re
from pathlib import Path

import pytest
from sqlalchemy import text

from tests.builders import (
    LEAD,
    LIAISON,
    OFFICER,
    UNIT_HEAD,
    a_case,
    asking,
    at,
    give,
    raised,
)
from tests.stories import ADMONITION, a_case_admonished
from workflow.services.retention import seal
from workflow.storage import analyst_views, migrations
from workflow.storage.analyst_views import views
from workflow.storage.session import open_engine, reading, transaction

WAREHOUSE = Path(__file__).parents[2] / "docs" / "warehouse.md"


def told(office, name):
    """The rows of a view, as its columns are called."""
    with reading(office.engine) as tx:
        return [dict(one._mapping) for one in tx.execute(text(f'SELECT * FROM "{name}"'))]


def everything_told(office):
    return "\n".join(str(told(office, name)) for name in analyst_views.names())


def test_every_view_selects_under_both_its_names_with_the_same_rows(office):
    a_case(office)
    for one in views():
        english, chinese = told(office, one.name), told(office, one.chinese)
        assert [list(row.values()) for row in english] == [list(row.values()) for row in chinese]
        assert all(list(row) == [column.name for column in one.columns] for row in english)
        assert all(list(row) == [column.chinese for column in one.columns] for row in chinese)


def test_a_matter_is_told_with_words_for_its_codes(office):
    case = a_case(office)
    (row,) = told(office, "台账视图")
    assert (row["编号"], row["环节代码"], row["环节"], row["牵头单位"]) == (
        case.number,
        "handling",
        "限期办结",
        LEAD,
    )
    assert str(row["办结期限"]) == "2026-07-22" and not row["已封存"]


def test_a_sealed_matter_has_nothing_but_its_number(office):
    later = at(2057, 1, 4)
    case = a_case(office, "archived")
    seal(office, case.number, reason="经鉴定", by=signed_by_the_director(later), at=later)
    (row,) = told(office, "v_cases")
    known = {name: one for name, one in row.items() if one is not None}
    assert (known.pop("number"), bool(known.pop("is_sealed")), known) == (case.number, True, {})
    assert all(
        told(office, one.name) == [] for one in views() if "number" in one.order and one.name != "v_cases"
    )


def signed_by_the_director(when):
    from tests.builders import DIRECTOR, signed

    return signed(DIRECTOR, when)


def test_what_concerns_a_person_is_counted_and_nothing_else_of_it_is_told(office):
    a_case_admonished(office)
    person = raised(office, "admonition")
    (count,) = told(office, "v_person_measures")
    assert (count["month"], count["step_label"], count["measures"]) == (f"{ADMONITION:%Y-%m}", "诫勉", 1)
    rest = "\n".join(str(told(office, one.name)) for one in views() if one.name != "v_person_measures")
    assert not any(
        word in rest for word in (person.id, str(person.document_id), "诫勉", "admonition", UNIT_HEAD)
    )


def test_nobody_s_words_accounts_or_addresses_are_told(office):
    case = a_case(office)
    give(office, case, "report_progress", LIAISON, progress="完成率六成，灯具缺口八十盏", completion_rate=60)
    asking(office, case, at(2026, 7, 6), at(2026, 8, 14).date())
    text_of_all = everything_told(office)
    assert not any(word in text_of_all for word in ("灯具", "binhai.example", LIAISON, OFFICER, "BH212-L"))


def test_requests_for_more_time_are_told_step_by_step(office):
    asking(office, a_case(office), at(2026, 7, 6), at(2026, 8, 14).date())
    order = next(one.order for one in views() if one.name == "v_extensions")
    rows = sorted(told(office, "v_extensions"), key=lambda row: [row[name] for name in order])
    assert [row["step"] for row in rows] == ["申请", "单位同意", "审核"]
    assert str(rows[0]["asked_until"]) == "2026-08-14"


def test_a_migration_takes_the_views_away_and_makes_them_again(bare_database):
    engine = open_engine(bare_database)
    with transaction(engine) as tx:
        migrations.bring_to(tx, "0029")
        analyst_views.make(tx)
        tx.exec_driver_sql('DROP VIEW "v_units"')
    migrations.upgrade(engine)
    with reading(engine) as tx:
        for name in analyst_views.names():
            assert tx.execute(text(f'SELECT * FROM "{name}"')).all() == []
    engine.dispose()


def test_without_a_migration_the_views_stay_with_the_rights_somebody_gave_on_them(office):
    if office.engine.dialect.name == "sqlite":
        pytest.skip("SQLite has no rights")
    asked = text("SELECT has_table_privilege('public', 'v_cases', 'SELECT')")
    with transaction(office.engine) as tx:
        tx.exec_driver_sql("GRANT SELECT ON v_cases TO PUBLIC")
    migrations.upgrade(office.engine)
    with reading(office.engine) as tx:
        assert tx.execute(asked).scalar_one()


def test_the_page_about_them_names_every_view_and_column_and_no_other():
    written = WAREHOUSE.read_text(encoding="utf-8")
    parts = re.split(r"^### `(\w+)` · (\S+)\n", written, flags=re.M)[1:]
    found = {
        (english, chinese): re.findall(r"^\| `(\w+)` \| (\S+) \| (\w+) \|", part, re.M)
        for english, chinese, part in zip(*[iter(parts)] * 3, strict=True)
    }
    assert found == {
        (one.name, one.chinese): [(column.name, column.chinese, column.kind.value) for column in one.columns]
        for one in views()
    }
