"""Writes the base ledgers of internal/messy/testdata/programs with openpyxl,
and truth.json beside them. scripts/fixtures.sh has LibreOffice write the same
ledgers as other kinds of file. Usage: fixtures.py FOLDER"""

import datetime
import json
import os
import sys

from openpyxl import Workbook
from openpyxl.styles import Alignment, Border, Font, PatternFill, Side

OUT = sys.argv[1]
TASK = "全民参保计划攻坚行动"
TITLE = "2022年全民参保计划攻坚行动工作落实台账"
WORDS = "一是召开推进会3次；二是走访企业120家，送政策上门。"
KEYS = ["enterprises", "pension", "injury", "unemployment", "persons"]
HEAD = ["参保户数", "企业养老", "工伤", "失业", "合计人数"]
TRUTH = {}
THIN = Border(*[Side(style="thin")] * 4)


class Ledger:
    """One workbook, its truth, and the kinds that cannot express it."""

    def __init__(self, name, unit, month, figures, skip=(), **want):
        self.file = f"{name}-{unit}{month}月"
        self.unit, self.month, self.figures = unit, month, figures
        self.book = Workbook()
        self.sheet = self.book.active
        self.sheet.title = "Sheet1"
        TRUTH[self.file] = {"unit": unit, "period": f"2022-{month:02d}", "figures": figures, "skip": list(skip), **want}

    def top(self, width):
        ws = self.sheet
        ws.append([TITLE])
        ws.merge_cells(start_row=1, start_column=1, end_row=1, end_column=width)
        ws["A1"].font = Font(name="方正小标宋简体", size=18, bold=True)
        ws["A1"].alignment = Alignment(horizontal="center")
        ws.append(["填报单位：" + self.unit] + [None] * (width - 2) + ["单位：人"])

    def foot(self, width, date=None):
        row = ["负责人：张建国", "联络员：陈静"] + [None] * (width - 3) + [f"填报时间：2022年{self.month}月26日"]
        if date is not None:
            row[-2:] = ["填报时间：", date]
        self.sheet.append(row)

    def save(self):
        for ws in self.book.worksheets:
            for row in ws.iter_rows():
                for c in row:
                    c.border = THIN
                    if c.row == 3:
                        c.fill = PatternFill("solid", fgColor="DDEBF7")
            ws.column_dimensions["B"].width = 40
        self.book.save(os.path.join(OUT, self.file + ".xlsx"))


def figures(*values):
    return dict(zip(KEYS, values))


def full():
    f = figures(12, 340, 310, 280, 905)
    x = Ledger("columns", "禹州市", 5, f)
    x.top(7)
    x.sheet.append(["工作任务", "主要工作措施"] + HEAD)
    x.sheet.append([TASK, WORDS] + list(f.values()))
    x.foot(7)
    x.save()


def merged():
    f = figures(9, 1203, 877, 640, 1650)
    x = Ledger("merged-header", "长葛市", 6, f)
    x.top(7)
    ws = x.sheet
    ws.append(["工作任务", "主要工作措施", "新增参保企业\n（户）", "新增参保人数（人）"])
    ws.append([None, None, None, "企业养老", "工伤", "失业", "合计"])
    for r in ("A3:A4", "B3:B4", "C3:C4", "D3:G3"):
        ws.merge_cells(r)
    ws["C3"].alignment = Alignment(wrap_text=True)
    ws.append([TASK, WORDS] + list(f.values()))
    x.foot(7)
    x.save()


def rotated():
    f = figures(7, 150, 140, 130, 420)
    x = Ledger("rotated", "魏都区", 7, f)
    x.top(4)
    ws = x.sheet
    ws.append(["工作任务", "主要工作措施", "项目", "数量"])
    for label, k in (("企业养老（人）", "pension"), ("工伤（人）", "injury"), ("失业（人）", "unemployment"), ("合计（人）", "persons"), ("参保户数（户）", "enterprises")):
        ws.append([TASK, WORDS, label, f[k]])
    ws.merge_cells("A4:A8")
    ws.merge_cells("B4:B8")
    x.foot(4)
    x.save()


def keyed():
    f = figures(5, 88, 79, 66, 200)
    x = Ledger("key-value", "建安区", 8, f)
    ws = x.sheet
    ws.append([TITLE])
    ws.merge_cells("A1:B1")
    for row in (("填报单位", "建安区"), ("工作任务", TASK), ("主要工作措施", WORDS), ("新增参保企业（户）", 5), ("企业养老（人）", 88), ("工伤（人）", 79), ("失业（人）", 66),
                ("合计人数", 200), ("负责人", "张建国"), ("联络员", "陈静"), ("填报时间", "2022年8月26日")):
        ws.append(list(row))
    x.save()


def tasks():
    f = figures(30, 600, 500, 400, 1500)
    x = Ledger("tasks-formulas", "鄢陵县", 9, f)
    x.top(7)
    ws = x.sheet
    ws.append(["工作任务", "主要工作措施"] + HEAD)
    for i, t in enumerate(("新增企业及其人员参保", "险种不全企业扩面", "新业态从业人员参保")):
        ws.append([t, "措施：" + WORDS, 5 * (i + 1), 100 * (i + 1), [250, 150, 100][i], [200, 100, 100][i], f"=SUM(D{4 + i}:F{4 + i})"])
    ws.append(["合计", None] + [f"=SUM({c}4:{c}6)" for c in "CDEFG"])
    x.foot(7)
    x.save()


def hidden():
    f = figures(11, 222, 211, 199, 590)
    x = Ledger("hidden", "襄城县", 10, f, skip=["csv", "txt", "html", "docx"], codes=["F12"])
    x.top(8)
    ws = x.sheet
    ws.append(["工作任务", "主要工作措施"] + HEAD + ["企业养老"])
    ws.append(["去年结转", "旧", 99, 990, 991, 992, 2900, 1])
    ws.append([TASK, WORDS] + list(f.values()) + [4321])
    x.foot(8)
    ws.row_dimensions[4].hidden = True
    ws.column_dimensions["H"].hidden = True
    old = x.book.create_sheet("旧表")
    old.append([TITLE])
    old.append(["填报单位：长葛市"])
    old.sheet_state = "hidden"
    x.save()


def formats():
    f = figures(0, 1450, 1320, 1200, 3970)
    x = Ledger("formats", "市本级", 11, f)
    x.top(7)
    ws = x.sheet
    ws.append(["工作任务", "主要工作措施"] + HEAD)
    ws.append([TASK, WORDS, 0, 1450, "1320", "1，200", 3970])
    ws["C4"].number_format = "0_ "
    ws["D4"].number_format = "#,##0"
    ws["G4"].number_format = "#,##0_ ;[Red]-#,##0 "
    x.foot(7, datetime.date(2022, 11, 25))
    ws["G5"].number_format = 'yyyy"年"m"月"d"日"'
    TRUTH[x.file]["filled_on"] = "2022-11-25"
    x.save()


def sentence():
    x = Ledger("sentence", "禹州市", 12, {"enterprises": 14, "pension": 210, "injury": 190, "unemployment": 170, "persons": 570})
    x.top(3)
    x.sheet.append(["工作任务", "主要工作措施", "企业养老、工伤、失业保险新增参保"])
    x.sheet.append([TASK, WORDS, "新增企业14户，其中企业养老210人、\n工伤190人、失业170人"])
    x.foot(3)
    x.save()


def months():
    f = figures(8, 101, 91, 81, 250)
    x = Ledger("sheet-a-month", "长葛市", 7, f, skip=["csv", "txt", "html", "docx"])
    for m in (5, 6, 7):
        if m > 5:
            x.sheet = x.book.create_sheet()
        x.sheet.title = f"{m}月"
        x.month = m
        x.top(7)
        x.sheet.append(["工作任务", "主要工作措施"] + HEAD)
        x.sheet.append([TASK, WORDS] + [v + (7 - m) for v in f.values()])
        x.foot(7)
    x.save()


def struck():
    f = figures(6, 330, 320, 310, 950)
    # openpyxl writes such texts in <v>, where LibreOffice does not see them
    x = Ledger("inline-strings", "鄢陵县", 5, f, skip=["csv", "txt", "html", "docx", "ods", "xls", "xlsx"])
    x.top(7)
    ws = x.sheet
    ws.append(["工作任务", "主要工作措施"] + HEAD)
    ws.append([TASK, WORDS] + list(f.values()))
    ws.append(["旧数", "作废", 1, 2, 3, 4, 9])
    for c in ws[5]:
        c.font = Font(strike=True)
    x.foot(7)
    for row in ws.iter_rows():
        for c in row:
            if c.data_type == "s":
                c.data_type = "inlineStr"
    x.save()


def accounting():
    f = figures(3, 45, 40, 0, 85)
    x = Ledger("accounting-zero", "魏都区", 9, f, skip=["csv", "txt", "html", "docx"])
    x.top(7)
    ws = x.sheet
    ws.append(["工作任务", "主要工作措施"] + HEAD)
    ws.append([TASK, WORDS] + list(f.values()))
    for c in "CDEFG":
        ws[c + "4"].number_format = '_ * #,##0_ ;_ * -#,##0_ ;_ * "-"_ ;_ @_ '
    x.foot(7)
    x.save()


for make in (full, merged, rotated, keyed, tasks, hidden, formats, sentence, months, struck, accounting):
    make()
with open(os.path.join(OUT, "truth.json"), "w", encoding="utf-8") as f:
    json.dump(TRUTH, f, ensure_ascii=False, indent=1, sort_keys=True)
    f.write("\n")
