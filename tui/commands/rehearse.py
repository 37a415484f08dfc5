"""`kaibiao rehearse`: play a whole day, from its first row or from where its journal stands."""

from __future__ import annotations

import os
import secrets
from pathlib import Path
from typing import TYPE_CHECKING

import click

from auction.errors import bad_input
from auction.language import _, say
from tui.cellwidth import BOX_LINE, drawn_width, is_terminal

if TYPE_CHECKING:
    from sim.playing import Played

MOST_SEED = 2**63 - 1
UNTOLD_ROWS = 64
"""How many rows of an unattended day go onto the disk at a time."""
PATIENCE_S = 0.2
"""How long a terminal may take to say how it draws before the room is shown."""


@click.command(help=_("演练一个场景，从现场封闭到结算。"))
@click.argument("scenario", required=False, type=click.Path(path_type=Path), metavar=_("场景"))
@click.option("--auto", is_flag=True, help=_("无人值守：所有席位由脚本担任。"))
@click.option("--seed", type=click.IntRange(0, MOST_SEED), help=_("随机种子；不给就另取一个，并写明。"))
@click.option("--out", type=click.Path(path_type=Path), help=_("结果文件夹；不给就新建一个。"))
@click.option("--resume", "resumed", type=click.Path(path_type=Path), help=_("续演这个文件夹里的日志。"))
@click.option("--back-to", "row", type=int, help=_("与 --resume、--out 同用：从日志第几行之后另走一条路。"))
@click.option("--save-as", "saved", type=click.Path(path_type=Path), help=_("与 --resume 同用：把演完的一天存成场景。"))
@click.option("--json", "as_json", is_flag=True, help=_("只输出一份 JSON。"))
def rehearse(
    scenario: Path | None,
    auto: bool,
    seed: int | None,
    out: Path | None,
    resumed: Path | None,
    row: int | None,
    saved: Path | None,
    as_json: bool,
) -> None:
    """Play a scenario to its end, or go on with one."""
    attended = not (auto or as_json) and is_terminal()
    given = [each for each in (scenario, resumed) if each is not None]
    if len(given) > 1 or not (given or attended):
        raise bad_input(say("请给出一个场景，或用 --resume 给出一个文件夹，二者取一"), field="SCENARIO")
    _refuse_misplaced(seed, out, resumed, row, saved)
    if saved is not None:
        _save(resumed or Path(), saved, as_json)
        return
    if row is not None:
        resumed, out = _branched(resumed or Path(), row, out), None
    if attended:
        _enter_room(scenario, seed, out, resumed)
        return
    from tui.output import print_json
    from tui.played import print_played

    folder = resumed or out or _fresh_folder(scenario or Path())
    played = _play(scenario, folder, secrets.randbelow(2**31) if seed is None else seed)
    if as_json:
        print_json(played.as_dict())
    else:
        print_played(played)


def _fresh_folder(scenario: Path) -> Path:
    """A folder of its own for a day of that scenario. Raises BadInput."""
    from sim.scenario import find_scenario
    from tui.opening import fresh_folder

    return fresh_folder(find_scenario(scenario).stem)


def _play(scenario: Path | None, folder: Path, seed: int) -> Played:
    from sim.playing import resume, start, write_up
    from sim.scenario import read_scenario

    rehearsal, journal = resume(folder) if scenario is None else start(read_scenario(scenario), folder, seed)
    with journal:
        journal.write_in_batches(UNTOLD_ROWS)
        try:
            for _event in rehearsal.run():
                pass
        except KeyboardInterrupt:
            told = _("已停下，什么都没有丢。续演：kaibiao rehearse --resume {folder}").format(folder=folder)
            click.echo(told, err=True)
            raise
        journal.write_in_batches(1)
        return write_up(rehearsal, journal, folder)


def _refuse_misplaced(
    seed: int | None, out: Path | None, resumed: Path | None, row: int | None, saved: Path | None
) -> None:
    """Options that do not go together. Raises BadInput."""
    for option, value in (("--back-to", row), ("--save-as", saved)):
        if value is not None and resumed is None:
            raise bad_input(say("{option} 须与 --resume 同用", option=option), field=option)
    if row is not None and saved is not None:
        raise bad_input(say("--back-to 与 --save-as 不能同用"), field="--save-as")
    for option, value in (("--seed", seed), ("--out", out if row is None else None)):
        if value is not None and resumed is not None:
            raise bad_input(say("续演时不能另给 {option}：种子和文件夹都在日志里", option=option), field=option)


def _branched(folder: Path, row: int, out: Path | None) -> Path:
    """The folder of another way from that row on."""
    from auction.journal import read_rows
    from auction.record import replay_rows
    from sim.branching import branch_folder, branch_rows, day_at, kept_scenario
    from sim.playing import JOURNAL

    staged = kept_scenario(folder)
    rows = read_rows(folder / JOURNAL)
    target = out or branch_folder(folder, replay_rows(rows) or day_at(rows, row))
    branch_rows(rows, staged, folder.resolve().name, row, target)
    return target


def _save(folder: Path, target: Path, as_json: bool) -> None:
    from sim.saving import save_as_scenario
    from tui.output import print_json

    name = save_as_scenario(folder, target).scenario.name
    if as_json:
        print_json({"scenario": name, "file": str(target)})
    else:
        click.echo(_("已存成场景 {name}：{file}").format(name=name, file=target))


def _enter_room(scenario: Path | None, seed: int | None, out: Path | None, resumed: Path | None) -> None:
    """The room, for people at a terminal. The lobby asks what the command line does not say."""
    os.environ.setdefault("TEXTUAL_DISABLE_KITTY_KEY", "1")
    width = drawn_width(BOX_LINE, PATIENCE_S, _load_room)
    from tui.app import KaibiaoApp

    app = KaibiaoApp(scenario, seed, out, resumed)
    app.draw_plainly(width == 2)
    app.run()
    if app.fault:
        raise app.fault


def _load_room() -> None:
    import tui.app  # noqa: F401
