"""The page: whole in itself, every printed page marked, whatever people are called."""

import re
from html.parser import HTMLParser

from lookingback import quiet

from auction.language import speak
from sim.debrief import Mark, Row, Section, as_page, html, sections

VOID = {"meta"}


class Reader(HTMLParser):
    """Every tag with its attributes, and every tag left open or closed out of turn."""

    def __init__(self, page: str) -> None:
        super().__init__()
        self.tags: list[tuple[str, dict[str, str | None]]] = []
        self.open: list[str] = []
        self.wrong: list[str] = []
        self.feed(page)

    def handle_starttag(self, tag, attrs):
        self.tags.append((tag, dict(attrs)))
        if tag not in VOID:
            self.open.append(tag)

    def handle_endtag(self, tag):
        if not self.open or self.open.pop() != tag:
            self.wrong.append(tag)


def test_a_page_needs_nothing_but_itself():
    page = html(quiet())
    read = Reader(page)
    assert {tag for tag, _ in read.tags} & {"script", "link", "img", "iframe"} == set()
    assert [value for _, attributes in read.tags for name, value in attributes.items() if name == "src"] == []
    assert {value[0] for tag, attributes in read.tags if tag == "a" for value in [attributes["href"]]} == {"#"}
    assert re.findall(r"https?:|url\(|@import", page) == []
    assert (read.open, read.wrong) == ([], [])


def test_every_printed_page_bears_the_mark():
    page = html(quiet())
    assert re.findall(r'@page \{ @top-center \{[^}]*"演练文件 · 无法律效力" \}', page) != []
    assert '<div class="watermark" aria-hidden="true">演练文件 · 无法律效力</div>' in page


def test_a_page_has_every_section_and_its_links_lead_there():
    whole = quiet()
    read = Reader(html(whole))
    ids = [attributes["id"] for tag, attributes in read.tags if tag == "section"]
    links = [attributes["href"].removeprefix("#") for tag, attributes in read.tags if tag == "a"]
    assert ids == links == [section.id for section in sections(whole)]


def test_right_and_wrong_are_told_by_signs_and_not_by_colour_alone():
    parts = (Section("list", "甲", (Row(("对",), Mark.RIGHT), Row(("错",), Mark.WRONG, ("为什么",)))),)
    page = as_page("题", "答", parts)
    assert '<li class="right"><span class="sign">✔</span>对</li>' in page
    assert '<li class="wrong"><span class="sign">✘</span>错<div class="under"><p>为什么</p></div></li>' in page


def test_whatever_stands_in_a_journal_is_text_and_never_markup():
    rows = (Row(("<script>1</script>", "a & b"), Mark.NONE, ('"<b>"',)),)
    page = as_page("<i>题</i>", "<u>", (Section("t", "<h1>", rows, ("甲", "<乙>"), "<r>"),))
    assert {tag for tag, _ in Reader(page).tags} & {"script", "b", "i", "u", "r"} == set()


def test_a_page_says_its_language():
    whole = quiet()
    assert '<html lang="zh-CN">' in html(whole)
    speak("en")
    assert '<html lang="en">' in html(whole)
