// Package attach turns the raw bytes of one mail (RFC 5322) into its decoded
// header, its displayed text and the files it carries.
//
// It is made for mail as Chinese offices really send it: names in raw GBK,
// encoded words cut in the middle of a character, boundaries that are missing
// or differ, base64 with junk in it, workbooks labelled text/plain, mails
// forwarded as files and everything once more inside a zip. What can be read
// is read; what was broken on the way is kept as a [Damage] beside it, and a
// file that may have lost bytes says so itself.
//
// The package promises four things: it never panics, its work grows linearly
// with the size of the mail (the limits are in [Limits]), it never passes the
// bytes of a file through a character set conversion, and it never drops a
// file in silence: what cannot be opened is listed as it is. Only folders and
// what operating systems leave in archives (__MACOSX, Thumbs.db) are passed over.
//
// What it does not do: it does not read workbooks, does not unpack archives
// itself (Limits.Unpack does; it reads what comes out), does not open winmail.dat
// (it names it), does not follow links, does not
// check signatures, and does not judge whether a sender may be believed. Names
// found in mails are for display and are never to be used as paths.
package attach
