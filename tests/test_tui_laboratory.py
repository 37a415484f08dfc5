"""The laboratory: what it offers, how a study runs, stops and fails there, and what its answer looks like."""

import os
import subprocess
import sys
from pathlib import Path
from types import SimpleNamespace

import pytest
from experiments import FIXED, PLAIN, experiment_file
from screens import assert_whole, cut_off, screen_lines, stray_words, texts

os.environ.setdefault("TEXTUAL_DISABLE_KITTY_KEY", "1")

from textual.pilot import Pilot
from textual.widgets import OptionList, SelectionList, Static

from auction.errors import bad_input
from auction.language import say, speak
from tui import extras
from tui.app import KaibiaoApp
from tui.experiments import experiments, folder_of, with_arms
from tui.screens.laboratory import Laboratory
from tui.screens.lobby import Lobby
from tui.widgets.intervals import Intervals, reach

ROOT = Path(__file__).resolve().parents[1]
ARMS = ("now", "lower")
SMALL = FIXED.replace("auctions: 8192", "auctions: 4096").replace("现行", "now").replace("name: 降 5bp", "name: lower")
SMALL_EN = SMALL.replace("下限再降 5bp，票面利率低多少？", "How much lower?")
LONG = SMALL.replace("auctions: 4096", "auctions: 100000000")
OWN = "floors.yaml"


@pytest.fixture(autouse=True)
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A working folder of its own."""
    monkeypatch.chdir(tmp_path)
    return tmp_path


async def laboratory(pilot: Pilot[None]) -> Laboratory:
    """The laboratory once all is read, the last experiment chosen."""
    while not isinstance(pilot.app.screen, Lobby) or not pilot.app.screen._stands:
        await pilot.pause(0.02)
    await pilot.press("f6")
    await pilot.pause()
    screen = pilot.app.screen
    assert isinstance(screen, Laboratory)
    while not screen._all_read:
        await pilot.pause(0.02)
    await pilot.press("G")
    await pilot.pause()
    return screen


async def until_done(pilot: Pilot[None], screen: Laboratory) -> None:
    """Wait until no study is under way."""
    while screen._run:
        await pilot.pause(0.02)
    await pilot.pause()


async def until_simulating(pilot: Pilot[None], screen: Laboratory) -> None:
    while not screen._run or not screen._run._simulated:
        await pilot.pause(0.02)


def foot(screen: Laboratory) -> str:
    """What stands at the foot."""
    return str(screen.query_one("#progress", Static).content)


def ticked(screen: Laboratory) -> list[str]:
    return sorted(screen.query_one("#arms", SelectionList).selected)


async def test_the_experiments_the_question_and_the_arms_are_shown(folder):
    experiment_file(folder, SMALL, PLAIN)
    async with KaibiaoApp().run_test(size=(80, 24)) as pilot:
        screen = await laboratory(pilot)
        lines = screen_lines(pilot.app)
        listed = [str(option.prompt) for option in screen.query_one("#experiments", OptionList).options]
        assert listed[-1] == OWN and {"floor-by-five", "floor-five-lower"} <= set(listed)
        for words in ("下限再降", "票面利率低多少？", "▐✔▌ now", "▐✔▌ lower", "F5 做实验"):
            assert any(words in line for line in lines), words
        assert ticked(screen) == ["0", "1"]


async def test_arms_left_out_stay_so_while_one_looks_at_other_experiments_and_languages(folder):
    experiment_file(folder, SMALL, PLAIN)
    async with KaibiaoApp().run_test(size=(80, 24)) as pilot:
        screen = await laboratory(pilot)
        await pilot.press("enter", "space")
        assert ticked(screen) == ["1"]
        await pilot.press("f8", "k")
        await pilot.pause()
        assert ticked(screen)[:2] == ["0", "1"]
        await pilot.press("G")
        await pilot.pause()
        assert ticked(screen) == ["1"]
        await pilot.press("enter", "j", "space", "f5")
        assert foot(screen) == "Please tick one arm at the least"


@pytest.mark.parametrize("size", [(80, 24), (120, 40)])
@pytest.mark.parametrize("language", ["zh_CN", "en"])
async def test_a_study_runs_and_its_answer_stands_whole_on_the_screen(folder, language, size):
    speak(language)
    experiment_file(folder, SMALL if language == "zh_CN" else SMALL_EN, PLAIN)
    app = KaibiaoApp()
    async with app.run_test(size=size) as pilot:
        screen = await laboratory(pilot)
        assert_whole(screen_lines(app), size[0])
        assert set(cut_off(app)) <= {"▼"}
        await pilot.press("f5")
        await until_done(pilot, screen)
        for _page in range(3):
            assert_whole(screen_lines(app), size[0])
            assert set(cut_off(app)) <= {"▼"}
            await pilot.press("pagedown")
            await pilot.pause()
        shown = " ".join(texts(app))
        for arm in ARMS:
            assert arm in shown
        assert "±" in str(screen.query_one("#coupons", Intervals).render())
        assert "now -> lower" in str(screen.query_one("#changes", Intervals).render())
        strays = {text for text in stray_words(app, folder) if not of_a_file(text)}
        assert strays == set()
        (kept,) = Path("studies").iterdir()
        assert {file.name for file in kept.iterdir()} == {"checkpoint.jsonl", "study.json"}


def of_a_file(text: str) -> bool:
    """Whether a word comes from an experiment or names the folder of studies."""
    words = {*ARMS, "studies", "yaml", "floors", "floors.yaml", "now", "M"}
    shipped = [each for each in experiments() if each.prepared]
    words |= {each.title for each in shipped}
    told = {each.prepared.experiment.question for each in shipped}
    told |= {arm.name for each in shipped for arm in each.prepared.experiment.arms}
    return text in words | told or text.startswith("floors-")


async def test_from_the_answer_to_the_experiments_and_back_and_the_same_again_goes_on(folder):
    experiment_file(folder, SMALL, PLAIN)
    app = KaibiaoApp()
    async with app.run_test(size=(80, 24)) as pilot:
        screen = await laboratory(pilot)
        await pilot.press("f3")
        assert foot(screen) == "还没有答案：F5 做实验"
        await pilot.press("f5")
        await until_done(pilot, screen)
        first = screen._answer
        for shown in (True, False, True):
            await pilot.press("f3")
            await pilot.pause()
            assert screen.query_one("#floor").display is shown
        await pilot.press("f5")
        await until_done(pilot, screen)
        assert screen._answer.pairs == first.pairs
        assert len(list(Path("studies").iterdir())) == 1
        await pilot.press("f8")
        await pilot.pause()
        assert "The coupon and its interval" in " ".join(texts(app))
        await pilot.press("f10")
        await pilot.pause()
        await pilot.pause()
        assert isinstance(app.screen, Lobby)
        assert "English" in screen_lines(app)[0]


async def test_a_study_that_is_stopped_keeps_what_is_done_and_says_what_it_is_worth(folder):
    experiment_file(folder, LONG, PLAIN)
    app = KaibiaoApp()
    async with app.run_test(size=(80, 24)) as pilot:
        screen = await laboratory(pilot)
        await pilot.press("f5")
        await until_simulating(pilot, screen)
        while "约剩" not in foot(screen):
            await pilot.pause(0.02)
        await pilot.press("f7")
        await until_done(pilot, screen)
        assert screen._answer.interrupted
        assert any(words in " ".join(texts(app)) for words in ("中途停下：每个方案做了", "还不足以给出区间"))
        assert foot(screen).startswith("已停下，做完的在 studies/floors-")
        done = screen._answer.n
        await pilot.press("f5")
        await until_simulating(pilot, screen)
        await pilot.press("f10")
        while app.screen is screen:
            await pilot.pause(0.02)
        assert isinstance(app.screen, Lobby)
        (checkpoint,) = Path("studies").glob("*/checkpoint.jsonl")
        assert len(checkpoint.read_text("utf-8").splitlines()) - 1 > done // 256


async def test_an_experiment_that_is_wrong_says_why_and_is_not_run(folder):
    experiment_file(folder, SMALL.replace("range.floor", "range.flor"), PLAIN)
    app = KaibiaoApp()
    async with app.run_test(size=(80, 24)) as pilot:
        screen = await laboratory(pilot)
        told = str(screen.query_one("#question Static", Static).content)
        assert told.startswith("floors.yaml:10:7: ") and "range.floor" in told
        assert "打不开，原因见右" in "".join(screen_lines(app))
        await pilot.press("f5")
        assert foot(screen) == "这个实验做不了：原因写在上面"
        assert screen._run is None and not Path("studies").exists()


async def test_without_the_extra_one_line_says_what_to_install(folder, monkeypatch):
    monkeypatch.setattr(extras, "LABORATORY", ("no_such_package",))
    experiment_file(folder, SMALL, PLAIN)
    app = KaibiaoApp()
    async with app.run_test(size=(80, 24), notifications=True) as pilot:
        screen = await laboratory(pilot)
        await pilot.press("f5")
        assert foot(screen) == "实验室还缺 no_such_package，请先装：pip install 'kaibiao[lab]'"
        assert set(cut_off(app)) <= {"▼"}
        assert ticked(screen) == ["0", "1"] and screen._run is None
        assert len(app._notifications) == 0


@pytest.mark.parametrize("error", [bad_input(say("停电")), RuntimeError("not foreseen")])
async def test_a_study_that_fails_says_so_once_and_the_screen_goes_on(folder, monkeypatch, error):
    def fails(*_given: object) -> None:
        raise error

    monkeypatch.setattr("tui.experiments.Run.answer", fails)
    experiment_file(folder, SMALL, PLAIN)
    app = KaibiaoApp()
    async with app.run_test(size=(80, 24), notifications=True) as pilot:
        screen = await laboratory(pilot)
        await pilot.press("f5")
        await until_done(pilot, screen)
        assert len(app._notifications) == 1
        assert foot(screen) == "这次没有做成；F5 再做"
        assert app.fault is None and app.screen is screen


def test_fewer_arms_are_a_study_of_their_own_and_pairs_of_others_fall_away(folder):
    pairs = "pairs: [{from: lower, to: now}]\n"
    experiment_file(folder, SMALL + pairs, PLAIN)
    prepared = list(experiments())[-1].prepared
    assert with_arms(prepared, (0, 1)) is prepared
    alone = with_arms(prepared, (1,))
    assert [arm.name for arm in alone.experiment.arms] == ["lower"]
    assert (alone.experiment.compared, [each.name for each in alone.settings]) == ((), ["lower"])
    assert folder_of(alone) != folder_of(prepared)


def test_an_axis_of_one_value_has_some_width():
    low, high = reach([1.5])
    assert low < 1.5 < high


async def test_a_picture_draws_zero_where_it_lies_within_and_plain_signs_where_asked():
    from textual.app import App

    from tui.widgets.intervals import Estimate

    class Alone(App[None]):
        def compose(self):
            yield Intervals()

    app = Alone()
    async with app.run_test(size=(60, 8)) as pilot:
        app.set_class(True, "-ascii")
        estimates = [Estimate("a", "-2 ±1", -2.0, -3.0, -1.0), Estimate("long " * 20, "+1", 1.0, float("-inf"), 1.0)]
        app.query_one(Intervals).show(estimates, "bp", 0.0)
        await pilot.pause()
        lines = [line.rstrip() for line in screen_lines(app)]
        assert_whole(screen_lines(app), 60)
        first, second = lines[0], lines[1]
        assert first.startswith("a ") and "--o--" in first and first.endswith("-2 ±1")
        assert "|" in first.partition("o")[2]
        assert second.startswith("long long") and ".. " in second and "o" in second.partition("..")[2]
        assert lines[3].split()[-1] == "bp"


def test_nothing_of_the_extra_is_imported_before_a_study_is_run():
    look = (
        "import sys, tui.screens.laboratory, tui.widgets.answerview, tui.experiments;"
        "list(tui.experiments.experiments());"
        "print(sorted({'numba', 'scipy', 'joblib', 'PIL'} & set(sys.modules)))"
    )
    told = subprocess.run([sys.executable, "-c", look], cwd=ROOT, check=True, capture_output=True, text=True)
    assert told.stdout == "[]\n"


def test_a_study_asked_to_stop_once_all_auctions_are_held_still_answers():
    from tui.experiments import Run

    told: list[object] = []
    run = Run(SimpleNamespace(), told.append)
    simulating, answering = SimpleNamespace(left_s=0.0), SimpleNamespace(left_s=None)
    run._told(lambda: False, simulating)
    run.stop()
    run._told(lambda: False, answering)
    assert told == [simulating, answering]
    with pytest.raises(KeyboardInterrupt):
        run._told(lambda: False, simulating)
    with pytest.raises(KeyboardInterrupt):
        run._told(lambda: True, answering)
