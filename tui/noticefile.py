"""A notice with what it names: the syndicate beside it, and the rulebook whose limits it asks for."""

from __future__ import annotations

import os.path
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from difflib import get_close_matches
from pathlib import Path

from auction.book import Syndicate, read_syndicate
from auction.breach import Breach
from auction.checks import blocking, desk_for
from auction.errors import BadInput, Fault
from auction.language import say
from auction.notice import Notice
from auction.rulebook import NATION, Rulebook, Rules, load_rulebook, plain_name
from auction.rulefile import RuleFile, read_rule_file
from auction.underwriting import check_offer
from auction.yamlfile import Document, Path_, read_document, require_kind, validate

FIELD_OF: Mapping[str, Path_] = {
    "tender.required_above": ("offered",),
    "underwriting.floor": ("range", "low"),
    "underwriting.price_cap": ("range", "high"),
    "underwriting.agreed": ("agreed",),
    "underwriting.leads": ("leads",),
    "underwriting.bookrunner": ("bookrunner",),
    "directed.floor": ("range", "low"),
    "directed.cap": ("range", "high"),
    "directed.swap_ceiling": ("swap_ceiling",),
    "directed.interbank": ("markets",),
    "reopening.most": ("reopening", "number"),
    "reopening.same_terms": ("reopening", "first_issue"),
    "reopening.unknown": ("reopening", "of"),
    "reopening.settlement": ("reopening", "settlement"),
    "reopening.price_object": ("range", "high"),
}
"""Where in a notice a broken rule shows."""


@dataclass(frozen=True, slots=True)
class NoticeFile:
    """A notice, its syndicate, and the rulebook and issuer whose rules apply; without a rulebook none do."""

    notice: Notice
    document: Document
    syndicate: Syndicate | None
    rulebook: Rulebook | None
    issuer: str

    @property
    def rules(self) -> Rules | None:
        """The rules the notice asks for, on its date."""
        return self.rules_on(self.notice.date) if self.notice.date else None

    def rules_on(self, day: date) -> Rules | None:
        """The rules the notice asks for, on another day."""
        return self.rulebook.for_(self.issuer, day) if self.rulebook else None


def read_notice_file(path: Path) -> NoticeFile:
    """The notice and every file it names. Raises BadInput."""
    document = read_document(path)
    require_kind(document, "notice")
    notice = validate(document, Notice)
    syndicate = read_syndicate(path.parent / notice.syndicate) if notice.syndicate else None
    if notice.rulebook is None:
        return NoticeFile(notice, document, syndicate, None, NATION)
    rulebook, owner = named_rulebook(document, notice.rulebook)
    issuer = named_issuer(document, rulebook, notice.issuer) if notice.issuer else owner
    if owner not in (NATION, issuer):
        sentence = say("rulebook 是 {owner} 的规则，issuer 却是 {issuer}", owner=owner, issuer=issuer)
        raise BadInput([document.fault(("issuer",), sentence)])
    return NoticeFile(notice, document, syndicate, rulebook, issuer)


def named_rulebook(document: Document, name: str) -> tuple[Rulebook, str]:
    """The rulebook a notice names, and whose it is. Raises BadInput with the nearest name.

    It may name a file beside the notice, a shipped file (`henan`) or an issuer (`河南`).
    """
    beside = document.path.parent / name
    if os.path.isfile(beside):
        rulebook = load_rulebook(beside)
        return rulebook, rulebook.issuer(read_rule_file(beside).issuer)
    rulebook, stem = load_rulebook(), name.removesuffix(".yaml")
    shipped = shipped_names(rulebook)
    owner = shipped.get(stem) or rulebook.names.get(plain_name(name))
    if owner:
        return rulebook, owner
    near = get_close_matches(stem, (*shipped, *rulebook.names), 1, 0.5)
    if near:
        sentence = say("没有规则文件 {name}，是否想写 {near}？", name=name, near=near[0])
    else:
        names = " / ".join(shipped)
        sentence = say("没有规则文件 {name}：应为 {names} 之一，或旁边的一个规则文件", name=name, names=names)
    raise BadInput([document.fault(("rulebook",), sentence)])


def shipped_names(rulebook: Rulebook) -> dict[str, str]:
    """The shipped rulebook files by their names without an ending, with the issuer of each."""
    files: list[RuleFile] = [file for layer in rulebook.layers.values() for file in layer]
    return {file.path.stem: rulebook.issuer(file.issuer) for file in files}


def named_issuer(document: Document, rulebook: Rulebook, name: str) -> str:
    """The issuer a notice names. Raises BadInput at its place in the file."""
    try:
        return rulebook.issuer(name)
    except BadInput as error:
        raise BadInput([document.fault(("issuer",), error.message)]) from None


def breaches_of(sheet: NoticeFile) -> tuple[Breach, ...]:
    """What the notice of a book-build or a re-opening breaks, by its rulebook, else by the shipped rules.

    Without a date the latest rules judge. Raises BadInput for an unknown issuer.
    """
    notice = sheet.notice
    if notice.method.is_tender and notice.reopening is None:
        return ()
    rulebook, issuer = sheet.rulebook or load_rulebook(), sheet.issuer
    if sheet.rulebook is None and notice.issuer:
        issuer = named_issuer(sheet.document, rulebook, notice.issuer)
    rules = rulebook.for_(issuer, notice.date or latest(rulebook.for_(issuer, date.min)))
    return check_offer(desk_for(notice, sheet.syndicate, rules))


def require_lawful(sheet: NoticeFile) -> tuple[Breach, ...]:
    """The warnings of a notice that breaks no rule. Raises BadInput with every breach, at its place, cited."""
    breaches = breaches_of(sheet)
    broken = blocking(breaches)
    if broken:
        raise BadInput([_fault(sheet.document, breach) for breach in broken])
    return breaches


def _fault(document: Document, breach: Breach) -> Fault:
    cited = say("{message}（{citation}）", message=breach.message, citation=breach.citation)
    return document.fault(FIELD_OF.get(breach.rule, ()), cited)


def latest(rules: Rules) -> date:
    """The day of the last change of the rules."""
    return max(dated.since for file in rules.layers for series in file.rules.values() for dated in series)
