"""Why a file cannot be taken in, said by whoever reads its bytes and does not know whose they are."""


class Unfit(Exception):
    """`code` is that of the refusal to come, `reason` its predicate in Chinese, without a full stop."""

    def __init__(self, code: str, reason: str) -> None:
        super().__init__(reason)
        self.code, self.reason = code, reason


def broken() -> Unfit:
    return Unfit("file_broken", "已损坏，或与扩展名不符，无法读取，请重新导出后再传")


def encrypted() -> Unfit:
    return Unfit("file_encrypted", "设有密码，无法核对内容，请取消密码后再传")


def active(what: str) -> Unfit:
    """A file that does something where it is opened; `what` is a predicate."""
    return Unfit("file_active", f"{what}，打开时可能危害电脑，不予接收；请另存为不带此内容的文件后再传")


def polyglot(what: str) -> Unfit:
    """A file that is two at once, or carries something behind its end; `what` is a predicate."""
    return Unfit("file_polyglot", f"{what}，不予接收；请重新导出或截图后再传")


def unreadable_archive() -> Unfit:
    return Unfit("archive_kind", "是ZIP以外的压缩包或磁盘映像，无法核对内容，请改用ZIP或解开后再传")


def too_large() -> Unfit:
    return Unfit("archive_too_large", "内含文件过多，或解开后过大，请拆分后再传")
