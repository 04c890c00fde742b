//go:build !crash

package crashpoint

import "net"

// Reach marks a step. It returns nil.
func Reach(string) error { return nil }

// Conn marks every write to the connection and every answer read from it. It
// returns conn itself.
func Conn(conn net.Conn, _ string) net.Conn { return conn }
