"""What an entry took away: which entry's words, and which of them."""

from collections.abc import Mapping
from typing import Any

from states.redaction import REDACTED, names_in
from states.words import detail_label


def about_redaction(kind: str, details: Mapping[str, Any]) -> str:
    """（第5条的理由、意见）; nothing of an entry that is no redaction."""
    return f"（{taken_away(details)}）" if kind == REDACTED else ""


def taken_away(details: Mapping[str, Any]) -> str:
    """第5条的理由、意见, of the particulars of a redaction."""
    return f"第{details['entry']}条的{'、'.join(map(detail_label, names_in(details['instead'])))}"
