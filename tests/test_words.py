"""The catalogues hold every sentence, in the right language, compiled."""

import re
from string import Formatter

import click
import pytest
from babel.messages.catalog import Catalog
from click.testing import CliRunner

from auction.language import LANGUAGES, _, say, speak
from tools import words

CHINESE = re.compile(r"[\u3000-\u303f\u3400-\u9fff\uff00-\uffef]")


@click.command()
@click.argument("path")
@click.option("--seed", type=int)
@click.option("--tail", type=click.Choice(["round-robin", "earliest-first"]))
def play(path: str, seed: int, tail: str) -> None:
    pass


def places(sentence: str) -> set[str]:
    """The values a sentence has places for."""
    named = {name for _text, name, _spec, _conversion in Formatter().parse(sentence) if name is not None}
    return named | set(re.findall(r"%\(\w+\)s", sentence))


def pairs(language: str) -> list[tuple[str, str]]:
    """Each sentence of a catalogue, in its last form, with its translation."""
    entries = [entry for entry in words.read(language) if entry.id]
    return [(last(entry.id), last(entry.string)) for entry in entries]


def last(forms: str | tuple[str, ...]) -> str:
    return forms if isinstance(forms, str) else forms[-1]


def said(*arguments: str) -> str:
    """What click answers, without its line breaks and boxes."""
    return CliRunner().invoke(play, list(arguments)).output


def test_only_literal_sentences_are_said():
    assert words.strays() == []


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_sentence_is_translated(language):
    assert words.missing()[language] == []


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_catalogue_holds_no_sentence_that_nobody_says(language):
    said_somewhere = {words.first(each) for each in words.wanted()[language]}
    assert {words.first(entry.id) for entry in words.read(language) if entry.id} <= said_somewhere


def test_no_chinese_stands_in_an_english_translation():
    assert [text for _sentence, text in pairs("en") if CHINESE.search(text)] == []


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_translation_has_the_places_of_its_sentence(language):
    assert [(sentence, text) for sentence, text in pairs(language) if text and places(sentence) != places(text)] == []


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_compiled_catalogue_is_what_its_source_compiles_to(language):
    assert words.mo_file(language).read_bytes() == words.mo_bytes(words.read(language))


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_catalogue_is_written_as_the_tool_writes_it(language):
    assert words.po_file(language).read_bytes() == words.po_bytes(words.read(language))


def test_a_sentence_with_a_fuzzy_or_no_translation_is_missing():
    catalogue = Catalog()
    catalogue.add("发标", "send", flags=["fuzzy"])
    catalogue.add("出标", "")
    catalogue.add("流标", "failed")
    sentences = ("发标", "出标", "流标", "未招满")
    assert [each for each in sentences if words.translated(catalogue, each)] == ["流标"]


def test_a_sentence_is_put_into_the_language_of_its_reader():
    kept = say("数字里不要逗号：应写 {expected}", expected="1200")
    speak("en")
    in_english = str(kept)
    speak("zh_CN")
    assert (in_english, str(kept)) == ("no commas in a number: write 1200", "数字里不要逗号：应写 1200")
    assert kept.in_chinese() == _("数字里不要逗号：应写 {expected}").format(expected="1200")


def test_click_answers_in_chinese():
    assert said("--sede", "1") == (
        "用法： play [OPTIONS] PATH\n用法说明请看 play --help\n\n错误：没有选项 '--sede'。 是否想写 '--seed'？\n"
    )
    assert "错误：缺少参数 'PATH'" in said()
    assert "错误：'--tail' 的值不对：'x' 不在可选之列：'round-robin', 'earliest-first'。" in said("a", "--tail", "x")
    assert "选项:\n" in said("--help") and "显示本说明后退出。" in said("--help")


def test_click_answers_in_english_when_english_is_spoken():
    speak("en")
    assert said("--sede", "1") == (
        "Usage: play [OPTIONS] PATH\nTry 'play --help' for help.\n\n"
        "Error: No such option '--sede'. Did you mean '--seed'?\n"
    )
