package reply

import (
	"slices"
	"strings"
	"unicode"
	"unicode/utf8"

	"taizhang/internal/lazyregexp"
)

// Read reads the sender's own words out of the text of a mail, which is
// without markup, and what they say about queries.
func Read(text string) Said {
	s := Said{Text: Own(text)}
	flat := fold(s.Text)
	if slices.ContainsFunc(ours, func(m string) bool { return strings.Contains(flat, m) }) {
		s.Doubt = Unread // who said it cannot be told
	}
	if utf8.RuneCountInString(s.Text) > MaxText {
		s.Doubt = Unread
		return s
	}
	r := reader{lines: strings.Split(s.Text, "\n")}
	for i := range r.lines {
		r.line(i)
	}
	s.Claims = r.settle()
	if s.Doubt == "" && len(s.Claims) > MaxClaims {
		s.Doubt = Unread
	}
	if s.Doubt == "" && r.figures {
		s.Doubt = Figures
	}
	s.Thanks = len(s.Claims) == 0 && thanks.MatchString(strings.Join(strings.Fields(flat), ""))
	return s
}

// Closes reports whether the claim closes queries, as far as its words go.
func (s *Said) Closes(c *Claim) bool { return s.Doubt == "" && c.Fault == "" }

var thanks = lazyregexp.New(`^((您|你)好|收到|已收到|已收悉|已阅|好的|知悉|已知悉|明白|了解|谢谢您?|感谢|多谢|辛苦了?|ok|OK|[,.!。、~])+$`)

// reader goes through the sender's lines.
type reader struct {
	lines   []string
	claims  []Claim
	open    int  // line behind which the newest claim may go on; 0: it is complete
	figures bool // a sentence that is no claim speaks of other figures
}

// line reads one line, sentence by sentence.
func (r *reader) line(i int) {
	words := strings.TrimSpace(r.lines[i])
	if words == "" {
		r.open = 0
		return
	}
	for n, piece := range pieces(words) {
		flat := fold(piece)
		switch {
		case strings.Contains(flat, truth) || leadingCode.MatchString(flat):
			r.claims = append(r.claims, claimOf(piece))
			r.open = i + 1
		case r.open > 0 && (n > 0 && !ending.MatchString(flat) && !courtesy.MatchString(flat) || n == 0 && r.goesOn(i)):
			r.extend(piece, n == 0)
		default:
			r.open = 0
			r.figures = r.figures || otherFigures.MatchString(flat)
		}
	}
	if r.open > 0 {
		r.open = i + 1
	}
}

// goesOn reports whether line i continues the newest claim: its reason is still
// to come, or the mailer has broken a long line.
func (r *reader) goesOn(i int) bool {
	c := &r.claims[len(r.claims)-1]
	if r.open != i || ending.MatchString(fold(strings.TrimSpace(r.lines[i]))) {
		return false
	}
	toCome := strings.HasSuffix(fold(c.Words), ":") || givesReason.MatchString(fold(r.lines[i]))
	return c.Fault == NoReason && toCome || c.Fault == "" && columns(r.lines[i-1]) >= 60
}

var givesReason = lazyregexp.New(`^\s*(原因|理由|因)`)

// columns is how wide a line stands: one that a mailer has broken is wide.
func columns(s string) int {
	n := 0
	for _, r := range s {
		n++
		if r > 0x2E7F {
			n++
		}
	}
	return n
}

// ending are lines that end a letter.
var ending = lazyregexp.New(`^(此致|敬礼|此复|谢谢|感谢|祝|顺祝|联系|电话|手机|地址|邮编|发自|来自|附件|\d|.{0,20}(局|中心|科|股|所|室)$|.{0,4}\d{4}年)`)

// extend adds a piece to the reason of the newest claim.
func (r *reader) extend(piece string, newLine bool) {
	c := &r.claims[len(r.claims)-1]
	if newLine {
		c.Words += "\n"
	}
	c.Words += piece
	if c.Fault == "" || c.Fault == NoReason {
		words := c.Words
		*c = claimOf(words)
		c.Words = words
	} else if otherFigures.MatchString(fold(piece)) {
		c.Fault = Figures
	}
}

// settle gives the claims back. A code of which both is said, that it is so
// and something else, is not plainly 属实.
func (r *reader) settle() []Claim {
	for i := range r.claims {
		for j := range r.claims {
			both := slices.ContainsFunc(r.claims[i].Codes, func(c string) bool { return slices.Contains(r.claims[j].Codes, c) })
			if other := r.claims[j].Fault; both && other != "" && other != NoReason && r.claims[i].Fault == "" {
				r.claims[i].Fault, r.claims[i].Reason = Negated, ""
			}
		}
	}
	return r.claims
}

// truth is the word that closes a query.
const truth = "属实"

var (
	code        = lazyregexp.New(`^(?i)[FIHCRTGP][0-9]{2}(?:[^0-9A-Za-z]|$)`)
	leadingCode = lazyregexp.New(`(?i)^[\s("'“【\[]*(问题)?(编号)?[FIHCRTGP][0-9]{2}([^0-9A-Za-z]|$)`)
	anyCode     = lazyregexp.New(`(?i)[FIHCRTGP][0-9]{2}`)
)

// pieces cuts a line into sentences, each with the mark that ends it, and
// before a code that begins another claim.
func pieces(line string) []string {
	var out []string
	words, flat := []rune(line), []rune(fold(line)) // of one length
	start := 0
	cut := func(end int) {
		if p := string(words[start:end]); strings.TrimSpace(p) != "" {
			out = append(out, p)
		}
		start = end
	}
	for i, r := range flat {
		switch {
		case strings.ContainsRune(";。!?", r):
			cut(i + 1)
		case i > start && r < unicode.MaxASCII && strings.ContainsRune("FIHCRTGPfihcrtgp", r) && i+3 <= len(flat) && len(out) < MaxClaims:
			// A code, after a claim that is complete, with its own 属实.
			if code.MatchString(string(flat[i:min(i+4, len(flat))])) && strings.Contains(string(flat[start:i]), truth) && begins.MatchString(string(flat[i:])) {
				cut(i)
			}
		}
	}
	cut(len(words))
	return out
}

// begins is a code that is followed by its own 属实 before any other sentence.
var begins = lazyregexp.New(`^(?i)[FIHCRTGP][0-9]{2}[^;。!?]*?属实`)

// claimOf reads one sentence that speaks of a code or of 属实.
func claimOf(piece string) Claim {
	c := Claim{Words: strings.TrimSpace(piece)}
	flat := fold(c.Words)
	at := strings.Index(flat, truth)
	if at < 0 {
		c.Codes = codesIn(flat)
		c.Fault = Unread
		if otherFigures.MatchString(flat) {
			c.Fault = Figures
		}
		return c
	}
	c.head(flat[:at])
	before := utf8.RuneCountInString(flat[:at+len(truth)])
	c.tail(flat[at+len(truth):], string([]rune(c.Words)[before:]))
	if c.Fault != "" {
		c.Reason = ""
	}
	return c
}

// codesIn returns the codes of a text, each once.
func codesIn(flat string) []string {
	var out []string
	for _, s := range anyCode.FindAllString(flat, -1) {
		if s = strings.ToUpper(s); !slices.Contains(out, s) {
			out = append(out, s)
		}
	}
	return out
}

// Words that may stand before 属实 and change nothing. 问题属实 is not among
// them: it may say that the doubt is right.
var (
	listMark = lazyregexp.New(`^\s*(\(?[0-9]{1,2}[.、)]|[①-⑳]|[一二三四五六七八九十]{1,3}、)`)
	plain    = lazyregexp.New(`^(您好|你好|经|我(单位|局|中心|市|县|区|办|们)|本单位|贵(单位|组)|再次|认真|逐项|逐一|已|均|都|全部|全|皆|各项|各|所有|以上|上述|该项|此项|该|此|两项|三项|几项|项|` +
		`核实|核对|核查|复核|查实|查|确认|核|确|确实|确为|确系|为|系|是|情况|数字|数据|人数|户数|指标|内容|台账|所报|填报|上报|报送|编号|关于|说明|回复|来信|来函|来件|邮件|收悉|收到|知悉|如下|的|等|和|与|及|后)`)
	all     = lazyregexp.New(`各项|全部|均|都|皆|所有|以上|上述|两项|三项|几项`)
	between = " \t,.:、;()[]【】“”\"'《》<>-—·/&+#*~。"
	negated = lazyregexp.New(`不|非|未|否|没|难|假|部分|个别|多数|如|若|可能|大概|也许|应|基本|大体|尚|待|除|问题|错|误|吗|么`)
)

// head reads what stands before 属实.
func (c *Claim) head(flat string) {
	rest := flat
	rest = rest[len(listMark.FindString(rest)):]
	problem := false
	for {
		rest = strings.TrimLeft(rest, between)
		switch {
		case rest == "":
			if problem {
				c.Fault = Negated
			}
			c.All = len(c.Codes) == 0 && all.MatchString(flat)
			return
		case code.MatchString(rest):
			c.Codes = append(c.Codes, codesIn(rest[:3])...)
			rest, problem = rest[3:], false
		case strings.HasPrefix(rest, "问题"):
			rest, problem = rest[len("问题"):], true
		case plain.MatchString(rest):
			rest = rest[len(plain.FindString(rest)):]
		default:
			c.Codes = codesIn(flat)
			c.Fault = Unread
			if negated.MatchString(rest) {
				c.Fault = Negated
			}
			return
		}
	}
}

var (
	sets         = lazyregexp.New(`^(\s*[:,.、。;!\-—(=~“")”\]】]|\s+|\s*(原因|理由|因|系|由于|主要))`)
	leads        = lazyregexp.New(`^[\s:,.、。;!\-—(=~“"【)”\]】]*((具体)?(原因|理由|说明|情况)(是|为|如下|说明)?\s*[:,]\s*)?`)
	courtesy     = lazyregexp.New(`^(请|望|敬请|恳请|特此|谢谢|感谢|此复|以上|详见|见附|附|如有|如需|联系|无误|准确|现报|现将|同意|收到|盼)`)
	placeholder  = lazyregexp.New(`^(原因|理由|说明|情况|无|略|同上|如上|xx+|[.…]+|情况说明|情况属实|经核实|无误|没有问题|没问题|经.{0,6}(核实|核对|核查|确认|查实))$`)
	denies       = lazyregexp.New(`不属实|不实|并非|未必|不一定|不确定|不准确|有待|待核|尚未核|未核实|是否|吗$|吗\?`)
	otherFigures = lazyregexp.New(`应为|应是|应当为|应当是|应该是|应该为|应改|改为|改成|更正为|修改为|调整为|修正为|订正|实为|实际为|实际是|实际应|实际人数|实际数|正确的?(为|是|数)|而不是|而非|写错|填错|报错|有误|笔误|重新报送|重报|为准|更正如下|修改如下`)
	numberOnly   = lazyregexp.New(`^(是|为|共|计|合计|本月|当月|我(市|县|区)|企业|职工|养老|工伤|失业|保险|新增|参保|人数|户数|数|:|,|\s)*[0-9][0-9,.\s]*(万|人次|人|户|家|名|个)*[.。,\s]*$`)
	hanOrLetter  = lazyregexp.New(`[\p{Han}A-Za-z]`)
)

// tail reads what stands behind 属实: the reason, flat folded and words as they
// are, character for character.
func (c *Claim) tail(flat, words string) {
	if strings.Contains(flat, "?") {
		c.worse(Negated)
		return
	}
	if strings.TrimSpace(strings.Trim(flat, between+"!")) == "" {
		c.worse(NoReason)
		return
	}
	if !sets.MatchString(flat) {
		c.worse(Negated) // 属实的, 属实性, 属实吗
		return
	}
	skip := utf8.RuneCountInString(leads.FindString(flat))
	reason := strings.TrimFunc(string([]rune(words)[skip:]), func(r rune) bool {
		return unicode.IsSpace(r) || strings.ContainsRune("。.；;，,、“”\"！!）)】", r)
	})
	bare := fold(reason)
	switch n := len(hanOrLetter.FindAllString(bare, 3)); {
	case denies.MatchString(bare):
		c.worse(Negated)
	case otherFigures.MatchString(bare), numberOnly.MatchString(bare):
		c.worse(Figures)
	case n < 2, courtesy.MatchString(bare), placeholder.MatchString(strings.ToLower(bare)):
		c.worse(NoReason)
	case utf8.RuneCountInString(reason) > MaxReason:
		c.worse(Unread)
	default:
		c.Reason = reason
	}
}

// worse sets the fault, unless a graver one is there.
func (c *Claim) worse(f Fault) {
	if c.Fault == "" || c.Fault == Unread && f == Figures {
		c.Fault = f
	}
}
