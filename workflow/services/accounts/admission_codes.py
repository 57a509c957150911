"""The code (核对码) by which an invitation works once it was admitted: shown once, of eight digits.

Whoever admits hands it to the person himself; whoever prepared the invitation never sees it. Wrong ones are
counted, over all processes alike, and the fifth withdraws the invitation.
"""

import secrets
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, Row

from states.accounts.admission import CODE_DIGITS, WRONG_CODES, digits_of
from states.errors import FactInvalid, FactMissing
from workflow.errors import InvitationRefused
from workflow.secret import Secret
from workflow.services.accounts.keyed import ADMISSION_CODE, fits, keyed
from workflow.services.accounts.telling import tell
from workflow.services.entries import SYSTEM, Act
from workflow.services.office import Office
from workflow.storage import accounts
from workflow.storage.session import transaction


def new_code() -> str:
    """A code nobody can guess in five tries."""
    return f"{secrets.randbelow(10**CODE_DIGITS):0{CODE_DIGITS}}"


def kept_of(code: str, invitation_id: str, secret: Secret) -> str:
    """What the database keeps of the code of an invitation."""
    return keyed(ADMISSION_CODE, invitation_id + code, secret)


def is_right(office: Office, invitation: Row[Any], written: str, *, at: datetime) -> bool:
    """Whether this is the code of an invitation; False where it was used or withdrawn meanwhile.

    Raises `FactMissing` (`admission_code_missing`), `FactInvalid` (`admission_code_wrong`) while tries are
    left, `InvitationRefused` (`admission_codes_used_up`) where this was the last.
    """
    if not (code := digits_of(written)):
        raise FactMissing(
            "请填写安全保密管理员交给您的核对码。", code="admission_code_missing", missing="code"
        )
    with transaction(office.engine) as tx:
        accounts.for_update(tx, invitation.person)
        now: Any = accounts.invitation(tx, invitation.id)
        if now.used_at or now.withdrawn_at or now.code is None:
            return False
        if fits(now.code, ADMISSION_CODE, now.id + code, office.secret):
            return True
        left = WRONG_CODES - _count(tx, office, now, at)
    if left > 0:
        raise FactInvalid(f"核对码不对，请核对后重新输入，还可以试{left}次。", code="admission_code_wrong")
    raise InvitationRefused(
        f"核对码连错{WRONG_CODES}次，邀请已作废。请联系系统管理员重新发放。", code="admission_codes_used_up"
    )


def _count(tx: Connection, office: Office, invitation: Row[Any], at: datetime) -> int:
    """One more wrong code, and how many there are; the last one is an entry."""
    tries = int(invitation.wrong_codes) + 1
    accounts.change_invitation(tx, invitation.id, wrong_codes=tries)
    if tries >= WRONG_CODES:
        accounts.withdraw_invitations(tx, at, invitation.person)
        told = {"person": invitation.person, "failures": tries}
        tell(tx, office, Act("invitation_withdrawn", at, SYSTEM, told))
    return tries
