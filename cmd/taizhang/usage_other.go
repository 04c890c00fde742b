//go:build !linux

package main

import "log/slog"

// logUsage says nothing here: the units of getrusage differ by system.
func logUsage(*slog.Logger) {}
