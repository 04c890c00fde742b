package endurance

import (
	"bytes"
	"cmp"
	"encoding/base64"
	"fmt"
	"math/rand/v2"
	"slices"
	"time"

	"taizhang/internal/samples"
	"taizhang/ledger"
)

// zone is the office's.
var zone = time.FixedZone("CST", 8*3600)

const campaignYear = 2022

// begin is the daemon's first start; end is when the last month is closed, and
// what was in doubt is settled.
func (y year) begin() time.Time { return time.Date(campaignYear, time.January, 1, 0, 5, 0, 0, zone) }
func (y year) end() time.Time {
	return time.Date(campaignYear, time.Month(y.Months+1), 18, 0, 0, 0, 0, zone)
}

// kind is what a mail is.
type kind int

const (
	fresh     kind = iota // a ledger with figures of its own
	again                 // the ledger that the unit sent last, once more
	faulty                // a ledger that must be corrected
	foreign               // a ledger from an address that nobody knows
	question              // a unit's words without a ledger
	automatic             // an out-of-office reply of a unit
	stranger              // words of somebody
	spam                  // lands among the junk
	large                 // a ledger with a picture of some MB beside it
)

// share is how often a kind comes, against the others of its list.
type share struct {
	kind kind
	n    int
}

// The mails with a ledger, and the others.
var (
	ledgers = []share{{fresh, 47}, {again, 12}, {faulty, 6}, {foreign, 2}}
	others  = []share{{spam, 15}, {automatic, 9}, {stranger, 7}, {question, 2}}
)

func draw(list []share, rng *rand.Rand) kind {
	total := 0
	for _, s := range list {
		total += s.n
	}
	n := rng.IntN(total)
	for _, s := range list {
		if n -= s.n; n < 0 {
			return s.kind
		}
	}
	return spam
}

// arrival is one mail that will come.
type arrival struct {
	at     time.Time
	kind   kind
	unit   int
	period ledger.Period
	cells  [4]int
	number int // of the mail
}

// arrivals lays out the year's mails in the order in which they come.
func (y year) arrivals() []arrival {
	rng := rand.New(rand.NewPCG(y.Seed, 12)) //nolint:gosec // a year to play
	out := make([]arrival, y.Mails)
	for i := range out {
		a := &out[i]
		switch {
		case i%1000 == 999:
			a.kind = large
		case rng.IntN(y.Mails) < y.Ledgers*y.Units*y.Months:
			a.kind = draw(ledgers, rng)
		default:
			a.kind = draw(others, rng)
		}
		month := rng.IntN(y.Months)
		a.unit, a.period, a.number = rng.IntN(y.Units), ledger.Period{Year: campaignYear, Month: time.Month(month + 1)}, i
		a.cells = [4]int{5 + rng.IntN(20), 40 + rng.IntN(40), 40 + rng.IntN(40), 40 + rng.IntN(40)}
		day := 1 + rng.IntN(28)
		switch a.kind {
		case fresh, again, faulty, foreign, large:
			if day = 10 + rng.IntN(19); rng.IntN(4) == 0 {
				day = 29 + rng.IntN(13) // late, or a correction after the summary
			}
		}
		a.at = time.Date(campaignYear, a.period.Month, day, 7+rng.IntN(14), rng.IntN(60), rng.IntN(60), 0, zone)
	}
	slices.SortStableFunc(out, func(x, y arrival) int { return cmp.Or(x.at.Compare(y.at), cmp.Compare(x.number, y.number)) })
	last := map[[2]int][4]int{}
	for i := range out {
		a := &out[i]
		at := [2]int{a.unit, int(a.period.Month)}
		switch c, ok := last[at]; {
		case a.kind == again && ok:
			a.cells = c
		case a.kind == again || a.kind == fresh || a.kind == large:
			last[at] = a.cells
		}
	}
	return out
}

// names of the units: what is above and what is below.
var (
	above = []rune("东西南北中上下前后新")
	below = []rune("山河湖岭川原泉林岗溪")
)

func unitName(n int) string { return string(above[n/10]) + string(below[n%10]) + "县" }

func unitAddress(n int) string { return fmt.Sprintf("shebao@u%02d.example", n) }

// raw writes the mail as the mailbox keeps it, and returns the folder it lies in.
func (a arrival) raw() (folder string, raw []byte, err error) {
	name, from := unitName(a.unit), unitAddress(a.unit)
	month := fmt.Sprintf("%d年%d月", a.period.Year, a.period.Month)
	m := message{at: a.at, number: a.number, from: from, signed: true, subject: name + month + "台账", text: "现将" + name + month + "工作落实台账报上，请查收。"}
	switch a.kind {
	case question:
		m.subject, m.text = "请教", "请问专项小组本周是否上班？想来当面汇报工作。"
	case automatic:
		m.subject, m.text, m.extra = "自动回复："+m.subject, "您好，我正在出差，邮件已收到，返回后尽快处理。", "Auto-Submitted: auto-replied\r\n"
	case stranger:
		m.from, m.subject, m.text = fmt.Sprintf("reader%d@elsewhere.example", a.number), "会议通知", "请于本周五上午参加座谈会，地点另行通知。"
	case spam:
		m.from, m.subject, m.text, m.signed = fmt.Sprintf("ad%d@spam.example", a.number), "代开各类发票", "量大从优，欢迎咨询。", false
		return "垃圾邮件", m.raw(), nil
	default:
		err = a.enclose(&m, name, month)
	}
	return "INBOX", m.raw(), err
}

// enclose puts the ledger into the mail.
func (a arrival) enclose(m *message, name, month string) error {
	form := samples.Mailed{Unit: name, Month: month, Date: a.at.Format("2006年1月2日")}
	for i, n := range a.cells {
		form.Cells[i] = n
	}
	switch a.kind {
	case faulty:
		form.Cells[1], form.Cells[2] = fmt.Sprintf("约%d", a.cells[1]), nil
	case foreign:
		m.from = fmt.Sprintf("someone%d@other.example", a.number)
	}
	book, err := form.Workbook()
	if err != nil {
		return err
	}
	m.files = []file{{name + month + "台账.xlsx", "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet", book}}
	if a.kind == large {
		rng := rand.NewChaCha8([32]byte{byte(a.number), byte(a.number >> 8), byte(a.number >> 16)})
		picture := make([]byte, 1<<20+int(rng.Uint64()%(7<<20)))
		_, _ = rng.Read(picture) // never fails
		copy(picture, "\xff\xd8\xff\xe0\x00\x10JFIF\x00\x01\x01\x00\x00\x01\x00\x01\x00\x00")
		m.files = append(m.files, file{"活动照片.jpg", "image/jpeg", picture})
	}
	return nil
}

// message is a mail to be written.
type message struct {
	at            time.Time
	number        int
	from          string
	signed        bool // the provider found SPF and DKIM in order
	subject, text string
	extra         string // header lines
	files         []file
}

type file struct {
	name, kind string
	data       []byte
}

func word(s string) string { return "=?UTF-8?B?" + base64.StdEncoding.EncodeToString([]byte(s)) + "?=" }

func (m *message) raw() []byte {
	var b bytes.Buffer
	domain := m.from[bytes.IndexByte([]byte(m.from), '@')+1:]
	fmt.Fprintf(&b, "Received: from sender (unknown [203.0.113.9])\r\n\tby mx19 (Coremail) with SMTP id %08x;\r\n\t%s (CST)\r\n", m.number, m.at.Format(time.RFC1123Z))
	fmt.Fprintf(&b, "From: %s <%s>\r\nTo: %s\r\nSubject: %s\r\nDate: %s\r\n", word("经办人"), m.from, samples.Own, word(m.subject), m.at.Format(time.RFC1123Z))
	fmt.Fprintf(&b, "Message-ID: <n%d@%s>\r\n%sMIME-Version: 1.0\r\n", m.number, domain, m.extra)
	boundary := fmt.Sprintf("----=_Part_%08x", m.number)
	fmt.Fprintf(&b, "Content-Type: multipart/mixed; boundary=\"%s\"\r\n", boundary)
	if m.signed {
		fmt.Fprintf(&b, "Authentication-Results: mx19; spf=pass smtp.mail=%s; dkim=pass header.i=@%s\r\n", m.from, domain)
	}
	fmt.Fprintf(&b, "\r\n--%s\r\nContent-Type: text/plain; charset=utf-8\r\nContent-Transfer-Encoding: base64\r\n\r\n", boundary)
	encode(&b, []byte(m.text))
	for _, f := range m.files {
		fmt.Fprintf(&b, "--%s\r\nContent-Type: %s; name=\"%s\"\r\nContent-Transfer-Encoding: base64\r\n", boundary, f.kind, word(f.name))
		fmt.Fprintf(&b, "Content-Disposition: attachment; filename=\"%s\"\r\n\r\n", word(f.name))
		encode(&b, f.data)
	}
	fmt.Fprintf(&b, "--%s--\r\n", boundary)
	return b.Bytes()
}

// encode writes base64 in lines of 76 characters.
func encode(b *bytes.Buffer, data []byte) {
	for len(data) > 0 {
		n := min(57, len(data))
		b.WriteString(base64.StdEncoding.EncodeToString(data[:n]) + "\r\n")
		data = data[n:]
	}
}
