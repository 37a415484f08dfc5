"""A finished day saved as a scenario: the plan as it was, and everything that went wrong at its moment."""

from __future__ import annotations

import re
from pathlib import Path

import yaml

from auction import events as e
from auction.day import IssuanceDay, Phase
from auction.errors import bad_input
from auction.journal import read_rows
from auction.language import say
from auction.record import entries, replay_rows
from auction.tables import read_bytes
from auction.yamlfile import Tree, read_document
from sim.branching import kept_scenario
from sim.happening import BEGINS
from sim.playing import JOURNAL
from sim.scenario import Staged, keep_named, read_scenario

NAME = re.compile(r"[a-z0-9-]{1,60}")


def save_as_scenario(folder: Path, target: Path) -> Staged:
    """Write the finished day in `folder` as the scenario file `target`, its curves beside it. Raises BadInput."""
    staged = kept_scenario(folder)
    rows = read_rows(folder / JOURNAL)
    day = replay_rows(rows)
    if day is None or not day.closed:
        raise bad_input(say("这一天还没有演完，不能存成场景"), folder, field="--resume")
    require_free(target, staged)
    told = [event for event, _head in entries(rows)]
    tree = saved_tree(staged, day, target.stem)
    try:
        target.parent.mkdir(parents=True, exist_ok=True)
        keep_named(staged, target.parent)
        written = yaml.safe_dump(tree, allow_unicode=True, sort_keys=False, width=120)
        _write_new(target, "".join([*_notes(told), written]))
    except OSError as error:
        reason = error.strerror or error
        raise bad_input(say("文件写不进去（{reason}）", reason=reason), target, field="--save-as") from None
    return read_scenario(target)


def require_free(target: Path, staged: Staged) -> None:
    """The file has a scenario's name, and nothing is there that it would overwrite. Raises BadInput."""
    if not NAME.fullmatch(target.stem) or target.suffix not in (".yaml", ".yml"):
        raise bad_input(say("场景文件名应为小写字母、数字和短横，以 .yaml 结尾"), target, field="--save-as")
    if target.exists():
        raise bad_input(say("{file} 已经存在，不会覆盖", file=target), target, field="--save-as")
    for name, curve in zip(staged.scenario.curves.named().values(), staged.curve_files.values(), strict=True):
        beside = target.parent / name
        if beside.exists() and read_bytes(beside) != read_bytes(curve):
            raise bad_input(say("已有一个同名而内容不同的曲线文件，不会覆盖"), beside, field="--save-as")


def saved_tree(staged: Staged, day: IssuanceDay, name: str) -> dict[str, Tree]:
    """The scenario's file under another name, with the day's incidents and nothing expected but its last phase."""
    data = dict(read_document(staged.file).data)
    happened: list[Tree] = [planned(incident.occurred, day) for incident in day.incidents]
    title = say("{title}（存自演练）", title=staged.scenario.title).in_chinese()
    data |= {"name": name, "title": title, "incidents": happened, "expect": {"phase": day.phase.value}}
    return data


def planned(occurred: e.IncidentOccurred, day: IssuanceDay) -> dict[str, Tree]:
    """One incident as it would be planned: at its time of day, or on a later day, so long after its phase began."""
    bonds = {issue.bond for issue in day.plan.issues}
    where = {"bond" if occurred.place in bonds else "window": occurred.place} if occurred.place else {}
    who = {"who": occurred.subject} if occurred.subject else {}
    if occurred.at.date() == day.plan.date:
        return {"kind": occurred.incident, "at": occurred.at.time().isoformat(), **where, **who}
    began = {phase: day.since[kind] for phase in Phase if (kind := BEGINS[phase]) in day.since}
    phase = max((each for each in began if began[each] <= occurred.at), key=lambda each: began[each])
    after = str(int((occurred.at - began[phase]).total_seconds()))
    return {"kind": occurred.incident, "phase": phase.value, "after_s": [after, after], **where, **who}


def _notes(told: list[e.AnyEvent]) -> list[str]:
    """The instructor's notes, as remarks at the head of the file."""
    return [f"# {n.at:%H:%M:%S} {' '.join(n.text.split())}\n" for n in told if isinstance(n, e.NoteTaken)]


def _write_new(file: Path, text: str) -> None:
    """Write a file that is not there yet, whole or not at all."""
    partial = file.with_suffix(file.suffix + ".part")
    partial.write_text(text, "utf-8")
    partial.replace(file)
