"""What a password must be. Two profiles: `modern` (OWASP ASVS) and `djbh3` (等级保护三级, GB/T 22239-2019).

`modern` asks for length and that nobody else would think of it, and never for a change. `djbh3` asks besides
for kinds of characters, another one every ninety days, none of the last five again, and a second factor.
"""

import unicodedata
from collections.abc import Collection, Container
from dataclasses import dataclass
from datetime import datetime, timedelta

from states.characters import is_deceptive
from states.errors import FactInvalid

LONGEST = 128
"""Characters; longer ones are refused, never cut."""
FEWEST_DIFFERENT = 5
SHORTEST_NAME = 3
"""A login name of a letter or two would be in every other password."""


@dataclass(frozen=True, slots=True)
class Profile:
    """What a password must be: characters, kinds of them, days it lasts, how many former ones not again."""

    name: str
    shortest: int
    kinds: int = 1
    lasts: timedelta | None = None
    history: int = 1
    second_factor: bool = False


MODERN = Profile("modern", shortest=8)
DJBH3 = Profile("djbh3", shortest=10, kinds=3, lasts=timedelta(days=90), history=5, second_factor=True)
PROFILES = {one.name: one for one in (MODERN, DJBH3)}
ADVISED = 15


def prepared(password: str) -> str:
    """A password as it is checked and hashed: full-width letters and digits are their plain ones."""
    return unicodedata.normalize("NFKC", password)


def told(profile: Profile) -> str:
    """What a password must be, in a sentence for whoever chooses one."""
    parts = [
        f"密码至少{profile.shortest}位，建议{ADVISED}位以上；不要用常见的密码，不要含有登录名、姓名或单位名称"
    ]
    if profile.kinds > 1:
        parts.append(f"须含大写字母、小写字母、数字、其他字符中的至少{profile.kinds}类")
    if profile.lasts is not None:
        parts.append(f"每{profile.lasts.days}天更换一次，不能与最近{profile.history}个相同")
    return "；".join(parts) + "。"


def check_password(
    password: str, profile: Profile, *, names: Collection[str], common: Container[str]
) -> None:
    """A prepared password of somebody who goes by these names. Raises `FactInvalid`, telling what is owed.

    `common` holds what many people use, in small letters.
    """
    if len(password) < profile.shortest:
        raise _refused(f"密码至少{profile.shortest}位，建议{ADVISED}位以上", "password_too_short")
    if len(password) > LONGEST:
        raise _refused(f"密码最长{LONGEST}位", "password_too_long")
    if any(is_deceptive(one) or one in "\n\t" for one in password):
        raise _refused("密码中有看不见的控制字符，请重新输入", "password_unusable")
    if len(kinds_in(password)) < profile.kinds:
        owed = "大写字母、小写字母、数字、其他字符"
        raise _refused(f"密码须含{owed}中的至少{profile.kinds}类", "password_too_few_kinds")
    _check_guesses(password.casefold(), names, common)


def _check_guesses(small: str, names: Collection[str], common: Container[str]) -> None:
    if small in common or len(set(small)) < FEWEST_DIFFERENT:
        raise _refused("这个密码很多人在用或者太有规律，容易被猜中，请换一个", "password_common")
    known = (one.casefold() for one in names if len(one) >= SHORTEST_NAME)
    if any(one in small for one in known):
        raise _refused("密码中不要含有登录名、姓名或单位名称，请换一个", "password_names_owner")


def kinds_in(password: str) -> frozenset[str]:
    """Which of the four kinds of characters there are; a Chinese character is of the fourth."""
    return frozenset(_kind(one) for one in password)


def _kind(character: str) -> str:
    if character.isupper():
        return "upper"
    if character.islower():
        return "lower"
    return "digit" if character.isdigit() else "other"


def is_too_old(set_at: datetime | None, at: datetime, profile: Profile) -> bool:
    """Whether another password is owed because of its age."""
    return profile.lasts is not None and set_at is not None and at - set_at >= profile.lasts


def _refused(what: str, code: str) -> FactInvalid:
    return FactInvalid(f"{what}。", code=code)
