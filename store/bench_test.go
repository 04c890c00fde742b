package store_test

import (
	"fmt"
	"testing"
	"time"

	"taizhang/ledger"
	"taizhang/store"
)

// yearOf returns a store with n mails sent.
func yearOf(b *testing.B, n int) *store.DB {
	b.Helper()
	db := open(b, b.TempDir())
	for i := 0; i < n; {
		c := ledger.Change{At: day}
		for range min(n-i, 1000) {
			o := outgoing(fmt.Sprintf("receipt/%06d", i))
			o.State = ledger.SendQueued
			c.Outgoing = append(c.Outgoing, o)
			i++
		}
		mustApply(b, db, c)
	}
	return db
}

// BenchmarkState is State of a store with many mails: reading all of it anew
// each time, from memory, and after a change. The last prints how many times
// faster than the first it was in the same run.
func BenchmarkState(b *testing.B) {
	for _, n := range []int{5000, 50000} {
		db := yearOf(b, n)
		read := func(b *testing.B) {
			if s, err := db.State(b.Context()); err != nil || len(s.Outbox) < n {
				b.Fatal(err)
			}
		}
		var anew time.Duration
		b.Run(fmt.Sprintf("%d/read-anew", n), func(b *testing.B) {
			b.ReportAllocs()
			for b.Loop() {
				db.Forget()
				read(b)
			}
			anew = b.Elapsed() / time.Duration(b.N)
		})
		b.Run(fmt.Sprintf("%d/in-memory", n), func(b *testing.B) {
			b.ReportAllocs()
			for b.Loop() {
				read(b)
			}
			b.ReportMetric(float64(anew)/float64(b.Elapsed()/time.Duration(b.N)), "times-faster")
		})
		b.Run(fmt.Sprintf("%d/after-a-change", n), func(b *testing.B) {
			var spent time.Duration
			i := 0
			for b.Loop() {
				i++
				mustApply(b, db, ledger.Change{CopiesSeen: []string{fmt.Sprintf("receipt/%06d", i%n)}, Events: []ledger.Event{{What: "copy"}}})
				begun := time.Now()
				read(b)
				spent += time.Since(begun)
			}
			b.ReportMetric(float64(anew)/float64(spent/time.Duration(b.N)), "times-faster")
		})
	}
}

// BenchmarkQueue is what it costs to queue one more mail, with nothing in memory
// and as it is.
func BenchmarkQueue(b *testing.B) {
	for _, n := range []int{5000, 50000} {
		db := yearOf(b, n)
		i := 0
		queue := func() {
			mustApply(b, db, ledger.Change{Outgoing: []ledger.Outgoing{outgoing(fmt.Sprint("one more/", i))}})
			i++
		}
		var anew time.Duration
		b.Run(fmt.Sprintf("%d/read-anew", n), func(b *testing.B) {
			for b.Loop() {
				db.Forget()
				queue()
			}
			anew = b.Elapsed() / time.Duration(b.N)
		})
		b.Run(fmt.Sprintf("%d/in-memory", n), func(b *testing.B) {
			for b.Loop() {
				queue()
			}
			b.ReportMetric(float64(anew)/float64(b.Elapsed()/time.Duration(b.N)), "times-faster")
		})
	}
}
