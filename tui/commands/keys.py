"""`kaibiao keys`: a person's own signing keys. A passphrase is typed unseen or piped in, never an argument."""

from __future__ import annotations

import sys

import click

from auction.errors import bad_input
from auction.language import _, say
from tui.keyfolder import checked_name, kaibiao_home, list_keys, new_key
from tui.options import json_option
from tui.output import print_json, print_table


@click.group("keys", help=_("管理本人的签名密钥。"))
def keys_group() -> None:
    """Hold the two commands."""


@keys_group.command("new", help=_("新建一对密钥；口令隐藏录入两遍，或由标准输入给两行。"))
@click.argument("name", metavar=_("姓名"))
@json_option
def new_command(name: str, as_json: bool) -> None:
    """Make a key and print its public half."""
    person = checked_name(name)
    entry = new_key(kaibiao_home(), person, typed() if sys.stdin.isatty() else piped())
    if as_json:
        print_json({"person": entry.person, "public": entry.public, "file": str(entry.file)})
        return
    click.echo(_("已为 {person} 建立密钥").format(person=entry.person))
    click.echo(_("公钥 {public}").format(public=entry.public))
    click.echo(_("私钥 {file}（用口令加密）").format(file=entry.file))


@keys_group.command("list", help=_("列出密钥文件夹里的密钥。"))
@json_option
def list_command(as_json: bool) -> None:
    """Print every key in the folder."""
    folder = kaibiao_home()
    entries = list_keys(folder)
    if as_json:
        keys = [{"person": entry.person, "public": entry.public, "file": str(entry.file)} for entry in entries]
        print_json({"folder": str(folder), "keys": keys})
    elif entries:
        print_table((_("姓名"), _("公钥")), [(entry.person, entry.public) for entry in entries])
    else:
        click.echo(_("{folder} 里还没有密钥").format(folder=folder))


def typed() -> str:
    """The passphrase, typed twice without showing."""
    return str(click.prompt(_("口令"), hide_input=True, confirmation_prompt=_("再输一遍"), err=True))


def piped() -> str:
    """The passphrase from two equal lines of standard input. Raises BadInput."""
    try:
        first, second = (sys.stdin.buffer.readline().decode("utf-8").rstrip("\r\n") for _line in range(2))
    except UnicodeDecodeError:
        raise bad_input(say("口令应为 UTF-8 文字"), field="passphrase") from None
    if first != second:
        raise bad_input(say("两次输入的口令不一样"), field="passphrase")
    return first
