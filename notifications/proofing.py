"""Proof-reading wording (校样): everything that can be found wrong with a kind before it is ever issued.

First the files as they lie there, then each template by itself, then paper and mail over sample facts, full
and bare, and as a draft with gaps; last the paper as it is laid out. Whoever calls it hands in how a paper is
printed and looked over, so that nothing here needs fonts.
"""

import re
from collections.abc import Callable, Iterator, Mapping
from dataclasses import asdict, dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from notifications import substitution, wording, wording_files
from notifications.document import Document
from notifications.errors import MailRoomError, NoticeUnrenderable
from notifications.facts import label
from notifications.grammar import near
from notifications.messages import build_message, mailed_facts
from notifications.plain import as_text
from notifications.samples import Sample, samples
from notifications.sandbox import Medium
from notifications.stationery import Stationery, roots_of
from notifications.wording_files import WordingFile

FAULT, WARNING, NOTE = "fault", "warning", "note"
DIRECTIVE = re.compile(r"@(\w+)")
TAG = re.compile(r"\{%.*?%\}|\{#.*?#\}", re.DOTALL)
PRINTED = re.compile(r"\{\{.*?\}\}", re.DOTALL)
CLUMSY = re.compile(r"（）|（，|，）|：）|：，|，，|，。|。。|“”|、、|、。|None")
MEDIA: Mapping[str, Medium] = {"subject": "text", "text": "text", "html": "html"}
DRAFT = "草稿"
KNOWN_IN_DRAFTS = ("office", "date")
DATED = datetime(2026, 11, 17, 9, tzinfo=UTC)

Print = Callable[[Document], None]
"""Lays a paper out and looks it over. Raises a MailRoomError that says what is wrong."""


@dataclass(frozen=True, slots=True)
class Finding:
    """One thing about wording: in which file and line, what it is, and what to do.

    `fault`: papers of the kind are refused or set aside; `warning`: they are printed, but not as meant.
    `sample` says on which facts it came to light.
    """

    kind: str | None
    file: str
    line: int | None
    level: str
    code: str
    message: str
    advice: str = ""
    sample: str | None = None

    def as_json(self) -> dict[str, Any]:
        return asdict(self)

    @property
    def sentence(self) -> str:
        place = f"{self.file}第{self.line}行" if self.line else self.file
        tried = f"（用“{self.sample}”样例）" if self.sample else ""
        return f"{place}：{self.message}{tried}{f'，{self.advice}' if self.advice else ''}"


def proof(kind: str, folder: Path | None, *, printing: Print | None = None) -> list[Finding]:
    """Everything found about the wording of a kind; without `printing` nothing is laid out: the fast part."""
    names, texts, found = wording_files.names_of(kind), {}, []
    for part, name in names.items():
        try:
            file = wording_files.read(name, folder)
        except NoticeUnrenderable as refusal:
            found.append(_unread(kind, name, refusal))
        else:
            texts[part] = file.text
            found += [Finding(kind, name, None, NOTE, "file_remarked", one) for one in file.remarks]
            found += _outdated(kind, file, folder)
            found += _of_template(kind, name, part, file.text)
    if any(one.level == FAULT for one in found):
        return found
    return [*found, *_Trial(kind, names, Stationery(kind, **{"notice": "", **texts}), printing).findings()]


def try_on(stationery: Stationery, facts: Mapping[str, Any]) -> None:
    """Word a paper and its mail over the facts it is about to be issued with.

    Raises NoticeUnrenderable for wording that cannot work with them. What has no number is never laid out.
    """
    if facts.get("number"):
        wording.compose(stationery, facts)
    told = mailed_facts(stationery.kind, facts, recipient_name="收件人", copy_code="0A1B2C3D")
    for part, medium in MEDIA.items():
        substitution.render(getattr(stationery, part), told, medium=medium)


def look_around(folder: Path) -> Iterator[Finding]:
    """Files of the office's folder that are not used: under a name no template has."""
    for one in wording_files.strays(folder):
        if one.meant:
            message, level = "文件名不对，现不起作用", FAULT
            yield Finding(None, one.name, None, level, "file_misnamed", message, f"请改名为{one.meant}")
        else:
            yield Finding(None, one.name, None, NOTE, "file_unused", "不是任何文书的模板，不起作用")


def _outdated(kind: str, file: WordingFile, folder: Path | None) -> Iterator[Finding]:
    """That the packaged file has changed since the office copied it."""
    if folder is not None and file.own and wording_files.is_outdated(file.name, folder):
        message = "程序自带的模板在复制之后有改动"
        advice = "请用duban template diff核对，需要的改过来，再用duban template copy --seen记下"
        yield Finding(kind, file.name, None, WARNING, "packaged_changed", message, advice)


def _unread(kind: str, name: str, refusal: NoticeUnrenderable) -> Finding:
    told = refusal.facts.get("what", refusal.message.rstrip("。")), refusal.facts.get("advice", "")
    return Finding(kind, name, None, FAULT, refusal.code, *map(str, told))


def _of_template(kind: str, name: str, part: str, source: str) -> Iterator[Finding]:
    """What a template by itself shows."""
    for fault in substitution.faults(source, roots=roots_of(kind)):
        yield Finding(kind, name, fault.line, FAULT, fault.code, fault.message, fault.advice)
    if part == "notice":
        for line, directive in _unknown_directives(source):
            message = f"没有“@{directive}”这种要素"
            advice = near(directive, wording.DIRECTIVES) or f"可用的有{'、'.join(wording.DIRECTIVES)}"
            yield Finding(kind, name, line, FAULT, "wording_invalid", message, advice)


def _unknown_directives(source: str) -> Iterator[tuple[int, str]]:
    """The directives there are none of, by line. Tags leave nothing on a line, printed facts leave text."""
    bare = PRINTED.sub(lambda found: "字" + "\n" * found[0].count("\n"), source)
    bare = TAG.sub(lambda found: "\n" * found[0].count("\n"), bare)
    for line, text in enumerate(bare.split("\n"), start=1):
        found = DIRECTIVE.match(text.strip())
        if found and found[1] not in wording.DIRECTIVES:
            yield line, found[1]


@dataclass(frozen=True, slots=True)
class _Trial:
    """Trying the wording of a kind on its samples."""

    kind: str
    names: Mapping[str, str]
    stationery: Stationery
    printing: Print | None

    def findings(self) -> list[Finding]:
        """What comes to light, each once, however many samples show it."""
        found: dict[tuple[str, int | None, str], Finding] = {}
        try:
            tried = samples(self.kind)
        except NoticeUnrenderable as refusal:
            return [_unread(self.kind, f"samples/{self.kind}.toml", refusal)]
        for sample in tried:
            for one in self._of(sample):
                found.setdefault((one.file, one.line, one.message), one)
        return list(found.values())

    def _of(self, sample: Sample) -> Iterator[Finding]:
        if "notice" in self.names:
            yield from self._paper(sample)
            yield from self._draft(sample)
        if "subject" in self.names:
            yield from self._mail(sample)

    def _paper(self, sample: Sample) -> Iterator[Finding]:
        try:
            paper = wording.compose(self.stationery, sample.facts)
            yield from self._clumsy("notice", as_text(paper), sample)
            if self.printing is not None:
                self.printing(paper)
        except MailRoomError as refusal:
            yield self._refused("notice", refusal, sample.label)

    def _draft(self, sample: Sample) -> Iterator[Finding]:
        """A draft while most of it is still to be stated."""
        facts = {name: sample.facts[name] for name in KNOWN_IN_DRAFTS if name in sample.facts}
        facts["case"] = {"number": sample.facts.get("case", {}).get("number")}
        try:
            wording.compose(self.stationery, facts, draft=True)
        except MailRoomError as refusal:
            yield self._refused("notice", refusal, DRAFT)

    def _mail(self, sample: Sample) -> Iterator[Finding]:
        facts = mailed_facts(self.kind, sample.facts, recipient_name="收件人", copy_code="0A1B2C3D")
        part = "subject"
        try:
            for part, medium in MEDIA.items():
                text = substitution.render(getattr(self.stationery, part), facts, medium=medium)
                yield from self._clumsy(part, text, sample)
            part = "subject"
            build_message(self.stationery, sample.facts, **ENVELOPE)
        except MailRoomError as refusal:
            yield self._refused(part, refusal, sample.label)

    def _refused(self, part: str, refusal: MailRoomError, sample: str) -> Finding:
        missing = refusal.code == "fact_missing"
        return Finding(
            self.kind,
            self.names[part],
            substitution.line_of(refusal),
            FAULT,
            refusal.code,
            f"缺少{label(str(refusal.facts['fact']))}" if missing else refusal.message.rstrip("。"),
            "可能没有的内容请先用{% if … %}判断" if missing else "",
            sample,
        )

    def _clumsy(self, part: str, text: str, sample: Sample) -> Iterator[Finding]:
        """Punctuation that meets where something is left out."""
        for line in text.split("\n"):
            if found := CLUMSY.search(line):
                about = line[max(found.start() - 12, 0) : found.end() + 12].strip()
                advice = f"“{found[0]}”处请核对标点和条件"
                told = ("wording_clumsy", f"写出“{about}”", advice, sample.label)
                yield Finding(self.kind, self.names[part], None, WARNING, *told)


ENVELOPE: Mapping[str, Any] = {
    "sender": "duban@binhai.example",
    "recipient_name": "收件人",
    "recipient": "liaison@binhai.example",
    "message_id": "<sample.1@binhai.example>",
    "date": DATED,
}
