"""Where the page of a matter is: its number as one piece of a path, whatever an old register put in it.

What may mean something in an address (`/`, `.`, `%`, `?`, `#` …) is written `~2F`: a percent sign would be
read before the path is taken apart, by servers, proxies and browsers each in its own way.
"""

import re
from functools import lru_cache

MATTERS = "/cases/"
"""How the address of everything about a matter begins."""

ESCAPED = re.compile(r"(?:~[0-9A-F]{2})+")
KNOWN = 4_096
"""A page tells the address of its matter thirty times."""


@lru_cache(KNOWN)
def page_of(number: str) -> str:
    """The path of a matter's page, to be quoted where an address is written in ASCII."""
    return MATTERS + "".join(one if _is_plain(one) else _escaped(one) for one in number)


def number_in(piece: str) -> str:
    """The number a piece of a path is of; what is escaped in no way of ours stays as it is."""
    return ESCAPED.sub(lambda found: _read(found[0]), piece)


def _is_plain(character: str) -> bool:
    if character.isascii():
        return character.isalnum() or character in "-_"
    return character.isprintable()


def _escaped(character: str) -> str:
    return "".join(f"~{byte:02X}" for byte in character.encode())


def _read(escaped: str) -> str:
    """No database takes a NUL, and no number has one."""
    try:
        text = bytes.fromhex(escaped.replace("~", "")).decode()
    except UnicodeDecodeError:
        return escaped
    return escaped if "\0" in text else text
