package demo_test

import (
	"fmt"
	"log/slog"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"taizhang/app/demo"
	"taizhang/internal/golden"
	"taizhang/internal/samples"
)

// TestMonth plays the demo's month and compares what it came to: the grid, and
// every mail that went out, in order. What must be is worked out by hand from
// internal/samples and the rule book.
func TestMonth(t *testing.T) {
	out := t.TempDir()
	var story strings.Builder
	res, err := demo.Run(t.Context(), demo.Options{Out: out, Log: slog.New(slog.DiscardHandler), Tell: func(l demo.Line) {
		kind := map[demo.Kind]string{demo.Arrived: "来信", demo.Decided: "决定", demo.Sent: "发信"}[l.Kind]
		fmt.Fprintf(&story, "%s %s %s %s\n", l.At.Format("01-02 15:04"), kind, l.Text, strings.Join(l.To, ","))
	}})
	if err != nil {
		t.Fatal(err)
	}
	var got []string
	for _, u := range res.Status.Units {
		got = append(got, fmt.Sprintf("%s %s v%d %d/%d/%d/%d/%d", u.Unit, u.Punctuality, u.InForce,
			u.Figures["enterprises"], u.Figures["pension"], u.Figures["injury"], u.Figures["unemployment"], u.Figures["persons"]))
	}
	if d := cmp.Diff(samples.Grid, got); d != "" {
		t.Errorf("grid (-want +got):\n%s", d)
	}
	golden.Check(t, filepath.Join("testdata", "story.golden"), []byte(story.String()))
	if n := strings.Count(story.String(), "发信"); n != res.Sent {
		t.Errorf("%d mails were told of, %d sent", n, res.Sent)
	}
	if res.Status.Waiting != 0 || res.Status.Stuck != 0 || res.Status.Undecided != 0 {
		t.Errorf("something is left over: %+v", res.Status)
	}
	for _, product := range []string{"进展情况汇总表.xlsx", "进展情况通报.docx", "进展情况汇总表（更正版1）.xlsx", "进展情况通报（更正版1）.docx"} {
		if !slices.ContainsFunc(res.Files, func(f string) bool { return strings.HasSuffix(f, product) }) {
			t.Errorf("no %s was mailed", product)
		}
	}
	for _, f := range res.Files {
		if info, err := os.Stat(filepath.Join(out, f)); err != nil || info.Size() == 0 {
			t.Errorf("%s is not there or empty: %v", f, err)
		}
	}
}
