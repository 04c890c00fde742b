// Package xmlscan reads XML as a stream of bytes, quickly and strictly: start
// tags with their attributes and namespaces, end tags that must match, and
// character data. It exists because encoding/xml costs some five times what a
// ledger's bytes cost to inflate, and lets a cut document pass for a whole one
// where its caller forgets one error.
//
// It understands UTF-8, UTF-16 and, through their declaration, the encodings
// of golang.org/x/text. It does not validate, knows no DTD and refuses every
// document type declaration, so it expands no entity but the five named ones
// and character references. It checks of a name only that it is no markup.
package xmlscan
