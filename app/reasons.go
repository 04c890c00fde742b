package app

import (
	"fmt"
	"regexp"
	"strings"
	"sync"
	"time"

	"taizhang/ledger"
)

// reasons say in the desk's language why the program did something. The log
// and the store have the reason in English, as the package that decided wrote
// it; %s stands for what it filled in, which is looked up in turn. The first
// that fits counts. A test finds every reason of the sources here.
var reasons = []struct{ english, chinese string }{
	// Why a message was decided so (ingest).
	{"claims to be our mail %s, with another body", "冒用本系统邮件（%s）的编号，内容不同"},
	{"a copy of our own mail that is not on record", "本系统发出过、但数据库没有记录的邮件"},
	{"a copy of our own mail from before the first start", "启动（或恢复）之前本系统发出的邮件的存底"},
	{"a copy of our own mail %s", "本系统发出的邮件的存底（%s）"},
	{"automatic mail: %s", "自动回复或系统邮件，不当作报送（%s）"},
	{"a roster", "工作负责人和联络员名单"},
	{"a bounce of our mail %s", "本系统邮件（%s）的退信"},
	{"a bounce of no mail of ours", "退信，但不是本系统发出的邮件"},
	{"handed in by the desk: no ledger in it", "专项小组登记的文件中没有台账"},
	{"the desk's own mail, without a ledger", "专项小组自己的邮件，没有台账"},
	{"from an unknown address, without a readable ledger", "来自未登记的地址，没有可读的台账"},
	{"a reply in words, for the desk: %s", "文字回复，交专项小组处理（%s）"},
	{"explains %s; the rest is for the desk: %s", "已登记对问题%s的说明；其余交专项小组处理（%s）"},
	{"explains %s", "已登记对问题%s的说明"},
	{"an acknowledgement", "收到的回复，无需处理"},
	{"above the limit of size: its header alone was read", "来信超过接收上限，只读了信头，已请其减小附件后重新报送"},
	{"above the limit of size; not answered: %s", "来信超过接收上限，只读了信头；未自动答复：%s"},
	{"it is automatic mail", "是自动回复或系统邮件"},
	{"it is from an unknown address", "来自未登记的地址"},
	{"it is the desk's own", "是专项小组自己的邮件"},
	{"it came before the first start", "早于首次启动"},
	{"no readable ledger; not answered: %s", "没有可读的台账；未自动答复：%s"},
	{"no readable ledger", "没有可读的台账，已请其重新报送"},
	{"not answered: %s", "未自动答复：%s"},
	{"it repeats within our own thread what was answered lately", "在本系统邮件的回复中重复报送，近期已经答复"},
	{"no ledger, and none spoken of", "与台账无关"},
	{"this sender was answered lately", "近期已答复过该地址"},
	{"the day's automatic answers are used up", "当日自动答复已达上限"},

	// Why a mail is due, waits or is left out (notify).
	{"%s of %s: nothing received", "%s（%s）：尚未收到"},
	{"%s of %s: v%s was %s", "%s（%s）：第%s版%s"},
	{"%s, caught up %s late", "%s；补发，迟了%s"},
	{"superseded by %s", "已由%s代替"},
	{"before first start", "早于首次启动，不发"},
	{"the unit is exempt", "免报"},
	{"the unit has reported: v%s is in force", "已报送，第%s版为现行版本"},
	{"the period is closed: the desk may order the summary", "已结账，可由专项小组决定是否汇总"},
	{"the period is closed", "已结账"},
	{"the slot was before the extension was decided", "该时刻早于准予延期之时"},
	{"the due date has been moved", "截止日已改，不发"},
	{"the due day has passed", "截止日已过"},
	{"more than %s days have passed since the due day", "截止已超过%s天，不再催报"},
	{"a document of the unit is held for the desk", "该单位有文件待专项小组核实"},
	{"no address of the unit is known", "该单位没有登记的邮箱地址"},
	{"a message from the unit is not decided", "该单位的来信尚未处理"},
	{"the newest complete poll is %s old", "最近一次完整收信已是%s之前"},
	{"no complete poll of all folders was begun since the slot", "到点之后还没有完整收过一次信"},
	{"%s message(s) that arrived before the slot are not decided", "到点之前收到的%s封来信尚未处理"},
	{"expired at %s", "已过时限（%s）"},
	{"%s; waits until %s", "%s；最迟等到%s"},
	{"%s; sent after %s although %s", "%s；已等候%s仍未解决：%s"},
	{"issue %s: %s", "第%s期：%s"},
	{"cut-off", "汇总时刻已到"},
	{"changed since issue %s: %s", "第%s期之后有变动：%s"},
	{"ordered by the desk", "由专项小组指示"},
	{"answer to %s", "答复来信 %s"},
	{"%s; %s", "%s；%s"},
	{"%s is due at %s", "%s将于%s截止"},
	{"%s document(s) held", "待核实文件%s份"},
	{"%s reply or replies in words", "待处理的文字回复%s封"},
	{"%s address(es) bounced", "被退信的地址%s个"},
	{"%s unit(s) that the desk must ask itself", "须由专项小组直接催报的单位%s个"},
	{"%s message(s) that cannot be fetched", "未能收取的来信%s封"},
	{"the days off of %s are not known", "%s年的节假日安排尚未收录"},
	{"%s mail(s) that every recipient refused", "对方拒收的邮件%s封"},
	{"%s receipts waited for the sending limits", "因发信限量，%s件回执合并发送"},
	{"merged into %s", "已并入另一封回执（%s）"},
	{"the clock stands more than a year before the campaign: no first start is recorded", "本机时钟比行动开始早一年以上，未记首次启动"},
	{"told in %s", "已告知专项小组（%s）"},
	{"%s mail(s) whose delivery a person must settle", "是否送达须人工确认的邮件%s封"},
	{"%s message(s) in quarantine", "程序未能处理的来信%s封"},
	{"no backup was made since %s", "自%s起备份没有成功"},
	{"%s notice(s) about the mailbox", "关于邮箱的情况%s项"},
	{"%s per cent of the mailbox are used", "邮箱容量已用%s%%"},
	{"the mail server's clock is %s ahead of ours", "邮箱服务商的时钟比本机快%s"},
	{"our clock is %s ahead of the mail server's", "本机时钟比邮箱服务商快%s"},
	{"the mailbox cannot be read since %s", "邮箱自%s起无法读取"},
	{"the first start is not recorded yet", "尚未首次启动"},
	{"the clock says %s, but something is recorded of %s", "本机时钟为%s，而已有%s的记录"},
	{"the clock stands more than a year before the campaign: no first start is recorded", "本机时钟比行动开始早一年以上，未记录首次启动"},
	{"the campaign is over: its last period %s closed at %s", "行动已结束：最后一个报告期%s已于%s结账"},

	// Why a mail is sent or left out for the sake of another (app, notify).
	{"a probe of our own mailbox for the mail in doubt %s", "检查本系统邮箱能否收到自己的邮件（%s是否送达待查）"},
	{"the doubt is settled", "是否送达已经查明"},
	{"sent to the unit's present address in place of %s", "改发该单位现用地址，代替%s"},

	// Words that are filled in.
	{ledger.WhySender, "发件人未经核实"},
	{ledger.WhyOtherUnit, "所涉单位与发件人不一致"},
	{ledger.WhyWhich, "未能确定是哪一期"},
	{ledger.WhyClosed, "该期已结账"},
	{ledger.WhyNoVersion, "该期没有已登记的台账"},
	{ledger.WhyNoReason, "未写原因"},
	{ledger.WhyNoCode, "未写问题编号"},
	{ledger.WhyUnknownCode, "编号不在待核实的问题之中"},
	{ledger.WhyNegated, "未明确表示属实"},
	{ledger.WhyFigures, "涉及数字改动"},
	{ledger.WhyUnread, "未能识别"},
	{"request", "【请报送】"},
	{"tomorrow", "【明日截止】"},
	{"extended", "【请报送】（延期）"},
	{"overdue-%s", "第%s次【催报】"},
}

type reasonPattern struct {
	re      *regexp.Regexp
	chinese string
}

var reasonPatterns = sync.OnceValue(func() []reasonPattern {
	var out []reasonPattern
	for _, r := range reasons {
		parts := strings.Split(r.english, "%s")
		for i := range parts {
			parts[i] = regexp.QuoteMeta(parts[i])
		}
		out = append(out, reasonPattern{regexp.MustCompile("^" + strings.Join(parts, "(.+?)") + "$"), r.chinese})
	}
	return out
})

// durationText writes a time to the minute.
func durationText(d time.Duration) string {
	h, m := int(d.Hours()), int(d.Minutes())%60
	switch {
	case h == 0:
		return fmt.Sprintf(minutesOnly, m)
	case m == 0:
		return fmt.Sprintf(hoursOnly, h)
	}
	return fmt.Sprintf(hoursOnly+minutesOnly, h, m)
}

const (
	hoursOnly   = "%d小时"
	minutesOnly = "%d分钟"
)

// ReasonText puts a stored reason into the desk's language; what it does not
// know stays as it is.
func ReasonText(s string) string {
	if name := QualityName(ledger.Quality(s)); name != "" {
		return name
	}
	if d, err := time.ParseDuration(s); err == nil {
		return durationText(d)
	}
	for _, p := range reasonPatterns() {
		m := p.re.FindStringSubmatch(s)
		if m == nil {
			continue
		}
		args := make([]any, len(m)-1)
		for i, a := range m[1:] {
			args[i] = ReasonText(a)
		}
		return fmt.Sprintf(p.chinese, args...)
	}
	return s
}
