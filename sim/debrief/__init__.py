"""The debrief: what a finished day is worth and what happened on it, a pure function of its journal.

`sections(debrief(rows))` gives the parts (`Section`: a heading, columns for a table or none for a list, and rows of
cells with a sign and sentences under it); `markdown` and `html` are made from these, and so is the room's screen.
"""

from sim.debrief.comparison import Side as Side
from sim.debrief.comparison import against as against
from sim.debrief.comparison import against_title as against_title
from sim.debrief.comparison import compared as compared
from sim.debrief.comparison import same_scenario as same_scenario
from sim.debrief.lines import as_markdown as as_markdown
from sim.debrief.lines import markdown as markdown
from sim.debrief.objectives import Objective as Objective
from sim.debrief.page import as_page as as_page
from sim.debrief.page import html as html
from sim.debrief.section import Mark as Mark
from sim.debrief.section import Row as Row
from sim.debrief.section import Section as Section
from sim.debrief.whole import Debrief as Debrief
from sim.debrief.whole import answer as answer
from sim.debrief.whole import debrief as debrief
from sim.debrief.whole import sections as sections
from sim.debrief.whole import title as title
