package attach

// cmsContent takes the content out of a CMS signed-data (RFC 5652 §5.2: a mail
// signed "opaque", smime.p7m) without looking at its signatures. It is false when
// there is none, or it is cut.
func cmsContent(b []byte) ([]byte, bool) {
	info, ok := berIn(b, 0x30)
	if !ok {
		return nil, false
	}
	_, info, ok = berSkip(info, 0x06)
	if !ok {
		return nil, false
	}
	signed, ok := berIn(info, 0xA0, 0x30)
	if !ok {
		return nil, false
	}
	for _, tag := range []byte{0x02, 0x31} { // version, digest algorithms
		if _, signed, ok = berSkip(signed, tag); !ok {
			return nil, false
		}
	}
	encap, ok := berIn(signed, 0x30)
	if !ok {
		return nil, false
	}
	if _, encap, ok = berSkip(encap, 0x06); !ok {
		return nil, false
	}
	octets, ok := berIn(encap, 0xA0)
	if !ok {
		return nil, false
	}
	return berOctets(octets)
}

// berDepth bounds elements of open length inside each other; a signed-data
// has six.
const berDepth = 10

// berElement reads one element of BER (X.690 §8.1), its length stated or open.
func berElement(b []byte, depth int) (tag byte, body, rest []byte, ok bool) {
	if len(b) < 2 || b[0]&0x1F == 0x1F || depth > berDepth {
		return 0, nil, nil, false
	}
	tag, n, b := b[0], int(b[1]), b[2:]
	switch {
	case n == 0x80:
		for rest = b; len(rest) >= 2; {
			if rest[0] == 0 && rest[1] == 0 {
				return tag, b[:len(b)-len(rest)], rest[2:], true
			}
			if _, _, rest, ok = berElement(rest, depth+1); !ok {
				break
			}
		}
		return 0, nil, nil, false
	case n > 0x84 || n > 0x80 && len(b) < n-0x80:
		return 0, nil, nil, false
	case n > 0x80:
		k := n - 0x80
		n = 0
		for _, c := range b[:k] {
			n = n<<8 | int(c)
		}
		b = b[k:]
	}
	if n > len(b) {
		return 0, nil, nil, false
	}
	return tag, b[:n], b[n:], true
}

// berSkip passes over an element of that tag.
func berSkip(b []byte, tag byte) (body, rest []byte, ok bool) {
	t, body, rest, ok := berElement(b, 0)
	return body, rest, ok && t == tag
}

// berIn goes into elements of these tags, one inside the other.
func berIn(b []byte, tags ...byte) ([]byte, bool) {
	for _, tag := range tags {
		body, _, ok := berSkip(b, tag)
		if !ok {
			return nil, false
		}
		b = body
	}
	return b, true
}

// berOctets reads an octet string, whole or in pieces.
func berOctets(b []byte) ([]byte, bool) {
	tag, body, _, ok := berElement(b, 0)
	switch {
	case !ok:
		return nil, false
	case tag == 0x04:
		return body, true
	case tag != 0x24:
		return nil, false
	}
	out := make([]byte, 0, len(body))
	for len(body) > 0 {
		tag, piece, rest, ok := berElement(body, 0)
		if !ok || tag != 0x04 {
			return nil, false
		}
		out, body = append(out, piece...), rest
	}
	return out, true
}
