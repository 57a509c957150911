"""Alembic's entry point: runs the migrations on the connection handed in by `upgrade()`."""

from alembic import context
from sqlmodel import SQLModel

from workflow.storage import (
    account_models,
    directory_models,
    evidence_models,
    intake_models,
    mail_models,
    models,
    scheduler_models,
    webhook_models,
    work_models,
)

TABLES = (
    models,
    directory_models,
    scheduler_models,
    work_models,
    evidence_models,
    intake_models,
    mail_models,
    account_models,
    webhook_models,
)
"""Imported so that the metadata knows every table."""

context.configure(
    connection=context.config.attributes["connection"],
    target_metadata=SQLModel.metadata,
    render_as_batch=True,
)
with context.begin_transaction():
    context.run_migrations()
