"""What became of each bid and why in one line; what each member takes in all."""

from __future__ import annotations

from collections.abc import Sequence
from decimal import Decimal

from textual import on
from textual.app import ComposeResult
from textual.binding import Binding
from textual.containers import Vertical
from textual.widgets import DataTable, Input, Static

from auction.language import N_, _, say
from auction.outcome import Status
from auction.quantities import parse_amount, print_amount
from auction.wording import STATUS_NAMES
from tui.output import one_line
from tui.widgets.ladder import share
from tui.widgets.listtable import Cells, Column, ListTable
from tui.widgets.picklist import plain
from tui.widgets.reword import reword
from tui.widgets.seen import Seen, bids_shown
from tui.widgets.signs import signs_for

KINDS = {Status.WON: "won", Status.PARTLY_WON: "partly", Status.LOST: "lost", Status.REJECTED: "rejected"}


class Awards(Vertical):
    """The bids with their awards; `/` filters, Esc shows all again; the chosen row's reason stands in full below."""

    DEFAULT_CSS = """
    Awards { height: 1fr; min-height: 6; }
    Awards ListTable { overflow-x: hidden; }
    Awards Input { display: none; height: 1; border: none; padding: 0 1; background: $surface; }
    Awards Input:focus { border: none; }
    Awards.-filtering Input { display: block; }
    Awards Static { height: auto; max-height: 4; padding: 0 1; color: $foreground 80%; }
    """

    BINDINGS = [
        Binding("slash", "filter", N_("筛选"), key_display="/", id="list.filter", show=False),
        Binding("escape", "all", N_("全部显示"), id="list.all", show=False),
    ]

    _bids: Sequence[Seen] = ()
    _own = ""

    def compose(self) -> ComposeResult:
        """Filter, table, reason."""
        yield Input(compact=True)
        yield ListTable()
        yield Static(markup=False)

    def show(self, issue: Seen, own: str = "") -> None:
        """Show the bids of an issue that can be seen; the rows of the member `own` are marked."""
        self._bids, self._own = bids_shown(issue), own
        self.query_one(Input).placeholder = _("筛选：机构、标位或结果")
        self._fill()

    def check_action(self, action: str, parameters: tuple[object, ...]) -> bool | None:
        """Esc is taken only while a filter is on."""
        return self.has_class("-filtering") if action == "all" else True

    def action_filter(self) -> None:
        """Open the filter and put the pen into it."""
        self.add_class("-filtering")
        self.query_one(Input).focus()

    def action_all(self) -> None:
        """Put the filter away and show every row."""
        self.remove_class("-filtering")
        self.query_one(Input).value = ""
        self.query_one(ListTable).focus()

    @on(Input.Changed)
    def _filtered(self, changed: Input.Changed) -> None:
        changed.stop()
        self._fill()

    @on(Input.Submitted)
    def _chosen(self, submitted: Input.Submitted) -> None:
        submitted.stop()
        self.query_one(ListTable).focus()

    @on(DataTable.RowHighlighted)
    def _explained(self, _highlighted: DataTable.RowHighlighted) -> None:
        self._explain()

    def _fill(self) -> None:
        columns = (
            Column(""),
            Column(_("机构")),
            Column(_("标位"), "right"),
            Column(_("投标量"), "right"),
            Column(_("中标量"), "right"),
            Column(_("结果")),
            Column(_("理由")),
        )
        rows = {str(bid["line"]): self._row(bid) for bid in self._bids}
        wanted = plain(self.query_one(Input).value)
        matching = {key: row for key, row in rows.items() if wanted in plain(" ".join(text for text, _ in row[1:6]))}
        self.query_one(ListTable).fill(columns, matching)
        self._explain()

    def _row(self, bid: Seen) -> Cells:
        status = Status(bid["status"])
        own = bid["member"] == self._own
        texts = (
            (signs_for(self).here if own else "", "own"),
            (one_line(bid["member"]), "own" if own else ""),
            (bid["level"], ""),
            (bid["amount"], ""),
            (bid["awarded"], KINDS[status]),
            (str(STATUS_NAMES[status]), KINDS[status]),
            (_reason(bid), "lost"),
        )
        return texts

    def _explain(self) -> None:
        chosen = self.query_one(ListTable).chosen
        told = [_explanation(bid) for bid in self._bids if str(bid["line"]) == chosen]
        reword(self.query_one(Static), "".join(told))


class MemberTotals(ListTable):
    """What each member bid, takes and pays in all."""

    def show(self, issue: Seen, own: str = "") -> None:
        """Show the members of an issue that can be seen, largest award first; `own` is marked."""
        result = issue.get("result") or {}
        columns = (
            Column(""),
            Column(_("机构")),
            Column(_("投标量"), "right"),
            Column(_("中标量"), "right"),
            Column(_("占发行额"), "right"),
            Column(_("应缴款（元）"), "right"),
        )
        bid: dict[str, int] = {}
        for each in bids_shown(issue):
            bid[each["member"]] = bid.get(each["member"], 0) + parse_amount(each["amount"])
        members = sorted(result.get("members", ()), key=lambda member: -parse_amount(member["awarded"]))
        rows = {}
        for member in members:
            name, awarded = member["member"], parse_amount(member["awarded"])
            kind = "own" if name == own else ""
            texts = (
                signs_for(self).here if name == own else "",
                one_line(name),
                print_amount(bid[name]),
                print_amount(awarded),
                share(awarded, parse_amount(result["issued"])),
                f"{Decimal(member['cost']):,.2f}",
            )
            rows[name] = tuple((text, kind) for text in texts)
        self.fill(columns, rows)


def _reason(bid: Seen) -> str:
    return one_line(_("；").join(reason["message"] for reason in bid["reasons"]))


def _explanation(bid: Seen) -> str:
    citations = _("；").join(reason["citation"] for reason in bid["reasons"])
    return str(say("{reason}（{citation}）", reason=_reason(bid), citation=one_line(citations)))
