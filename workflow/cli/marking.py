"""The mark beside the key, after an operator's sweep or run of the sender."""

from workflow.cli.output import notes
from workflow.errors import ConfigurationError
from workflow.services import restoring
from workflow.services.office import Office


def keep_mark(office: Office) -> None:
    """What was done is done; that the mark beside the key cannot follow is only told."""
    try:
        restoring.keep_mark(office)
    except ConfigurationError as unwritable:
        notes.print(f"{unwritable.message}（{unwritable.code}）", soft_wrap=True)
