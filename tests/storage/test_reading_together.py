"""What several reads ask in one statement is what each would be told alone."""

from sqlalchemy import select

from tests.builders import LEAD, a_case
from tests.unguarded import behind_the_application
from workflow.storage import gathering, queries
from workflow.storage.session import one_look, reading
from workflow.storage.together import Together

PARTS = {
    "units": select(queries.UNIT),
    "people": select(queries.PERSON),
    "grants": select(queries.GRANT),
    "cases": select(queries.CASE.c.clocks, queries.CASE.c.next_action_at, queries.CASE.c.id),
    "entries": select(queries.EVENT.c.recorded_at, queries.EVENT.c.seq, queries.EVENT.c.payload),
}


def test_parts_of_other_columns_and_kinds_are_read_together_as_alone(office):
    a_case(office, lead_unit=LEAD)
    with reading(office.engine) as tx:
        found = Together(**PARTS).read(tx)
        for name, part in PARTS.items():
            alone = [tuple(one) for one in tx.execute(part)]
            assert alone and sorted(map(repr, map(tuple, found[name]))) == sorted(map(repr, alone))
            assert found[name][0]._fields == tuple(part.selected_columns.keys())


def test_the_names_known_ahead_are_everybody_s(office):
    with reading(office.engine) as tx:
        asked = queries.names_of_people(tx)
    with one_look(office.engine) as look:
        gathering.names(look)
        assert queries.names_of_people(look) == asked and len(asked) > 1


def test_an_invisible_sign_in_a_name_mixes_up_nobody(office):
    behind_the_application(office, "UPDATE people SET name = name || '\x1f某' WHERE code = 'R001'")
    with one_look(office.engine) as look:
        gathering.names(look)
        assert all("\x1f" not in one and len(one) < 64 for one in queries.names_of_people(look).values())
