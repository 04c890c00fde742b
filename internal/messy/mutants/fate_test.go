package mutants_test

import (
	"bytes"
	"fmt"
	"regexp"
	"slices"
	"strings"

	"taizhang/app"
	"taizhang/ingest/attach"
	"taizhang/internal/messy"
	"taizhang/ledger"
)

// What may become of a mutant.
const (
	refused = "not accepted"
	same    = "the same"
	told    = "other, and a question about it"
	silent  = "OTHER IN SILENCE"
	digit   = "excused: another digit in valid content"
	broken  = "excused: a broken tag of HTML moves cells"
)

// checked are kinds whose bytes stand under checksums: there raw damage may
// not even change a digit.
func checked(k messy.Kind, m mutation) bool {
	return !m.repacked && slices.Contains([]string{"xlsx", "xlsm", "et (zip)", "docx", "docx, nested table", "ods", "zip, names in GBK"}, k.Name)
}

func fate(k messy.Kind, m mutation, was, is reading, good, bad []byte) (string, string) {
	if len(is.accepted) == 0 {
		return refused, ""
	}
	other := slices.ContainsFunc(is.accepted, func(d app.Checked) bool { return stated(d) != stated(was.accepted[0]) })
	switch {
	case !other:
		return same, "" // a file that an archive holds twice is read twice: a duplicate for the store
	case len(is.accepted) > 1:
		return silent, "several accepted"
	}
	if asks(was, is) {
		return told, ""
	}
	diff := differences(was.tables, is.tables)
	if !checked(k, m) && (onlyDigits(was, is, diff) || k.Name == "mail body" && bodyDigits(good, bad)) {
		return digit, ""
	}
	if k.Name == "mail body" {
		good, bad = body(good), body(bad)
	}
	if !m.repacked && (k.Name == "html UTF-8" || k.Name == "html GBK as .xls" || k.Name == "mail body") && cells(good) != cells(bad) {
		return broken, ""
	}
	return silent, strings.Join(diff[:min(len(diff), 6)], "\n  ")
}

// cells counts the marks of rows and cells in HTML. A browser repairs what is
// broken among them, and the reader reads as a browser shows; rows of uneven
// length are common in good files, so a lost mark cannot be told.
func cells(data []byte) [3]int {
	return [3]int{bytes.Count(data, []byte("<td")), bytes.Count(data, []byte("<th")), bytes.Count(data, []byte("<tr"))}
}

// bodyDigits reports whether the texts of two mails, decoded, differ in nothing
// but digits.
func bodyDigits(good, bad []byte) bool {
	a, b := body(good), body(bad)
	return !bytes.Equal(a, b) && bytes.Equal(digits.ReplaceAll(a, []byte("#")), digits.ReplaceAll(b, []byte("#")))
}

// body returns the decoded text of a mail.
func body(mail []byte) []byte {
	m, err := attach.Parse(mail, attach.Limits{})
	if err != nil {
		return nil
	}
	return []byte(m.HTML)
}

// asks reports whether a question about one of the changed figures was added.
func asks(was, is reading) bool {
	a, b := was.accepted[0].Figures, is.accepted[0].Figures
	foot := 0 // what a form's foot states and is asked for, where it was not
	for _, f := range is.accepted[0].Findings {
		if f.Severity != ledger.Query || slices.ContainsFunc(was.accepted[0].Findings, func(g app.CheckedFinding) bool {
			return g.Code == f.Code && g.Cell == f.Cell && g.Value == f.Value && g.Message == f.Message
		}) {
			continue
		}
		if f.Code == ledger.HAbsent || f.Code == ledger.HUnknownColumn || f.Code == ledger.HNumbering || f.Code == ledger.RFewPersons || f.Code == ledger.RRepeated || f.Code == ledger.RSplit || f.Code == ledger.RNoFirms {
			return true
		}
		if f.Code == ledger.POfficer || f.Code == ledger.PLiaison || f.Code == ledger.PDateAbsent {
			if foot++; foot == 3 {
				return true // the end of the form is gone, and every line of it is asked for
			}
		}
		for key := range b {
			if f.Cell != "" && (f.Cell == b[key].Cell || f.Cell == a[key].Cell) && value(a[key]) != value(b[key]) {
				return true
			}
		}
	}
	return false
}

func value(f app.CheckedFigure) string {
	if f.Value == nil {
		return fmt.Sprint(f.Dash)
	}
	return fmt.Sprint(*f.Value)
}

// differences lists the cells, merges and hidden parts in which the tables
// differ.
func differences(was, is []*ledger.Table) []string {
	a, b := facts(was), facts(is)
	var out []string
	for _, x := range a {
		if !slices.Contains(b, x) {
			out = append(out, "- "+x)
		}
	}
	for _, x := range b {
		if !slices.Contains(a, x) {
			out = append(out, "+ "+x)
		}
	}
	return out
}

func facts(tables []*ledger.Table) []string {
	var out []string
	for i, t := range tables {
		out = append(out, fmt.Sprintf("%d sheet %s hidden %v rows %v cols %v before %q after %q", i, t.Sheet, t.Hidden, t.HiddenRows, t.HiddenCols, t.Before, t.After))
		for _, g := range t.Merges {
			out = append(out, fmt.Sprintf("%d merge %v", i, g))
		}
		for _, c := range t.Cells() {
			out = append(out, fmt.Sprintf("%d cell %s %v %q %v %v", i, c.Name(), c.Kind, c.Text, c.Format, c.Formula))
		}
	}
	return out
}

var (
	cellFact = regexp.MustCompile(`^[-+] ([0-9]+ cell [A-Z]+[0-9]+ [a-z0-9]*) "(.*)" (.*)$`)
	digits   = regexp.MustCompile(`[0-9０-９]+([.][0-9]+)?`)
)

// onlyDigits reports whether the tables differ in nothing but the digits of
// cells: each changed cell stands where it stood, of the same type, with the
// same text around its numbers. Such a change is another valid file.
func onlyDigits(was, is reading, diff []string) bool {
	if len(diff) == 0 {
		return false
	}
	gone, come := map[string]string{}, map[string]string{}
	for _, d := range diff {
		m := cellFact.FindStringSubmatch(d)
		if m == nil {
			return false
		}
		into := come
		if d[0] == '-' {
			into = gone
		}
		into[m[1]+m[3]] = strings.TrimSpace(digits.ReplaceAllString(m[2], "#")) // a blank for a digit is another digit less
	}
	if len(gone) != len(come) {
		return false
	}
	for k, v := range gone {
		if w, ok := come[k]; !ok || w != v {
			return false
		}
	}
	return *orEmpty(was.accepted[0].Unit) == *orEmpty(is.accepted[0].Unit)
}

func orEmpty(s *string) *string {
	if s == nil {
		s = new(string)
	}
	return s
}
