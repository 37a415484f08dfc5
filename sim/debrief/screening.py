"""What the screens for collusion and guided bidding find in the books of the day: a reason to look, and no proof."""

from __future__ import annotations

from auction.language import _, say
from sim.debrief.looking import Story
from sim.debrief.section import Mark, Row, Section
from sim.debrief.wording import together
from sim.screens import Looked, books_of, screen_day

NO_PROOF = say(
    "筛查只是复看的理由，不是证据：名单里可能有清白的成员，先查录音和通讯记录；没有提示，也不等于没有串标。"
    "误报率在诚实的模拟投标簿上测得。"
)


def screening(story: Story) -> Section:
    """Each screen with what it counted, the chance of that, its threshold and how often it errs."""
    books = books_of(story.day, story.events)
    if not books:
        return Section("screens", _("异常投标筛查"), ())
    columns = (_("筛查"), _("所见"), _("偶然概率"), _("提示门槛"), _("误报率"))
    return Section("screens", _("异常投标筛查"), tuple(map(screen_row, screen_day(books))), columns, str(NO_PROOF))


def screen_row(looked: Looked) -> Row:
    """One screen as a row."""
    screen, finding = looked.screen, looked.finding
    chance = f"{finding.p:.1g}" if finding else _("无")
    cells = (str(screen.name), str(looked.told), chance, f"{screen.threshold:g}", error_rate(looked))
    if finding is None or not looked.alarm:
        return Row(cells)
    look_at = _("请复看 {issue}：{who}").format(issue=together(finding.issues), who=together(finding.who))
    return Row(cells, Mark.WARNED, (look_at,))


def error_rate(looked: Looked) -> str:
    """How often the screen errs on honest books, and on how many that was measured."""
    measured = looked.screen.measured
    return _("{rate}%（{count} 次里）").format(rate=f"{100 * measured.rate:.1f}", count=measured.honest)
