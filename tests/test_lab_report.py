"""The report of a study: one sentence first, everything it rests on behind it, the same in three kinds of file."""

import io
import json
import re
import shutil
from html.parser import HTMLParser
from itertools import pairwise

import docx
import openpyxl
import pytest
from commandline import kaibiao
from experiments import FIXED, PLAIN, experiment_file

from auction.errors import BadInput
from auction.language import speak, spoken
from sim.lab.experiment import read_experiment
from sim.lab.report import png, read_study, report_of, write_reports, writing
from sim.lab.report.blocks import Bars, Panels, Stacks, Table
from sim.lab.report.drawing import Area, Scale, Stroke, breadth, drawings
from sim.lab.report.kept import Figure, Kept, Study
from sim.lab.report.sentence import answer, points
from sim.lab.report.wording import move, rule_value
from sim.lab.study import run_study

VOID = {"meta", "br"}
CHINESE = re.compile(r"[\u3000-\u303f\u3400-\u9fff\uff00-\uffef]")


class Reader(HTMLParser):
    """Every tag with its attributes, the text, and every tag left open or closed out of turn."""

    def __init__(self, page):
        super().__init__()
        self.tags, self.open, self.wrong, self.text = [], [], [], ""
        self.feed(page)

    def handle_starttag(self, tag, attrs):
        self.tags.append((tag, dict(attrs)))
        if tag not in VOID:
            self.open.append(tag)

    def handle_startendtag(self, tag, attrs):
        self.tags.append((tag, dict(attrs)))

    def handle_endtag(self, tag):
        if not self.open or self.open.pop() != tag:
            self.wrong.append(tag)

    def handle_data(self, data):
        self.text += data


@pytest.fixture(scope="module")
def folder(tmp_path_factory):
    """The folder of a small study, with its reports."""
    place = tmp_path_factory.mktemp("study")
    run_study(read_experiment(experiment_file(place, FIXED.replace("8192", "4096"), PLAIN)), place / "out")
    write_reports(place / "out")
    return place / "out"


@pytest.fixture
def document(folder):
    """The study as plain data."""
    return json.loads((folder / "study.json").read_text("utf-8"))


def study(document, **changed):
    """The study with some of its fields otherwise."""
    return Study.model_validate({**document, **changed})


def figure(mean, low=None, high=None):
    return {"mean": mean, "low": low, "high": high}


def pair(document, coupon, adapts=False, to="降 5bp"):
    return {**document["pairs"][0], "coupon_bp": figure(*coupon), "adapts": adapts, "to": to}


def blocks(report, part, kind):
    """The blocks of a kind in a part."""
    (found,) = [each for each in report.parts if each.id == part]
    return [block for block in found.blocks if isinstance(block, kind)]


def test_a_clear_answer_is_one_sentence_with_its_interval(document):
    fixed, adapting = pair(document, (-4.667, -4.69, -4.646)), pair(document, (-3.72, -3.75, -3.70), adapts=True)
    told = answer(study(document, pairs=[fixed, adapting]))
    assert told == (
        "由“现行”改为“降 5bp”，投标人照旧时，票面利率降低 4.67 bp（区间 4.65 至 4.69）；"
        "投标人适应新规则后，票面利率降低 3.72 bp（区间 3.70 至 3.75）。"
    )


def test_of_several_comparisons_the_one_that_moves_most_is_told(document):
    pairs = [pair(document, (-1.0, -1.1, -0.9)), pair(document, (3.0, 2.9, 3.1), to="加 3bp")]
    told = answer(study(document, pairs=pairs))
    said = "投标人照旧时，票面利率升高 3.00 bp（区间 2.90 至 3.10）"
    assert told == f"2 个对比里变动最大的是由“现行”改为“加 3bp”：{said}。"


def test_where_bids_cannot_tell_the_sentence_is_the_band_and_not_the_figure(document):
    ends = {"low": -5.0, "high": 0.3}
    of = {"from": "现行", "to": "降 5bp", "adapts": False, "coupon_bp": ends, "points": []}
    band = {"outside_spread_bp": {"low": 5, "high": 15}, "pairs": [of]}
    one = study(document, identified=False, band=band, pairs=[pair(document, (-4.0, -4.1, -3.9))])
    assert answer(one) == (
        "由“现行”改为“降 5bp”，票面利率会变动 -5.00 至 +0.30 bp："
        "落在哪里要看二级市场利差（5 至 15 bp），投标本身说不出来。"
    )
    assert next(points(one)) == "按所设的利差 9 bp：投标人照旧时，票面利率降低 4.00 bp（区间 3.90 至 4.10）。"


def test_a_band_is_told_once_in_the_answer_and_every_comparison_in_its_part(document):
    ends = {"low": -5.0, "high": 0.3}
    of = {"from": "现行", "to": "降 5bp", "adapts": False, "coupon_bp": ends}
    band = {
        "outside_spread_bp": {"low": 5, "high": 15},
        "pairs": [{**of, "points": [{"spread_bp": at, "coupon_bp": figure(-1.0, -1.1, -0.9)} for at in (5, 15)]}],
    }
    values = {"from_": "现行", "to": "降 5bp", "least": "5", "most": "15"}
    notes = [{"text": "{from_}{to}{least}{most}", "values": values}, {"text": "另一句", "values": {}}]
    one = study(document, identified=False, band=band, words={"notes": notes})
    assert [told for told in points(one) if told in ("现行降 5bp515", "另一句")] == ["另一句"]
    report = report_of(Kept(one, "0" * 64))
    ((row,),) = (table.rows for table in blocks(report, "identification", Table))
    assert row == ("现行", "降 5bp", "照旧", Figure(mean=-5.0), Figure(mean=0.3))
    (chart,) = blocks(report, "identification", Bars)
    assert chart.labels == ("现行 → 降 5bp，利差 5 bp", "现行 → 降 5bp，利差 15 bp")


def test_a_lone_arm_is_answered_by_its_coupon(document):
    arms = [{**document["arms"][0], "coupon": figure(1.81, 1.80, 1.82)}]
    told = answer(study(document, arms=arms, pairs=[]))
    assert told == "“现行”之下：投标人照旧时，票面利率平均 1.8100%（区间 1.8000% 至 1.8200%）。"


@pytest.mark.parametrize(
    ("moved", "told"),
    [
        ((0.01, -0.02, 0.04), "看不出升降（区间 -0.02 至 +0.04 bp）"),
        ((0.0, 0.0, 0.0), "没有变动"),
        ((-0.5, None, None), "降低约 0.50 bp（场数太少，没有区间）"),
        ((0.5, None, None), "升高约 0.50 bp（场数太少，没有区间）"),
        ((None, None, None), "没有可比的结果"),
    ],
)
def test_a_move_is_told_by_its_interval(moved, told):
    assert move(Figure.model_validate(figure(*moved)), "bp") == told


def test_the_page_needs_nothing_but_itself(folder):
    page = (folder / "report.html").read_text("utf-8")
    read = Reader(page)
    assert {tag for tag, _attributes in read.tags} & {"script", "link", "img", "iframe", "image", "use"} == set()
    assert re.findall(r"https?:|url\(|@import", page) == []
    assert (read.open, read.wrong) == ([], [])
    ids = [attributes["id"] for tag, attributes in read.tags if tag == "section"]
    links = [attributes["href"] for tag, attributes in read.tags if tag == "a"]
    assert [f"#{each}" for each in ids[1:]] == links and ids[0] == "answer"


def test_the_answer_stands_first_and_the_stamp_and_the_digest_on_every_kind_of_file(folder):
    kept = read_study(folder)
    report = report_of(kept)
    text = Reader((folder / "report.html").read_text("utf-8")).text
    assert text.index(report.answer) < text.index(report.parts[0].heading)
    word = docx.Document(folder / "report.docx")
    assert word.tables[0].cell(0, 0).paragraphs[0].text == report.answer
    assert word.sections[0].header.paragraphs[0].text == report.stamp == "政策实验 · 模拟结果，不构成任何承诺"
    book = openpyxl.load_workbook(folder / "report.xlsx")
    assert [book.worksheets[0].cell(row, 1).value for row in (1, 2, 4)] == [report.title, report.stamp, report.answer]
    footer = word.sections[0].footer.paragraphs[0].text
    assert text.count(kept.sha256) >= 2 and kept.sha256 in footer
    assert {sheet.oddHeader.center.text for sheet in book.worksheets} == {report.stamp}


def test_the_report_follows_from_the_file_alone(folder, tmp_path):
    shutil.copy(folder / "study.json", tmp_path / "study.json")
    page, _word, _excel = write_reports(tmp_path, tmp_path / "elsewhere")
    assert page.read_bytes() == (folder / "report.html").read_bytes()
    assert sorted(file.name for file in tmp_path.iterdir()) == ["elsewhere", "study.json"]


def test_word_has_every_part_table_and_picture(folder):
    report, word = report_of(read_study(folder)), docx.Document(folder / "report.docx")
    every = [block for part in report.parts for block in part.blocks]
    pictures = [drawing for block in every if isinstance(block, Bars | Stacks | Panels) for drawing in drawings(block)]
    headings = [each.text for each in word.paragraphs if each.style.name == "Heading 1"]
    assert headings == [part.heading for part in report.parts]
    assert len(word.tables) == 1 + sum(isinstance(block, Table) for block in every)
    assert len(word.inline_shapes) == len(pictures) > 0


def test_excel_keeps_figures_as_numbers_with_both_ends(folder, document):
    book = openpyxl.load_workbook(folder / "report.xlsx")
    rows = [row for row in book["结果"].iter_rows(values_only=True) if row[:3] == ("现行", "降 5bp", "照旧")]
    coupon = document["pairs"][0]["coupon_bp"]
    assert rows[0][3:6] == pytest.approx((coupon["mean"], coupon["low"], coupon["high"]))


def test_excel_draws_its_charts_from_cells(folder):
    book, report = openpyxl.load_workbook(folder / "report.xlsx"), report_of(read_study(folder))
    charts = {sheet.title: len(sheet._charts) for sheet in book.worksheets if sheet._charts}
    told = {"结果": 1, "票面利率会落在哪里": 2, "投标人要多少": 2, "贴下限与成本": 2, "谁付，谁得": 1}
    assert charts == told | {"哪些不确定的输入左右答案": 1}
    curve = blocks(report, "demand", Panels)[0].panels[0].lines[0].points
    cells = [row[:2] for row in book["图的数据"].iter_rows(values_only=True)]
    begun = [place for place, row in enumerate(cells) if row[0] == "现行 · 照旧"][1]
    assert cells[begun + 1 : begun + 1 + len(curve)] == [pytest.approx(corner) for corner in curve]


def test_what_looks_like_a_formula_stays_text(document, tmp_path):
    name = "=1+1"
    arms = [{**arm, "name": name} for arm in document["arms"]]
    text = json.dumps({**document, "arms": arms, "question": "=cmd\u0001<b>&"})
    (tmp_path / "study.json").write_text(text, "utf-8")
    page, _word, excel = write_reports(tmp_path)
    book = openpyxl.load_workbook(excel)
    cells = [cell for sheet in book for row in sheet.iter_rows() for cell in row if cell.value == name]
    assert len(cells) > 3 and {cell.data_type for cell in cells} == {"s"}
    assert "<h1>=cmd &lt;b&gt;&amp;</h1>" in page.read_text("utf-8")


def test_a_demand_curve_is_drawn_in_steps_with_the_floor_and_the_coupon(folder):
    report = report_of(read_study(folder))
    (chart,) = blocks(report, "demand", Panels)
    for drawing in drawings(chart):
        lines = [shape for shape in drawing.shapes if isinstance(shape, Stroke)]
        moves = [both for each in lines for both in pairwise(each.points)]
        assert all(x == to_x or y == to_y for (x, y), (to_x, to_y) in moves)
        assert {"floor", "m0", "level", "l0"} <= {each.kind for each in lines}
        assert all(0 <= x <= drawing.width and 0 <= y <= drawing.height for each in lines for x, y in each.points)


def test_bars_reach_from_nought_to_their_figures_and_intervals_lie_around_the_ends():
    chart = Bars("题", "bp", ("甲",), (("照旧", (Figure(mean=-2.0, low=-3.0, high=-1.0),)),))
    (drawing,) = drawings(chart)
    _legend, bar = [shape for shape in drawing.shapes if isinstance(shape, Area)]
    whisker = next(shape for shape in drawing.shapes if isinstance(shape, Stroke) and shape.kind == "whisker")
    left, right = min(x for x, _y in bar.points), max(x for x, _y in bar.points)
    (low, _), (high, _) = whisker.points
    assert (low + high) / 2 == pytest.approx(left) and low < left < high < right


def test_ticks_are_round_and_within():
    assert Scale(-1.2, 3.9, 0, 100).ticks(6) == [-1.0, 0.0, 1.0, 2.0, 3.0]
    assert Scale(0, 0.016, 0, 100).ticks(4) == pytest.approx([0.0, 0.005, 0.01, 0.015])
    assert breadth("标位") == 26.0


def test_every_rule_stands_with_its_mark(folder):
    (rules, _bidders) = blocks(report_of(read_study(folder)), "assumptions", Table)
    told = {(row[0], row[1]): row[2:] for row in rules.rows}
    assert told["投标区间下限", "+0bp"] == ("本实验所设〔推定〕", "降 5bp")
    assert told["投标区间上限", "+15%"][0].endswith("〔实务〕")
    assert told["最高投标限额", "不限"] == ("财库〔2018〕61号 二（五）〔原文〕", "全部")
    assert all(re.search("〔(原文|推导|实务|推定)〕", row[2]) for row in rules.rows)


def test_it_says_how_to_make_the_study_again(folder, document):
    text = Reader((folder / "report.html").read_text("utf-8")).text
    assert "kaibiao lab run floors.yaml --auctions 4096 --out DIR" in text
    assert document["record"]["written"] in text
    assert all(each in text for each in document["record"]["digests"].values())


def test_a_rule_s_value_is_read_as_the_rulebook_writes_it():
    assert rule_value("max_bid_share", "20%") == "20%"
    assert rule_value("max_bid_share", "none") == "不限"
    assert rule_value("bid.lot", "0.1") == "0.1 亿元"
    assert rule_value("flexible", {"low": "20", "high": "30"}) == "区间下限 20、区间上限 30"
    assert rule_value("range.floor", {"5": "+20bp", "default": "+25bp"}) == "5 年 +20bp、其余期限 +25bp"


def test_a_study_of_an_older_version_is_told_as_far_as_it_goes(document):
    for name in ("pictures", "record", "words", "sensitivity"):
        del document[name]
    report = report_of(Kept(study(document), "0" * 64))
    ids = [part.id for part in report.parts]
    assert ids == ["arms", "results", "floor", "who", "identification", "assumptions", "again", "words"]
    assert "这份研究没有留下所用的规则和参数；重做一次就有。" in blocks(report, "assumptions", str)


def test_in_another_language_headings_notes_and_labels_are_in_it(document):
    band = {"outside_spread_bp": {"low": 5, "high": 15}, "pairs": []}
    note = {"text": "方案“{one}”与“{other}”没有差别：所改的值不影响这一期的招标", "values": {"one": "A", "other": "B"}}
    speak("en")
    report = report_of(Kept(study(document, identified=False, band=band, words={"notes": [note]}), "0" * 64))
    told = [report.stamp, *(part.heading for part in report.parts), report.points[-1]]
    tables = [block for part in report.parts for block in part.blocks if isinstance(block, Table)]
    told += [column.heading for table in tables for column in table.columns[:2]]
    assert [text for text in told if CHINESE.search(text)] == []


def test_without_a_chinese_font_charts_are_in_english_and_number_the_arms(folder, tmp_path, monkeypatch):
    drawn = []
    monkeypatch.setattr(png, "chinese_font", lambda: None)
    monkeypatch.setattr("sim.lab.report.word.png", lambda *given: drawn.append(given) or PIXEL)
    _page, word, _excel = write_reports(folder, tmp_path)
    how = {(font, tuple(instead.items())) for _drawing, font, instead in drawn}
    assert how == {(None, (("现行", "1"), ("降 5bp", "2")))}
    text = "\n".join(paragraph.text for paragraph in docx.Document(word).paragraphs)
    assert "这台机器没有中文字体，图里写英文，方案用序号：1 = 现行、2 = 降 5bp" in text
    assert spoken() == "zh_CN"


PIXEL = png.png(drawings(Bars("", "", (), ()))[0], None, {})


def test_pictures_are_png_files_of_their_size():
    (drawing,) = drawings(Bars("题", "bp", ("甲",), (("", (Figure(mean=1.0),)),)))
    from PIL import Image

    picture = Image.open(io.BytesIO(png.png(drawing, None, {"甲": "1"})))
    assert picture.size == (round(drawing.width * png.SHARP), round(drawing.height * png.SHARP))
    assert len(picture.getcolors(1 << 16)) > 2


@pytest.mark.parametrize(
    ("text", "field", "message"),
    [
        ("{", None, "这不是一份研究：不是 JSON"),
        ('{"question": "?"}', "experiment", "缺少必填项"),
    ],
)
def test_a_file_that_is_no_study_is_told_with_its_faults(tmp_path, text, field, message):
    (tmp_path / "study.json").write_text(text, "utf-8")
    told = kaibiao("lab", "report", tmp_path, "--json")
    assert told.code == 2
    assert ("study.json", 1 if field is None else None, field, message) in told.faults


def test_a_sentence_without_its_values_is_no_study(document, tmp_path):
    bad = {**document, "words": {"notes": [{"text": "{one}", "values": {}}]}}
    (tmp_path / "study.json").write_text(json.dumps(bad), "utf-8")
    with pytest.raises(BadInput) as told:
        read_study(tmp_path)
    assert [fault.field for fault in told.value.faults] == ["words.notes.0"]


def test_a_folder_without_a_study_is_told(tmp_path):
    told = kaibiao("lab", "report", tmp_path, "--json")
    assert (told.code, told.faults) == (2, [(tmp_path.name, None, None, "这个文件夹里没有做完的研究（study.json）")])
    nowhere = kaibiao("lab", "report", tmp_path / "nowhere", "--json")
    assert (nowhere.code, nowhere.faults) == (2, [("study.json", None, None, "没有这个文件")])


def test_the_command_tells_the_answer_and_where_the_report_stands(folder, tmp_path):
    told = kaibiao("lab", "report", folder, "--out", tmp_path / "new")
    files = [tmp_path / "new" / name for name in ("report.html", "report.docx", "report.xlsx")]
    assert told.code == 0 and all(file.stat().st_size > 5000 for file in files)
    assert told.out.splitlines() == [report_of(read_study(folder)).answer, f"报告：{'、'.join(map(str, files))}"]
    data = kaibiao("lab", "report", folder, "--out", tmp_path / "new", "--json").json
    assert (data["study_sha256"], data["files"]) == (read_study(folder).sha256, [str(file) for file in files])


def test_without_what_word_needs_the_page_and_excel_are_written_and_it_says_so(folder, tmp_path, monkeypatch):
    monkeypatch.setattr(writing, "FOR_WORD", {"not_installed_here": "python-docx"})
    told = kaibiao("lab", "report", folder, "--out", tmp_path)
    assert told.err == "没有写 Word 报告，还缺 python-docx；请先装：pip install 'kaibiao[lab]'\n"
    assert sorted(file.name for file in tmp_path.iterdir()) == ["report.html", "report.xlsx"]


def test_a_study_that_is_run_gets_its_reports_beside_it(tmp_path):
    file = experiment_file(tmp_path, FIXED, PLAIN)
    told = kaibiao("lab", "run", file, "--out", tmp_path / "out", "--auctions", 2048)
    names = {each.name for each in (tmp_path / "out").iterdir()}
    assert names == {"checkpoint.jsonl", "study.json", "report.html", "report.docx", "report.xlsx"}
    assert told.out.splitlines()[-1].startswith("报告：")


def test_reports_that_cannot_be_written_do_not_spoil_the_study(tmp_path):
    file = experiment_file(tmp_path, FIXED, PLAIN)
    (tmp_path / "out" / "report.html").mkdir(parents=True)
    told = kaibiao("lab", "run", file, "--out", tmp_path / "out", "--auctions", 256, "--json")
    assert (told.code, told.json["auctions"]) == (0, 256)
    assert "文件写不进去" in told.err
