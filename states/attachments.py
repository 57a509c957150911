"""How many files come with an act, and how much a case may hold of them. Nobody's disk is without end."""

from collections.abc import Sequence

from states.errors import FactInvalid

MIB = 1024 * 1024
MAX_FILE_BYTES = 50 * MIB
MAX_FILES = 50
MAX_ACT_BYTES = 200 * MIB
MAX_CASE_BYTES = 2048 * MIB


def check_act(sizes: Sequence[int]) -> None:
    """Refuse what comes with one act, by the sizes of its files in bytes.

    Raises `FactInvalid`: `too_many_files` over 50, `files_too_large` over 200 MiB together.
    """
    if len(sizes) > MAX_FILES:
        raise FactInvalid(
            f"一次最多附{MAX_FILES}个文件，请分次办理。", code="too_many_files", count=len(sizes)
        )
    if sum(sizes) > MAX_ACT_BYTES:
        most = MAX_ACT_BYTES // MIB
        raise FactInvalid(
            f"一次所附文件合计超过{most}MB，请压缩图片或分次办理。", code="files_too_large", size=sum(sizes)
        )


def check_case(held: int, added: int) -> None:
    """Refuse what would take a case past 2 GiB of files. Raises `FactInvalid` (`case_files_too_large`)."""
    if held + added > MAX_CASE_BYTES:
        raise FactInvalid(
            f"本事项的附件合计将超过{MAX_CASE_BYTES // MIB // 1024}GB，请只附必要的材料，或压缩后再传。",
            code="case_files_too_large",
            held=held,
            added=added,
        )
