package mailbox

import (
	"slices"
	"sync"
	"time"
)

// Logins that may be refused before the client stops trying, for as long as
// they lie back less than the ban. NetEase bans accounts that fail often.
const (
	maxFailures = 3
	ban         = time.Hour
)

// Refusals are the logins that the server has refused within the last hour, all
// with one authorisation code. Whoever keeps them over a restart has a new client
// go on with them: the server counts them, whoever makes them.
type Refusals struct {
	At   []time.Time // oldest first
	Code string      // tells whether the code is still the same, and is too short to tell the code
}

// Refusals returns the refused logins that count now. A method that runs is not
// waited for.
func (c *Client) Refusals() Refusals { return c.refused.get(time.Now()) }

// refusals are the client's, for whoever has the turn and whoever asks.
type refusals struct {
	mu  sync.Mutex
	now Refusals
}

// forget drops what lies back an hour or more. What claims to come from the
// future, as after a clock was set back, counts as of now. The lock is held.
func (r *refusals) forget(now time.Time) {
	for i, at := range r.now.At {
		if at.After(now) {
			r.now.At[i] = now
		}
	}
	r.now.At = slices.DeleteFunc(r.now.At, func(at time.Time) bool { return now.Sub(at) >= ban })
	if len(r.now.At) == 0 {
		r.now = Refusals{}
	}
}

func (r *refusals) get(now time.Time) Refusals {
	r.mu.Lock()
	defer r.mu.Unlock()
	r.forget(now)
	return Refusals{At: slices.Clone(r.now.At), Code: r.now.Code}
}

// with returns when the code was refused within the last hour. Another code than
// the refused one has not been: a person has renewed it.
func (r *refusals) with(user string, code secret, now time.Time) []time.Time {
	r.mu.Lock()
	defer r.mu.Unlock()
	if r.now.Code != trace(user, code) {
		r.now = Refusals{}
	}
	r.forget(now)
	return slices.Clone(r.now.At)
}

// add counts a refused login and returns how many there are.
func (r *refusals) add(user string, code secret, now time.Time) int {
	r.mu.Lock()
	defer r.mu.Unlock()
	r.now.At, r.now.Code = append(r.now.At, now), trace(user, code)
	return len(r.now.At)
}

// clear forgets them: a login was taken.
func (r *refusals) clear() {
	r.mu.Lock()
	defer r.mu.Unlock()
	r.now = Refusals{}
}
