"""Valuation spreads by issuer, as a file has them: how strong a region is thought to be before any of its results.

Columns: province, spread_bp; where there is a kind, only valuations count. The nation's own line is what the others
are measured from, month by month where months are given.
"""

from __future__ import annotations

from collections import defaultdict
from pathlib import Path
from statistics import fmean

from auction.quantities import parse_number
from auction.rulebook import NATION, load_rulebook
from auction.tables import locate, table_lines

COLUMNS = {"province": ("province", "地区", "发行人"), "spread": ("spread_bp", "利差(bp)")}
OPTIONAL = {"month": ("month", "月份"), "kind": ("kind",)}
VALUATION = "valuation"


def read_regions(path: Path) -> dict[str, float]:
    """What each issuer's bonds are valued over the nation's, bp, on average. Raises BadInput for missing columns.

    Lines that are no numbers, or of issuers nobody knows, are passed over.
    """
    lines = table_lines(path)
    first, heading = next(lines, (1, []))
    places = locate(path, first, [cell.strip() for cell in heading], COLUMNS, OPTIONAL)
    spreads: dict[str, dict[str, float]] = defaultdict(dict)
    names = load_rulebook().names
    for _line, cells in lines:
        row = {name: cells[place].strip() for name, place in places.items() if place < len(cells)}
        issuer = names.get(row.get("province", ""))
        if issuer is None or not row.get("kind", VALUATION).startswith(VALUATION):
            continue
        try:
            spreads[issuer][row.get("month", "")] = float(parse_number(row.get("spread", "")))
        except ValueError:
            continue
    nation = spreads.pop(NATION, {})
    return {
        issuer: fmean(bp - nation.get(month, 0.0) for month, bp in of_months.items())
        for issuer, of_months in spreads.items()
    }
