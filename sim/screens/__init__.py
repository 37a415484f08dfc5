"""Screens for collusion and guided bidding: pure functions on the books of a day or of a series, after the close.

A screen reports its statistic, its threshold and how often it errs on honest bids. What it finds is a reason to look,
and no proof. It knows only bids: who talked to whom it cannot know.
"""

from sim.screens.books import IssueBook as IssueBook
from sim.screens.books import Sent as Sent
from sim.screens.finding import Finding as Finding
from sim.screens.finding import Looked as Looked
from sim.screens.finding import Measured as Measured
from sim.screens.finding import Screen as Screen
from sim.screens.mixing import LEAST_AUCTIONS as LEAST_AUCTIONS
from sim.screens.reading import books_of as books_of
from sim.screens.table import SCREENS as SCREENS
from sim.screens.table import screen_day as screen_day
from sim.screens.table import screen_series as screen_series
