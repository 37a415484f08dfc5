"""The debrief: what a finished day is worth and what happened on it, a pure function of its journal.

Refused before the close: it would speak of sealed bids.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from auction import events as e
from auction.breach import Basis, Breach
from auction.checks import marked
from auction.commands.guard import role_of
from auction.day import SEALED, Head, IssuanceDay, Phase, Warned, WindowPhase
from auction.deciding import deciding
from auction.desk import counter_of
from auction.errors import bad_input
from auction.fold import replay
from auction.journal import Row
from auction.language import Message, _, listed, say
from auction.payload import REHEARSAL_MARK, result_signers
from auction.plan import Role
from auction.quantities import print_amount, print_rate
from auction.record import entries
from auction.settlement import custody_of
from auction.takeup import taken_in
from auction.wording import EVENT_NAMES, FIELD_NAMES, PHASE_NAMES, ROLE_NAMES, VALUE_NAMES


@dataclass(frozen=True, slots=True)
class Objective:
    """One thing the day was to achieve."""

    text: Message
    met: bool


@dataclass(frozen=True, slots=True)
class Debrief:
    """A day looked back on."""

    day: IssuanceDay
    told: tuple[tuple[e.AnyEvent, Head], ...]
    objectives: tuple[Objective, ...]

    @property
    def score(self) -> int:
        """The share of objectives met, of 100."""
        return round(100 * sum(objective.met for objective in self.objectives) / len(self.objectives))


def debrief(rows: Sequence[Row]) -> Debrief:
    """Look back on a journal. Raises BadInput before the close, JournalError for a journal that tells no day."""
    told = tuple(entries(rows))
    day = replay(told)
    if day is None:
        raise bad_input(say("日志是空的"))
    if any(state.phase in SEALED for state in day.windows.values()):
        raise bad_input(say("截标之前不能复盘：投标尚在密封之中"))
    return Debrief(day, told, objectives_of(day))


def objectives_of(day: IssuanceDay) -> tuple[Objective, ...]:
    """What the day was to achieve, and whether it did."""
    on_site = [r for r in day.refusals if role_of(r.seat)[0] not in (Role.UNDERWRITER, Role.SYSTEM)]
    windows = day.windows.values()
    signed = (WindowPhase.SIGNED, WindowPhase.CUSTODY_CLOSED, WindowPhase.CANCELLED)
    on_time = [
        day.since.get(f"notices_sent:{window.id}") is not None
        and day.since[f"notices_sent:{window.id}"].time() <= window.open
        for window in day.plan.windows
        if day.windows[window.id].phase is not WindowPhase.CANCELLED
    ]
    released = (Phase.RELEASED, Phase.PUBLISHED, Phase.SETTLED, Phase.LISTED)
    return (
        Objective(say("现场封闭：人员、设备、屏蔽、录音齐备，监督员会签"), day.phase is not Phase.PLANNED),
        Objective(say("标书与区间经双人核对，在开始之前发出"), bool(on_time) and all(on_time)),
        Objective(say("系统结果与本台复算逐手一致"), all(state.results for state in windows if _went_on(state.phase))),
        Objective(say("中标结果由两人确认，由负责人与监督员签字"), all(state.phase in signed for state in windows)),
        Objective(say("债权托管申请书全部按时报齐"), not any(state.defaulted for state in windows)),
        Objective(say("没有场次作废重来"), not any(state.attempts for state in windows)),
        Objective(say("现场在封存日志之后解除封闭"), day.phase in released),
        Objective(say("结果当日公告"), bool(day.published) and day.since["result_published"].date() == day.plan.date),
        Objective(say("款项缴齐，完成结算"), day.phase in (Phase.SETTLED, Phase.LISTED)),
        Objective(say("现场没有被拒绝的操作"), not on_site),
    )


def _went_on(phase: WindowPhase) -> bool:
    return phase not in (WindowPhase.PREPARED, WindowPhase.CANCELLED)


def markdown(looked_back: Debrief) -> str:
    """The debrief as Markdown, in the reader's language."""
    day = looked_back.day
    sections = (
        [f"# {_('复盘')} · {day.plan.issuer} {day.plan.date} · {day.planned.scenario}", "", f"> {REHEARSAL_MARK}", ""],
        [_("得分 {score} / 100，终态 {phase}。").format(score=looked_back.score, phase=PHASE_NAMES[day.phase]), ""],
        _objectives(looked_back),
        _results(day),
        _four_eyes(looked_back),
        _refused(day.refusals),
        _warned(day.warnings),
        _heads(day),
        _signers(day),
        _custody(day),
        _marked_values(day),
        _timeline(looked_back),
    )
    return "\n".join(line for section in sections for line in section).rstrip() + "\n"


def _objectives(looked_back: Debrief) -> list[str]:
    marks = {True: "✔", False: "✘"}
    return [f"## {_('目标')}", "", *(f"- {marks[o.met]} {o.text}" for o in looked_back.objectives), ""]


def _results(day: IssuanceDay) -> list[str]:
    heading = [
        _("债券"),
        _("方式"),
        _("计划（亿元）"),
        _("实际（亿元）"),
        _("票面利率或价格"),
        _("边际中标标位"),
        _("投标倍数"),
        _("边际倍数"),
    ]
    lines = [f"## {_('结果')}", "", _row(heading), _row(["---"] * len(heading))]
    for bond, result in day.results().items():
        figures = [result.price, result.cutoff, result.cover, result.marginal_cover]
        cells = [print_rate(figure) if figure is not None else _("流标") for figure in figures]
        amounts = [print_amount(result.offered), print_amount(result.issued)]
        lines.append(_row([bond, str(VALUE_NAMES[result.method.value]), *amounts, *cells]))
        if result.short:
            lines.append(_row([_("未招满"), *[""] * (len(heading) - 1)]))
    return [*lines, "", *_beside_the_bids(day)]


def _beside_the_bids(day: IssuanceDay) -> list[str]:
    """What was taken without bidding, and what was sold over the counter."""
    lines = []
    for bond, result in day.results().items():
        taken, counter = taken_in(result), counter_of(day, bond, result)
        if taken:
            told = _("- {bond}：未经投标由主承销商承担 {amount} 亿元")
            lines.append(told.format(bond=bond, amount=print_amount(taken)))
        if counter:
            amounts = {"amount": print_amount(counter.amount), "issued": print_amount(counter.issued)}
            lines.append(_("- {bond}：柜台计划 {amount} 亿元，发行 {issued} 亿元").format(bond=bond, **amounts))
    return [*lines, ""] if lines else []


def _four_eyes(looked_back: Debrief) -> list[str]:
    lines = [f"## {_('双人核对')}", ""]
    for event, _head in looked_back.told:
        if isinstance(event, e.NoticeChecked | e.RangeChecked):
            found = str(listed([FIELD_NAMES[field] for field in event.differences])) if event.differences else _("一致")
            lines.append(f"- {event.at:%H:%M:%S} {event.bond} {_names(event.seat)}：{found}")
        if isinstance(event, e.AwardConfirmed | e.AwardChecked):
            lines.append(f"- {event.at:%H:%M:%S} {event.window} {_names(event.seat)}：{_words(event)}")
    return [*lines, ""]


def _refused(refusals: Iterable[e.ActionRefused]) -> list[str]:
    lines = [f"## {_('被拒绝的操作与触及的规则')}", ""]
    for refused in refusals:
        lines.append(f"- {refused.at:%H:%M:%S} {_names(refused.seat)}：{EVENT_NAMES[refused.action]}")
        lines += [f"  - {breach.message}（{_cited(breach)}）" for breach in refused.breaches]
    return [*lines, *([] if refusals else [_("没有。")]), ""]


def _warned(warnings: Iterable[Warned]) -> list[str]:
    """What was let pass although something spoke against it."""
    lines = []
    for warned in warnings:
        lines.append(f"- {warned.at:%H:%M:%S} {_names(warned.seat)}：{EVENT_NAMES[warned.action]}")
        lines += [f"  - {breach.message}（{_cited(breach)}）" for breach in warned.breaches]
    return [f"## {_('提醒')}", "", *lines, ""] if lines else []


def _cited(breach: Breach) -> str:
    return breach.citation or breach.rule


def _heads(day: IssuanceDay) -> list[str]:
    people = _("登记 {count} 人，存放设备 {devices} 件").format(
        count=len(day.registered), devices=sum(day.devices.values())
    )
    yes, no = _("是"), _("否")
    lines = _("无线电屏蔽：{shielding}；录音电话测试：{line}").format(
        shielding=yes if day.shielding else no, line=yes if day.recorded_line else no
    )
    voided = sum(len(state.attempts) for state in day.windows.values())
    emergency = _("作废重来 {voided} 次").format(voided=voided)
    entries_ = [(_("人员"), people), (_("通讯"), lines), (_("应急操作"), emergency)]
    return [f"## {_('监督三项')}", "", *(f"- {name}：{text}" for name, text in entries_), ""]


def _signers(day: IssuanceDay) -> list[str]:
    lines = [f"## {_('签字')}", ""]
    for window, state in day.windows.items():
        roles = {signature.role: signature.person for signature in state.signatures}
        for role in result_signers(day.plan.methods):
            person = roles.get(role.value, _("未签"))
            lines.append(f"- {window} {ROLE_NAMES[role]}：{person}")
    return [*lines, ""]


def _custody(day: IssuanceDay) -> list[str]:
    """How much of each bond is kept where, and whose forms did not come."""
    lines = [f"## {_('债权托管')}", ""]
    for window in day.plan.windows:
        state = day.windows[window.id]
        for bond in state.results if state.phase is WindowPhase.CUSTODY_CLOSED else ():
            kept: dict[str, int] = {}
            for split in custody_of(day, bond).values():
                for depository, amount in split.items():
                    kept[depository] = kept.get(depository, 0) + amount
            told = "、".join(f"{name} {print_amount(amount)}" for name, amount in sorted(kept.items()))
            lines.append(_("- {bond}：{told} 亿元").format(bond=bond, told=told or "0"))
        lines += [_("- 未按时填报，默认全部托管：{who}").format(who=who) for who in state.defaulted]
    return [*lines, ""]


def _marked_values(day: IssuanceDay) -> list[str]:
    """Every value that could decide something on the day and rests on practice or on an assumption, with its mark."""
    unsure = [rule for rule in deciding(day.plan) if rule.basis in (Basis.ASSUMED, Basis.PRACTICE)]
    lines = [f"- {rule.label}：{rule.text}（{marked(rule.citation, rule.basis)}）" for rule in unsure]
    return [f"## {_('没有原文依据的取值')}", "", *lines, ""]


def _timeline(looked_back: Debrief) -> list[str]:
    """Every act but the single bids, custody forms and payments, which are counted."""
    lines, counted = [f"## {_('时间线')}", ""], dict[str, int]()
    for event, _head in looked_back.told:
        if isinstance(event, e.BidReceived | e.CounterOrdered | e.CustodyFiled | e.PaymentReceived):
            counted[event.kind] = counted.get(event.kind, 0) + 1
            continue
        for kind, count in counted.items():
            lines.append(_("- 其间 {what} {count} 件").format(what=EVENT_NAMES[kind], count=count))
        counted = {}
        place = e.place_of(event) or ""
        lines.append(f"- {event.at:%m-%d %H:%M:%S} {_names(event.seat)} {_words(event)} {place}".rstrip())
    return lines


def _names(seat: str) -> str:
    role, name = role_of(seat)
    return str(ROLE_NAMES[role]) if role is Role.SYSTEM else f"{ROLE_NAMES[role]} {name}"


def _words(event: e.AnyEvent) -> str:
    return str(EVENT_NAMES[event.kind])


def _row(cells: Sequence[str]) -> str:
    return "| " + " | ".join(cells) + " |"
