"""What each field of a form and each part of the lobby wants, in one line."""

from __future__ import annotations

from collections.abc import Mapping

from auction.language import Message, say

FIELD_HELP: Mapping[str, Message] = {
    "method": say("按发行文件；首次发行多为单一价格招标"),
    "object": say("首次发行招利率，续发行招价格"),
    "tenor": say("年数，例如 10"),
    "offered": say("亿元，例如 30 或 15.8965；写 30亿元 也行"),
    "frequency": say("一年付息几次：七年及以下一次，十年及以上两次"),
    "tick": say("利率以百分点计，例如 0.01"),
    "lot": say("亿元，例如 0.1"),
    "tail": say("边际标位按比例取整之后，余下的几手给谁"),
    "open": say("时:分 或 时:分:秒，例如 10:30"),
    "close": say("时:分 或 时:分:秒，例如 11:10"),
    "low": say("均值加下限加点，四舍五入到标位变动幅度"),
    "high": say("未取整的均值乘以上限幅度，四舍五入到标位变动幅度"),
    "level": say("在投标区间之内，是标位变动幅度的整数倍；可从表格粘贴几行“标位、投标量”"),
    "amount": say("亿元，是基本单位的整数倍"),
    "devices": say("入柜的手机、手表等件数；没有就填 0"),
    "people": say("登记齐全，在册的人都在，没有外人"),
    "communications": say("设备已入柜，无线电屏蔽已开"),
    "emergency": say("录音电话可用，应急投标有人受理"),
    "remark": say("不符合的写明是什么；都符合可以不填"),
    "reason": say("写明理由，将记入日志和签字的结果"),
    "answer": say("写明如何了结，将记入签字的结果"),
    "again": say("是：另定时间重新招标；否：取消本场"),
    "until": say("时:分 或 时:分:秒，晚于现在的截止时间，例如 11:30"),
    "seal_right": say("传真件上盖的是不是在发行系统预留的印鉴"),
    "announced": say("是否先用录音电话告知现场"),
    "price": say("照签字的结果：票面利率以百分点计，价格以元计；流标不填"),
    "issued": say("照签字的结果，亿元"),
    "text": say("看到了什么、谁、是否得当；只有教员和复盘看得到"),
    "CCDC": say("亿元；三处之和等于中标量"),
    "CSDC-SH": say("亿元；没有就不填"),
    "CSDC-SZ": say("亿元；没有就不填"),
    "days": say("选一个场景，或一个可以续演的日子；Enter 去选席位"),
    "seats": say("空格选取你坐的席位，其余由脚本担任"),
    "keys": say("演练密钥不用口令；本人密钥在签字时要输入口令"),
    "experiments": say("选一个实验；Enter 去选方案，F5 做实验"),
    "arms": say("空格选取要比的方案；选中的第一个是基准"),
    "figures": say("↑ ↓ 翻看；Tab 到表格里左右移动"),
    "start": say("开始，或从上次停下的地方续演"),
}


def help_for(name: str) -> str:
    """What the field or part of that name wants; numbered fields share one line."""
    known = FIELD_HELP.get(name) or FIELD_HELP.get(name.rstrip("0123456789"))
    return str(known) if known else ""
