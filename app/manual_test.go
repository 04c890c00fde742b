package app_test

import (
	"bytes"
	"os"
	"regexp"
	"slices"
	"strings"
	"testing"
	"text/template"

	"taizhang/app"
	"taizhang/internal/golden"
	"taizhang/ledger"
	"taizhang/notify/compose"
)

// effects say what a severity does to a document and what it asks of the county.
var effects = []struct {
	severity             ledger.Severity
	Name, Effect, County string
}{
	{severity: ledger.Unreadable, Effect: "文件不能读取，回信【无法处理】，不作为已报送。", County: "按“怎么改”另行报送。"},
	{severity: ledger.Hold, Effect: "回信【已收到，待核实】，由专项小组决定后再登记；等待期间视为已报送，不再催报。", County: "除另有通知外，无需办理，也无需重发。"},
	{severity: ledger.Block, Effect: "回信【请更正】，该件退回，不计入汇总，更正前仍按期催报。", County: "改正后重新报送整份台账。"},
	{severity: ledger.Query, Effect: "台账已登记、已计入汇总，在【回执】中请填报单位核实。", County: "属实的，回复说明原因；有误的，改正后重新报送。"},
	{severity: ledger.Note, Effect: "只作说明，不影响登记。", County: "所述有误的才需要更正。"},
}

// otherEffects are those of codes that are answered in another way.
var otherEffects = map[ledger.Code]string{
	ledger.FSystem:        "回信【无法处理】，说明是系统自身原因、无需重发；处理完毕后另行回复。",
	ledger.PNoPhone:       "回信【请更正】，名单退回；此前登记的名单继续有效。",
	ledger.PPhone:         "回信【请更正】，名单退回；此前登记的名单继续有效。",
	ledger.PPhoneShort:    "名单已登记，在【回执】中请填报单位核实。",
	ledger.PAddress:       "名单已登记，在【回执】中请填报单位核实。",
	ledger.ISenderUnknown: "由专项小组决定后再登记；地址登记前，不向该地址回信。",
}

var groups = []struct{ letter, name string }{
	{"F", "文件和邮件"}, {"I", "哪个单位、哪个月份、谁发来的"}, {"H", "表头和栏目"}, {"C", "单元格"}, {"R", "行和合计"},
	{"T", "与以往各月相比"}, {"G", "与年末目标相比"}, {"P", "人员、名单和填报时间"},
}

// manualEntry is what the manual says of one code.
type manualEntry struct {
	Code                             ledger.Code
	Anchor, Name, Severity, Effect   string
	Example, Place                   string
	Message, Remedy, Desk, BlockName string
	Block                            *struct{ Message, Remedy string }
}

type manualGroup struct {
	Letter, Name string
	Entries      []manualEntry
}

// manual compares the manual of findings with what the table, the catalogue
// and the real reader say of each code: its example is a specimen, its words
// those of the mail.
func manual(t *testing.T, found map[ledger.Code]ledger.Finding) {
	var data struct {
		Severities any
		Groups     []manualGroup
	}
	shown := slices.Clone(effects)
	for i := range shown {
		shown[i].Name = app.SeverityName(shown[i].severity)
	}
	data.Severities = shown
	listed := 0
	for _, g := range groups {
		group := manualGroup{Letter: g.letter, Name: g.name}
		for _, info := range ledger.Codes {
			if strings.HasPrefix(string(info.Code), g.letter) {
				group.Entries = append(group.Entries, entry(t, info, found[info.Code]))
				listed++
			}
		}
		data.Groups = append(data.Groups, group)
	}
	if listed != len(ledger.Codes) {
		t.Errorf("%d of %d codes are in a group of the manual", listed, len(ledger.Codes))
	}
	text, err := os.ReadFile("testdata/findings.md.tmpl")
	if err != nil {
		t.Fatal(err)
	}
	page, err := template.New("findings").Parse(string(text))
	if err != nil {
		t.Fatal(err)
	}
	var b bytes.Buffer
	if err := page.Execute(&b, data); err != nil {
		t.Fatal(err)
	}
	golden.Check(t, "../docs/findings.md", b.Bytes())
}

// deskCommand is a command that a text tells the desk to use.
var deskCommand = regexp.MustCompile(`desk ([a-z]+)`)

// entry is what the manual says of the code. The example in the catalogue must
// tell of the specimen: its value, and its cell where it has one.
func entry(t *testing.T, info ledger.CodeInfo, f ledger.Finding) manualEntry {
	t.Helper()
	e, ok := compose.EntryOf(info.Code)
	if !ok || e.Name == "" || e.Example == "" {
		t.Errorf("%s has no name or no example", info.Code)
	}
	for _, must := range []string{f.Value, f.Cell} {
		if !strings.Contains(e.Example, must) {
			t.Errorf("%s: the example %q does not tell of %q", info.Code, e.Example, must)
		}
	}
	for _, m := range deskCommand.FindAllStringSubmatch(e.Desk, -1) {
		if !slices.Contains([]string{"accept", "return", "verify", "assign", "address", "file", "exempt", "extend", "withdraw", "close"}, m[1]) {
			t.Errorf("%s: there is no command desk %s", info.Code, m[1])
		}
	}
	if (info.Severity == ledger.Hold || info.Severity == ledger.Unreadable) && e.Desk == "" {
		t.Errorf("%s waits for the desk and does not tell it what to do", info.Code)
	}
	out := manualEntry{Code: info.Code, Name: e.Name, Severity: app.SeverityName(info.Severity), Example: e.Example, Desk: e.Desk,
		Anchor: strings.ToLower(string(info.Code)) + "-" + strings.ReplaceAll(e.Name, "，", "")}
	for _, x := range effects {
		if x.severity == info.Severity {
			out.Effect = x.Effect
		}
	}
	if x := otherEffects[info.Code]; x != "" {
		out.Effect = x
	}
	out.Message, out.Remedy = compose.FindingText(f)
	block := f
	block.Severity = ledger.Block
	if message, remedy := compose.FindingText(block); message != out.Message && info.Severity != ledger.Block {
		out.BlockName = app.SeverityName(ledger.Block)
		out.Block = &struct{ Message, Remedy string }{message, remedy}
	}
	return out
}
