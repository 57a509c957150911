"""An office whose three administrators are in office, by the names the demo directory gives them."""

from states.vocabulary import Role
from tests.builders import OPENED, signed
from workflow.services.accounts import appointing

SYSTEM_ADMIN, SECURITY_ADMIN, AUDIT_ADMIN = "易守拙", "米嘉树", "温克俭"
THREE = {Role.SYSTEM_ADMIN: SYSTEM_ADMIN, Role.SECURITY_ADMIN: SECURITY_ADMIN, Role.AUDIT_ADMIN: AUDIT_ADMIN}


def with_three(office, when=OPENED):
    """The office after `duban user setup`."""
    appointing.appoint(office, THREE, by=signed(None, when), at=when)
    return office
