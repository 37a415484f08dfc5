"""`kaibiao verify`: whether signed results and a journal are what they claim to be."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

import click

from auction.errors import JournalError, bad_input
from auction.journal import Row, read_rows
from auction.language import Message, _, say
from auction.plan import Role
from auction.tables import read_bytes
from auction.verify import Verification, read_pins, verify
from auction.wording import ROLE_NAMES
from tui.output import print_json

SQLITE = b"SQLite format 3\x00"


@click.command(name="verify", help=_("核验签名结果、日志，或二者是否相符。"))
@click.argument("files", nargs=-1, required=True, type=click.Path(path_type=Path), metavar=_("文件…"))
@click.option("--roster", type=click.Path(path_type=Path), help=_("已知身份的名单（kind: roster）。"))
@click.option("--json", "as_json", is_flag=True, help=_("只输出一份 JSON。"))
@click.pass_context
def verify_command(context: click.Context, files: tuple[Path, ...], roster: Path | None, as_json: bool) -> None:
    """Verify the files together."""
    pins = read_pins(roster) if roster else None
    results, journals, unreadable = _sorted(files)
    rows = journals[0] if journals else None
    found = verify(results, rows, pins)
    problems = [str(problem) for problem in (*found.problems, *unreadable)]
    answer = {**found.as_dict(), "ok": found.ok and not unreadable, "problems": problems}
    if as_json:
        print_json(answer)
    else:
        _tell(found, unreadable)
    context.exit(0 if answer["ok"] else 1)


def _sorted(files: Sequence[Path]) -> tuple[list[bytes], list[Sequence[Row]], list[Message]]:
    """The bytes of results, the rows of journals, and what could not be read as either. Raises BadInput."""
    results: list[bytes] = []
    journals: list[Sequence[Row]] = []
    unreadable: list[Message] = []
    for file in files:
        data = read_bytes(file)
        if not data.startswith(SQLITE):
            results.append(data)
            continue
        try:
            journals.append(read_rows(file))
        except JournalError as error:
            unreadable.append(error.message)
    if len(journals) > 1:
        raise bad_input(say("一次只能核验一份日志"))
    return results, journals, unreadable


def _tell(found: Verification, unreadable: Sequence[Message]) -> None:
    problems = (*found.problems, *unreadable)
    if problems or found.missing:
        click.echo(_("核验未通过"))
    elif found.identity == "pinned":
        click.echo(_("签名完好，身份已核实"))
    else:
        click.echo(_("签名完好，身份未核实"))
    if found.identity == "practice":
        click.echo(_("签名用的是演练密钥：任何人都能推算，不证明任何人的身份"))
    states = {"closed": _("已封存"), "open": _("未封存"), "absent": _("未提供")}
    click.echo(_("日志：{state}").format(state=states[found.journal]))
    for signature in found.signed:
        role = ROLE_NAMES[Role(signature.role)] if signature.role in set(Role) else signature.role
        click.echo(f"  ✔ {role} {signature.person} {signature.key[:16]}")
    for role_word in found.missing:
        click.echo(_("  ✘ 缺少 {role} 的签字").format(role=ROLE_NAMES[Role(role_word)]))
    for problem in problems:
        click.echo(f"  ✘ {problem}")
    for note in found.notes:
        click.echo(f"  · {note}")
