"""Who looks after which settings. The rule for looking stands here; each change is decided with its own verb.

The system administrator looks after accounts, the directory and the post, and is shown nothing of a case;
what the office works by – rules, calendars, words, numbers – is the officers' and the director's. The auditor
reads all of it and changes nothing.
"""

from collections.abc import Collection, Mapping

from states.errors import NotPermitted
from states.vocabulary import ADMINISTRATORS, Labelled, Role


class Section(Labelled):
    """A part of the settings, with its name on the pages."""

    UNITS = "units", "单位和人员"
    CALENDARS = "calendars", "工作日历"
    POLICIES = "policies", "督办规则"
    MAIL = "mail", "邮件"
    QUEUE = "queue", "待发箱"
    NUMBERS = "numbers", "编号和文号"
    WORDINGS = "wordings", "文书用语"
    WEBHOOKS = "webhooks", "事件推送"


OFFICE = frozenset({Role.OFFICER, Role.DIRECTOR})
RULED = OFFICE | {Role.AUDITOR}
READERS: Mapping[Section, frozenset[Role]] = {
    Section.UNITS: RULED | ADMINISTRATORS,
    Section.CALENDARS: RULED,
    Section.POLICIES: RULED,
    Section.MAIL: RULED | {Role.SYSTEM_ADMIN},
    Section.QUEUE: RULED | {Role.ORGANIZATION},
    Section.NUMBERS: RULED | {Role.CLERK},
    Section.WORDINGS: RULED,
    Section.WEBHOOKS: ADMINISTRATORS | {Role.AUDITOR},
}
AMENDING = frozenset({Role.SYSTEM_ADMIN, Role.DIRECTOR})
"""Who puts right what the directory says of a unit or a person, as those may who bring one in."""

WORDING = OFFICE
ACTIVATING = frozenset({Role.DIRECTOR})
"""To put rules into force is to sign for what the system may issue by itself."""

TELLING_PROGRAMS = frozenset({Role.SYSTEM_ADMIN})
"""Who says which other programs are told of events."""

TESTING_MAIL = OFFICE | {Role.SYSTEM_ADMIN}


def sections_of(roles: Collection[Role]) -> tuple[Section, ...]:
    """The settings somebody with these roles is shown, in their order on the page."""
    return tuple(one for one, readers in READERS.items() if not readers.isdisjoint(roles))


def check_reads(section: Section, roles: Collection[Role]) -> None:
    """Raises `NotPermitted` (`setting_not_yours`) for whoever is not shown a part of the settings."""
    check_one_of(READERS[section], roles, f"“{section.label}”只供{{}}查看。")


def check_one_of(asked: Collection[Role], roles: Collection[Role], told: str) -> None:
    """Raises `NotPermitted` (`setting_not_yours`) for whoever holds none of the roles asked for; `told` names
    them where it has braces."""
    if frozenset(asked).isdisjoint(roles):
        labels = "、".join(role.label for role in Role if role in asked)
        raise NotPermitted(told.format(labels), code="setting_not_yours", roles=sorted(asked))
