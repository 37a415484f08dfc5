"""`kaibiao rules`: what the regulations say on a day, by which text, how each value is known, and what has changed."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import click

from auction.checks import marked
from auction.errors import bad_input
from auction.language import _, say
from auction.rulebook import Change, InForce, load_rulebook, read_rule_files, rulebook_of, shipped_files
from tui.options import DAY, FILE, json_option
from tui.output import print_json, print_table

issuer_option = click.option("--issuer", help=_("发行人，如 江苏；不给则用全国规则。"))
day_option = click.option("--on", "day", type=DAY, help=_("哪一天的规则；不给则按今天。"))


@click.group("rules", help=_("查阅、比较、检查规则及其依据。"))
def rules_group() -> None:
    """Hold the commands."""


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


@rules_group.command("diff", help=_("两日之间取值或依据有变的规则，各附其依据。"))
@click.option("--from", "first", type=DAY, required=True, help=_("前一日。"))
@click.option("--to", "last", type=DAY, required=True, help=_("后一日。"))
@issuer_option
@json_option
def diff_command(first: date, last: date, issuer: str | None, as_json: bool) -> None:
    """Print every rule that is other on the later day."""
    if last < first:
        raise bad_input(say("--to {last} 早于 --from {first}", last=last, first=first), field="to")
    rulebook = load_rulebook()
    name = rulebook.for_(issuer, last).issuer
    changes = rulebook.changes(first, last, issuer)
    if as_json:
        entries = [_change_entry(change) for change in changes]
        print_json({"issuer": name, "from": first.isoformat(), "to": last.isoformat(), "changes": entries})
        return
    place = {"issuer": name, "first": first, "last": last, "count": len(changes)}
    click.echo(_("{issuer}，{first} 至 {last}：{count} 条规则有变").format(**place))
    for change in changes:
        _tell_change(change, first, last)


def _change_entry(change: Change) -> dict[str, object]:
    before, after = (rule.as_dict() if rule else None for rule in (change.before, change.after))
    return {"key": change.key, "changed": "value" if change.of_value else "ground", "before": before, "after": after}


def _tell_change(change: Change, first: date, last: date) -> None:
    named = change.after or change.before
    kind = "" if change.of_value else _("（取值不变，依据有变）")
    click.echo(f"\n{change.key}  {named.label if named else ''}{kind}")
    for day, rule in ((first, change.before), (last, change.after)):
        stands = f"{rule.text}  {marked(rule.citation, rule.basis)}" if rule else _("没有现行规定")
        click.echo(f"  {day}  {stands}")
        if rule and rule.quote:
            click.echo(f"    「{rule.quote}」")


@rules_group.command("check", help=_("检查规则文件；不给文件则检查自带的各个文件。"))
@click.argument("files", nargs=-1, type=FILE, metavar=_("[文件]…"))
@json_option
def check_command(files: tuple[Path, ...], as_json: bool) -> None:
    """Read the files, alone and together with the shipped ones; every fault is told with its place."""
    read = read_rule_files(files) if files else shipped_files()
    rulebook_of(shipped_files(), read if files else ())
    found = [(str(each.path) if files else each.path.name, each) for each in read]
    counted = [(name, each.issuer, len(each.rules), sum(map(len, each.rules.values()))) for name, each in found]
    if as_json:
        names = ("file", "issuer", "rules", "values")
        print_json({"ok": True, "files": [dict(zip(names, row, strict=True)) for row in counted]})
        return
    for name, issuer, rules, values in counted:
        place = {"file": name, "issuer": issuer, "rules": rules, "values": values}
        click.echo(_("{file}：{issuer}，{rules} 条规则、{values} 个取值，没有发现问题").format(**place))
