"""What the doctor says of the evidence: where checkpoints go, and the key people keep on paper."""

from collections.abc import Iterator
from datetime import date
from pathlib import Path

from sqlalchemy.engine import make_url

from workflow.services import checkpoint_files, signing_keys, timestamps
from workflow.services.office import Office
from workflow.services.sealing import unsealed
from workflow.signing import on_paper
from workflow.storage.session import reading

OK, WARNING = "ok", "warning"


def look_over(office: Office, _: date) -> Iterator[tuple[str, str]]:
    """The folder, where it lies, the key. Raises `ConfigurationError` for a key that cannot be read."""
    yield _folder(office.settings.checkpoint_dir)
    yield from _elsewhere(office)
    yield from _authority(office)
    waiting = unsealed(office)
    if waiting > office.settings.checkpoint_entries:
        yield (
            WARNING,
            f"有{waiting}条记载尚未封存；请保持duban serve或duban worker运行，或运行duban checkpoint",
        )
    with reading(office.engine) as tx:
        public = signing_keys.announced(tx)[0]
        if office.secret.keys:  # whoever writes here signs here
            public = signing_keys.in_force(tx, office.settings).public
    yield OK, f"检查点签名公钥（请抄录在纸上，由审计人员保管）：{on_paper(public)}"


def _folder(folder: Path | None) -> tuple[str, str]:
    if folder is None:
        return (
            WARNING,
            "未设置检查点文件夹（DUBAN_CHECKPOINT_DIR），检查点只在数据库中，不能证明历史未被整体改写",
        )
    if not folder.is_dir():
        return WARNING, f"检查点文件夹{folder}不存在，请运行duban migrate或核对DUBAN_CHECKPOINT_DIR"
    if not checkpoint_files.is_writable(folder):
        return WARNING, f"检查点文件夹{folder}无法写入，请核对权限；恢复后将自动补写"
    return OK, f"检查点文件夹{folder}可以写入"


def _authority(office: Office) -> Iterator[tuple[str, str]]:
    """The time-stamp authority, if there is one. Raises `ConfigurationError` for a certificate unread."""
    if office.settings.tsa_url is None:
        return
    timestamps.pinned(office.settings)
    waiting = timestamps.missing(office)
    if office.settings.checkpoint_dir is None:
        yield (
            WARNING,
            "设置了时间戳机构（DUBAN_TSA_URL），但没有检查点文件夹（DUBAN_CHECKPOINT_DIR），无处存放",
        )
    elif waiting:
        yield (
            WARNING,
            f"{len(waiting)}个检查点还没有时间戳，正在自动补办；久不减少的，请核对DUBAN_TSA_URL和网络",
        )
    else:
        yield OK, "检查点均有时间戳"


def _elsewhere(office: Office) -> Iterator[tuple[str, str]]:
    """Whoever holds the disk of the database would hold the checkpoints too."""
    folder, url = office.settings.checkpoint_dir, make_url(office.settings.database_url)
    if folder is None or not folder.is_dir():
        return
    if url.get_backend_name() != "sqlite":
        yield OK, "检查点文件夹是否与数据库服务器分开无法自动核对，请确认由不同的人管理"
    elif _device(folder) == _device(Path(url.database or ".")):
        yield (
            WARNING,
            "检查点文件夹与数据库在同一块盘上，请改放由他人管理的系统（如共享文件夹、另一台服务器）",
        )
    else:
        yield OK, "检查点文件夹与数据库不在同一块盘上"


def _device(path: Path) -> int:
    return path.stat().st_dev
