package samples

import "time"

// Mailed is a ledger in a mail of its own making, for tests that need another
// one than the sample month has. Cells are 户数, 企业养老, 工伤 and 失业.
type Mailed struct {
	At            time.Time
	From, Subject string
	File          string
	Unit, Month   string // as written in the form; "" leaves the place empty
	Date          string
	Cells         [4]any
	Signed        bool
}

// Raw writes the mail as the mailbox keeps it.
func (m Mailed) Raw() ([]byte, error) {
	data, err := m.Workbook()
	l := letter{at: m.At, name: "经办人", from: m.From, subject: m.Subject, text: "请查收。", signed: m.Signed, files: []file{{m.File, xlsx, data}}}
	return l.raw(), err
}

// Workbook writes the ledger alone.
func (m Mailed) Workbook() ([]byte, error) {
	return split(report{unit: m.Unit, month: m.Month, cells: m.Cells, measures: "走访企业，宣传政策。", officer: "马超", liaison: "何静", date: m.Date})
}
