"""The commands of `kaibiao` by name; none is loaded before it is called, so that help is there at once."""

from __future__ import annotations

from collections.abc import Mapping
from importlib import import_module

import click

from auction.language import Message, _, say

COMMANDS: Mapping[str, tuple[str, Message]] = {
    "range": ("tui.commands.bid_range:range_command", say("由收益率曲线计算投标区间")),
    "clear": ("tui.commands.clear:clear_command", say("按标书和投标簿计算中标结果")),
    "bond": ("tui.commands.bond:bond_group", say("债券的收益率与价格互算")),
    "rehearse": ("tui.commands.rehearse:rehearse", say("演练一个场景，从现场封闭到结算")),
    "lab": ("tui.commands.lab:lab_group", say("政策实验室：比较几套规则")),
    "debrief": ("tui.commands.debrief:debrief_command", say("复盘一份日志，输出 Markdown")),
    "verify": ("tui.commands.verify:verify_command", say("核验签名结果、日志，或二者是否相符")),
    "check": ("tui.commands.check:check_command", say("检查一个文件：场景、标书、规则、投标簿等")),
    "rules": ("tui.commands.rules:rules_group", say("查阅现行规则及其依据")),
    "keys": ("tui.commands.keys:keys_group", say("管理本人的签名密钥")),
    "doctor": ("tui.commands.doctor:doctor_command", say("检查运行环境")),
}
"""Where each command stands, and what it does in one line."""


class Commands(click.Group):
    """The commands, each loaded when it is asked for."""

    def list_commands(self, ctx: click.Context) -> list[str]:
        """Every command, in the order of the work."""
        return list(COMMANDS)

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        """The command of that name. Raises click.UsageError with the nearest name for one nobody knows."""
        if cmd_name in COMMANDS:
            module, _colon, name = COMMANDS[cmd_name][0].partition(":")
            command: click.Command = getattr(import_module(module), name)
            return command
        if ctx.resilient_parsing:
            return None
        raise click.UsageError(_unknown(cmd_name), ctx)

    def format_commands(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        """Write one line for each command without loading any."""
        with formatter.section(_("命令")):
            formatter.write_dl([(name, str(line)) for name, (_place, line) in COMMANDS.items()])


def _unknown(name: str) -> str:
    from difflib import get_close_matches

    near = get_close_matches(name, COMMANDS, 1, 0.5)
    if near:
        return _("没有命令 {name}，是否想写 {near}？").format(name=name, near=near[0])
    return _("没有命令 {name}").format(name=name)


def _print_version(context: click.Context, _option: click.Parameter, asked: bool) -> None:
    from importlib.metadata import PackageNotFoundError, version

    if not asked or context.resilient_parsing:
        return
    try:
        click.echo(f"kaibiao {version('kaibiao')}")
    except PackageNotFoundError:
        click.echo(_("kaibiao（未安装的源码）"))
    context.exit()


@click.group(
    cls=Commands,
    context_settings={"help_option_names": ["-h", "--help"]},
    help=_("开标：地方政府债券发行现场的演练室。"),
    epilog=_("命令都接受 --json：只输出一份 JSON。退出码：0 完成，1 检查或核验有发现，2 输入或用法不对。"),
)
@click.option("--lang", type=click.Choice(["zh", "en"]), help=_("语言；不写则按 KAIBIAO_LANG 或系统语言。"))
@click.option("--version", is_flag=True, is_eager=True, expose_value=False, callback=_print_version, help=_("版本。"))
def cli(lang: str | None) -> None:
    """Hold the options that stand before a command; `tui.start` has taken the language already."""
