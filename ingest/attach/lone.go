package attach

// Lone reads a file that did not come by mail as if it were the only attachment
// of one: the archives in it are taken apart within the same limits. The
// message has no header. The file's bytes are not copied. The error is that of
// Limits.Unpack, as for Parse.
func Lone(name string, data []byte, lim Limits) (*Message, error) {
	m := &Message{}
	w := &walker{lim: lim.withDefaults(), m: m, paths: map[string]int{}}
	w.content(File{Name: cleanName(name), Path: "1", Declared: "application/octet-stream", Data: data}, place{path: "1", body: &Body{}})
	for _, in := range w.inner {
		m.Inner = append(m.Inner, *in)
	}
	m.Links = findLinks(m)
	return m, w.failure
}
