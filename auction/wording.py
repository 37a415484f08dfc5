"""The names people use for roles, fields, acts and phases."""

from __future__ import annotations

from collections.abc import Mapping

from auction.day import Phase, WindowPhase
from auction.language import Message, say
from auction.outcome import Status
from auction.plan import Role

ROLE_NAMES: Mapping[Role, Message] = {
    Role.OPERATOR: say("经办人"),
    Role.CHECKER: say("复核人"),
    Role.LEAD_OFFICER: say("发行人员负责人"),
    Role.SUPERVISOR: say("监督员"),
    Role.OBSERVER: say("观察员"),
    Role.BOOKRUNNER: say("簿记管理人授权代表"),
    Role.TECHNICIAN: say("支持部门人员"),
    Role.INSTRUCTOR: say("教员"),
    Role.UNDERWRITER: say("承销团成员"),
    Role.SYSTEM: say("发行系统"),
}

FIELD_NAMES: Mapping[str, Message] = {
    "bond": say("债券代码"),
    "method": say("招标方式"),
    "object": say("招标标的"),
    "tenor": say("期限"),
    "offered": say("计划发行面值"),
    "frequency": say("付息频率"),
    "tick": say("标位变动幅度"),
    "lot": say("投标量基本单位"),
    "tail": say("尾数分配"),
    "open": say("开始时间"),
    "close": say("截止时间"),
    "curve": say("收益率曲线文件"),
    "days": say("五个工作日"),
    "mean": say("五日均值"),
    "low": say("区间下限"),
    "high": say("区间上限"),
    "level": say("标位"),
    "amount": say("投标量"),
    "steps": say("投标书"),
    "devices": say("设备件数"),
    "reason": say("原因"),
    "again": say("是否重新招标"),
    "people": say("人员"),
    "communications": say("通讯"),
    "emergency": say("应急操作"),
    "remark": say("说明"),
    "answer": say("如何了结"),
    "until": say("延长到"),
    "test_key": say("电子密押"),
    "seal_right": say("印鉴相符"),
    "announced": say("已用录音电话告知"),
    "text": say("记事"),
}

VALUE_NAMES: Mapping[str, Message] = {
    "single-price": say("单一价格招标"),
    "multiple-price": say("多重价格招标"),
    "modified-multiple-price": say("修正的多重价格招标"),
    "public-underwriting": say("公开承销"),
    "directed-underwriting": say("定向承销"),
    "rate": say("利率"),
    "price": say("价格"),
    "round-robin": say("按时间逐手轮流"),
    "earliest-first": say("全给最早的投标"),
    "true": say("是"),
    "false": say("否"),
}
"""The words a field may hold."""

EVENT_NAMES: Mapping[str, Message] = {
    "day_planned": say("当日计划确定"),
    "seat_taken": say("就位"),
    "member_played": say("由真人投标"),
    "person_registered": say("登记人员"),
    "devices_handed_in": say("存放通讯设备"),
    "shielding_switched_on": say("开启无线电屏蔽"),
    "recorded_line_tested": say("测试录音电话"),
    "site_inspected": say("检查并会签现场"),
    "objection_raised": say("提出异议"),
    "objection_settled": say("异议了结"),
    "site_sealed": say("现场封闭"),
    "notice_entered": say("录入标书"),
    "notice_checked": say("复核标书"),
    "range_entered": say("录入投标区间"),
    "range_checked": say("复核投标区间"),
    "notices_sent": say("发标"),
    "window_opened": say("开始投标"),
    "bid_received": say("投标"),
    "bid_withdrawn": say("撤回投标"),
    "counter_ordered": say("柜台申购"),
    "window_closed": say("截标"),
    "result_delivered": say("系统给出结果"),
    "result_recomputed": say("复算一致，出标"),
    "window_voided": say("本场作废"),
    "award_confirmed": say("确认中标"),
    "award_checked": say("复核中标"),
    "result_signed": say("结果签字"),
    "custody_filed": say("债权托管申请书"),
    "custody_closed": say("托管截止"),
    "register_closed": say("结束登记"),
    "site_released": say("解除封闭"),
    "result_published": say("公告结果"),
    "payment_received": say("缴款"),
    "settlement_recorded": say("完成结算"),
    "bonds_listed": say("上市"),
    "day_closed": say("封存日志"),
    "action_refused": say("操作被拒绝"),
    "incident_occurred": say("突发情况"),
    "incident_answered": say("处置突发情况"),
    "window_extended": say("延长招标时间"),
    "emergency_form_received": say("收到应急投标书"),
    "emergency_bid_keyed": say("录入应急投标"),
    "emergency_form_set_aside": say("应急投标书不予处理"),
    "announcement_corrected": say("更正公告"),
    "note_taken": say("教员记事"),
    "clock_set": say("教员调钟"),
    "day_branched": say("改走另一条路"),
}

PHASE_NAMES: Mapping[Phase, Message] = {
    Phase.PLANNED: say("待封闭"),
    Phase.SITE_SEALED: say("现场封闭"),
    Phase.RELEASED: say("解除封闭"),
    Phase.PUBLISHED: say("已公告"),
    Phase.SETTLED: say("已结算"),
    Phase.LISTED: say("已上市"),
}

WINDOW_PHASE_NAMES: Mapping[WindowPhase, Message] = {
    WindowPhase.PREPARED: say("准备"),
    WindowPhase.SENT: say("已发标"),
    WindowPhase.OPEN: say("投标中"),
    WindowPhase.CLOSED: say("已截标"),
    WindowPhase.CLEARED: say("已出标"),
    WindowPhase.CONFIRMED: say("已确认"),
    WindowPhase.SIGNED: say("已签字"),
    WindowPhase.CUSTODY_CLOSED: say("托管已截止"),
    WindowPhase.CANCELLED: say("已取消"),
}

STATUS_NAMES: Mapping[Status, Message] = {
    Status.WON: say("中标"),
    Status.PARTLY_WON: say("部分中标"),
    Status.LOST: say("未中标"),
    Status.REJECTED: say("无效"),
}
