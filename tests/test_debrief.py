from functools import cache
from pathlib import Path

import pytest

from auction import events as e
from auction.errors import BadInput
from auction.journal import MemoryJournal
from auction.language import speak
from sim.debrief import debrief, markdown
from sim.rehearsal import Rehearsal
from sim.scenario import read_scenario


@cache
def played(name: str, seed: int) -> MemoryJournal:
    log = MemoryJournal()
    for _event in Rehearsal(read_scenario(Path(name)), log, seed).run():
        pass
    return log


def test_a_quiet_day_scores_in_full_and_its_story_is_whole():
    looked_back = debrief(played("first-tender", 1).rows())
    assert looked_back.score == 100
    told = markdown(looked_back)
    headings = "目标 结果 双人核对 被拒绝的操作与触及的规则 监督三项 签字 没有原文依据的取值 时间线"
    for heading in headings.split():
        assert f"## {heading}\n" in told
    assert "演练文件 · 无法律效力" in told
    assert "- W1 发行人员负责人：许正言" in told
    assert "〔推定〕" in told
    assert "- 其间 投标" in told


def test_a_debrief_reads_in_english_without_chinese_of_ours():
    looked_back = debrief(played("first-tender", 1).rows())
    speak("en")
    told = markdown(looked_back)
    assert "## Objectives" in told
    assert "录入标书" not in told


@pytest.mark.parametrize("kind", [e.NoticesSent, e.WindowOpened, e.BidReceived])
def test_a_debrief_is_refused_while_bids_are_sealed(kind: type[e.Event]):
    rows = played("first-tender", 1).rows()
    last = max(row.seq for row in rows if row.kind == e.kind_of(kind))
    with pytest.raises(BadInput, match="截标之前不能复盘"):
        debrief(rows[:last])


def test_differences_found_are_named_by_field():
    told = markdown(debrief(played("two-windows", 2).rows()))
    assert "复核人 周默：期限" in told
    assert "复核人 周默：一致" in told


def test_an_empty_journal_has_nothing_to_look_back_on():
    with pytest.raises(BadInput, match="日志是空的"):
        debrief(())


def test_a_refused_action_costs_its_objective_and_is_cited():
    log = MemoryJournal()
    rehearsal = Rehearsal(read_scenario(Path("first-tender")), log, 1)
    while rehearsal.day.phase.value == "PLANNED":
        rehearsal.step()
    rehearsal.perform(e.NoticesSent(at=rehearsal.day.now, seat="operator:陈岚", window="W1"))
    for _event in rehearsal.run():
        pass
    looked_back = debrief(log.rows())
    assert looked_back.score == 90
    told = markdown(looked_back)
    assert "2605101 的标书尚未经双人核对一致（财库〔2018〕61号" in told
