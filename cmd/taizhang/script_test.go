package main

import (
	"os"
	"testing"

	"github.com/rogpeppe/go-internal/testscript"
)

func TestMain(m *testing.M) {
	testscript.Main(m, map[string]func(){"taizhang": main})
}

// TestScripts runs the real command as an office would type it; the scripts
// in testdata are its documentation.
func TestScripts(t *testing.T) {
	testscript.Run(t, testscript.Params{
		Dir: "testdata",
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
