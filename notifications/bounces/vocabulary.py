"""The words by which mail systems say what happened, in English and Chinese."""

import re

BLANKS = r"[ \t>*•]{0,20}"


def _any(*phrases: str) -> re.Pattern[str]:
    return re.compile("|".join(phrases), re.IGNORECASE | re.MULTILINE)


FULL = _any(
    r"quota",
    r"(?:mail|in)[ -]?(?:box|folder)[^.\n]{0,20} full",
    r"insufficient (?:system )?storage|exceeded storage",
    r"空间不足|容量.{0,4}满|邮箱.{0,6}满",
    r"超[出过].{0,10}(?:容量|配额|空间)",
)
GONE = _any(
    r"(?:user|recipient|mailbox|address|account|domain|host)\b[^.\n]{0,40}"
    r"(?:unknown|not? (?:exist|found|known|such|recogni)|n[o']t exist|disabled|suspended|invalid|rejected)",
    r"(?:unknown|invalid|no such|bad|unrouteable|non-?existent)[ -]"
    r"(?:user|recipient|mailbox|address|account|local|domain)",
    r"n.t have an? [^\n]{1,60} account|no longer (?:exist|valid|available)|addressee unknown",
    r"no mailbox here|couldn't be found|recipient ?not ?found|does ?n.t exist|not exist",
    r"不存在|未开通|停用|禁用|注销|冻结|找不到",
)
"""No such mailbox, domain or host, or one switched off."""
FOR_NOW = _any(
    r"temporar|gr[ae]ylist|try again|time[d-]? ?out|refused to talk|connection refused|can ?not connect",
    r"queue too long|expired|too many|network|unreachable",
    r"超时|稍后|网络|无法连接|连接不上|频率",
)
FOR_GOOD = _any(r"permanent|given up", r"永久")

STILL_TRYING = _any(
    r"not (?:yet )?been delivered to|delivered for more than|delayed \d+ hours",
    r"delivery (?:is|has been|to [^\n]{1,80}) delayed",
    r"(?:warning|advisory)[ -]only|postponed|not need to resend",
    r"will continue to (?:be|try|attempt)|will keep trying|still trying",
    r"延迟|暂未送达|暂时(?:无法|未能)(?:投递|送达)|继续(?:尝试|重试|投递)",
)
FAILED = _any(
    r"could ?n[o']t be delivered|(?:not|n't) able to deliver|unable to deliver|not (?:be )?deliver|undeliver",
    r"delivery (?:has )?fail|delivery to [^\n]{1,80} fail|did not reach|permanent fatal error",
    r"could not deliver|automatically rejected|mail is returned|has been returned|returned to (?:sender|you)",
    r"退回|退信|(?:无法|未能?)(?:送达|投递|发送到|传递|到达)|(?:投递|传递|发送)失败",
)
FAILURE_TITLE = _any(
    r"undeliver|could not be delivered|delivery (?:status|fail|has fail|warning)|mail delivery system",
    r"returned mail|failure notice|automatically rejected",
    r"退信|邮件被退回|未送达|无法送达|投递失败|传递失败",
)
AUTO_REPLY_TITLE = _any(
    r"(?:re: ?)?auto(?:matic)?[ -]?(?:reply|response|answer)",
    r"(?:re: ?)?(?:out of (?:the )?office|vacation)",
    r"(?:回复[:：] ?)?(?:自动[回答]复|外出|休假|不在办公室)",
)

ORIGINAL = _any(
    r"^[ \t|]{0,20}-{2,80}[ \t]{0,20}(?:this is a copy|included is a copy|the header)",
    r"^[ \t|]{0,20}-{2,80}[ \t]{0,20}below (?:this|the next) line",
    r"^[ \t|]{0,20}-{2,80}[ \t]{0,20}(?:start of )?(?:returned|original|unsent) (?:message|mail)",
    r"^[ \t|]{0,20}-{2,80}[ \t]{0,20}(?:message text|原始邮件|原邮件)",
    r"^[ \t]{0,20}(?:original message (?:headers|follows)|原始邮件(?:标题|标头|头))",
    r"^(?:return-path|received|message-id):",
)
"""Where a notice ends and the mail it is about begins."""
NOT_OF_THE_SENDER = r"(?!发件|寄件|来自|from\b|sender|reply|host\b|generating|生成)"
BEFORE_A_RECIPIENT = (
    rf"^{BLANKS}{NOT_OF_THE_SENDER}"
    r"(?:[^\n@<>(（]{0,40}[<(（“\"]"
    r"|(?:收件人|无法(?:发送|送达|投递)到|(?:failed|intended) recipient|unknown user|error-for)"
    r"[^\n@<>]{0,24}?[ :：<(（\t]"
    r"|)[ \t]{0,20}"
)
"""A recipient stands at the start of a line, in brackets after a name, or after the word for one."""
EXPLANATION = _any(r"(?:退信原因|失败原因|bounce reason)([\s\S]{1,2000}?)(?:建议|解决方案|proposed|\Z)")
