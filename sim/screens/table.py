"""Every screen, with its threshold and how good it was measured to be.

Measured by `benchmarks/collusion.py` on simulated books of 30 members of the national population, the market standing
8 ± 5 bp over the floor; days of one issue, each with a call, and series of 24 issues. `--fit` measures anew and prints
this table's figures. Not measured on real bids: those are not published.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from types import MappingProxyType

from auction.language import say
from sim.screens.accompanying import accompanying
from sim.screens.accompanying import told as accompanying_told
from sim.screens.books import IssueBook
from sim.screens.called import called
from sim.screens.called import told as called_told
from sim.screens.finding import Looked, Measured, Screen, of_each
from sim.screens.identical import identical
from sim.screens.identical import told as identical_told
from sim.screens.residual import residual
from sim.screens.residual import told as residual_told
from sim.screens.rotation import rotation
from sim.screens.rotation import told as rotation_told

# Honest days or series, false alarms among them, and the share caught; a ring by its way and size, jumps by how many.
IDENTICAL = Measured(
    3000,
    15,
    {"ring 5": 0.33, "ring 8": 0.64, "copying 5": 0.67, "copying 8": 0.91, "covering 5": 0.01, "covering 8": 0.06},
)
ACCOMPANYING = Measured(
    3000,
    19,
    {"ring 5": 0.99, "ring 8": 1.00, "copying 5": 0.00, "copying 8": 0.01, "covering 5": 0.00, "covering 8": 0.01},
)
CALLED = Measured(3000, 45, {"jumping 3": 0.43, "jumping 5": 0.74, "jumping 8": 0.83})
ROTATION = Measured(
    300,
    0,
    {"ring 5": 1.00, "ring 8": 1.00, "copying 5": 0.00, "copying 8": 0.00, "covering 5": 0.84, "covering 8": 0.92},
)
RESIDUAL = Measured(
    300,
    1,
    {"ring 5": 0.92, "ring 8": 1.00, "copying 5": 1.00, "copying 8": 1.00, "covering 5": 0.08, "covering 8": 0.00},
)

OF_A_DAY = (
    Screen("identical", say("投标雷同"), of_each(identical), identical_told, 0.01, IDENTICAL),
    Screen("accompanying", say("陪标"), of_each(accompanying), accompanying_told, 0.005, ACCOMPANYING),
    Screen("called", say("来电后跳位"), of_each(called), called_told, 0.02, CALLED),
)
"""What is looked for in the books of one day."""
OF_A_SERIES = (
    Screen("rotation", say("轮流中标"), rotation, rotation_told, 0.02, ROTATION),
    Screen("residual", say("同进同退"), residual, residual_told, 0.02, RESIDUAL),
)
"""What shows only over many auctions of the same members."""
SCREENS: Mapping[str, Screen] = MappingProxyType({screen.id: screen for screen in (*OF_A_DAY, *OF_A_SERIES)})


def screen_day(books: Sequence[IssueBook]) -> tuple[Looked, ...]:
    """What the screens of a day find in its books."""
    return tuple(Looked(screen, screen.look(books)) for screen in OF_A_DAY)


def screen_series(books: Sequence[IssueBook]) -> tuple[Looked, ...]:
    """What the screens of a series find in its books, one for each issue, in the order of time."""
    return tuple(Looked(screen, screen.look(books)) for screen in OF_A_SERIES)
