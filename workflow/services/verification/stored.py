"""The files that papers, messages and entries name: each is in the store, with the bytes it had."""

from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path

from states.errors import Refusal
from workflow.services import files
from workflow.services.verification.dossiers import Dossier
from workflow.services.verification.verdict import Finding, finding


@dataclass(slots=True)
class Store:
    """The file store, each file of which is read once however often it is named."""

    folder: Path
    looked_at: dict[str, Refusal | None] = field(default_factory=dict)

    def check(self, dossier: Dossier) -> Iterator[Finding]:
        """Every file this case names, with a finding for one that is lost or changed."""
        for sha256, what in _named(dossier):
            refusal = self._refusal(sha256)
            if refusal is not None:
                message = f"{what}：{refusal.message}"
                yield finding(refusal.code, message, case=dossier.name, file=sha256)

    def _refusal(self, sha256: str) -> Refusal | None:
        if sha256 not in self.looked_at:
            self.looked_at[sha256] = self._fetched(sha256)
        return self.looked_at[sha256]

    def _fetched(self, sha256: str) -> Refusal | None:
        try:
            files.fetch(self.folder, sha256)
        except Refusal as refusal:
            return refusal
        return None


def _named(dossier: Dossier) -> Iterator[tuple[str, str]]:
    """Hash and name of every file."""
    yield from ((paper.sha256, f"文书{paper.number or paper.id}") for paper in dossier.papers if paper.sha256)
    yield from ((mail.sha256, f"邮件{mail.message_id}") for mail in dossier.messages if mail.sha256)
    for entry in dossier.history:
        yield from ((file.sha256, f"佐证材料“{file.name}”") for file in entry.details.files)
        if entry.kind == "register_imported" and entry.details.file:
            yield entry.details.file, "导入的台账"
