package lazyregexp_test

import (
	"regexp"
	"sync"
	"testing"

	"taizhang/internal/lazyregexp"
)

// In tests an expression that is wrong is found where it is written.
func TestAWrongExpressionIsFoundByTheTests(t *testing.T) {
	defer func() {
		if recover() == nil {
			t.Error("nothing was said of a bracket that is left open")
		}
	}()
	lazyregexp.New(`(`)
}

// All goroutines that use an expression for the first time get its answer.
func TestManyAtOnce(t *testing.T) {
	const text, pattern = "至2022年9月28日", `(\d{4})年(\d{1,2})月`
	want := regexp.MustCompile(pattern).FindStringSubmatch(text)
	r := lazyregexp.New(pattern)
	var wg sync.WaitGroup
	for range 8 {
		wg.Go(func() {
			if got := r.FindStringSubmatch(text); len(got) != 3 || got[1] != want[1] || got[2] != want[2] {
				t.Errorf("%q, not %q", got, want)
			}
		})
	}
	wg.Wait()
}
