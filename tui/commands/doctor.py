"""`kaibiao doctor`: whether this machine is fit for a rehearsal, and what to do where it is not."""

from __future__ import annotations

import locale
import os
import shutil
import sqlite3
import stat
import sys
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import date, timedelta
from enum import StrEnum
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path

import click

from auction.errors import BadInput, UnpublishedYear
from auction.language import Message, _, say, spoken
from auction.workdays import INTERBANK
from tui.cellwidth import BOX_LINE, drawn_width, is_terminal
from tui.keyfolder import kaibiao_home, list_keys
from tui.options import json_option
from tui.output import cells, print_json

OLDEST_PYTHON = (3, 11)
OLDEST_SQLITE = (3, 37, 0)
"""The first with STRICT tables."""
PACKAGES = (
    "textual",
    "click",
    "pydantic",
    "pyyaml",
    "cryptography",
    "simpy",
    "numpy",
    "chinesecalendar",
    "openpyxl",
)
SMALLEST_SCREEN = (80, 24)
LITTLE_SPACE = 200 * 2**20
NO_SPACE = 20 * 2**20
YEAR_AHEAD = timedelta(days=365)


class Health(StrEnum):
    """How a part of the machine is."""

    OK = "ok"
    WARN = "warn"
    FAIL = "fail"


MARKS = {Health.OK: "✔", Health.WARN: "!", Health.FAIL: "✘"}


@dataclass(frozen=True, slots=True)
class Finding:
    """One part of the machine, how it is, and what to do where it is not well."""

    name: Message | str
    health: Health
    detail: Message | str
    advice: Message | None = None

    def as_dict(self) -> dict[str, str | None]:
        """The finding as a JSON entry."""
        advice = str(self.advice) if self.advice else None
        return {"name": str(self.name), "health": self.health.value, "detail": str(self.detail), "advice": advice}


@click.command("doctor", help=_("检查运行环境，逐项说明该怎么办。"))
@json_option
def doctor_command(as_json: bool) -> int:
    """Print every finding; the exit code is 1 where something fails."""
    findings = [finding for examine in EXAMINATIONS for finding in examine()]
    failed = any(finding.health is Health.FAIL for finding in findings)
    if as_json:
        print_json({"ok": not failed, "findings": [finding.as_dict() for finding in findings]})
        return int(failed)
    width = max(cells(str(finding.name)) for finding in findings)
    for finding in findings:
        space = " " * (width - cells(str(finding.name)))
        click.echo(f"{MARKS[finding.health]} {finding.name}{space}  {finding.detail}")
        if finding.advice:
            click.echo(f"  {' ' * width}  → {finding.advice}")
    return int(failed)


def python() -> Iterator[Finding]:
    """Python is new enough."""
    name, running = "Python", sys.version.split()[0]
    if sys.version_info >= OLDEST_PYTHON:
        yield Finding(name, Health.OK, running)
    else:
        yield Finding(name, Health.FAIL, running, say("请装 Python 3.11 或更高版本"))


def packages() -> Iterator[Finding]:
    """Every package is here."""
    here: list[str] = []
    missing: list[str] = []
    for package in PACKAGES:
        try:
            here.append(f"{package} {version(package)}")
        except PackageNotFoundError:
            missing.append(package)
    if here:
        yield Finding(say("依赖包"), Health.OK, ", ".join(here))
    if missing:
        absent = say("缺少 {packages}", packages=", ".join(missing))
        yield Finding(say("依赖包"), Health.FAIL, absent, say("请重新安装 kaibiao"))


def sqlite() -> Iterator[Finding]:
    """SQLite knows STRICT tables. The WAL defect of 3.7.0 to 3.51.2 does not touch us."""
    name = "SQLite"
    if sqlite3.sqlite_version_info < OLDEST_SQLITE:
        old = say("{version}，太旧", version=sqlite3.sqlite_version)
        yield Finding(name, Health.FAIL, old, say("日志需要 SQLite 3.37 或更高版本"))
        return
    detail = say("{version}；日志用回滚方式、不用 WAL，不受 WAL 缺陷影响", version=sqlite3.sqlite_version)
    yield Finding(name, Health.OK, detail)


def words() -> Iterator[Finding]:
    """The words arrive: UTF-8, and the language spoken."""
    encoding = locale.getencoding()
    if encoding.lower().replace("-", "") == "utf8":
        yield Finding(say("文字编码"), Health.OK, "UTF-8")
    else:
        advice = say("输出一律为 UTF-8；若中文显示不出，请把系统语言设为 UTF-8，如 LANG=zh_CN.UTF-8")
        yield Finding(say("文字编码"), Health.WARN, say("系统为 {encoding}", encoding=encoding), advice)
    languages = {"zh_CN": say("中文"), "en": say("英文")}
    yield Finding(say("语言"), Health.OK, languages[spoken()])


def home() -> Iterator[Finding]:
    """The user's folder can be written, and nobody else can look into it."""
    name, folder = say("用户文件夹"), kaibiao_home()
    if not folder.exists():
        if os.access(_nearest(folder), os.W_OK):
            yield Finding(name, Health.OK, say("{folder}（首次使用时建立）", folder=folder))
        else:
            yield Finding(name, Health.FAIL, str(folder), say("建立不了：请把 KAIBIAO_HOME 设为可写的文件夹"))
    elif not folder.is_dir() or not os.access(folder, os.W_OK):
        yield Finding(name, Health.FAIL, str(folder), say("写不进去：请把 KAIBIAO_HOME 设为可写的文件夹"))
    elif open_to_others(folder):
        yield Finding(name, Health.WARN, str(folder), say("别人也能看：请执行 chmod 700 {folder}", folder=folder))
    else:
        yield Finding(name, Health.OK, str(folder))


def keys() -> Iterator[Finding]:
    """The private keys are whole, and nobody else can read them."""
    name, folder = say("密钥"), kaibiao_home() / "keys"
    try:
        entries = list_keys(kaibiao_home())
    except BadInput as error:
        yield Finding(name, Health.FAIL, str(error.faults[0]), say("请移走损坏的文件，用 keys new 重建"))
        return
    seen = [path for path in (folder, *(entry.file for entry in entries)) if path.exists() and open_to_others(path)]
    if seen:
        advice = say("别人也能读：请执行 chmod 700 {folder}，并 chmod 600 其中的文件", folder=folder)
        yield Finding(name, Health.FAIL, str(seen[0]), advice)
    else:
        yield Finding(name, Health.OK, say("{count} 把", count=len(entries)))


def open_to_others(path: Path) -> bool:
    """Whether the file system lets anybody but the owner in. Windows keeps its own lists, which this does not read."""
    return os.name == "posix" and bool(path.stat().st_mode & (stat.S_IRWXG | stat.S_IRWXO))


def calendar() -> Iterator[Finding]:
    """The working days of the next twelve months are known."""
    name, today = say("工作日历"), date.today()
    first_unknown = next(day.year for day in _new_years(today) if not _published(day))
    detail = say("已公布到 {year} 年", year=first_unknown - 1)
    if _published(today + YEAR_AHEAD):
        yield Finding(name, Health.OK, detail)
        return
    health = Health.WARN if _published(today) else Health.FAIL
    advice = say("今后十二个月不全：公布后请升级 chinesecalendar，或用工作日补充文件（kind: workdays）")
    yield Finding(name, health, detail, advice)


def _new_years(today: date) -> Iterator[date]:
    return (date(year, 1, 1) for year in range(today.year, date.max.year))


def _published(day: date) -> bool:
    try:
        INTERBANK.is_open(day)
    except UnpublishedYear:
        return False
    return True


def terminal() -> Iterator[Finding]:
    """The terminal is large enough, shows colours, and draws frames one cell wide."""
    name = say("终端")
    if not is_terminal():
        yield Finding(name, Health.OK, say("不是终端：只能无人值守演练（rehearse --auto）"))
        return
    size = shutil.get_terminal_size()
    detail = say("{columns} 列 {lines} 行", columns=size.columns, lines=size.lines)
    if size.columns < SMALLEST_SCREEN[0] or size.lines < SMALLEST_SCREEN[1]:
        yield Finding(name, Health.WARN, detail, say("请放大窗口：至少 80 列 24 行"))
    else:
        yield Finding(name, Health.OK, detail)
    if os.environ.get("NO_COLOR") or (os.name == "posix" and os.environ.get("TERM") in (None, "dumb")):
        yield Finding(say("颜色"), Health.WARN, say("没有"), say("请看环境变量 TERM 与 NO_COLOR"))
    else:
        yield Finding(say("颜色"), Health.OK, say("有"))
    yield _frames(drawn_width(BOX_LINE))


def _frames(width: int | None) -> Finding:
    name = say("框线宽度")
    if width is None:
        return Finding(name, Health.WARN, say("终端没有回答"), say("若框线错位，请把“歧义宽度字符”设为单格"))
    if width == 1:
        return Finding(name, Health.OK, say("单格"))
    return Finding(name, Health.WARN, say("{width} 格", width=width), say("请在终端设置里把“歧义宽度字符”设为单格"))


def disk() -> Iterator[Finding]:
    """There is room for journals."""
    name, free = say("磁盘空间"), shutil.disk_usage(Path.cwd()).free
    detail = say("当前文件夹尚余 {free} MiB", free=free // 2**20)
    if free >= LITTLE_SPACE:
        yield Finding(name, Health.OK, detail)
    else:
        health = Health.FAIL if free < NO_SPACE else Health.WARN
        yield Finding(name, health, detail, say("请腾出空间：日志写不下就会停"))


def _nearest(folder: Path) -> Path:
    """The folder itself, or the nearest one above it that exists."""
    return next(path for path in (folder, *folder.absolute().parents) if path.exists())


EXAMINATIONS: tuple[Callable[[], Iterator[Finding]], ...] = (
    python,
    packages,
    sqlite,
    words,
    home,
    keys,
    calendar,
    terminal,
    disk,
)
