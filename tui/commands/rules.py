"""`kaibiao rules`: what the regulations say on a day, by which text, and how each value is known."""

from __future__ import annotations

from datetime import date

import click

from auction.checks import marked
from auction.language import _
from auction.rulebook import InForce, load_rulebook
from tui.options import DAY, json_option
from tui.output import print_json, print_table

issuer_option = click.option("--issuer", help=_("发行人，如 江苏；不给则用全国规则。"))
day_option = click.option("--on", "day", type=DAY, help=_("哪一天的规则；不给则按今天。"))


@click.group("rules", help=_("查阅现行规则及其依据。"))
def rules_group() -> None:
    """Hold the two commands."""


@rules_group.command("list", help=_("列出某日对某发行人有效的每一条规则。"))
@issuer_option
@day_option
@json_option
def list_command(issuer: str | None, day: date | None, as_json: bool) -> None:
    """Print every rule in force."""
    rulebook, day = load_rulebook(), day or date.today()
    rules = rulebook.for_(issuer, day)
    in_force = [rule for key in rulebook.keys() if (rule := rules.get(key))]
    if as_json:
        entries = [rule.as_dict() for rule in in_force]
        print_json({"issuer": rules.issuer, "on": day.isoformat(), "rules": entries})
        return
    click.echo(_("{issuer}，{day} 有效的规则").format(issuer=rules.issuer, day=day))
    rows = [(rule.key, rule.label, rule.text, marked(rule.citation, rule.basis)) for rule in in_force]
    print_table((_("规则"), _("内容"), _("取值"), _("依据")), rows)


@rules_group.command("show", help=_("一条规则的现行取值、依据原文和沿革。"))
@click.argument("key", metavar=_("规则"))
@issuer_option
@day_option
@json_option
def show_command(key: str, issuer: str | None, day: date | None, as_json: bool) -> None:
    """Print one rule with its history."""
    rulebook, day = load_rulebook(), day or date.today()
    history = rulebook.history(key, issuer)
    rules = rulebook.for_(issuer, day)
    now = rules.get(key)
    if as_json:
        place = {"key": key, "issuer": rules.issuer, "on": day.isoformat()}
        entries = [rule.as_dict() for rule in history]
        print_json({**place, "in_force": now.as_dict() if now else None, "history": entries})
        return
    _tell(key, rules.issuer, day, now, history)


def _tell(key: str, issuer: str, day: date, now: InForce | None, history: tuple[InForce, ...]) -> None:
    label = history[-1].label if history else ""
    click.echo(f"{key}  {label}".rstrip())
    place = {"issuer": issuer, "day": day}
    if now:
        click.echo(_("{issuer} {day}：{value}").format(value=now.text, **place))
    else:
        click.echo(_("{issuer} {day}：没有现行规定").format(**place))
    for rule in history:
        days = _("{since} 至 {until}") if rule.until else _("{since} 起")
        click.echo(f"\n  {days.format(since=rule.since, until=rule.until)}  {rule.text}")
        click.echo(f"    {marked(rule.citation, rule.basis)}")
        if rule.quote:
            click.echo(f"    「{rule.quote}」")
        if rule.note:
            click.echo(f"    {rule.note}")
