"""`kaibiao doctor`."""

import os
import stat
import sys
from collections import namedtuple
from datetime import date

import pytest
from commandline import kaibiao, written

from tui.keyfolder import new_key

NAMES = ["Python", "依赖包", "SQLite", "文字编码", "语言", "用户文件夹", "密钥", "工作日历", "终端", "磁盘空间"]
Usage = namedtuple("Usage", "total used free")


@pytest.fixture
def home(monkeypatch, tmp_path):
    monkeypatch.setenv("KAIBIAO_HOME", str(tmp_path / "home"))
    return tmp_path / "home"


def findings(answer) -> dict[str, tuple[str, str]]:
    return {finding["name"]: (finding["health"], finding["detail"]) for finding in answer.json["findings"]}


def test_a_fit_machine_has_nothing_that_fails(home):
    answer = kaibiao("doctor", "--json")
    assert (answer.code, answer.json["ok"], answer.err) == (0, True, "")
    assert list(findings(answer)) == NAMES
    assert findings(answer)["用户文件夹"] == ("ok", f"{home}（首次使用时建立）")
    assert all(finding["advice"] for finding in answer.json["findings"] if finding["health"] != "ok")
    assert not home.exists()


def test_people_read_one_line_for_each_part_and_what_to_do(home, monkeypatch):
    monkeypatch.setattr("shutil.disk_usage", lambda _path: Usage(10**9, 10**9, 2**20))
    lines = kaibiao("doctor").out.splitlines()
    assert [name for name in NAMES if not any(line[2:].startswith(name) for line in lines)] == []
    assert lines[-2:] == [
        "✘ 磁盘空间    当前文件夹尚余 1 MiB",
        "              → 请腾出空间：日志写不下就会停",
    ]
    assert kaibiao("doctor").code == 1


@pytest.fixture
def posix():
    """File modes and pseudo terminals."""
    if os.name != "posix":
        pytest.skip("this system has no file modes and no pseudo terminals")


def test_a_folder_or_a_key_that_others_can_read_is_found(home, posix):
    new_key(home, "陈岚", "correct horse")
    assert findings(kaibiao("doctor", "--json"))["密钥"] == ("ok", "1 把")
    home.chmod(0o755)
    (home / "keys" / "陈岚.pem").chmod(0o644)
    answer = kaibiao("doctor", "--json")
    assert (answer.code, findings(answer)["用户文件夹"][0]) == (1, "warn")
    assert findings(answer)["密钥"] == ("fail", str(home / "keys" / "陈岚.pem"))
    assert stat.S_IMODE((home / "keys").stat().st_mode) == 0o700


def test_a_damaged_key_is_found(home):
    new_key(home, "陈岚", "correct horse")
    written(home / "keys" / "陈岚.json", "{}")
    answer = kaibiao("doctor", "--json")
    assert (answer.code, findings(answer)["密钥"][0]) == (1, "fail")


def test_a_user_folder_that_is_a_file_is_found(home):
    written(home, "")
    answer = kaibiao("doctor", "--json")
    assert (answer.code, findings(answer)["用户文件夹"][0]) == (1, "fail")


@pytest.mark.parametrize(
    ("today", "health"),
    [(date(2024, 3, 1), "ok"), (date(2026, 1, 1), "warn"), (date(2090, 1, 1), "fail")],
)
def test_the_calendar_must_reach_twelve_months_ahead(monkeypatch, today, health):
    class Today(date):
        @classmethod
        def today(cls):
            return today

    monkeypatch.setattr("tui.commands.doctor.date", Today)
    assert findings(kaibiao("doctor", "--json"))["工作日历"][0] == health


def test_an_old_sqlite_and_a_missing_package_fail(monkeypatch):
    monkeypatch.setattr("sqlite3.sqlite_version_info", (3, 36, 0))
    monkeypatch.setattr("tui.commands.doctor.PACKAGES", ("click", "no-such-package-of-ours"))
    answer = kaibiao("doctor", "--json")
    assert answer.code == 1 and findings(answer)["SQLite"][0] == "fail"
    assert findings(answer)["依赖包"] == ("fail", "缺少 no-such-package-of-ours")


@pytest.mark.parametrize(("column", "told"), [(2, "单格"), (3, "2 格")])
def test_the_terminal_is_asked_how_wide_it_draws_a_line(posix, column, told):
    import pty
    import subprocess

    terminal, seat = pty.openpty()
    command = [sys.executable, "-m", "tui.start", "doctor"]
    asked = subprocess.Popen(command, stdin=seat, stdout=seat, env={**os.environ, "TERM": "xterm"})
    os.close(seat)
    shown = b""
    while b"\x1b[6n" not in shown:
        shown += os.read(terminal, 4096)
    os.write(terminal, f"\x1b[1;{column}R".encode())
    while "磁盘空间".encode() not in shown:
        shown += os.read(terminal, 4096)
    asked.wait(10)
    os.close(terminal)
    assert f"框线宽度    {told}" in shown.decode()
