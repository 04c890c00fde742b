package main

import (
	"fmt"
	"os"
	"testing"

	"github.com/rogpeppe/go-internal/testscript"
	"go.uber.org/goleak"

	"taizhang/internal/rartest"
)

func TestMain(m *testing.M) {
	testscript.Main(leakless{m}, map[string]func(){"taizhang": main})
}

// leakless fails where a goroutine outlives the tests.
type leakless struct{ *testing.M }

// Run runs the tests.
func (l leakless) Run() int {
	code := l.M.Run()
	if err := goleak.Find(); err != nil && code == 0 {
		fmt.Fprintln(os.Stderr, err)
		return 1
	}
	return code
}

// TestScripts runs the real command as an office would type it; the scripts
// in testdata are its documentation.
func TestScripts(t *testing.T) {
	testscript.Run(t, testscript.Params{
		Dir:  "testdata",
		Cmds: map[string]func(*testscript.TestScript, bool, []string){"rar": rar},
		Setup: func(e *testscript.Env) error {
			e.Setenv("HOME", e.WorkDir)
			example, err := os.ReadFile("../../config.example.yaml")
			if err != nil {
				return err
			}
			return os.WriteFile(e.WorkDir+"/example.yaml", example, 0o600)
		},
	})
}

// rar is the script command "rar OUT FILE": no free program writes any.
func rar(ts *testscript.TestScript, neg bool, args []string) {
	if neg || len(args) != 2 {
		ts.Fatalf("usage: rar OUT FILE")
	}
	a := rartest.Archive{Files: []rartest.File{{Name: args[1], Data: []byte(ts.ReadFile(args[1])), Packed: true}}}
	ts.Check(os.WriteFile(ts.MkAbs(args[0]), a.V5(), 0o600))
}
