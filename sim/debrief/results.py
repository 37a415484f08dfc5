"""What the day came to: results, what was sold beside the bids, who signed, and where the bonds are kept."""

from __future__ import annotations

from collections.abc import Iterator

from auction.day import IssuanceDay, WindowPhase
from auction.desk import counter_of
from auction.language import _
from auction.payload import result_signers
from auction.quantities import print_amount, print_rate
from auction.settlement import custody_of
from auction.takeup import taken_in
from auction.wording import ROLE_NAMES, VALUE_NAMES
from sim.debrief.section import Mark, Row, Section, line
from sim.debrief.wording import labelled, together


def results(day: IssuanceDay) -> Section:
    """The result of every issue."""
    columns = (
        _("债券"),
        _("方式"),
        _("计划（亿元）"),
        _("实际（亿元）"),
        _("票面利率或价格"),
        _("边际中标标位"),
        _("投标倍数"),
        _("边际倍数"),
    )
    rows = []
    for bond, result in day.results().items():
        figures = (result.price, result.cutoff, result.cover, result.marginal_cover)
        cells = tuple(print_rate(figure) if figure is not None else _("流标") for figure in figures)
        amounts = (print_amount(result.offered), print_amount(result.issued))
        under = (_("未招满"),) if result.short else ()
        rows.append(Row((bond, str(VALUE_NAMES[result.method.value]), *amounts, *cells), Mark.NONE, under))
    return Section("results", _("结果"), tuple(rows), columns)


def beside_the_bids(day: IssuanceDay) -> Section:
    """What was taken without bidding, and what was sold over the counter."""
    return Section("beside", _("投标之外"), tuple(_beside(day)))


def _beside(day: IssuanceDay) -> Iterator[Row]:
    for bond, result in day.results().items():
        taken, counter = taken_in(result), counter_of(day, bond, result)
        if taken:
            told = _("{bond}：未经投标由主承销商承担 {amount} 亿元")
            yield line(told.format(bond=bond, amount=print_amount(taken)))
        if counter:
            amounts = {"amount": print_amount(counter.amount), "issued": print_amount(counter.issued)}
            yield line(_("{bond}：柜台计划 {amount} 亿元，发行 {issued} 亿元").format(bond=bond, **amounts))


def signers(day: IssuanceDay) -> Section:
    """Who signed each window's result."""
    rows = []
    for window, state in day.windows.items():
        signed = {signature.role: signature.person for signature in state.signatures}
        for role in result_signers(day.plan.methods):
            person = signed.get(role.value, _("未签"))
            rows.append(line(labelled(f"{window} {ROLE_NAMES[role]}", person)))
    return Section("signers", _("签字"), tuple(rows))


def custody(day: IssuanceDay) -> Section:
    """How much of each bond is kept where, and whose forms did not come."""
    return Section("custody", _("债权托管"), tuple(_custody(day)))


def _custody(day: IssuanceDay) -> Iterator[Row]:
    for window in day.plan.windows:
        state = day.windows[window.id]
        for bond in state.results if state.phase is WindowPhase.CUSTODY_CLOSED else ():
            kept: dict[str, int] = {}
            for split in custody_of(day, bond).values():
                for depository, amount in split.items():
                    kept[depository] = kept.get(depository, 0) + amount
            told = together(f"{name} {print_amount(amount)}" for name, amount in sorted(kept.items()))
            yield line(_("{bond}：{told} 亿元").format(bond=bond, told=told or "0"))
        for who in state.defaulted:
            yield line(_("未按时填报，默认全部托管：{who}").format(who=who), Mark.WRONG)
