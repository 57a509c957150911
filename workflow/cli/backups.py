"""`duban backup` and `duban restore`: all but the keys in one file, and back into an empty database."""

from pathlib import Path
from typing import Annotated

import typer

from workflow.cli.checking import say_verification
from workflow.cli.opening import open_installation, signature
from workflow.cli.options import AsJson
from workflow.cli.output import answer, notes, now, progress_bar, screen
from workflow.services import backing_up, putting_back
from workflow.services.verification import Verification
from workflow.settings import load_settings
from workflow.signing import on_paper

SHOWN = 5


def backup(
    file: Annotated[Path, typer.Argument(help="备份文件；已存在的不覆盖")], *, as_json: AsJson = False
) -> None:
    """备份数据库、文件库和检查点为一个文件（不含密钥）。"""
    office = open_installation()
    with progress_bar("备份", quiet=as_json) as progress:
        done = backing_up.back_up(office, file, at=now(), by=signature(None), progress=progress)
    answer(as_json, done.as_json(), lambda: _say_backup(done))
    for trouble in done.troubles:
        notes.print(trouble, soft_wrap=True)


def restore(
    file: Annotated[Path, typer.Argument(help="duban backup所作的备份文件")], *, as_json: AsJson = False
) -> None:
    """由备份恢复到空的数据库，随即核验；恢复后暂缓发信和巡查。"""
    with progress_bar("恢复", quiet=as_json) as progress:
        done = putting_back.put_back(load_settings(), file, at=now(), by=signature(None), progress=progress)
    answer(as_json, done.as_json(), lambda: _say_restored(done))
    raise typer.Exit(done.exit_code)


def _say_backup(done: backing_up.BackedUp) -> None:
    told = done.manifest
    screen.print(
        f"已备份到{done.file}（{_size(done.size)}）：记载{told.entries}条、文件{told.files.count}个；日志第{done.seq}条",
        soft_wrap=True,
    )
    screen.print(f"清单：sha256:{done.seal.sha256}", soft_wrap=True)
    screen.print(f"恢复时须有密钥{'、'.join(told.keys)}，密钥文件不在备份中，请另行保管", soft_wrap=True)


def _say_restored(done: putting_back.PutBack) -> None:
    told = done.manifest
    screen.print(
        f"已恢复：记载{told.entries}条、文件{done.files}个、检查点文件{done.checkpoints}个", soft_wrap=True
    )
    if done.keys_missing:
        words = f"密钥文件中缺少密钥{'、'.join(done.keys_missing)}，请放回备份时的密钥文件"
        screen.print(words, style="yellow", soft_wrap=True)
    if done.signing_key_missing:
        public = on_paper(done.signing_key_missing)
        words = f"没有检查点签名密钥（公钥{public}），请放回，确已丢失的运行duban migrate"
        screen.print(words, style="yellow", soft_wrap=True)
    for name in done.differing[:SHOWN]:
        words = f"检查点文件{name}与备份中的不同，未覆盖；请核对哪一份被改动"
        screen.print(words, style="yellow", soft_wrap=True)
    if done.verification is not None:
        say_verification(done.verification)
        _say_outside(done, done.verification)
    screen.print("发信和巡查已暂缓；核对后由督查员或督查室主任用duban sweep release放行", soft_wrap=True)


def _say_outside(done: putting_back.PutBack, found: Verification) -> None:
    """What its verification could be held against, and what is no surprise after a restore."""
    if done.checkpoints and not found.anchored:
        words = "恢复时写出的检查点文件出自备份，不算外部证据；请用duban verify --since指明另存的检查点再核验"
        screen.print(words, style="yellow", soft_wrap=True)
    if done.beyond:
        words = (
            f"系统之外有{done.beyond}个检查点在备份之后：恢复较早的备份，放行之前即是如此；"
            "用duban sweep release放行，即登记为已舍弃的历史"
        )
        screen.print(words, style="yellow", soft_wrap=True)


def _size(size: int) -> str:
    return f"{size / (1 << 20):.1f}MB"
