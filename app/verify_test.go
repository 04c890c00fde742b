package app_test

import (
	"errors"
	"strings"
	"testing"

	"taizhang/app"
)

// What a child does that looks at a damaged file: it dies, it says nothing, it
// cannot be started. None of it is taken for a store that is whole.
func TestInspectorsThatFail(t *testing.T) {
	for name, tt := range map[string]struct {
		script  string
		problem string
	}{
		"killed by a fault": {"kill -SEGV $$", "segmentation fault"},
		"ended by Go":       {"echo 'fatal error: fault' >&2; exit 2", "exit status 2 fatal error: fault"},
		"silent":            {"exit 0", "no answer"},
		"half an answer":    {`printf '{"report":{'`, "no answer"},
	} {
		t.Run(name, func(t *testing.T) {
			rep, err := app.Inspect(t.Context(), []string{"/bin/sh", "-c", tt.script}, app.Inspection{Dir: t.TempDir()})
			if err != nil || len(rep.Problems) != 1 || rep.Problems[0].Kind != "died" || !strings.Contains(rep.Problems[0].What, tt.problem) {
				t.Errorf("got %+v, %v", rep, err)
			}
		})
	}
	if _, err := app.Inspect(t.Context(), []string{"/nonexistent/taizhang"}, app.Inspection{}); err == nil {
		t.Error("a child that cannot be started is no look at the store")
	}
	_, err := app.Inspect(t.Context(), []string{"/bin/sh", "-c", `echo '{"code":"locked","error":"x"}'`}, app.Inspection{})
	if !errors.Is(err, app.ErrLocked) {
		t.Errorf("got %v", err)
	}
}
