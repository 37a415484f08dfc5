"""docs/rules.md says what the rulebooks say, and nothing else."""

import os
import subprocess
import sys
from pathlib import Path

import pytest

from auction.breach import Basis
from auction.rulebook import NATION, read_folder, shipped_files
from tools import rules_page

ROOT = Path(__file__).resolve().parents[1]
TINY = """kind: rulebook
issuer: 全国
issuers: {河北: [河北省]}
range.floor:
  values:
    - {from: 2015-01-01, value: +0bp, basis: practice, cite: {document: 甲文, article: 第一条}}
    - {from: 2018-09-01, until: 2019-12-31, value: {10: +5bp, default: +9bp}, basis: source,
       cite: {document: 乙文, quote: 鼓励 a|b}, note: 一注}
window.minutes:
  values:
    - {from: 2015-01-01, value: 40, basis: assumed, cite: {document: 丙文}}
"""
HEBEI = """kind: rulebook
issuer: 河北
range.cap:
  values:
    - {from: 2021-01-01, value: +20%, basis: derived, cite: {document: 丁文}}
"""
APART = """kind: rulebook
issuer: 国债
follows: none
window.minutes:
  values:
    - {from: 2009-01-01, value: 60, basis: practice, cite: {document: 戊文}}
"""
TOLD = """## 全国

### 投标区间

#### 投标区间下限 `range.floor`

| 有效期 | 取值 | 依据 | 原文 | 说明 |
| --- | --- | --- | --- | --- |
| 2015-01-01 至 2018-08-31 | +0bp | 甲文 第一条〔实务〕 |  |  |
| 2018-09-01 至 2019-12-31 | 10年 +5bp；其余 +9bp | 乙文〔原文〕 | 「鼓励 a\\|b」（倡导） | 一注 |

### 时间与款项

#### 招标时间 `window.minutes`

| 有效期 | 取值 | 依据 | 原文 | 说明 |
| --- | --- | --- | --- | --- |
| 2015-01-01 起 | 40 分钟 | 丙文〔推定〕 |  |  |

## 各发行人的不同规定

### 河北

| 规则 | 有效期 | 取值 | 依据 | 原文 | 说明 |
| --- | --- | --- | --- | --- | --- |
| 投标区间上限 `range.cap` | 2021-01-01 起 | +20% | 丁文〔推导〕 |  |  |

## 国债

### 时间与款项

#### 招标时间 `window.minutes`

| 有效期 | 取值 | 依据 | 原文 | 说明 |
| --- | --- | --- | --- | --- |
| 2009-01-01 起 | 60 分钟 | 戊文〔实务〕 |  |  |

## 尚不确知的取值

以下取值没有文本支持，均为推定。

| 发行人 | 规则 | 有效期 | 取值 | 比照的文件 | 说明 |
| --- | --- | --- | --- | --- | --- |
| 全国 | 招标时间 `window.minutes` | 2015-01-01 起 | 40 分钟 | 丙文 |  |
"""


def test_the_page_tells_nation_issuers_treasury_and_what_is_not_known(tmp_path: Path):
    for name, text in (("a.yaml", HEBEI), ("b.yaml", APART), ("c.yaml", TINY)):
        (tmp_path / name).write_text(text, encoding="utf-8")
    assert rules_page.page(read_folder(tmp_path)) == rules_page.INTRODUCTION + "\n" + TOLD


def test_the_page_beside_the_rulebooks_is_theirs():
    assert (ROOT / "docs" / "rules.md").read_text(encoding="utf-8") == rules_page.page()


def test_the_page_holds_one_row_for_every_value_and_one_more_for_each_assumed_one():
    values = [one for file in shipped_files() for rule in file.rules.values() for one in rule]
    assumed = [one for one in values if one.basis is Basis.ASSUMED]
    rows = [line for line in rules_page.page().splitlines() if line.startswith("| ") and "| --- " not in line]
    headings = [row for row in rows if "| 有效期 | 取值 |" in row]
    assert len(rows) - len(headings) == len(values) + len(assumed)


def test_a_stale_page_is_told(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]):
    stale = tmp_path / "docs" / "rules.md"
    stale.parent.mkdir()
    monkeypatch.setattr(rules_page, "ROOT", tmp_path)
    monkeypatch.setattr(rules_page, "PAGE", stale)
    monkeypatch.setattr(sys, "argv", ["rules_page.py", "--check"])
    assert rules_page.main() == 1
    monkeypatch.setattr(sys, "argv", ["rules_page.py"])
    assert rules_page.main() == 0
    monkeypatch.setattr(sys, "argv", ["rules_page.py", "--check"])
    assert rules_page.main() == 0
    stale.write_text(stale.read_text(encoding="utf-8").replace("+40bp", "+41bp"), encoding="utf-8")
    assert rules_page.main() == 1
    assert capsys.readouterr().err.splitlines() == ["docs/rules.md 与规则文件不符：请运行 make rules-page"] * 2


def test_the_tool_runs_by_itself_whatever_the_reader_speaks(tmp_path: Path):
    command = [sys.executable, ROOT / "tools" / "rules_page.py", "--check"]
    environment = {**os.environ, "PYTHONPATH": str(ROOT), "LANGUAGE": "en"}
    assert subprocess.run(command, cwd=tmp_path, env=environment, check=False).returncode == 0


def test_the_nation_comes_first():
    assert [file.issuer for file in rules_page.in_reading_order(shipped_files())][0] == NATION
