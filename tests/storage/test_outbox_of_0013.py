"""Messages as the program of schema 0013 left them: each comes to the state that says what became of it."""

from datetime import UTC

import pytest
from alembic import command
from sqlalchemy import MetaData, insert

from states.delivery import priority_of
from tests.builders import at
from workflow.storage import migrations
from workflow.storage.queries import OUTBOX
from workflow.storage.session import open_engine, transaction

WRITTEN, AGAIN = (at(2026, 7, day).astimezone(UTC) for day in (1, 2))
VOID = "文书已作废，邮件不再发出"
OLD_AND_NEW = {
    "queued": ("queued", 0, None, "reminder", "queued", None),
    "put_off": ("queued", 2, "451 later", "assignment", "queued", None),
    "leased": ("leased", 1, None, "digest", "leased", None),
    "uncertain": ("uncertain", 1, None, "inquiry", "uncertain", None),
    "sent": ("sent", 1, "250 ok", "close_out", "sent", None),
    "refused": ("failed", 1, "550 no such user", "due_soon", "failed", None),
    "untried": ("failed", 0, "超过6000字", "assignment", "held", "paper"),
    "stopped": ("failed", 0, VOID, "circular", "cancelled", None),
    "stopped_later": ("failed", 2, VOID, "circular", "cancelled", None),
    "given_up": ("gave_up", 40, "451 later", "checkpoint", "gave_up", None),
}
"""State, attempts, answer and kind before; state and reason to hold after."""


@pytest.fixture
def migrated(bare_database):
    """The messages by their names, after the upgrade."""
    engine = open_engine(bare_database)
    with transaction(engine) as tx:
        config = migrations._config()
        config.attributes["connection"] = tx
        command.upgrade(config, "0013")
        tables = MetaData()
        tables.reflect(tx, only=["outbox"])
        tx.execute(
            insert(tables.tables["outbox"]), [row(name, *old[:4]) for name, old in OLD_AND_NEW.items()]
        )
    migrations.upgrade(engine)
    with transaction(engine) as tx:
        yield {one.id: one for one in tx.execute(OUTBOX.select())}
    engine.dispose()


def row(name, state, attempts, answer, kind):
    """A row of schema 0013."""
    own = {"id": name, "message_id": f"<{name}@binhai.example>", "dedupe_key": name, "document_id": name}
    to = {"recipient": "a@binhai.example", "recipient_name": "甲", "case_id": 1, "dated": WRITTEN}
    again = {"next_attempt_at": None if name in ("queued", "sent") else AGAIN}
    return own | to | again | {"state": state, "attempts": attempts, "last_answer": answer, "kind": kind}


def test_each_message_comes_to_what_became_of_it(migrated):
    came_to = {name: (one.state, one.held_for) for name, one in migrated.items()}
    assert came_to == {name: old[4:] for name, old in OLD_AND_NEW.items()}


def test_its_attempts_and_answers_stay_and_it_has_its_place_in_the_queue(migrated):
    for name, (_, attempts, answer, kind, *_) in OLD_AND_NEW.items():
        one = migrated[name]
        assert (one.attempts, one.last_answer) == (attempts, answer)
        assert (one.channel, one.priority, one.redirected_from) == ("mail", priority_of(kind), None)
        assert one.next_attempt_at == (WRITTEN if name in ("queued", "sent") else AGAIN)
