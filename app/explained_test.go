package app_test

import (
	"bytes"
	"strings"
	"testing"
	"time"

	"taizhang/app"
	"taizhang/internal/samples"
	"taizhang/ledger"
	"taizhang/notify/mailer"
)

const yuzhouAddr = "shebao@yuzhou.example"

// words hands in a mail of 禹州市 in words that answers the mail of ours with
// the Message-ID, "" for none.
func (r *registry) words(at time.Time, thread, text string, files ...enclosed) app.Imported {
	r.t.Helper()
	return r.wordsFrom(yuzhouAddr, "pass", at, thread, "回复：来信", text, files...)
}

func (r *registry) wordsFrom(addr, proof string, at time.Time, thread, subject, text string, files ...enclosed) app.Imported {
	r.t.Helper()
	raw := letter(at, addr, proof, subject, text, files...)
	if thread != "" {
		raw = bytes.Replace(raw, []byte("MIME-Version"), []byte("In-Reply-To: "+thread+"\r\nMIME-Version"), 1)
	}
	return r.take(raw, at)
}

// answer returns the key and the Message-ID of the one answer to the mail;
// empty without one.
func (r *registry) answer(digest string) (key, id string) {
	r.t.Helper()
	for k, o := range r.state().Outbox {
		if strings.Contains(k, digest) {
			if key != "" {
				r.t.Fatalf("two answers to one mail: %s and %s", key, k)
			}
			key, id = k, o.MessageID
		}
	}
	return key, id
}

// ledger hands in 禹州市's paper, signed, and returns the Message-ID of the answer.
func (r *registry) ledger(at time.Time, p paper) string {
	r.t.Helper()
	in := r.take(letter(at, yuzhouAddr, "pass", "台账", "请查收附件。", enclosed{"台账.xlsx", xlsx(p)}), at)
	_, id := r.answer(in.Digest)
	return id
}

// stands says where 禹州市's May stands: version, quality, open codes.
func (r *registry) stands() string {
	r.t.Helper()
	s := r.state().Book(samples.Period).Standing(r.cfg.Campaign.Schedule, "禹州市", may(28, 12, 0))
	if s.InForce == nil {
		return "none"
	}
	var open []string
	for _, f := range s.Open {
		open = append(open, string(f.Code))
	}
	return strings.TrimSpace("v" + string(rune('0'+s.InForce.Version)) + " " + string(s.Quality) + " " + strings.Join(open, " "))
}

func (r *registry) want(what, stands string) {
	r.t.Helper()
	if got := r.stands(); got != stands {
		r.t.Errorf("%s: %s, want %s", what, got, stands)
	}
}

// asking is a ledger with two queries: R04, no enterprise and yet persons; and
// P01, no 负责人.
func asking(changes ...any) paper {
	return form(append([]any{"C4", 0, "A6", "负责人：", "D6", "填报时间：2022年5月20日"}, changes...)...)
}

// A query from its receipt to its closing, the lapse with another value, and
// the same value once more.
func TestAQueryIsAnsweredByMail(t *testing.T) {
	r := newRegistry(t).started(may(20, 8, 0))
	receipt := r.ledger(may(24, 9, 0), asking())
	r.want("the receipt", "v1 queried R04 P01")

	in := r.words(may(24, 10, 0), receipt, "R04 属实：均为灵活就业人员参保\n\n> P01 属实：这是引用的")
	r.want("one explained", "v1 queried P01")
	key, second := r.answer(in.Digest)
	text := mailText(t, r.app, key)
	for _, s := range []string{"说明已登记", "均为灵活就业人员参保", "第1版", "尚有1项请核实", "P01"} {
		if !strings.Contains(text, s) {
			t.Errorf("the answer lacks %q:\n%s", s, text)
		}
	}
	if in.Outcome != ledger.OutcomeAccepted {
		t.Errorf("outcome %s, %s", in.Outcome, in.Reason)
	}

	in = r.words(may(24, 11, 0), second, "属实：负责人调离，新任未定") // one is open: it needs no code
	r.want("both explained", "v1 accepted")
	if key, _ := r.answer(in.Digest); !strings.Contains(mailText(t, r.app, key), "没有尚待核实的问题，无需另行办理") {
		t.Errorf("nothing is open:\n%s", mailText(t, r.app, key))
	}

	third := r.ledger(may(25, 9, 0), asking("D4", 130)) // R04 states the persons: another value
	r.want("another value", "v2 queried R04")
	if key, _ := r.answer(r.digestOf(third)); !strings.Contains(r.subjectAnd(key), "负责人调离，新任未定") || !strings.Contains(r.subjectAnd(key), "，1项请核实") {
		t.Errorf("what is explained is not asked again:\n%s", r.subjectAnd(key))
	}

	r.words(may(25, 10, 0), receipt, "R04 属实：均为灵活就业人员参保") // answers the receipt of v1: its value
	r.want("a reply to an older receipt", "v2 queried R04")

	r.words(may(25, 11, 0), third, "R04 属实：均为灵活就业人员参保，新增10人")
	r.want("the new value explained", "v2 accepted")

	r.ledger(may(26, 9, 0), asking("D4", 130)) // a copy
	r.want("a copy", "v2 accepted")
	r.ledger(may(26, 10, 0), asking()) // v1's values again: explained, but for the question why
	r.want("the older value again", "v3 queried T07")
}

// digestOf finds the mail that the mail of ours with the Message-ID answers.
func (r *registry) digestOf(id string) string {
	for k, o := range r.state().Outbox {
		if o.MessageID == id {
			_, rest, _ := strings.Cut(k, "/")
			return rest[:64]
		}
	}
	return ""
}

// What closes nothing, who is told, and that the desk sees it.
func TestWordsThatCloseNothing(t *testing.T) {
	open := "v1 queried R04 P01"
	for name, c := range map[string]struct {
		addr, proof, subject, text string
		thread                     bool
		told                       string // in the answer; "" for none
		desk                       bool   // it waits for the desk
	}{
		"no reason":       {yuzhouAddr, "pass", "回复", "R04 属实", true, "只写了属实，未写原因", true},
		"no code, two":    {yuzhouAddr, "pass", "回复", "属实：集中办理", true, "逐项写明", true},
		"denied":          {yuzhouAddr, "pass", "回复", "R04 不属实", true, "未明确表示属实", true},
		"in part":         {yuzhouAddr, "pass", "回复", "R04 部分属实：集中办理", true, "未明确表示属实", true},
		"a question":      {yuzhouAddr, "pass", "回复", "R04 是否属实？", true, "未明确表示属实", true},
		"other figures":   {yuzhouAddr, "pass", "回复", "R04 属实：应为130人", true, "文字所写的数字不予登记", true},
		"figures besides": {yuzhouAddr, "pass", "回复", "R04 属实：集中办理\n失业应改为80人。", true, "文字所写的数字不予登记", true},
		"another code":    {yuzhouAddr, "pass", "回复", "T05 属实：集中办理", true, "编号不在待核实", true},
		"plain words":     {yuzhouAddr, "pass", "回复", "本月都是灵活就业人员。", true, "", true},
		"thanks":          {yuzhouAddr, "pass", "回复", "收到，谢谢！", true, "", false},
		"quoted only":     {yuzhouAddr, "pass", "回复", "> R04 属实：集中办理", true, "", true},
		"not proven":      {yuzhouAddr, "fail", "回复", "R04 属实：集中办理", true, "", true},
		"a stranger":      {"x@elsewhere.example", "pass", "回复", "R04 属实：集中办理", true, "", true},
		"another unit":    {"jaqsb@jianan.example", "pass", "回复", "R04 属实：集中办理", true, "", true},
		"names another":   {yuzhouAddr, "pass", "建安区2022年5月台账说明", "R04 属实：集中办理", false, "", true},
		"another month":   {yuzhouAddr, "pass", "禹州市2022年4月台账说明", "R04 属实：集中办理", false, "", true},
		"html quote":      {yuzhouAddr, "pass", "回复", "<p>请见下文</p><blockquote>R04 属实：集中办理</blockquote>", true, "", true},
		"struck out":      {yuzhouAddr, "pass", "回复", "<p><s>R04 属实：集中办理</s></p>", true, "", true},
		"no ledger":       {yuzhouAddr, "pass", "禹州市5月台账", "现报送5月台账，数据属实，请查收。", false, "未见附件", false},
	} {
		t.Run(name, func(t *testing.T) {
			r := newRegistry(t).started(may(20, 8, 0))
			thread := r.ledger(may(24, 9, 0), asking())
			if !c.thread {
				thread = ""
			}
			in := r.wordsFrom(c.addr, c.proof, may(24, 10, 0), thread, c.subject, c.text)
			r.want("the version", open)
			key, _ := r.answer(in.Digest)
			switch {
			case c.told == "" && key != "":
				t.Errorf("answered: %s", mailText(t, r.app, key))
			case c.told != "" && (key == "" || !strings.Contains(r.subjectAnd(key), c.told)):
				t.Errorf("the answer %q lacks %q:\n%s", key, c.told, r.subjectAnd(key))
			}
			waiting := r.state().WaitingReplies()
			if (len(waiting) == 1) != c.desk {
				t.Errorf("for the desk: %+v", waiting)
			}
			if c.desk && in.Outcome != ledger.OutcomeHeld {
				t.Errorf("outcome %s, %s", in.Outcome, in.Reason)
			}
		})
	}
}

func (r *registry) subjectAnd(key string) string {
	if key == "" {
		return ""
	}
	o := r.state().Outbox[key]
	return o.Subject + "\n" + mailText(r.t, r.app, key)
}

// What closes: by thread, or by unit, month and code; with several sentences,
// in HTML, beside a photo, and from the desk.
func TestWordsThatClose(t *testing.T) {
	photo := enclosed{"证明.jpg", []byte("\xff\xd8\xff\xe0\x00\x10JFIF\x00\x01\x01\x00\x00\x01\x00\x01\x00\x00\xff\xd9")}
	for name, c := range map[string]struct {
		subject, text string
		thread        bool
		files         []enclosed
		want          string
	}{
		"all":                {"回复", "以上各项均属实：本月新任负责人未定，均为灵活就业人员", true, nil, "v1 accepted"},
		"each":               {"回复", "1、R04 属实：均为灵活就业人员\n2、P01 属实：新任负责人未定", true, nil, "v1 accepted"},
		"one and an unclear": {"回复", "R04 属实：均为灵活就业人员\nP01 不属实", true, nil, "v1 queried P01"},
		"html":               {"回复", "<div>Ｒ０４　属实：均为灵活就业人员</div><blockquote>P01 属实：引用</blockquote>", true, nil, "v1 queried P01"},
		"by the subject":     {"Re: 【回执】禹州市2022年5月工作台账已登记，2项请核实", "R04 属实：均为灵活就业人员", false, nil, "v1 queried P01"},
		"by the code alone":  {"台账说明", "R04 属实：均为灵活就业人员", false, nil, "v1 queried P01"},
		"beside a photo":     {"回复", "R04 属实：均为灵活就业人员", true, []enclosed{photo}, "v1 queried P01"},
		"beside a copy":      {"台账", "R04 属实：均为灵活就业人员", false, []enclosed{{"台账.xlsx", xlsx(asking())}}, "v1 queried P01"},
		"beside a correction": {"台账", "原表失业人数有误，现更正。R04 属实：均为灵活就业人员", false,
			[]enclosed{{"台账.xlsx", xlsx(asking("F4", 77))}}, "v2 queried P01"},
		"beside a correction, a line of its own": {"台账", "原表失业人数有误，现更正。\nR04 属实：均为灵活就业人员", false,
			[]enclosed{{"台账.xlsx", xlsx(asking("F4", 77))}}, "v2 queried P01"},
		"all, beside another ledger": {"回复", "以上各项均属实：均为灵活就业人员", true,
			[]enclosed{{"台账.xlsx", xlsx(asking("F4", 77))}}, "v2 queried R04"}, // 以上 were the queries of v1
	} {
		t.Run(name, func(t *testing.T) {
			r := newRegistry(t).started(may(20, 8, 0))
			thread := r.ledger(may(24, 9, 0), asking())
			if !c.thread {
				thread = ""
			}
			in := r.wordsFrom(yuzhouAddr, "pass", may(24, 10, 0), thread, c.subject, c.text, c.files...)
			r.want(in.Reason, c.want)
			if key, _ := r.answer(in.Digest); key == "" {
				t.Error("not answered")
			}
		})
	}
}

// The words beside a returned ledger, or in answer to 【请更正】, hold once the
// ledger is corrected.
func TestWordsAboutAReturnedLedger(t *testing.T) {
	r := newRegistry(t).started(may(20, 8, 0))
	back := r.ledger(may(24, 9, 0), asking("D4", "约120"))
	in := r.words(may(24, 10, 0), back, "P01 属实：新任负责人未定")
	key, _ := r.answer(in.Digest)
	if text := r.subjectAnd(key); !strings.Contains(text, "说明不能代替更正") {
		t.Errorf("it must say that the ledger still stands returned:\n%s", text)
	}
	r.want("returned", "none")
	r.ledger(may(24, 11, 0), asking())
	r.want("corrected", "v2 queried R04")
}

// Two replies to one query: the later counts, both are kept; and the desk's
// word 核定 closes what is open.
func TestTwoRepliesAndTheDesk(t *testing.T) {
	r := newRegistry(t).started(may(20, 8, 0))
	receipt := r.ledger(may(24, 9, 0), asking())
	r.words(may(24, 10, 0), receipt, "R04 属实：第一次说明")
	r.words(may(24, 11, 0), receipt, "R04 属实：第二次说明")
	b := r.state().Book(samples.Period)
	v := b.UnitSubmissions("禹州市")[0]
	e := b.ExplanationOf(v, v.Reading.Queries()[0])
	if e == nil || e.Reason != "第二次说明" || len(b.Explanations) != 2 {
		t.Errorf("got %+v of %d", e, len(b.Explanations))
	}
	held := r.words(may(24, 12, 0), receipt, "P01 负责人刚调走，新人没来，是这个情况")
	r.want("not a plain word", "v1 queried P01")
	if _, err := r.app.Desk(t.Context(), may(24, 13, 0), app.DeskAction{Action: "accept", Target: held.Digest[:10] + "/0", Reason: "电话核实"}); err != nil {
		t.Fatal(err)
	}
	r.want("the desk takes it", "v1 accepted")
	if n := len(r.state().WaitingReplies()); n != 0 {
		t.Errorf("%d replies wait", n)
	}
	r.ledger(may(25, 9, 0), asking("D4", 130))
	r.want("another value", "v2 queried R04")
	if _, err := r.app.Desk(t.Context(), may(25, 10, 0), app.DeskAction{Action: "verify", Unit: "禹州市", Period: samples.Period, Reason: "电话核实"}); err != nil {
		t.Fatal(err)
	}
	r.want("核定", "v2 verified")
}

// A reply is decided once a month is closed by the desk alone; and the desk's
// own words in answer to 【值班】 are no county's.
func TestWordsAfterTheClosingAndOfTheDesk(t *testing.T) {
	r := newRegistry(t).started(may(20, 8, 0))
	receipt := r.ledger(may(24, 9, 0), asking())
	in := r.words(may(24, 9, 30), "", "R04 属实：均为灵活就业人员")
	if in.Outcome != ledger.OutcomeAccepted {
		t.Errorf("before: %s %s", in.Outcome, in.Reason)
	}
	in = r.words(time.Date(2022, 6, 16, 9, 0, 0, 0, samples.Start.Location()), receipt, "P01 属实：新任负责人未定")
	r.want("after the closing", "v1 queried P01")
	if in.Outcome != ledger.OutcomeHeld || !strings.HasSuffix(in.Reason, ledger.WhyClosed) {
		t.Errorf("after the closing: %s %s", in.Outcome, in.Reason)
	}
	in = r.wordsFrom(samples.Own, "pass", may(24, 10, 0), "<duty@example>", "回复：【值班】", "P01 属实：均已核实")
	if in.Outcome != ledger.OutcomeIgnored {
		t.Errorf("the desk's words: %s %s", in.Outcome, in.Reason)
	}
	r.want("the desk's words", "v1 queried P01")
}

// Words beside a ledger that the desk must see first hold once it has accepted
// the ledger, and not before.
func TestWordsBesideAHeldLedger(t *testing.T) {
	r := newRegistry(t).started(may(20, 8, 0))
	in := r.wordsFrom(yuzhouAddr, "fail", may(24, 9, 0), "", "台账", "R04 属实：均为灵活就业人员", enclosed{"台账.xlsx", xlsx(asking())})
	if n := len(r.state().Replies); n != 0 {
		t.Errorf("%d replies of a sender who is not proven", n)
	}
	if _, err := r.app.Desk(t.Context(), may(24, 10, 0), app.DeskAction{Action: "accept", Target: in.Digest[:10] + "/1", Reason: "电话核实"}); err != nil {
		t.Fatal(err)
	}
	r.want("accepted", "v1 queried P01")
}

// A thread is known by the Message-ID that our answer would have had, also when
// no answer was sent: what came before the first start, a database made anew.
func TestThreadsOutliveTheOutbox(t *testing.T) {
	r := newRegistry(t)
	in := r.take(letter(may(24, 9, 0), yuzhouAddr, "pass", "台账", "请查收附件。", enclosed{"台账.xlsx", xlsx(asking())}), may(28, 9, 0))
	if key, _ := r.answer(in.Digest); key != "" {
		t.Fatalf("answered: %s", key)
	}
	out := r.wordsFrom(yuzhouAddr, "pass", may(24, 10, 0), mailer.MessageID("receipt/"+in.Digest+"/1", samples.Own), "回复", "以上各项均属实：均为灵活就业人员")
	r.want(out.Reason, "v1 accepted")
	if key, _ := r.answer(out.Digest); key != "" {
		t.Errorf("a mail for the past: %s", key)
	}
}

// Within the caps on automatic answers: one a sender, then silence and the desk.
func TestUnclearWordsAreAnsweredWithinTheCaps(t *testing.T) {
	r := newRegistry(t).started(may(20, 8, 0))
	receipt := r.ledger(may(24, 9, 0), asking())
	first := r.words(may(24, 10, 0), receipt, "R04 属实")
	second := r.words(may(24, 10, 30), receipt, "R04 属实。")
	if a, _ := r.answer(first.Digest); a == "" {
		t.Error("the first is answered")
	}
	if a, _ := r.answer(second.Digest); a != "" {
		t.Errorf("the second is answered too: %s", a)
	}
	if n := len(r.state().WaitingReplies()); n != 2 {
		t.Errorf("%d wait for the desk", n)
	}
	r.words(may(24, 11, 0), receipt, "以上各项均属实：均为灵活就业人员")
	if n := len(r.state().WaitingReplies()); n != 0 {
		t.Errorf("%d wait although the unit has explained all", n)
	}
}

// What was explained is told by explain, status and the workbook's facts.
func TestExplanationsAreShown(t *testing.T) {
	r := newRegistry(t).started(may(20, 8, 0))
	receipt := r.ledger(may(24, 9, 0), asking())
	in := r.words(may(24, 10, 0), receipt, "R04 属实：均为灵活就业人员")
	x, err := r.app.Explain(t.Context(), may(25, 9, 0), app.ExplainRequest{Unit: "禹州市", Period: samples.Period})
	if err != nil || len(x.In) != 2 || x.In[1].Reply == nil || len(x.Month.Queries) != 2 {
		t.Fatalf("got %+v, %v", x, err)
	}
	for _, q := range x.Month.Queries {
		if explained := q.Finding.Code == ledger.RNoFirms; q.Open == explained || (q.Explanation != nil) != explained {
			t.Errorf("%s: %+v", q.Finding.Code, q)
		}
	}
	x, err = r.app.Explain(t.Context(), may(25, 9, 0), app.ExplainRequest{Mail: in.Digest[:12]})
	if err != nil || x.Unit != "禹州市" || x.In[0].Reply == nil || len(x.Out) != 1 {
		t.Errorf("got %+v, %v", x, err)
	}
	s, err := r.app.Status(t.Context(), samples.Period, may(25, 9, 0))
	if err != nil {
		t.Fatal(err)
	}
	for _, u := range s.Units {
		if u.Unit == "禹州市" && (u.Queries != 1 || u.Explained != 1 || u.Quality != ledger.QualityQueried) {
			t.Errorf("status: %+v", u)
		}
	}
	sum, err := r.app.Summary(t.Context(), samples.Period, may(25, 9, 0))
	if err != nil || len(sum.Queries) != 1 || len(sum.Explained) != 1 || sum.Explained[0].Explanation.Reason != "均为灵活就业人员" {
		t.Errorf("summary: %+v %+v, %v", sum.Queries, sum.Explained, err)
	}
}
