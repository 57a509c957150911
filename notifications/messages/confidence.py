"""What a mail may know of the facts: of a kind about a person only who writes, and that a paper waits."""

from collections.abc import Mapping
from typing import Any
from urllib.parse import quote

from states.papers.kinds import PAPERS

CONFIDENTIAL_KINDS = frozenset(kind for kind, paper in PAPERS.items() if paper.is_confidential)
CONFIDENTIAL_FACTS = frozenset({"office"})
"""The link is not among them: it holds the number of the case."""

OF_OFFICE = ("name", "phone")
"""What such a mail tells of the office: whose desk it is, and no person at it."""

URL_MARKS = "%/:?#[]@!$&'()*+,;=~"
"""What stands in a link as it is, beside letters and digits (RFC 3986, 2.2 and 2.3)."""


def mailed_facts(
    kind: str, facts: Mapping[str, Any], *, recipient_name: str, copy_code: str
) -> dict[str, Any]:
    """What the wording of a mail sees of the facts: of a confidential kind little more than who writes."""
    named = {"recipient_name": recipient_name, "copy_code": copy_code}
    if kind not in CONFIDENTIAL_KINDS:
        return {**facts, "link": in_ascii(facts.get("link")), **named}
    office = facts.get("office") or {}
    return {"office": {name: office.get(name) for name in OF_OFFICE}, **named}


def in_ascii(link: str | None) -> str | None:
    """The link in ASCII: mail programs end a link at the first Chinese character they meet in it."""
    return quote(link, safe=URL_MARKS) if link else None
