"""Which paper an entry takes a step on: its kind, where no number names it yet, and what came of it."""

from collections.abc import Mapping
from typing import Any

from notifications.facts import kind_label
from states.papers.life import BY_HAND


def about_paper(kind: str, details: Mapping[str, Any]) -> str:
    """（督办单，替换滨督单〔2026〕1号）; nothing of an entry that takes no paper a step on."""
    told = "，".join(paper_words(details)) if kind in BY_HAND and "state" in details else ""
    return f"（{told}）" if told else ""


def paper_words(details: Mapping[str, Any]) -> list[str]:
    """The same as words to be joined."""
    told = [kind_label(str(details.get("kind")))]
    told += [f"替换{details['replaces']}"] if details.get("replaces") else []
    return told + ([f"{len(details['stopped'])}封邮件停发"] if details.get("stopped") else [])
