"""The report of a study: what was asked, what came out, how sure it is, what it rests on, and how to make it again.

A pure function of the study's folder, so that it can be made again later and elsewhere. The parts are made once
(`report_of`); the page, Word and Excel are three ways to write them down.
"""

from sim.lab.report.kept import Kept as Kept
from sim.lab.report.kept import read_study as read_study
from sim.lab.report.whole import report_of as report_of
from sim.lab.report.writing import missing as missing
from sim.lab.report.writing import write_reports as write_reports
