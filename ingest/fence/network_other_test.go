//go:build linux && !(amd64 || arm64)

package fence_test

import (
	"errors"

	"taizhang/ledger"
)

func reachOut(string) []*ledger.Table { return nil }

func oldKernel() error { return errors.New("no filters here at all") }
