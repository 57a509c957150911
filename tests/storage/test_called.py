"""What all of a kind are called, told in one row."""

from sqlalchemy import false, insert, select

from workflow.storage.called import every_name, names_told
from workflow.storage.queries import UNIT
from workflow.storage.session import rehearsal

ODD = '市“城管”\\局"\n2'


def names_in(tx, table):
    return names_told(tx.execute(every_name(table)))


def test_everything_is_called_what_its_row_says(office):
    with rehearsal(office.engine) as tx:
        tx.execute(insert(UNIT).values(code="O'1", name=ODD))
        told = names_in(tx, UNIT)
        assert told == {row.code: row.name for row in tx.execute(select(UNIT))}
        assert told["O'1"] == ODD


def test_where_there_is_nothing_nothing_is_called_anything(office):
    with rehearsal(office.engine) as tx:
        assert names_in(tx, select(UNIT).where(false()).subquery()) == {}
