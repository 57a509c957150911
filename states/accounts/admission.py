"""Two keys to an account once the three administrators (三员) are in office: one prepares, another admits.

What the system administrator prepares (an invitation, a name at the provider, a disabled account let in
again) would let him in as anybody if it worked by itself. So it counts only once the security administrator
has admitted it; what is about the account of the only one who could is admitted by the audit administrator.
Nobody admits what he prepared or what is about himself (GB/T 22239-2019, 8.1.5).
"""

import unicodedata
from collections.abc import Collection
from dataclasses import dataclass

from states.errors import NotPermitted
from states.vocabulary import Labelled, Role

ADMITTING = frozenset({Role.SECURITY_ADMIN, Role.AUDIT_ADMIN})
CODE_DIGITS = 8
WRONG_CODES = 5
"""So many wrong codes withdraw an invitation: a chance of one in twenty million."""


class Purpose(Labelled):
    """What is prepared for an account. Who was appointed on the machine is admitted by nobody."""

    APPOINTED = "appointed", "设立"
    ADDED = "added", "开通"
    INVITED = "invited", "重发"
    RESET = "reset", "重置"
    LINKED = "linked", "关联"
    ENABLED = "enabled", "恢复"


@dataclass(frozen=True, slots=True)
class Prepared:
    """Whose account it is about, who prepared it, and whether nobody else could admit it as security
    administrator."""

    person: str
    name: str
    made_by: str
    is_of_the_only_one: bool

    @property
    def admitting(self) -> Role:
        """Who admits it."""
        return Role.AUDIT_ADMIN if self.is_of_the_only_one else Role.SECURITY_ADMIN


def needs_admission(purpose: str, *, in_office: bool) -> bool:
    """Whether it counts only once it is admitted."""
    return in_office and purpose != Purpose.APPOINTED


def check_admits(person: str, roles: Collection[Role], prepared: Prepared) -> None:
    """Raises `NotPermitted` (`admits_himself`) where it is about whoever admits, or his own work."""
    asked = prepared.admitting
    if person in (prepared.person, prepared.made_by):
        own = "涉及本人账号" if person == prepared.person else "本人办理"
        raise NotPermitted(
            f"{own}的事项不能由本人核准，请由另一位{asked.label}办理。", code="admits_himself", person=person
        )
    if asked not in roles:
        raise NotPermitted(f"{prepared.name}的账号事项须由{asked.label}核准。", person=person)


def digits_of(written: str) -> str:
    """A code as somebody typed it, without the blanks and strokes between its digits."""
    plain = unicodedata.normalize("NFKC", written)
    return "".join(one for one in plain if one not in "-—" and not one.isspace())
