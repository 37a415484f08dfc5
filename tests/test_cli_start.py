"""How the command starts, speaks and fails."""

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest
from commandline import BOOK, NOTICE, kaibiao, written

from auction.errors import JournalError
from auction.language import say
from tui.cli import COMMANDS, Commands, cli
from tui.keyfolder import kaibiao_home
from tui.start import taken_language

ROOT = Path(__file__).resolve().parents[1]


def run(*arguments: str, **environment: str) -> subprocess.CompletedProcess[bytes]:
    """The command in a process of its own, in a bare environment."""
    kept = {name: os.environ[name] for name in ("PATH", "SYSTEMROOT", "KAIBIAO_HOME") if name in os.environ}
    command = [sys.executable, "-m", "tui.start", *arguments]
    return subprocess.run(command, cwd=ROOT, env={**kept, **environment}, capture_output=True, check=False)


@pytest.fixture
def raising(monkeypatch):
    """Make `range` raise an error of ours or of nobody's."""

    def arrange(error: BaseException) -> None:
        def fail(_path):
            raise error

        monkeypatch.setattr("tui.commands.bid_range.read_curve", fail)

    return arrange


RANGE = ("range", "--date", "2024-03-19", "--tenor", "10", "--curve", "any.csv")


def test_help_lists_every_command_in_both_languages():
    chinese, english = run("--help", LANG="C"), run("--help", "--lang", "en", LANG="C")
    for told, word in ((chinese, "由收益率曲线计算投标区间"), (chinese, "选项")):
        assert word in told.stdout.decode()
    assert (chinese.returncode, english.returncode, chinese.stderr, english.stderr) == (0, 0, b"", b"")
    assert [name for name in COMMANDS if f"\n  {name} " not in english.stdout.decode()] == []


def test_help_loads_no_command():
    look = "import sys, tui.start\ntui.start.main(['--help'])\nprint(*sys.modules, sep='\\n', file=sys.stderr)"
    loaded = subprocess.run([sys.executable, "-c", look], cwd=ROOT, capture_output=True, text=True, check=True).stderr
    packages = {name.partition(".")[0] for name in loaded.split()}
    assert "click" in packages
    assert packages & {"pydantic", "yaml", "textual", "rich", "numpy", "simpy", "cryptography", "sim"} == set()


@pytest.mark.parametrize("name", COMMANDS)
def test_every_command_of_the_table_can_be_loaded_and_explains_itself(name):
    command = cli.get_command(cli.make_context("kaibiao", ["--help"], resilient_parsing=True), name)
    assert isinstance(cli, Commands) and command and command.help
    assert kaibiao(name, "--help").code == 0


def test_the_language_may_be_asked_for_anywhere():
    assert taken_language(["--lang", "en", "clear", "x"]) == ("en", ["clear", "x"])
    assert taken_language(["clear", "x", "--lang=zh", "--json"]) == ("zh", ["clear", "x", "--json"])
    assert taken_language(["check", "--", "--lang", "en"]) == (None, ["check", "--", "--lang", "en"])


@pytest.mark.parametrize("arguments", [("--lang", "fr"), ("range", "--lang"), ("--lang=",)])
def test_a_language_nobody_speaks_is_a_wrong_call(arguments):
    answer = kaibiao(*arguments, "--json")
    assert (answer.code, answer.faults) == (2, [(None, None, "lang", "--lang 应为 zh 或 en")])


ASCII = {"LC_ALL": "C", "PYTHONIOENCODING": "ascii", "PYTHONUTF8": "0", "PYTHONCOERCECLOCALE": "0"}


@pytest.mark.parametrize("environment", [{"LANG": "C"}, ASCII])
def test_chinese_arrives_as_utf_8_whatever_the_locale_says(environment):
    told = run("check", "nothing.yaml", **environment)
    assert (told.returncode, told.stdout, told.stderr.decode()) == (2, b"", "nothing.yaml: 没有这个文件\n")


def test_the_environment_chooses_the_language_where_no_option_does():
    wrong = [run("nothing", KAIBIAO_LANG=language).stderr.decode() for language in ("zh", "en")]
    assert "没有命令 nothing" in wrong[0] and "Usage:" in wrong[1]


def test_an_unknown_command_names_the_nearest():
    assert kaibiao("rnage", "--json").faults == [(None, None, None, "没有命令 rnage，是否想写 range？")]
    assert kaibiao("绝无此令").code == 2


def test_a_wrong_call_is_told_in_words_or_in_json():
    in_words, in_json = kaibiao("clear", "x.yaml"), kaibiao("clear", "x.yaml", "--json")
    assert (in_words.code, in_words.out, in_json.code, in_json.err) == (2, "", 2, "")
    assert "错误：缺少选项 '--bids'" in in_words.err
    assert [field for _file, _line, field, _message in in_json.faults] == ["bids"]


def test_without_a_command_the_help_is_shown_as_a_wrong_call():
    answer = kaibiao()
    assert (answer.code, answer.out) == (2, "") and "命令:" in answer.err


def test_an_error_of_any_kind_of_ours_is_one_fault(raising):
    raising(JournalError(say("文件太大：最多 {limit} MiB", limit=64)))
    in_words, in_json = kaibiao(*RANGE), kaibiao(*RANGE, "--json")
    assert (in_words.code, in_words.out, in_words.err) == (2, "", "文件太大：最多 64 MiB\n")
    assert (in_json.code, in_json.faults) == (2, [(None, None, None, "文件太大：最多 64 MiB")])


def test_what_the_system_refuses_is_one_fault_with_the_file(raising):
    raising(OSError(28, "No space left on device", "journal.db"))
    answer = kaibiao(*RANGE, "--json")
    told = "系统报错（No space left on device）"
    assert (answer.code, answer.faults) == (2, [("journal.db", None, None, told)])


def test_a_fault_of_the_program_is_one_line_and_its_details_are_in_a_file(raising, monkeypatch, tmp_path):
    monkeypatch.setenv("KAIBIAO_HOME", str(tmp_path / "home"))
    raising(RuntimeError("the pen is dry"))
    in_words, in_json = kaibiao(*RANGE), kaibiao(*RANGE, "--json")
    log = kaibiao_home() / "errors.log"
    assert (in_words.code, in_words.out, in_words.err) == (70, "", f"程序内部出错，详情写在 {log}\n")
    assert (in_json.code, in_json.err) == (70, "") and str(log) in in_json.faults[0][3]
    assert log.read_text("utf-8").count("RuntimeError: the pen is dry") == 2


def test_where_the_details_cannot_be_written_the_line_says_what_broke(raising, monkeypatch, tmp_path):
    monkeypatch.setenv("KAIBIAO_HOME", str(written(tmp_path / "file", "") / "home"))
    raising(RuntimeError("the pen is dry"))
    answer = kaibiao(*RANGE)
    assert (answer.code, answer.err) == (70, "程序内部出错（RuntimeError），详情也写不下来\n")


def test_an_interrupted_command_says_so(raising):
    raising(KeyboardInterrupt())
    answer = kaibiao(*RANGE)
    assert (answer.code, answer.out, answer.err.strip()) == (130, "", "已中断")


def test_a_reader_who_goes_away_hears_nothing_more(tmp_path):
    notice, book = written(tmp_path / "n.yaml", NOTICE), written(tmp_path / "b.csv", BOOK)
    read_end, write_end = os.pipe()
    os.close(read_end)
    command = [sys.executable, "-m", "tui.start", "clear", str(notice), "--bids", str(book)]
    told = subprocess.run(command, cwd=ROOT, stdout=write_end, stderr=subprocess.PIPE, check=False)
    os.close(write_end)
    assert told.stderr == b""


def test_the_version_is_one_line():
    answer = kaibiao("--version")
    assert answer.code == 0 and answer.out.startswith("kaibiao") and answer.out.count("\n") == 1


def test_what_cannot_be_decoded_in_an_argument_is_still_told():
    told = run(os.fsdecode(b"check\xff"), "--json", LANG="C.UTF-8")
    assert told.returncode == 2 and json.loads(told.stdout.decode())["errors"]
