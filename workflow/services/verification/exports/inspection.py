"""The walk through an export: line after line, then what only the whole shows.

It answers as the stand-alone verifier does, by the same written format and with other code, so that each
checks the other.
"""

import hashlib
import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import BinaryIO

from states.evidence import EXPORT_FORMAT
from states.evidence.checkpoint import ALGORITHMS, CheckpointInvalid, parse
from workflow.errors import ConfigurationError
from workflow.secret import Secret, read_secret
from workflow.services.checkpoint_files import files_in
from workflow.services.verification.exports.chains import Chains
from workflow.services.verification.exports.lines import (
    CheckpointLine,
    EndLine,
    EntryLine,
    Header,
    NotAnExport,
    Payload,
    StateLine,
    read_line,
    read_payload,
)
from workflow.services.verification.exports.tree import Tree
from workflow.services.verification.exports.witnesses import Witnesses
from workflow.services.verification.verdict import Finding, Verification, finding
from workflow.settings import Settings

PUBLIC_KEY = re.compile("[0-9a-f]{64}")
SHORTEST_ENTRY = 300
"""No entry's line has fewer bytes, so a header cannot make us keep room for more than the file holds."""


def verify_export(
    file: Path, *, outside: Iterable[Path] = (), public_keys: Iterable[str] = (), secret: Secret | None = None
) -> Verification:
    """Check an exported file against itself, against checkpoints kept elsewhere, and against keys in hand.

    Raises `NotAnExport` for a file that cannot be judged, `CheckpointInvalid` for an outside file that is no
    checkpoint, `OSError`.
    """
    with file.open("rb") as opened:
        walk = _Walk(_header(opened, file.stat().st_size), secret)
        result = Verification()
        result.findings += walk.lines(opened)
    result.findings += walk.of_the_whole(outside, frozenset(public_keys))
    result.notices = walk.witnesses.notices
    result.entries, result.cases = walk.chains.entries, walk.chains.matters
    keyed = walk.chains.unkeyed < walk.chains.entries  # keys of another installation prove nothing here
    result.unkeyed = walk.chains.unkeyed if keyed else 0
    result.sealed, result.unsealed = walk.tree.placed, walk.chains.entries - walk.tree.placed
    result.checkpoints, result.anchors = len(walk.witnesses.own), walk.witnesses.anchors
    return result


def verify_file(
    settings: Settings, file: Path, *, since: Path | None = None, public_keys: Iterable[str] = ()
) -> Verification:
    """The same with what this machine has: its key file if there is one, and a file or folder of checkpoints.

    Raises `NotAnExport`, `ConfigurationError` (`public_key_invalid`, `anchor_unreadable` …).
    """
    secret = read_secret(settings.secret_file) if settings.secret_file.exists() else None
    outside = files_in(since) if since is not None else []
    keys = [_public_key(word) for word in public_keys]
    try:
        return verify_export(file, outside=outside, public_keys=keys, secret=secret)
    except OSError as error:
        raise NotAnExport(f"“{file}”无法读取，请核对路径和权限。", code="export_unreadable") from error


def _public_key(word: str) -> str:
    """A key as it is kept on paper, in groups and in either case."""
    key = "".join(word.split()).lower()
    if PUBLIC_KEY.fullmatch(key) is None:
        raise ConfigurationError(
            "签名公钥应为64位十六进制数字（可分组书写），请对照纸质留存的公钥填写。",
            code="public_key_invalid",
        )
    return key


def _header(opened: BinaryIO, size: int) -> Header:
    raw = opened.readline()
    opened.seek(0)
    try:
        header = read_line(raw)
    except ValueError as error:
        raise NotAnExport("这不是导出的历史文件，或文件头不完整；请核对文件。") from error
    if not isinstance(header, Header) or not header.in_order:
        raise NotAnExport("这不是导出的历史文件，或文件头的分段不合规定；请核对文件。")
    if header.format != EXPORT_FORMAT:
        message = f"导出格式“{header.format[:32]}”不是{EXPORT_FORMAT}，请用相应版本核验。"
        raise NotAnExport(message, format=header.format[:32])
    if header.scope == "all" and header.sealed * SHORTEST_ENTRY > size:
        raise NotAnExport("文件头所称的封存条数多于文件可能容纳的条数；请核对文件是否完整。")
    for one in header.epochs:
        _check_known(one.algorithm)
    return header


def _check_known(algorithm: str) -> None:
    if algorithm not in ALGORITHMS or algorithm not in hashlib.algorithms_available:
        message = f"不认识或本机没有算法“{algorithm[:16]}”，请用新版程序或装有OpenSSL 3的机器核验。"
        raise NotAnExport(message, algorithm=algorithm[:16])


@dataclass(slots=True)
class _Walk:
    """What must be remembered from one line to the next."""

    header: Header
    secret: Secret | None
    chains: Chains = field(init=False)
    tree: Tree = field(init=False)
    witnesses: Witnesses = field(init=False)
    ended: bool = False

    def __post_init__(self) -> None:
        self.chains = Chains(self.header, self.secret)
        self.tree = Tree(self.header)
        self.witnesses = Witnesses(self.header)

    def lines(self, opened: BinaryIO) -> Iterator[Finding]:
        """Every line in its turn; the last is over all the others."""
        running, number = hashlib.sha256(), 0
        for number, raw in enumerate(opened, start=1):
            try:
                yield from (one | {"line": number} for one in self._line(number, raw, running.hexdigest()))
            except ValueError:
                message = f"第{number}行不合规定的格式：被改动，或传送不完整"
                yield finding("line_malformed", message, line=number)
            running.update(raw)
        if not self.ended:
            yield finding("cut_off", "没有结尾行：文件末尾被截去，或传送不完整", line=number)

    def of_the_whole(self, outside: Iterable[Path], public_keys: frozenset[str]) -> Iterator[Finding]:
        """What no single line shows."""
        yield from self.chains.close(None)
        yield from self.witnesses.check_numbers(self.chains.resumed)
        yield from self.witnesses.check_outside(outside, self.chains.left)
        yield from self.witnesses.check_signers(self.chains.signers, public_keys)
        if self.header.scope == "all":
            yield from self.tree.check(self.witnesses.own)

    def _line(self, number: int, raw: bytes, digest: str) -> Iterator[Finding]:
        line = read_line(raw)
        if self.ended or isinstance(line, Header) != (number == 1):
            raise ValueError("a line that must not stand here")
        if isinstance(line, EntryLine):
            yield from self._entry(line)
        elif isinstance(line, StateLine):
            yield from self.chains.check_row(line)
        elif isinstance(line, CheckpointLine):
            yield from self._checkpoint(line)
        elif isinstance(line, EndLine):
            yield from self._end(line, number, digest)

    def _entry(self, line: EntryLine) -> Iterator[Finding]:
        _check_known(line.algorithm)
        payload = read_payload(line.payload)
        where = {"case": payload.case, "seq": payload.seq, "position": line.position}
        found = [*self.chains.check_entry(line, payload), *self._place(line, payload)]
        yield from (one | where for one in found)

    def _place(self, line: EntryLine, payload: Payload) -> Iterator[Finding]:
        if line.position is not None and line.position >= self.header.sealed:
            raise ValueError("a place beyond the log")
        if self.header.scope == "all" or line.position is None:
            yield from self.tree.place(line, payload)
        else:
            yield from self.tree.prove(line, self.witnesses.own)

    def _checkpoint(self, line: CheckpointLine) -> Iterator[Finding]:
        try:
            one = parse(line.text)
        except CheckpointInvalid as error:
            raise ValueError("no checkpoint") from error
        yield from self.witnesses.check(one)

    def _end(self, line: EndLine, number: int, digest: str) -> Iterator[Finding]:
        self.ended = True
        if (line.lines, line.sha256) != (number - 1, digest):
            yield finding("file_changed", "文件与结尾行的摘要不符：导出之后被改动")
