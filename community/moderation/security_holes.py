"""Texts that may tell how the product is broken into, or what was seen of others: not for everybody."""

import re

from community.analysis.script import fold

_NAMES = (
    r"\b(?:sql|code|command|script|html) injection\b",
    r"\b(?:xss|csrf|ssrf|cve-\d{4}-\d+)\b",
    r"\bcross[- ]site scripting\b",
    r"\b(?:security|privacy) (?:hole|flaw|bug|vulnerability|vulnerabilities|breach|leak)s?\b",
    r"\bremote code execution\b",
    r"\bzero[- ]day\b",
    r"\bexploit (?:for|against|code)\b",
    "(?:安全|系统|网站|软件|程序|越权|注入|信息泄露)漏洞",
    "越权访问|注入攻击|sql注入|跨站脚本|远程代码执行|零日漏洞|数据泄露",
)
_WAYS_ROUND = (
    r"\b(?:bypass(?:es|ed)?|get around|circumvent) (?:the |your )?"
    r"(?:log-?in|sign[- ]?in|password|authentication|payment|2fa)\b",
    "绕过(?:登录|登陆|密码|验证|支付|身份)",
)
_SEEN_OF_OTHERS = (
    r"\b(?:see|saw|read|view|access|open|download|change|delete) (?:all |any |the |some ){0,2}"
    r"(?:other|another|someone else's|somebody else's|anyone else's|a stranger's|strangers') ?"
    r"(?:(?:people|person|customer|user|member)(?:'?s'?)? )?"
    r"(?:accounts?|orders?|passwords?|invoices?|data|addresses|details|messages|profiles?|cards?)\b",
    "(?:看到|看见|查看|访问|打开|下载|修改|删除)[了到]?(?:其他|别的|他人|别人|陌生)(?:人|用户|客户|会员|顾客)?的?"
    "(?:账户|账号|帐号|帐户|订单|密码|发票|资料|地址|信息|数据|聊天记录)",
)
_PLAIN_PASSWORDS = (
    r"\bpasswords? (?:is|are|was|were) (?:\w+ )?(?:in (?:plain|clear) ?text|unencrypted)",
    "明文(?:存储|保存|传输|显示)?的?密码|密码[是用以]?明文",
)
_ANY = re.compile("|".join((*_NAMES, *_WAYS_ROUND, *_SEEN_OF_OTHERS, *_PLAIN_PASSWORDS)))


def may_tell_of_one(text: str) -> bool:
    """Whether the text reads as if it told of a security hole."""
    return _ANY.search(" ".join(fold(text).replace("’", "'").split())) is not None
