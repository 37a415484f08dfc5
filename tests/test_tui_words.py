"""One language at a time: what a person meets on the way, forms refused, help, searches, small windows, the palette."""

from pathlib import Path

import pytest
from people import BANK, LEAD, OPERATOR, SUPERVISOR, Person, person_at, person_in_room, typed_for
from screens import (
    assert_whole,
    cut_off,
    screen_lines,
    shipped_names,
    stray_in_chinese,
    stray_in_english,
    stray_words,
    texts,
)
from textual.app import App

from auction.day import WindowPhase
from auction.language import LANGUAGES, SOURCE_LANGUAGE, speak
from tui.actions import ROOM
from tui.app import KaibiaoApp
from tui.player import Speed

SIZES = [(80, 24), (120, 40), (200, 60)]
MISSING = Path("no-such-day")
IN_BOTH = pytest.mark.parametrize("language", LANGUAGES)


def faultless(app: App[object]) -> None:
    """The screen is whole, nothing on it is cut off, and all of it speaks one language."""
    assert_whole(screen_lines(app), app.size.width)
    assert cut_off(app) == []
    assert stray_words(app, Path.cwd(), Path("rehearsals"), MISSING) == set()


@pytest.fixture(autouse=True)
def own_folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A working folder of its own."""
    monkeypatch.chdir(tmp_path)


@IN_BOTH
@pytest.mark.parametrize("size", SIZES)
async def test_the_lobby_speaks_one_language(tmp_path: Path, language: str, size: tuple[int, int]):
    speak(language)
    async with person_in_room(Path("rehearsals"), OPERATOR) as person:
        await person.on()
    async with person_at(KaibiaoApp(MISSING), size, faultless) as person:
        await person.read_all()
        for keys in ("f5", "G", "enter", "f1", "escape", "slash", "1", "escape", "f8", "f8"):
            await person.press(keys)


@IN_BOTH
@pytest.mark.parametrize("size", SIZES)
async def test_what_is_refused_or_cannot_be_read_is_told_in_one_language(
    tmp_path: Path, language: str, size: tuple[int, int]
):
    speak(language)
    async with person_in_room(tmp_path, OPERATOR, size=size, look=faultless) as person:
        await person.on()
        await person.pick("W1")
        await person.press("g", "enter")
        await person.fill_in(typed_for(person.player) | {"offered": "3-0", "open": "9.5", "tenor": ""})
        assert drawn_below(person) != ""
        await person.press("escape")
        await person.press("f7")


def drawn_below(person: Person) -> str:
    """What the form says is wrong."""
    return str(person.form.query_one("#wrong").render())


@IN_BOTH
async def test_voiding_objecting_and_bidding_speak_one_language(tmp_path: Path, language: str):
    speak(language)
    seats = (LEAD, SUPERVISOR, BANK)
    async with person_in_room(tmp_path, *seats, size=(80, 24), look=faultless) as person:
        player = person.player
        while player.rehearsal.day.windows["W1"].phase is not WindowPhase.OPEN:
            await person.on()
            await person.act()
        player.speed = Speed.REAL
        await person.press("f2", "g", "enter")
        await person.pick("W1")
        await person.fill_in({"reason": "", "again": "true"})
        assert drawn_below(person) != ""
        await person.press("f1", "escape", "escape", "f2", "g", "j", "enter", "j", "enter")
        await person.fill_in({"reason": "1"})
        await person.press("f2", "G", "enter", "g", "enter")
        await person.fill_in({"level1": "9.99", "amount1": "3"})
        assert drawn_below(person) != ""
        await person.press("escape", "f3", "f4", "f4", "f4", "f4", "f5", "f9", "f9")


@IN_BOTH
async def test_a_window_too_small_says_so_in_one_language(tmp_path: Path, language: str):
    speak(language)
    async with person_in_room(tmp_path, OPERATOR) as person:
        await person.resize(40, 10)
        assert stray_words(person.app) == set()
        assert "60×16" in "".join(screen_lines(person.app))
        assert_whole(screen_lines(person.app), 40)


@IN_BOTH
async def test_the_palette_speaks_ones_language_and_names_actions_in_the_other_too(tmp_path: Path, language: str):
    speak(language)
    async with person_in_room(tmp_path, OPERATOR) as person:
        await person.press("ctrl+p")
        await person.wait(lambda: any(str(ROOM[0].help) in text for text in texts(person.app)))
        strays = stray_in_chinese if language == SOURCE_LANGUAGE else stray_in_english
        told = "\n".join(screen_lines(person.app))
        for name in (*shipped_names(), *(action.words.in_every_language() for action in ROOM)):
            told = told.replace(name, "")
        assert strays(told) == set()


@IN_BOTH
async def test_nothing_is_drawn_that_is_not_looked_through(tmp_path: Path, language: str):
    speak(language)
    missed = set[str]()

    def miss(app: App[object]) -> None:
        told = set("".join(texts(app)))
        missed.update(sign for line in screen_lines(app) for sign in line if sign.isalpha() and sign not in told)

    async with person_at(KaibiaoApp(seed=1, out=tmp_path / "day"), look=miss) as person:
        await person.take_seats(LEAD, BANK)
        for keys in ("f1", "escape", "f2", "escape", "f3", "f3", "slash", "x", "escape"):
            await person.press(keys)
        while await person.on():
            await person.act()
        await person.ending()
    assert missed == set()


def test_a_stray_word_would_be_found():
    assert stray_in_english("notices sent 发标\nW1 open，now\nW1 closed") == {"notices sent 发标", "W1 open，now"}
    assert stray_in_chinese("F1 帮助 lead-officer 就位，W1 发标，Ctrl+S 录入 5 bp") == {"lead-officer"}


async def test_a_cut_word_would_be_found(tmp_path: Path):
    async with person_in_room(tmp_path, OPERATOR) as person:
        assert cut_off(person.app) == []
        person.room.query_one("#head").styles.width = 20
        person.room.query_one("#head").styles.height = 1
        await person.look()
        assert [text for text in cut_off(person.app) if "演练文件" in text] != []
