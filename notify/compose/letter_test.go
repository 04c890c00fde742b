package compose_test

import (
	"html"
	"maps"
	"reflect"
	"regexp"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"taizhang/ledger"
	"taizhang/notify/compose"
)

var (
	headTag = regexp.MustCompile(`(?s)<head>.*</head>`)
	anyTag  = regexp.MustCompile(`<[^>]*>`)
	fact    = regexp.MustCompile(`\p{Han}+|[0-9]+(?:\.[0-9]+)*%?|[A-Za-z][A-Za-z0-9_.@/-]*|－`)
)

// bodyText is what a reader sees of the HTML.
func bodyText(h string) string {
	return html.UnescapeString(anyTag.ReplaceAllString(headTag.ReplaceAllString(h, ""), " "))
}

// facts counts every word, number and dash of a text. Words that join them are
// labels, which plain text repeats for each row of a table.
func facts(s string) map[string]int {
	n := map[string]int{}
	for _, w := range fact.FindAllString(s, -1) {
		n[w]++
	}
	return n
}

// Plain text and HTML state the same facts: the same words, and every number
// equally often.
func TestTextAndHTMLAgree(t *testing.T) {
	for _, c := range cases(composer(t)) {
		t.Run(c.name, func(t *testing.T) {
			m, err := c.mail()
			if err != nil {
				t.Fatal(err)
			}
			row := regexp.MustCompile(`(?m)^（[0-9]+）`) // numbers of rows, which HTML shows by its lines
			text, page := facts(row.ReplaceAllString(m.Text, "")), facts(bodyText(m.HTML))
			if numbers(text) < 12 || len(text) < 30 {
				t.Fatalf("only %d facts, %d of them numbers: nothing is compared", len(text), numbers(text))
			}
			if diff := cmp.Diff(slices.Sorted(maps.Keys(text)), slices.Sorted(maps.Keys(page))); diff != "" {
				t.Errorf("the facts differ (-text +html):\n%s", diff)
			}
			for w, n := range text {
				if w[0] >= '0' && w[0] <= '9' && page[w] != n {
					t.Errorf("%s stands %d times in the text and %d times in the HTML", w, n, page[w])
				}
			}
		})
	}
}

// numbers counts the numbers among the facts.
func numbers(facts map[string]int) int {
	sum := 0
	for w, n := range facts {
		if w[0] >= '0' && w[0] <= '9' {
			sum += n
		}
	}
	return sum
}

// The two parts of a mail that differ are found to differ: the comparison is
// not empty.
func TestComparisonFindsADifference(t *testing.T) {
	m, err := cases(composer(t))[0].mail()
	if err != nil {
		t.Fatal(err)
	}
	for _, other := range []string{
		strings.Replace(m.HTML, "5月28日（星期六）24时", "5月27日（星期五）24时", 1), strings.Replace(m.HTML, "0374-2620807", "0374-2620808", 1),
		strings.Replace(m.HTML, "张晓燕", "张小燕", 1),
	} {
		if other == m.HTML || cmp.Equal(facts(bodyText(m.HTML)), facts(bodyText(other))) {
			t.Error("a date, telephone number or name that differs is not noticed")
		}
	}
}

// nextStep is what a mail of the kind says that the reader does next: one
// thing, or that there is nothing to do.
var nextStep = map[ledger.MailKind]*regexp.Regexp{
	ledger.MailRequest:    regexp.MustCompile(`请报送.*工作落实台账，截止时间为[0-9]+月[0-9]+日（星期.）`),
	ledger.MailTomorrow:   regexp.MustCompile(`请于截止时间前报送|于截止时间前重新报送整份台账`),
	ledger.MailOverdue:    regexp.MustCompile(`请即报送|请即更正|请补报|请尽快更正`),
	ledger.MailHeld:       regexp.MustCompile(`无需办理任何事项，也无需重发`),
	ledger.MailReceipt:    regexp.MustCompile(`数字无误的，无需回复|写明“[A-Z][0-9]{2} 属实：原因”|无需另行办理|人员以后有调整的，请报送新的名单|请仍按【请更正】邮件改正后重新报送`),
	ledger.MailReturn:     regexp.MustCompile(`请按(下表)?“怎么改”一栏改正后，重新报送整份(台账|名单)`),
	ledger.MailAmended:    regexp.MustCompile(`无误的，无需回复|写明“[A-Z][0-9]{2} 属实：原因”`),
	ledger.MailUnreadable: regexp.MustCompile(`请按“怎么办”一栏(处理|补充)后|无需重发，也无需办理其他事项`),
	ledger.MailSummary:    regexp.MustCompile(`下一步：请审阅附件，按程序印发`),
	ledger.MailDuty:       regexp.MustCompile(`下一步：`),
}

// subjectForm is 【性质】单位+报告期+事项(+截止).
var subjectForm = regexp.MustCompile(`^【[\p{Han}0-9，]+】(禹州市|长葛市|许昌市)(各单位)?([0-9]{4}年[0-9]+月、?)*\p{Han}+`)

// What rule book §8 asks of every mail.
func TestEveryMail(t *testing.T) {
	foreign := regexp.MustCompile(`[A-Za-z]{3,}`)
	known := regexp.MustCompile(`^(?i:xlsx?|docx|sheet|excel|pdf|rar|zip|img|jpg|com|xczjk|taizhang|desk)$`)
	day := regexp.MustCompile(`月[0-9]+日（星期.）`)
	for _, c := range cases(composer(t)) {
		t.Run(c.name, func(t *testing.T) {
			m, err := c.mail()
			if err != nil {
				t.Fatal(err)
			}
			name := compose.MailName(m.Kind)
			if m.Kind != ledger.MailTomorrow && !strings.HasPrefix(m.Subject, "【"+name+"】") {
				t.Errorf("subject %q", m.Subject)
			}
			if !strings.Contains(m.Subject, "禹州市") && !strings.Contains(m.Subject, "长葛市") && !strings.Contains(m.Subject, "许昌市") {
				t.Errorf("subject %q names no unit", m.Subject)
			}
			for _, s := range []string{"0374-2620807", "专项小组", "本邮件由台账系统自动发送"} {
				if !strings.Contains(m.Text, s) {
					t.Errorf("the text lacks %q", s)
				}
			}
			if !subjectForm.MatchString(m.Subject) {
				t.Errorf("subject %q", m.Subject)
			}
			if step := nextStep[m.Kind]; step == nil || !step.MatchString(m.Text) {
				t.Error("the reader is not told what to do next")
			}
			if name := salutation(m.Text); name != "禹州市社会养老服务中心 张晓燕（联络员）同志" && name != "禹州市社会养老服务中心 王芳（联络员）同志" &&
				name != "长葛市联络员" && name != "许昌市全民参保计划攻坚行动专项小组" {
				t.Errorf("addressed to %q", name)
			}
			for _, s := range machineSpeak {
				if strings.Contains(m.Text, s) && m.Unit != "" {
					t.Errorf("it says %q", s)
				}
			}
			if !day.MatchString(m.Text) {
				t.Error("no date with its weekday")
			}
			for _, s := range []string{"<a ", "<img", "<script", "http:", "https:"} {
				if strings.Contains(strings.ToLower(m.HTML), s) {
					t.Errorf("the HTML has %s", s)
				}
			}
			if m.Unit != "" {
				text := anAddress.ReplaceAllString(m.Text, "") // a roster's, as the county wrote it
				for _, w := range foreign.FindAllString(text, -1) {
					if !known.MatchString(w) {
						t.Errorf("a foreign word in a mail to a county: %s", w)
					}
				}
			}
			answer := m.InReplyTo != ""
			if answer != m.Answer {
				t.Errorf("answer %v, In-Reply-To %q", m.Answer, m.InReplyTo)
			}
		})
	}
}

// machineSpeak is what no letter of an office says.
var machineSpeak = []string{"系统检测到", "系统提示", "检测到", "自动识别", "解析", "字段", "您好", "亲", "异常", "失败", "校验失败", "null", "%!", "<no value>", "{{", "}}", "。。", "，，", "，。", "；。", "：。"}

// salutation is the first line of a mail without its colon.
func salutation(text string) string {
	line, _, _ := strings.Cut(text, "\n")
	return strings.TrimSuffix(line, "：")
}

// hostile is everything that a stranger may write into a name or a cell.
const hostile = "<script>alert(1)</script>\r\nBcc: a@b.c\x00figures1\x00\u202e{{.Key}}\" onload='x' # - ^ \u200b"

// fill puts the hostile text into every string of the facts.
func fill(v reflect.Value) {
	switch v.Kind() {
	case reflect.String:
		if v.Type() == reflect.TypeFor[string]() {
			v.SetString(hostile + strings.Repeat("长", 300))
		}
	case reflect.Struct:
		if v.Type() == reflect.TypeFor[time.Time]() || v.Type() == reflect.TypeFor[ledger.Figure]() {
			return
		}
		for i := range v.NumField() {
			if v.Type().Field(i).IsExported() {
				fill(v.Field(i))
			}
		}
	case reflect.Slice:
		if v.Type().Elem().Kind() == reflect.Uint8 {
			return
		}
		if v.Len() == 0 {
			v.Set(reflect.MakeSlice(v.Type(), 1, 1))
		}
		for i := range v.Len() {
			fill(v.Index(i))
		}
	case reflect.Pointer:
		if v.Type() == reflect.TypeFor[*ledger.Submission]() {
			return
		}
		if v.IsNil() {
			v.Set(reflect.New(v.Type().Elem()))
		}
		fill(v.Elem())
	}
}

// TestHostileTexts composes every mail with hostile text in every place.
func TestHostileTexts(t *testing.T) {
	k := composer(t)
	doc := bad()
	args := map[string]string{}
	for _, info := range ledger.Codes {
		for _, a := range info.Args {
			args[a] = hostile
		}
	}
	for i := range doc.Findings {
		doc.Findings[i].Args = args
	}
	c := attached(answering(yuzhou("k", at(5, 26, 9, 0)), "x"), "x")
	var mails []ledger.Mail
	try := func(m ledger.Mail, err error) {
		t.Helper()
		if err != nil {
			t.Error(err)
		}
		mails = append(mails, m)
	}
	request := compose.RequestFacts{Common: c}
	fill(reflect.ValueOf(&request).Elem())
	try(k.Request(request))
	held := compose.HeldFacts{Common: c, Documents: []compose.Document{doc}}
	fill(reflect.ValueOf(&held).Elem())
	try(k.Held(held))
	receipt := compose.ReceiptFacts{Common: c, Documents: []compose.Document{doc, queried()}}
	fill(reflect.ValueOf(&receipt).Elem())
	try(k.Receipt(receipt))
	ret := compose.ReturnFacts{Common: c, Document: doc}
	fill(reflect.ValueOf(&ret).Elem())
	try(k.Return(ret))
	amended := compose.AmendedFacts{Common: c, Document: doc, Previous: 1, First: at(5, 26, 9, 0)}
	fill(reflect.ValueOf(&amended).Elem())
	try(k.Amended(amended))
	unreadable := compose.UnreadableFacts{Common: c, Findings: doc.Findings}
	fill(reflect.ValueOf(&unreadable).Elem())
	try(k.Unreadable(unreadable))
	duplicate := compose.DuplicateFacts{Common: c, Document: doc}
	fill(reflect.ValueOf(&duplicate).Elem())
	try(k.Duplicate(duplicate))
	summary := compose.SummaryFacts{Common: c, Changes: []compose.FigureChange{{Old: new(ledger.Figure)}}}
	fill(reflect.ValueOf(&summary).Elem())
	try(k.Summary(summary))
	duty := compose.DutyFacts{Common: c}
	fill(reflect.ValueOf(&duty).Elem())
	try(k.Duty(duty))
	for _, m := range mails {
		checkHarmless(t, m)
	}
}

func checkHarmless(t *testing.T, m ledger.Mail) {
	t.Helper()
	tags := regexp.MustCompile(`<(/?[a-zA-Z!]+)`)
	allowed := []string{
		"!DOCTYPE", "html", "head", "meta", "title", "body", "div", "table", "tr", "th", "td", "p", "b",
	}
	for _, tag := range tags.FindAllStringSubmatch(m.HTML, -1) {
		if !slices.Contains(allowed, strings.TrimPrefix(tag[1], "/")) {
			t.Errorf("%s: tag %s in the HTML", m.Kind, tag[0])
		}
	}
	for what, s := range map[string]string{"subject": m.Subject, "text": m.Text, "html": m.HTML} {
		for _, r := range s {
			if r < ' ' && (r != '\n' || what == "subject") || r == 0x202e || r == 0x200b {
				t.Errorf("%s: character %U in the %s", m.Kind, r, what)
				break
			}
		}
		if strings.Contains(s, "\nBcc:") || strings.Contains(s, "sample") {
			t.Errorf("%s: an injected line in the %s", m.Kind, what)
		}
		if len(s) > 100_000 {
			t.Errorf("%s: the %s has %d bytes", m.Kind, what, len(s))
		}
	}
	if n := len([]rune(m.Subject)); n > 160 {
		t.Errorf("%s: the subject has %d characters", m.Kind, n)
	}
	if m.InReplyTo != "" || len(m.References) > 0 {
		t.Errorf("%s: a hostile Message-ID was taken: %q %q", m.Kind, m.InReplyTo, m.References)
	}
}

// Facts that make no mail are refused.
func TestRefused(t *testing.T) {
	k, c := composer(t), yuzhou("k", at(5, 26, 9, 0))
	noKey, nobody, never := c, c, c
	noKey.Key, nobody.To, never.Now = "", nil, time.Time{}
	for name, try := range map[string]func() (ledger.Mail, error){
		"no key":      func() (ledger.Mail, error) { return k.Request(compose.RequestFacts{Common: noKey}) },
		"nobody":      func() (ledger.Mail, error) { return k.Request(compose.RequestFacts{Common: nobody}) },
		"no instant":  func() (ledger.Mail, error) { return k.Request(compose.RequestFacts{Common: never}) },
		"no document": func() (ledger.Mail, error) { return k.Receipt(compose.ReceiptFacts{Common: c}) },
		"not late":    func() (ledger.Mail, error) { return k.Overdue(compose.OverdueFacts{Common: c}) },
		"no block": func() (ledger.Mail, error) {
			return k.Return(compose.ReturnFacts{Common: c, Document: good()})
		},
		"no finding": func() (ledger.Mail, error) { return k.Unreadable(compose.UnreadableFacts{Common: c}) },
	} {
		if m, err := try(); err == nil {
			t.Errorf("%s: composed %q", name, m.Subject)
		}
	}
}
