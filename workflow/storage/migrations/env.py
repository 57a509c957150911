"""Alembic's entry point: runs the migrations on the connection handed in by `upgrade()`."""

from alembic import context

from workflow.storage.models import Case

context.configure(
    connection=context.config.attributes["connection"],
    target_metadata=Case.metadata,
    render_as_batch=True,
)
with context.begin_transaction():
    context.run_migrations()
