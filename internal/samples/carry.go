package samples

import "time"

// Carried is a mail with one workbook, whatever it holds, for tests of other
// forms than the sample month's.
type Carried struct {
	At            time.Time
	From, Subject string
	File          string
	Data          []byte
	Signed        bool
}

// Raw writes the mail as the mailbox keeps it.
func (c Carried) Raw() []byte {
	l := letter{at: c.At, name: "经办人", from: c.From, subject: c.Subject, text: "请查收。", signed: c.Signed, files: []file{{c.File, xlsx, c.Data}}}
	return l.raw()
}
