"""A case that cannot be dealt with, as the lists that leave it out tell of it; the others go on."""

import logging
from typing import Any

from workflow.services.set_asides import trouble_of

log = logging.getLogger("duban")


def held_case(number: str | None, error: Exception) -> dict[str, Any]:
    """The case by its number, with what was refused or what its data ran into."""
    log.debug("%s", number, exc_info=error)
    return {"case": number, **trouble_of(error).as_json()}
