"""The figures of a result: coupon or price, issued, cover, marginal cover, and whether the issue was filled."""

from __future__ import annotations

from textual.content import Content
from textual.geometry import Size
from textual.widget import Widget

from auction.language import _, say
from tui.output import cells, one_line
from tui.widgets.seen import Seen
from tui.widgets.signs import signs_for

GAP = 4
ABSENT = "-"


class Figures(Widget):
    """Each figure over its name, in as many rows as the width asks for."""

    DEFAULT_CSS = """
    Figures { height: auto; width: 1fr; padding: 0 1; }
    """

    _result: Seen | None = None
    _name = ""

    def show(self, issue: Seen) -> None:
        """Show the result of an issue, once it can be seen."""
        self._result = issue.get("result")
        self._name = one_line(f"{issue['documents']['bond']}  {issue['documents']['name']}")
        self.refresh(layout=True)

    def get_content_height(self, container: Size, viewport: Size, width: int) -> int:
        """As many lines as the figures take at this width."""
        return len(self._lines(width))

    def render(self) -> Content:
        """The issue's name and its figures."""
        return Content("\n").join(self._lines(self.content_size.width))

    def _lines(self, width: int) -> list[Content]:
        if self._result is None:
            return [Content.styled(self._name, "bold"), Content.styled(_("尚无结果"), "$foreground 60%")]
        rows: list[tuple[Content, Content]] = []
        for words, figure in self._figures(self._result):
            column = max(cells(words), figure.cell_length)
            name = Content.styled(words + " " * (column - cells(words)), "$foreground 60%")
            figure += " " * (column - figure.cell_length)
            if rows and rows[-1][0].cell_length + GAP + column <= width:
                before = rows.pop()
                name, figure = before[0] + " " * GAP + name, before[1] + " " * GAP + figure
            rows.append((name, figure))
        title = Content.assemble((self._name, "bold"), "  ", self._standing(self._result))
        return [title, *(line for row in rows for line in row)]

    def _standing(self, result: Seen) -> Content:
        signs = signs_for(self)
        if result["cutoff"] is None:
            return Content.styled(f"{signs.failed} {_('流标')}", "bold $text-error")
        if result["short"]:
            return Content.styled(f"{signs.warning} {_('未招满')}", "bold $text-warning")
        return Content.styled(f"{signs.done} {_('招满')}", "bold $text-success")

    def _figures(self, result: Seen) -> list[tuple[str, Content]]:
        by_rate = "coupon" in result
        price = result["coupon"] if by_rate else result["price"]
        unit = "%" if by_rate else _("元")
        amounts = say("{issued} / {offered} 亿元", issued=result["issued"], offered=result["offered"])
        return [
            (_("票面利率") if by_rate else _("发行价格"), _figure(price, unit, "bold $text-success")),
            (_("边际中标标位"), _figure(result["cutoff"], unit, "bold $text-warning")),
            (_("实际发行 / 计划发行"), Content.styled(str(amounts), "bold")),
            (_("投标倍数"), _figure(result["cover"], "", "bold")),
            (_("边际倍数"), _figure(result["marginal_cover"], "", "bold")),
            (_("加权平均中标标位"), _figure(result["weighted_average"], unit, "bold")),
        ]


def _figure(value: str | None, unit: str, style: str) -> Content:
    return Content(ABSENT) if value is None else Content.assemble((value, style), " ", unit)
