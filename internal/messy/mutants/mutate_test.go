package mutants_test

import (
	"archive/zip"
	"bytes"
	"io"
	"math/rand/v2"
	"regexp"
	"slices"
)

// mutation is one way to damage a file; repacked says that checksums are made
// right again. It returns nil where it does not apply.
type mutation struct {
	name     string
	repacked bool
	of       func(r *rand.Rand, data []byte) []byte
}

// raw damage: what disks, lines and careless programs do.
var raw = []mutation{
	{"byte flipped", false, func(r *rand.Rand, d []byte) []byte {
		m := bytes.Clone(d)
		m[r.IntN(len(m))] ^= byte(1 + r.IntN(255))
		return m
	}},
	{"bit flipped", false, func(r *rand.Rand, d []byte) []byte {
		m := bytes.Clone(d)
		m[r.IntN(len(m))] ^= 1 << r.IntN(8)
		return m
	}},
	{"64 bytes zeroed", false, func(r *rand.Rand, d []byte) []byte {
		m := bytes.Clone(d)
		clear(m[r.IntN(max(len(m)-64, 1)):][:min(64, len(m))])
		return m
	}},
	{"cut", false, func(r *rand.Rand, d []byte) []byte { return bytes.Clone(d[:r.IntN(len(d))]) }},
	{"bytes deleted", false, func(r *rand.Rand, d []byte) []byte {
		n := 1 + r.IntN(20)
		at := r.IntN(max(len(d)-n, 1))
		return slices.Concat(d[:at], d[at+n:])
	}},
	{"bytes inserted", false, func(r *rand.Rand, d []byte) []byte {
		at := r.IntN(len(d))
		in := make([]byte, 1+r.IntN(8))
		for i := range in {
			in[i] = byte(r.IntN(256))
		}
		return slices.Concat(d[:at], in, d[at:])
	}},
	{"bytes doubled", false, func(r *rand.Rand, d []byte) []byte {
		n := 1 + r.IntN(200)
		at := r.IntN(max(len(d)-n, 1))
		return slices.Concat(d[:at+n], d[at:at+n], d[at+n:])
	}},
	{"a line doubled or lost", false, func(r *rand.Rand, d []byte) []byte {
		lines := bytes.SplitAfter(d, []byte("\n"))
		i := r.IntN(len(lines))
		if r.IntN(2) == 0 {
			return bytes.Join(slices.Delete(slices.Clone(lines), i, i+1), nil)
		}
		return bytes.Join(slices.Insert(slices.Clone(lines), i, lines[i]), nil)
	}},
}

var (
	tag    = regexp.MustCompile(`<[^<>]*>`)
	number = regexp.MustCompile(`[0-9]+`)
)

// packed damage is done to a member of an archive and packed again with a
// right checksum: what a program with a fault, or a hand, does.
var packed = []mutation{
	{"member's byte flipped", true, member(func(r *rand.Rand, b []byte) []byte {
		b[r.IntN(len(b))] ^= 1 << r.IntN(7)
		return b
	})},
	{"member cut", true, member(func(r *rand.Rand, b []byte) []byte { return b[:r.IntN(len(b))] })},
	{"tag lost", true, member(func(r *rand.Rand, b []byte) []byte {
		tags := tag.FindAllIndex(b, -1)
		if len(tags) == 0 {
			return nil
		}
		t := tags[r.IntN(len(tags))]
		return slices.Concat(b[:t[0]], b[t[1]:])
	})},
	{"number changed", true, member(func(r *rand.Rand, b []byte) []byte {
		at := number.FindAllIndex(b, -1)
		if len(at) == 0 {
			return nil
		}
		n := at[r.IntN(len(at))]
		i := n[0] + r.IntN(n[1]-n[0])
		b[i] = '0' + (b[i]-'0'+byte(1+r.IntN(9)))%10
		return b
	})},
	{"members swapped", true, func(r *rand.Rand, d []byte) []byte {
		names, parts := unzipped(d)
		if len(names) < 2 {
			return nil
		}
		i := r.IntN(len(names))
		j := (i + 1 + r.IntN(len(names)-1)) % len(names)
		parts[i], parts[j] = parts[j], parts[i]
		return pack(names, parts)
	}},
	{"member lost", true, func(r *rand.Rand, d []byte) []byte {
		names, parts := unzipped(d)
		if len(names) == 0 {
			return nil
		}
		i := r.IntN(len(names))
		return pack(slices.Delete(names, i, i+1), slices.Delete(parts, i, i+1))
	}},
	{"member twice", true, func(r *rand.Rand, d []byte) []byte {
		names, parts := unzipped(d)
		if len(names) == 0 {
			return nil
		}
		i := r.IntN(len(names))
		return pack(append(names, names[i]), append(parts, parts[i]))
	}},
}

func member(change func(r *rand.Rand, b []byte) []byte) func(*rand.Rand, []byte) []byte {
	return func(r *rand.Rand, d []byte) []byte {
		names, parts := unzipped(d)
		if len(names) == 0 {
			return nil
		}
		i := r.IntN(len(names))
		if len(parts[i]) == 0 {
			return nil
		}
		if parts[i] = change(r, parts[i]); parts[i] == nil {
			return nil
		}
		return pack(names, parts)
	}
}

// unzipped lists the members of an archive; it has none for what is no archive.
func unzipped(d []byte) (names []string, parts [][]byte) {
	z, err := zip.NewReader(bytes.NewReader(d), int64(len(d)))
	if err != nil {
		return nil, nil
	}
	for _, f := range z.File {
		in, err := f.Open()
		must(err)
		b, err := io.ReadAll(in)
		must(err)
		names, parts = append(names, f.Name), append(parts, b)
	}
	return names, parts
}

func pack(names []string, parts [][]byte) []byte {
	var b bytes.Buffer
	w := zip.NewWriter(&b)
	for i, n := range names {
		m, err := w.CreateHeader(&zip.FileHeader{Name: n, Method: zip.Store})
		must(err)
		_, err = m.Write(parts[i])
		must(err)
	}
	must(w.Close())
	return b.Bytes()
}

func must(err error) {
	if err != nil {
		panic(err)
	}
}
