"""An invitation as the screen tells of it."""

from workflow.services.accounts.invitations import Invited


def told_invitation(made: Invited) -> str:
    """Where he sets his password; without an address of the installation, what comes behind it."""
    return f"邀请链接：{made.link}" if "://" in made.link else f"邀请链接：系统网址后接{made.link}"
