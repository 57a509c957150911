"""Alembic's entry point: runs the migrations on the connection handed in by `upgrade()`."""

from alembic import context

from workflow.storage.scheduler_models import SweepRun

context.configure(
    connection=context.config.attributes["connection"],
    target_metadata=SweepRun.metadata,
    render_as_batch=True,
)
with context.begin_transaction():
    context.run_migrations()
