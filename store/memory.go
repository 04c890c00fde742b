package store

import (
	"slices"
	"strings"
	"sync"

	"taizhang/ledger"
)

// memory holds the records of some tables as they were last decoded, so that
// State need not read and decode all of them again each time.
//
// It is never believed as such. The records of a table are used only when the
// checksums that they were read with add up to the seal that the bucket has in
// the transaction at hand: then they are its records, whoever has written, and
// whether a commit has failed or been rolled back in between. Otherwise those
// are read again that are known to have been written, and when the sum is not
// right even then, all of the bucket. So nothing needs to be invalidated, and
// what is noted as written only saves time.
//
// Records are shared with everybody who asks: a record once decoded is never
// changed, and one that is written gets a value of its own. Whoever writes into
// what State hands out is found out by CheckMemory.
type memory struct {
	sync.Mutex // held while a table is looked at; nothing is written meanwhile

	tables  map[string]any                                // *kept by bucket
	written map[string]keySet                             // by bucket, since its table was brought up to date
	mails   map[string]keptRecord[ledger.MailRecord]      // of the bucket mails, those that were undecided
	places  map[string]map[uint32]keptRecord[placeRecord] // by folder, those that were last asked for
	changes uint64                                        // counts the changes of tables
	shared  shared                                        // what was made of them
}

type keySet map[string]struct{}

// kept are the records of one table in the order of keys.
type kept[T any] struct {
	seal    seal   // what the records add up to
	change  uint64 // of memory.changes, the table's last: the same number, the same values
	records []keptRecord[T]
}

type keptRecord[T any] struct {
	key   string
	sum   sum
	value *T // never changed, nor what it refers to
}

// note says that the keys may have been written.
func (m *memory) note(touched map[string]keySet) {
	m.Lock()
	defer m.Unlock()
	for bucket, keys := range touched {
		if m.tables[bucket] == nil {
			continue // it is read as a whole at first
		}
		if m.written == nil {
			m.written = make(map[string]keySet)
		}
		if m.written[bucket] == nil {
			m.written[bucket] = make(keySet)
		}
		for key := range keys {
			m.written[bucket][key] = struct{}{}
		}
	}
}

// forget drops everything.
func (m *memory) forget() {
	m.Lock()
	defer m.Unlock()
	m.tables, m.written, m.mails, m.places, m.shared = nil, nil, nil, nil, shared{}
}

// recall locks the memory, which the caller unlocks, and returns it.
func (t *tx) recall() *memory {
	if t.memory == nil {
		t.memory = new(memory)
	}
	t.memory.Lock()
	return t.memory
}

// recall calls fn with every record in the order of keys, as all would return
// them. fn must not change what it is given.
func (tb table[T]) recall(t *tx, fn func(*T)) error {
	defer t.recall().Unlock()
	k, err := tb.upToDate(t)
	if err != nil {
		return err
	}
	for i := range k.records {
		fn(k.records[i].value)
	}
	return nil
}

// absent returns an error unless it is certain that there are no records under
// the keys, which were looked up and not found: a damaged page can hide one, and
// to insert it then would do a thing twice.
func (tb table[T]) absent(t *tx, keys ...string) error {
	if len(keys) == 0 {
		return nil
	}
	defer t.recall().Unlock()
	k, err := tb.upToDate(t)
	if err != nil {
		return err
	}
	for _, key := range keys {
		if _, there := k.find(key); there {
			return damaged("%s %q cannot be found by its key", tb.bucket, key)
		}
	}
	return nil
}

// upToDate returns the records of the table as the transaction has them. The
// memory is locked.
func (tb table[T]) upToDate(t *tx) (*kept[T], error) {
	m := t.memory
	want, err := t.seal(tb.bucket)
	if err != nil {
		return nil, err
	}
	k, _ := m.tables[tb.bucket].(*kept[T])
	if k != nil && k.seal != *want {
		for _, keys := range []keySet{m.written[tb.bucket], t.touched[tb.bucket]} {
			for key := range keys {
				if err := tb.refresh(t, k, key, &m.changes); err != nil {
					delete(m.tables, tb.bucket)
					return nil, err
				}
			}
		}
		delete(m.written, tb.bucket)
	}
	if k == nil || k.seal != *want {
		delete(m.tables, tb.bucket)
		if k, err = tb.readAll(t); err != nil {
			return nil, err
		}
		m.changes++
		k.change = m.changes
		if m.tables == nil {
			m.tables = make(map[string]any)
		}
		m.tables[tb.bucket] = k
	}
	return k, nil
}

// refresh reads the record under the key anew, and counts a change.
func (tb table[T]) refresh(t *tx, k *kept[T], key string, changes *uint64) error {
	payload, s, err := t.read(tb.bucket, key)
	if err != nil {
		return err
	}
	i, had := k.find(key)
	if payload == nil {
		if had {
			k.seal.take(k.records[i].sum)
			k.records = slices.Delete(k.records, i, i+1)
			*changes++
			k.change = *changes
		}
		return nil
	}
	if had && k.records[i].sum == s {
		return nil
	}
	v, err := tb.keep(key, payload)
	if err != nil {
		return err
	}
	if had {
		k.seal.take(k.records[i].sum)
		k.records[i].sum, k.records[i].value = s, v
	} else {
		k.records = slices.Insert(k.records, i, keptRecord[T]{key, s, v})
	}
	k.seal.add(s)
	*changes++
	k.change = *changes
	return nil
}

// readAll reads the whole table, compared with its seal.
func (tb table[T]) readAll(t *tx) (*kept[T], error) {
	k := new(kept[T])
	err := t.each(tb.bucket, func(key string, payload []byte, s sum) error {
		v, err := tb.keep(key, payload)
		if err != nil {
			return err
		}
		k.records = append(k.records, keptRecord[T]{key, s, v})
		k.seal.add(s)
		return nil
	})
	return k, err
}

// keep decodes a record that will be shared.
func (tb table[T]) keep(key string, payload []byte) (*T, error) {
	v, err := tb.decode(key, payload)
	if err != nil {
		return nil, err
	}
	c := compact(&v)
	return &c, nil
}

// find returns where the key is, or would be.
func (k *kept[T]) find(key string) (int, bool) {
	return slices.BinarySearchFunc(k.records, key, func(r keptRecord[T], key string) int { return strings.Compare(r.key, key) })
}
