"""An invitation as the screen tells of it."""

from states.office_time import office_minute
from workflow.services.accounts.invitations import Invited


def told_invitation(made: Invited) -> str:
    """Where he sets his password; without an address of the installation, what comes behind it."""
    return f"邀请链接：{made.link}" if "://" in made.link else f"邀请链接：系统网址后接{made.link}"


def told_next(made: Invited) -> str:
    """What is to be done with it."""
    until = office_minute(made.until)
    if not made.waits:
        return f"请当面或者用可靠方式交给本人设置密码；只能用一次，{until}前有效。"
    return (
        f"请交给本人；只能用一次，{until}前有效。须先经安全保密管理员核准（duban user admit {made.person}），"
        "由其将核对码交给本人，凭链接和核对码设置密码。"
    )
