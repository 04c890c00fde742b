package messy

import "strings"

// Sentence is one sentence of the rule book, or the part of one that can be
// measured alone, of those that a check of one file or mail can see. Of names
// the lines of the table of cases that it decides: a rule, or a rule and words
// of the line's name behind a bar.
type Sentence struct {
	ID, Says string
	Of       []string
}

// Sentences are those of rule book §2, §3 and §6. Left out is what needs more
// than one file or mail: signatures of mail, our own address, what the store
// knows (T, the roster's people, a period closed by the desk's word).
var Sentences = []Sentence{
	{"2.01", "some split the column in four, some write one number, some a sentence", []string{"§2 complete", "§2 complete|bare number", "§2 sentence: read"}},
	{"2.02", "measures and the header words they go by", []string{"§2 header words"}},
	{"2.03", "measures, all whole numbers ≥ 0", []string{"§2 whole numbers"}},
	{"2.04", "complete with persons, or with all three insurances", []string{"§2 complete|persons", "§2 complete|three insurances"}},
	{"2.05", "persons not stated is derived as their sum and marked derived", []string{"§2 complete|derived", "§2 layout|split without total"}},
	{"2.06", "stated together: max(three) ≤ persons ≤ sum(three) must hold", []string{"§2 complete|persons equal"}},
	{"2.07", "outside that range it blocks", []string{"§2 complete|one below", "§2 complete|one above", "§2 sentence: range"}},
	{"2.08", "a split begun and not finished, no persons, blocks", []string{"§2 complete|of three without"}},
	{"2.09", "with persons stated it is a query", []string{"§2 complete|two of three with persons"}},
	{"2.10", "no 户数, or no split at all, is a query", []string{"§2 complete|are queries", "§2 complete|are a query", "§2 complete|no split", "§6 H"}},
	{"2.11", "an explicit 0 (0, −0, 零, 〇, 无 in a number cell)", []string{"§2 cell: zero", "§2 complete|zero", "§2 complete|with 0"}},
	{"2.12", "a blank blocks where its column exists: 无新增请填0", []string{"§2 blank", "§2 layout with a blank"}},
	{"2.13", "a dash is a query where the ledger is complete without that fact", []string{"§2 dash|firms", "§2 dash|with persons"}},
	{"2.14", "and blocks elsewhere", []string{"§2 dash|without persons", "§2 dash|persons alone", "§2 dash|printed"}},
	{"2.15", "all dashes = a blank form", []string{"§2 complete|all dashes"}},
	{"2.16", "offered as 0 but not applied: 暂无, 无新增, 没有", []string{"§2 cell: never guessed|暂无", "§2 cell: never guessed|无新增", "§2 cell: never guessed|没有", "§2 sentence: blocks|无"}},
	{"2.17", "read without complaint: widths, separators, spaces, units, text, noise", []string{"§2 cell: read", "§2 layout with spellings"}},
	{"2.18", "exact Chinese numerals", []string{"§2 cell: read|numerals", "§2 sentence: numerals"}},
	{"2.19", "人次 is a query", []string{"§2 cell: 人次", "§2 sentence: 人次"}},
	{"2.20", "never guessed: 约, ranges, two numbers, 1 234, 一百二, %, dates, 若干 …", []string{"§2 cell: never guessed", "§2 cell: of which", "§2 layout with a fault", "crossed: one fault"}},
	{"2.21", "万 is never scaled silently", []string{"§2 cell: 万", "§2 cell: never guessed|万", "§2 sentence: blocks|万", "§2 number format|万"}},
	{"2.22", "the value counts, unless the format shows %, a date, 万 or nothing", []string{"§2 number format"}},
	{"2.23", "an accounting format that shows 0 as - is 0", []string{"§2 number format|accounting"}},
	{"2.24", "numbers count by their label, before or behind", []string{"§2 sentence: read|养老P人", "§2 sentence: read|P人（企业养老）", "§2 sentence: read|P人(养老)", "§2 sentence: doubtful", "§2 sentence: rows"}},
	{"2.25", "户/家 and 人 are labels too", []string{"§2 sentence: read|E户", "§2 sentence: read|E家"}},
	{"2.26", "本月 before 累计: 本月 counts", []string{"§2 sentence: read|累计"}},
	{"2.27", "分别 only when the names before it are as many, in their order", []string{"§2 sentence: read|分别", "§2 sentence: blocks|分别"}},
	{"2.28", "the same label twice, unlabelled leftovers, 各35人: blocks", []string{"§2 sentence: blocks", "§2 sentence: same label twice"}},
	{"2.29", "numbers in 主要工作措施 are never figures", []string{"§2 sentence: measures", "§2 measures are words"}},
	{"2.30", "header words match after stripping affixes, by equality", []string{"§2 header words", "§2 header"}},
	{"2.31", "never a measure of ours: 城乡居民养老, 机关养老, 医疗, 登记失业 …", []string{"§2 never a measure"}},
	{"2.32", "城镇职工(基本)养老: held with a question", []string{"§2 held with a question"}},
	{"2.33", "新增 counts; 减少 and 净增 beside it are other columns", []string{"§2 new beside lost"}},
	{"2.34", "工作推进情况 and 好的做法 serve as 主要工作措施", []string{"§2 word column", "§2 column order|two word columns"}},
	{"2.35", "rows of column numbers are skipped", []string{"§2 header|column numbers"}},
	{"2.36", "户数 per insurance is never summed: a query, figure absent", []string{"§2 header|firms for each", "§2 sentence: firms per insurance"}},
	{"2.37", "must read: the form moved anywhere on the sheet", []string{"§2 layout", "crossed: must read"}},
	{"2.38", "must read: header cells merged over several levels", []string{"§2 layout|two levels", "§2 layout|three levels", "§2 layout|groups"}},
	{"2.39", "must read: any order, 序号, 备注, spacers, other insurances", []string{"§2 column order", "§2 remarks", "§2 layout|other insurances"}},
	{"2.40", "must read: insurances as rows", []string{"§2 layout|rotated", "§2 layout with spellings|rotated"}},
	{"2.41", "must read: 本月 and 累计 as columns or as rows", []string{"§2 layout|累计", "§2 months|累计"}},
	{"2.42", "only 累计 under figures: monthly blocks", []string{"§2 header|累计", "§2 sentence: blocks|累计"}},
	{"2.43", "must read: a labelled comparison table beside it", []string{"§2 layout|comparison", "§2 comparison rows"}},
	{"2.44", "must read: several task rows, with or without 合计 (the total counts)", []string{"§2 rows", "§2 tasks"}},
	{"2.45", "a wrong total blocks", []string{"§2 rows|wrong total"}},
	{"2.46", "blanks in task rows beside a right total are a note", []string{"§2 rows|blanks beside"}},
	{"2.47", "across insurances the range rule of persons holds, not the sum", []string{"§2 rows|across insurances", "§2 layout|rotated with total"}},
	{"2.48", "must read: key-value lists", []string{"§2 layout|key-value", "§2 layout with spellings|key-value"}},
	{"2.49", "must read: one sheet a month, or months as rows", []string{"§2 months"}},
	{"2.50", "must read: instruction and detail sheets beside it", []string{"§2 beside|instructions", "§2 beside|list of firms", "§2 beside|empty sheets"}},
	{"2.51", "formulas with cached values (which count)", []string{"§2 formula|with its value", "§2 rows|total as formulas", "§2 formula|disagrees"}},
	{"2.52", "and without (evaluated)", []string{"§2 formula", "§2 rows|without values"}},
	{"2.53", "a cached 0 marked for recalculation counts as none", []string{"§2 formula|recalculation"}},
	{"2.54", "hidden rows, columns and sheets never count and are mentioned", []string{"§2 hidden"}},
	{"2.55", "a collapsed group whose total is visible is read by its total", []string{"§2 hidden|collapsed"}},
	{"2.56", "text struck out never counts", []string{"§2 struck out"}},
	{"2.57", "text deleted under track changes never counts, inserted does, with a query", []string{"§2 tracked"}},
	{"2.58", "landmarks in title, task or file name, and 工作任务 or 措施", []string{"§2 landmarks|title", "§2 landmarks|campaign", "§2 word column"}},
	{"2.59", "without them, or with another campaign in their place, no ledger", []string{"§2 landmarks|drive", "§2 landmarks|other table", "§2 landmarks|another campaign", "§2 landmarks|empty"}},
	{"2.60", "a roster (Annex 3) is read as a roster", []string{"§2 beside|roster"}},
	{"2.61", "Annex 1 beside a ledger does not disturb it", []string{"§2 beside|Annex 1", "§2 beside|all three"}},
	{"2.62", "several units' ledgers in one file, or two of one unit and month: held", []string{"§2 beside", "§2 two in a mail"}},
	{"2.63", "an unreadable companion is a note when another document was read", []string{"§2 companion"}},
	{"2.64", "damaged files are never half read", []string{"§2 damaged"}},

	{"3.01", "填报单位, 报送单位, 单位名称, 上报单位; spaced", []string{"§3 unit"}},
	{"3.02", "the document's title and sheet name speak", []string{"§3 unit|title", "§3 unit|sheet name"}},
	{"3.03", "its file name speaks", []string{"§3 unit|file name", "§3 names"}},
	{"3.04", "the mail's subject speaks", []string{"§3 subject"}},
	{"3.05", "the sender speaks", []string{"§3 sender"}},
	{"3.06", "all that speak must agree, else held", []string{"§3 unit disagrees"}},
	{"3.07", "aliases match by containment of the canonical stem", []string{"§3 unit|office", "§3 unit|bureau", "§3 unit|with the city", "§3 unit|stem", "§3 unit|seal"}},
	{"3.08", "许昌市 alone is no unit", []string{"§3 unit held|许昌市", "§3 unit held|the city"}},
	{"3.09", "市本级 needs its own words", []string{"§3 unit|city's own"}},
	{"3.10", "a township, a former or neighbouring name, a typo: held", []string{"§3 unit held"}},
	{"3.11", "no unit stated: held", []string{"§3 unit|nowhere", "§3 unit|empty label"}},
	{"3.12", "unknown address: held", []string{"§3 sender|not known"}},
	{"3.13", "a known address of another unit: held", []string{"§3 sender|another unit"}},
	{"3.14", "an explicit month in title, sheet, file name or subject", []string{"§3 period in", "§3 subject|month"}},
	{"3.15", "填报时间 in that month agrees, however it is written", []string{"§3 filing date"}},
	{"3.16", "or before that month's closing", []string{"§3 filing date|early in", "§3 names|early in", "§3 arrived|December"}},
	{"3.17", "any other disagreement is held", []string{"§3 filing date|after the closing", "§3 filing date|before", "§3 period disagrees", "§3 period", "§3 period held"}},
	{"3.18", "填报时间 alone gives its month", []string{"§3 filing date alone"}},
	{"3.19", "except while the previous period is still open", []string{"§3 arrived|alone"}},
	{"3.20", "nothing stated: the open period, when only one is open", []string{"§3 arrived|one open"}},
	{"3.21", "while two are open, held", []string{"§3 arrived|two open"}},
	{"3.22", "a date after arrival: a query in the same period", []string{"§3 arrived|after it, in the same"}},
	{"3.23", "held when in a later one", []string{"§3 arrived|a later month", "§3 arrived|before its month"}},
	{"3.24", "impossible dates are held", []string{"§3 filing date|impossible", "§3 period|13月"}},
	{"3.25", "a month older than the previous period is held", []string{"§3 arrived|two months late", "§3 period|before the first"}},
	{"3.26", "another year's campaign is held", []string{"§3 period|another year", "§3 filing date|last year", "§3 period held|last year"}},
	{"3.27", "a period is taken until the 15th of the next month", []string{"§3 arrived"}},

	{"6.F", "F unreadable, encrypted, unsupported, empty, too large → unreadable", []string{"§6 F", "§2 damaged|pdf", "§2 damaged|picture", "§2 damaged|empty"}},
	{"6.I", "I → held: unit unknown, mismatch, absent; period absent, future, closed", []string{"§3 unit held", "§3 unit disagrees", "§3 period disagrees", "§3 period|nothing"}},
	{"6.Ib", "but a blank form blocks", []string{"§2 complete|blank form"}},
	{"6.H1", "H no measure column, twice, only 累计 block", []string{"§2 header|no measure", "§2 header|twice", "§2 header|累计"}},
	{"6.H2", "H unknown numeric column is a query", []string{"§2 header|unknown"}},
	{"6.C1", "C text, vague, negative, decimal, date, dash, 万 block", []string{"§2 cell: never guessed", "§2 whole numbers"}},
	{"6.C2", "C formula error blocks", []string{"§2 formula|error"}},
	{"6.R1", "R 人 < 户 is a query", []string{"§6 R|fewer"}},
	{"6.R2", "R 户 = 0 but 人 > 0 is a query", []string{"§6 R|no firm"}},
	{"6.R3", "R 措施 empty blocks", []string{"§6 R|no measures"}},
	{"6.R4", "R 累计 that falls is a query", []string{"§2 months|smaller"}},
	{"6.G0", "G at half of the target: no question", []string{"§6 G|at half"}},
	{"6.G1", "G one month above half of the target is held", []string{"§6 G|above half"}},
	{"6.G2", "G above the target blocks", []string{"§6 G|above the target"}},
	{"6.P", "P 负责人, 联络员 or 填报时间 empty is a query", []string{"§6 P", "§2 signatures"}},
	{"6.N", "note: what was normalised", []string{"§6 notes"}},
	{"6.V", "a verdict is the worst of unreadable > held > returned > accepted", []string{"§6 verdict"}},
	{"6.A", "all problems of a document in one round", []string{"§6 one round"}},
}

// sentencesOf lists the sentences that decide a line of the table.
func sentencesOf(rule, name string) []string {
	var out []string
	for _, s := range Sentences {
		for _, of := range s.Of {
			r, words, some := strings.Cut(of, "|")
			if (rule == r || strings.HasSuffix(r, " in") && strings.HasPrefix(rule, r)) && (!some || strings.Contains(name, words)) {
				out = append(out, s.ID)
				break
			}
		}
	}
	return out
}

// Sentences lists the sentences of the rule book that decide the case.
func (c Case) Sentences() []string { return sentencesOf(c.Rule, c.Line) }
