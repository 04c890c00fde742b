package check_test

import (
	"fmt"
	"sync"
	"testing"

	"github.com/google/go-cmp/cmp"

	"taizhang/ingest/check"
	"taizhang/ledger"
)

// A Checker that has read other files, many at once and with more headers than
// it keeps, reads each as one made for it alone.
func TestOneCheckerForManyFiles(t *testing.T) {
	c := campaign(t)
	k := check.New(c)
	var files []check.Input
	for i := range 24 {
		m := mailCase{unit: c.Units[i%len(c.Units)].Name}
		switch i % 3 {
		case 1:
			m.title = fmt.Sprintf("%d月份台账", 5+i%3)
		case 2:
			m.filled = "-"
		}
		picture := m.picture()
		for n := range 150 {
			picture += fmt.Sprintf("\n旁注%d | 第%d栏 | %d", n, i*150+n, n)
		}
		files = append(files, check.Input{Campaign: c, Tables: []*ledger.Table{grid("Sheet1", picture)}, File: fmt.Sprintf("台账%d.xlsx", i)})
	}
	want := make([][]ledger.Reading, len(files))
	for i, in := range files {
		want[i] = check.Check(in)
	}
	var wg sync.WaitGroup
	for worker := range 4 {
		wg.Go(func() {
			for i := range files {
				i = (i*(worker+1) + worker) % len(files)
				if diff := cmp.Diff(want[i], k.Check(files[i])); diff != "" {
					t.Errorf("file %d (-alone +among others):\n%s", i, diff)
				}
			}
		})
	}
	wg.Wait()
}
