//go:build crash

package crashpoint

import (
	"errors"
	"net"
	"sync"
)

// ErrStopped is what every step returns from the one on at which the program
// was stopped.
var ErrStopped = errors.New("stopped at a crash point")

// control is the one of this process: a test plays one program at a time.
var control struct {
	sync.Mutex
	at    int // stop at this step, counted from 1; 0: never
	count int
	dead  bool
	name  string // of the step it stopped at
}

// Arm begins to count anew and has the program stopped at the step with the
// number; 0: at none. What still runs of a program stopped before must have
// ended by then.
func Arm(at int) {
	control.Lock()
	defer control.Unlock()
	control.at, control.count, control.dead, control.name = at, 0, false, ""
}

// Count returns how many steps were reached since Arm, and the name of the one
// at which the program was stopped, "" if it was not.
func Count() (n int, stopped string) {
	control.Lock()
	defer control.Unlock()
	return control.count, control.name
}

// Reach marks a step and returns ErrStopped when it must not be done.
func Reach(name string) error {
	control.Lock()
	defer control.Unlock()
	if control.dead {
		return ErrStopped
	}
	if control.count++; control.count == control.at {
		control.dead, control.name = true, name
		return ErrStopped
	}
	return nil
}

// Conn marks every write to the connection before it is done and every answer
// after it has come.
func Conn(conn net.Conn, name string) net.Conn { return &marked{conn, name} }

type marked struct {
	net.Conn
	name string
}

func (m *marked) Write(p []byte) (int, error) {
	if err := Reach(m.name + " command"); err != nil {
		return 0, errors.Join(err, m.Close())
	}
	return m.Conn.Write(p)
}

func (m *marked) Read(p []byte) (int, error) {
	n, err := m.Conn.Read(p)
	if err != nil {
		return n, err
	}
	if err := Reach(m.name + " answer"); err != nil {
		return 0, errors.Join(err, m.Close())
	}
	return n, nil
}
