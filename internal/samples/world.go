package samples

import (
	"fmt"
	"slices"
	"time"
)

// zone is the office's; the sample needs no other.
var zone = time.FixedZone("CST", 8*3600)

func may(day, hour, minute int) time.Time {
	return time.Date(2022, time.May, day, hour, minute, 0, 0, zone)
}

const (
	xlsx     = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
	yuzhou   = "shebao@yuzhou.example"
	changge  = "cgsb@mail163.example"
	weidu    = "weidu@mail163.example"
	jianan   = "jaqsb@jianan.example"
	yanling  = "yanling_shebao@qqmail.example"
	xiangchg = "xcxsb@mail163.example"
)

// Start is when the demo's clock begins, End when it stops.
var (
	Start = may(20, 8, 0)
	End   = may(30, 18, 0)
)

// World returns what happens from Start to End, in order.
func World() ([]Event, error) {
	var w world
	w.old()
	w.changge()
	w.yuzhou()
	w.weidu()
	w.jianan()
	w.yanling()
	w.noise()
	w.xiangcheng()
	w.correction()
	slices.SortStableFunc(w.events, func(a, b Event) int { return a.At.Compare(b.At) })
	return w.events, w.err
}

// world collects events; the first error is kept.
type world struct {
	events []Event
	err    error
}

func (w *world) arrive(name, story, folder string, l letter, makers ...func() (file, error)) {
	for _, m := range makers {
		f, err := m()
		if err != nil && w.err == nil {
			w.err = fmt.Errorf("sample %s: %w", name, err)
		}
		l.files = append(l.files, f)
	}
	w.events = append(w.events, Event{At: l.at, Story: story, Folder: folder, Raw: l.raw(), Name: name})
}

func workbook(name string, data []byte, err error) func() (file, error) {
	return func() (file, error) { return file{name: name, typ: xlsx, data: data}, err }
}

// old is what lies in the mailbox before the first start: it is read, and
// nothing is mailed for it.
func (w *world) old() {
	w.arrive("00-旧来信", "系统启用前，邮箱里已有旧邮件", "INBOX", letter{
		at: may(6, 9, 12), name: "禹州社保", from: yuzhou, subject: "关于报送联络员名单的回复", signed: true,
		text: "名单已于4月28日报送，请查收。",
	})
}

func (w *world) yuzhou() {
	data, err := split(report{unit: "禹州市", month: "2022年5月", cells: [4]any{35, 120, 98, 76}, total: 150,
		measures: "一是开展信息数据比对，筛查未参保企业；二是组织“送政策上门”活动，走访企业42家。",
		officer:  "王建国", liaison: "赵敏", date: "2022年5月24日"})
	w.arrive("02-禹州市", "禹州市报来台账（分栏表，附件名为 GBK 编码）", "INBOX", letter{
		at: may(24, 10, 12), name: "禹州社保", from: yuzhou, subject: "禹州市2022年5月全民参保攻坚行动台账", gbk: true, signed: true,
		text: "市专项小组：\r\n现将我市5月份工作落实台账报上，请查收。\r\n",
	}, workbook("禹州市2022年5月全民参保计划攻坚行动工作落实台账.xlsx", data, err))
}

func (w *world) changge() {
	data, err := printed(report{unit: "长葛市社会养老服务中心", officer: "李志强", liaison: "孙丽", date: "2022年5月23日",
		measures: "在服务窗口、合作银行网点发放宣传资料3000余份，召开新业态企业座谈会2次。"},
		"本月新增参保28户，其中企业养老85人、工伤91人、失业64人，合计102人")
	w.arrive("01-长葛市", "长葛市报来台账（原表一栏，写的是一句话），被邮箱误判进了垃圾邮件", "垃圾邮件", letter{
		at: may(23, 15, 40), name: "长葛社保中心", from: changge, subject: "长葛市5月台账", text: "见附件。",
	}, workbook("长葛市5月份工作落实台账.xlsx", data, err))
}

func (w *world) weidu() {
	w.arrive("03-魏都区照片", "魏都区发来一张台账的照片，没有表格", "INBOX", letter{
		at: may(24, 16, 5), name: "魏都区社保所", from: weidu, subject: "魏都区5月台账", text: "台账见附件照片。",
	}, func() (file, error) { return file{"台账照片.jpg", "image/jpeg", jpeg}, nil })
	data, err := split(report{unit: "魏都区", month: "2022年5月份", cells: [4]any{"19户", "６６", "58人", 41},
		measures: "联合市场监管、税务部门比对数据，上门服务新增企业19户。", officer: "陈红", liaison: "周涛", date: "2022.5.25"})
	inner := letter{at: may(25, 8, 50), name: "周涛", from: "zhoutao@mail163.example", subject: "魏都区2022年5月台账",
		text: "表格做好了。", gbk: true, files: []file{{"魏都区台账（5月）.xlsx", xlsx, data}}}
	if err != nil && w.err == nil {
		w.err = err
	}
	w.arrive("04-魏都区转发", "魏都区把表格以“转发”的方式重新发来（邮件套邮件）", "INBOX", letter{
		at: may(25, 9, 5), name: "魏都区社保所", from: weidu, subject: "转发：魏都区2022年5月台账", text: "转发如下，请查收。", inner: inner.raw(),
	})
}

func (w *world) jianan() {
	bad, err := split(report{unit: "建安区", month: "2022年5月", cells: [4]any{12, "约60", nil, 33},
		measures: "走访企业，宣传政策。", officer: "马超", liaison: "何静", date: "2022年5月25日"})
	w.arrive("05-建安区有误", "建安区的台账有两处问题：“约60”、工伤未填", "INBOX", letter{
		at: may(25, 16, 20), name: "建安区养老中心", from: jianan, subject: "建安区2022年5月台账", signed: true, text: "请查收。",
	}, workbook("建安区5月台账.xlsx", bad, err))
	good, err := split(report{unit: "建安区", month: "2022年5月", cells: [4]any{12, 60, 47, 33},
		measures: "走访企业，宣传政策。", officer: "马超", liaison: "何静", date: "2022年5月26日"})
	w.arrive("07-建安区更正", "建安区更正后重新报送", "INBOX", letter{
		at: may(26, 11, 0), name: "建安区养老中心", from: jianan, subject: "回复：【请更正】建安区2022年5月台账", signed: true, text: "已更正，请查收。",
	}, workbook("建安区5月台账（更正）.xlsx", good, err))
}

func (w *world) yanling() {
	data, err := split(report{unit: "鄢陵县", month: "2022年5月", cells: [4]any{8, 40, 36, 22}, total: 44,
		measures: "对民办学校、民办医院开展参保核查。", officer: "刘伟", liaison: "郑洁", date: "2022年5月26日"})
	w.arrive("08-陌生地址", "一个没有登记过的地址发来鄢陵县的台账：留待专项小组核实，不回信", "INBOX", letter{
		at: may(26, 14, 30), name: "鄢陵人社", from: yanling, subject: "鄢陵县2022年5月台账", signed: true, text: "请查收附件。",
	}, workbook("鄢陵县2022年5月台账.xlsx", data, err))
	w.events = append(w.events, Event{At: may(27, 10, 0), Story: "专项小组电话核实后，登记鄢陵县的这个地址",
		Desk: &Decision{Unit: "鄢陵县", Addr: yanling, Reason: "已与鄢陵县联络员郑洁电话核实"}})
}

func (w *world) noise() {
	w.arrive("06-广告", "一封与台账无关的广告", "INBOX", letter{
		at: may(25, 20, 11), name: "发票代办", from: "ad@spam.example", subject: "代开各类发票", text: "量大从优，欢迎咨询。",
	})
	w.arrive("09-自动回复", "襄城县邮箱的“自动回复”（出差），不当作报送，也不回信", "INBOX", letter{
		at: may(27, 9, 40), name: "襄城县社保", from: xiangchg, subject: "自动回复：【明日截止】襄城县2022年5月台账",
		text: "您好，我正在出差，邮件已收到，返回后尽快处理。", extra: []string{"Auto-Submitted: auto-replied"},
	})
}

func (w *world) xiangcheng() {
	data, err := split(report{unit: "襄城县", month: "2022年5月", cells: [4]any{0, 15, 0, 9}, total: 18,
		measures: "开展社保政策宣传进社区活动。", officer: "冯涛", liaison: "许晴", date: "2022年5月28日"})
	w.arrive("10-襄城县迟报", "襄城县过了截止日才报来（迟报，但赶在汇总之前）", "INBOX", letter{
		at: may(29, 8, 20), name: "襄城县社保", from: xiangchg, subject: "襄城县2022年5月台账", text: "迟报了，抱歉。",
	}, workbook("襄城县5月台账.xlsx", data, err))
	w.arrive("12-襄城县说明", "襄城县回复【回执】，说明户数为0的原因：疑问了结，原因印入汇总表", "INBOX", letter{
		at: may(29, 8, 45), name: "襄城县社保", from: xiangchg, subject: "回复：【回执】襄城县2022年5月工作台账已登记，1项请核实",
		text: "R04 属实：本月参保的均为已参保企业新招用人员，没有新开户企业。\r\n\r\n许晴\r\n\r\n> 以上各项情况属实的，请直接回复本邮件，写明“R04 属实：原因”（有几项的，逐项写明问题编号）；有误的，请改正台账后重新报送整份文件。\r\n",
	})
}

func (w *world) correction() {
	data, err := split(report{unit: "禹州市", month: "2022年5月", cells: [4]any{35, 122, 98, 76}, total: 152,
		measures: "一是开展信息数据比对，筛查未参保企业；二是组织“送政策上门”活动，走访企业42家。",
		officer:  "王建国", liaison: "赵敏", date: "2022年5月28日"})
	w.arrive("11-禹州市汇总后更正", "汇总印发之后，禹州市更正养老人数 120 → 122", "INBOX", letter{
		at: may(30, 10, 0), name: "禹州社保", from: yuzhou, subject: "禹州市2022年5月台账（更正）", gbk: true, signed: true, text: "养老人数有误，现更正。",
	}, workbook("禹州市2022年5月台账（更正）.xlsx", data, err))
}

// jpeg is the smallest picture that a program recognises as one.
var jpeg = []byte("\xff\xd8\xff\xe0\x00\x10JFIF\x00\x01\x01\x00\x00\x01\x00\x01\x00\x00\xff\xdb\x00\x43\x00" +
	"\xff\xc0\x00\x0b\x08\x00\x01\x00\x01\x01\x01\x11\x00\xff\xd9")
