"""Sentences: kept apart from their values until somebody reads them, in the language in force."""

from contextvars import copy_context

import pytest

from auction.language import Message, _, chosen_language, listed, say, speak, spoken


def test_a_sentence_is_put_into_words_when_it_is_read():
    message = say("标位 {level} 不在区间 {low} 至 {high} 之内", level="2.37", low="2.38", high="2.68")
    chinese = str(message)
    speak("en")
    assert (chinese, spoken()) == ("标位 2.37 不在区间 2.38 至 2.68 之内", "en")
    assert "2.37" in str(message) and str(message).isascii()


def test_a_sentence_stays_chinese_where_a_record_wants_it():
    inner = say("应为数字{units}", units="")
    message = say("{reason}（实际值 {got}）", reason=inner, got="'x'")
    speak("en")
    assert message.in_chinese() == "应为数字（实际值 'x'）"
    assert str(message) != message.in_chinese()


def test_a_sentence_within_a_sentence_is_translated_too():
    inner = say("缺少必填项")
    speak("en")
    assert str(say("{reason}", reason=inner)) == str(inner) == _("缺少必填项") != "缺少必填项"


def test_values_are_kept_as_text_and_braces_in_them_stay():
    message = say("未知字段，是否想写 {near}？", near="{low}")
    assert message == Message("未知字段，是否想写 {near}？", {"near": "{low}"})
    assert str(message) == "未知字段，是否想写 {low}？"
    assert say("{n}", n=3).values == {"n": "3"}


def test_several_sentences_stand_in_a_row():
    assert str(listed([say("甲"), say("乙"), say("丙")])) == "甲、乙、丙"


def test_a_sentence_nobody_translated_stays_as_it_is():
    speak("en")
    assert _("没有人译过的一句话") == "没有人译过的一句话"


def test_a_language_holds_for_every_task_of_the_process():
    copy_context().run(speak, "en")
    assert spoken() == "en"


@pytest.mark.parametrize(
    ("asked", "environment", "language"),
    [
        (None, {}, "zh_CN"),
        ("en", {"KAIBIAO_LANG": "zh"}, "en"),
        ("zh", {"KAIBIAO_LANG": "en"}, "zh_CN"),
        (None, {"KAIBIAO_LANG": "en", "LANG": "zh_CN.UTF-8"}, "en"),
        (None, {"KAIBIAO_LANG": "", "LANG": "en_GB.UTF-8"}, "en"),
        (None, {"LC_ALL": "zh_CN.UTF-8", "LANG": "en_US.UTF-8"}, "zh_CN"),
        (None, {"LC_MESSAGES": "en_US", "LANG": "zh_CN"}, "en"),
        (None, {"LC_ALL": "C", "LANG": "C.UTF-8"}, "zh_CN"),
        (None, {"LC_ALL": "C", "LANG": "EN_US"}, "en"),
        (None, {"LANG": "fr_FR"}, "zh_CN"),
    ],
)
def test_the_option_goes_before_the_variable_and_the_variable_before_the_locale(asked, environment, language):
    assert chosen_language(asked, environment) == language


def test_a_sentence_can_be_shown_in_every_language_at_once():
    assert say("暂停").in_every_language() == "暂停  pause"
    speak("en")
    assert say("暂停").in_every_language() == "pause  暂停"
