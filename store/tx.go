package store

import (
	"bytes"
	"encoding/hex"
	"errors"
	"sync"
	"sync/atomic"
	"time"

	"go.etcd.io/bbolt"
)

// tx is a bbolt transaction that speaks in enveloped records and keeps the
// seals of the buckets it writes to.
type tx struct {
	bolt    *bbolt.Tx
	memory  *memory           // nil: nothing is remembered
	seals   map[string]*seal  // of the buckets written to
	touched map[string]keySet // by bucket, what was put or deleted
	dirty   bool              // something was put or deleted
	passage *passage          // of the DB; nil: one of its own
}

// passage counts what the transactions of a DB read, one after the other and
// side by side. Each time that they have read so many bytes it is looked how much
// of the file is mapped, and what is more than so much is given back: whether one
// walks all of the database or a thousand look up a record each, no more of it is
// in the process's memory.
type passage struct {
	passed atomic.Int64 // bytes read since it was looked
	floor  atomic.Int64 // bytes of files in this process's memory after the last release; the least seen
}

const (
	passedMost = 256 << 10
	mappedMost = 8 << 20
	// passedOne is what a record counts that is looked up by its key: its page
	// brings its neighbours with it, sixteen of them, though some are there.
	passedOne = 8 << 10
)

// pass counts bytes that were read. What they lie in can be read again.
func (t *tx) pass(n int) {
	if t.passage == nil {
		t.passage = new(passage)
	}
	p := t.passage
	if p.passed.Add(int64(n)) < passedMost {
		return
	}
	p.passed.Store(0)
	now, known := residentFiles()
	switch floor := p.floor.Load(); {
	case !known:
	case floor == 0 || now < floor:
		p.floor.Store(now)
	case now-floor > mappedMost:
		_ = p.release(t.bolt) // it saves memory, nothing else
	}
}

// release gives the pages back.
func (p *passage) release(b *bbolt.Tx) error {
	err := release(b)
	now, _ := residentFiles()
	p.floor.Store(now)
	return err
}

// seal tells how many records a bucket holds and what their checksums add up
// to, so that a lost or an outdated one is missed.
type seal struct {
	count uint64
	sum   sum
}

func (s *seal) add(o sum)  { s.sum.xor(o); s.count++ }
func (s *seal) take(o sum) { s.sum.xor(o); s.count-- }

// same returns an error unless what was read of the bucket is what its seal wants.
func (s *seal) same(bucket string, want *seal) error {
	if *s != *want {
		return damaged("bucket %s holds %d records, %d were written, or other ones", bucket, s.count, want.count)
	}
	return nil
}

// sealRecord is a seal as it is stored.
type sealRecord struct {
	Bucket string `json:"bucket"`
	Count  uint64 `json:"count"`
	Sum    string `json:"sum"` // hex
}

func (t *tx) bucket(name string) (*bbolt.Bucket, error) {
	b := t.bolt.Bucket([]byte(name))
	if b == nil {
		return nil, damaged("bucket %s is missing", name)
	}
	return b, nil
}

// get returns the payload under the key, which is valid until the transaction
// ends, or nil.
func (t *tx) get(bucket, key string) ([]byte, error) {
	payload, _, err := t.read(bucket, key)
	return payload, err
}

// read is get with the checksum.
func (t *tx) read(bucket, key string) ([]byte, sum, error) {
	b, err := t.bucket(bucket)
	if err != nil {
		return nil, sum{}, err
	}
	data := b.Get([]byte(key))
	if data == nil {
		return nil, sum{}, nil
	}
	t.pass(max(len(data), passedOne))
	return unwrap(bucket, key, data)
}

// keepReleased gives pages back from now and then until stop is called, beside
// work that is bbolt's own and walks all of the file.
func keepReleased(b *bbolt.Tx) (stop func()) {
	before, known := residentFiles()
	if !known {
		return func() {}
	}
	ended := make(chan struct{})
	var looking sync.WaitGroup
	looking.Go(func() {
		tick := time.NewTicker(time.Millisecond)
		defer tick.Stop()
		for {
			select {
			case <-ended:
				return
			case <-tick.C:
				if now, _ := residentFiles(); now-before > mappedMost {
					_ = release(b) // it saves memory, nothing else
				}
			}
		}
	})
	return func() {
		close(ended)
		looking.Wait()
		_ = release(b)
	}
}

// put writes the payload under the key; the same payload again writes nothing.
func (t *tx) put(bucket, key string, payload []byte) error {
	b, err := t.bucket(bucket)
	if err != nil {
		return err
	}
	s, err := t.seal(bucket)
	if err != nil {
		return err
	}
	if data := b.Get([]byte(key)); data != nil {
		old, oldSum, err := unwrap(bucket, key, data)
		if err != nil {
			return err
		}
		if bytes.Equal(old, payload) {
			return nil
		}
		s.take(oldSum)
	}
	data, newSum := wrap(bucket, key, uint16(schemaVersion()), payload)
	s.add(newSum)
	t.touch(bucket, key)
	return b.Put([]byte(key), data)
}

// del removes the key, if it is there.
func (t *tx) del(bucket, key string) error {
	b, err := t.bucket(bucket)
	if err != nil {
		return err
	}
	data := b.Get([]byte(key))
	if data == nil {
		return nil
	}
	_, oldSum, err := unwrap(bucket, key, data)
	if err != nil {
		return err
	}
	s, err := t.seal(bucket)
	if err != nil {
		return err
	}
	s.take(oldSum)
	t.touch(bucket, key)
	return b.Delete([]byte(key))
}

// touch notes that the key is being written.
func (t *tx) touch(bucket, key string) {
	t.dirty = true
	if t.touched == nil {
		t.touched = make(map[string]keySet)
	}
	if t.touched[bucket] == nil {
		t.touched[bucket] = make(keySet)
	}
	t.touched[bucket][key] = struct{}{}
}

// each calls fn with every record in the order of keys, and then compares the
// bucket with its seal. It also looks each record up by its key: a damaged
// branch page can hide from a look-up what a walk still finds.
func (t *tx) each(bucket string, fn func(key string, payload []byte, s sum) error) error {
	want, err := t.seal(bucket)
	if err != nil {
		return err
	}
	b, err := t.bucket(bucket)
	if err != nil {
		return err
	}
	var got seal
	if err := t.scan(bucket, "", func(key string, payload []byte, s sum) error {
		got.add(s)
		if data := b.Get([]byte(key)); len(data) < headerLen || !bytes.Equal(data[headerLen:], payload) {
			return damaged("%s %q cannot be found by its key", bucket, key)
		}
		return fn(key, payload, s)
	}); err != nil {
		return err
	}
	return got.same(bucket, want)
}

// scan calls fn with the records whose keys begin with the prefix. A record
// lost from the bucket is not noticed here.
func (t *tx) scan(bucket, prefix string, fn func(key string, payload []byte, s sum) error) error {
	b, err := t.bucket(bucket)
	if err != nil {
		return err
	}
	c := b.Cursor()
	for k, v := c.Seek([]byte(prefix)); k != nil && bytes.HasPrefix(k, []byte(prefix)); k, v = c.Next() {
		key := string(k)
		t.pass(len(k) + len(v))
		payload, s, err := unwrap(bucket, key, v)
		if err != nil {
			return err
		}
		if err := fn(key, payload, s); err != nil {
			return err
		}
	}
	return nil
}

// verify reads all of the bucket and compares it with its seal.
func (t *tx) verify(bucket string) error {
	return t.each(bucket, func(string, []byte, sum) error { return nil })
}

// seal returns the seal of the bucket as this transaction has it so far. An
// empty bucket that was never written to has none.
func (t *tx) seal(bucket string) (*seal, error) {
	if s, ok := t.seals[bucket]; ok {
		return s, nil
	}
	payload, err := t.get(bucketSeals, bucket)
	if err != nil {
		return nil, err
	}
	s := new(seal)
	if payload != nil {
		r, err := decode[sealRecord](payload)
		if err != nil {
			return nil, damaged("seal of %s: %w", bucket, err)
		}
		raw, err := hex.DecodeString(r.Sum)
		if err != nil || len(raw) != len(s.sum) || r.Bucket != bucket {
			return nil, damaged("seal of %s: makes no sense", bucket)
		}
		s.count, s.sum = r.Count, sum(raw)
	}
	if t.bolt.Writable() {
		if t.seals == nil {
			t.seals = make(map[string]*seal)
		}
		t.seals[bucket] = s
	}
	return s, nil
}

// writeSeals stores the seals of the buckets written to. It is the last thing
// that a transaction does.
func (t *tx) writeSeals() error {
	b, err := t.bucket(bucketSeals)
	if err != nil {
		return err
	}
	var errs []error
	for name, s := range t.seals {
		payload, err := encode(&sealRecord{Bucket: name, Count: s.count, Sum: hex.EncodeToString(s.sum[:])})
		if err != nil {
			return err
		}
		data, _ := wrap(bucketSeals, name, uint16(schemaVersion()), payload)
		errs = append(errs, b.Put([]byte(name), data))
	}
	return errors.Join(errs...)
}
