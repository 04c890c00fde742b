package value_test

import (
	"fmt"
	"strings"
	"testing"

	"taizhang/config"
	"taizhang/ingest/check/value"
	"taizhang/ledger"
)

func builtin(t testing.TB) *ledger.Campaign {
	t.Helper()
	c, err := config.Builtin()
	if err != nil {
		t.Fatal(err)
	}
	return &c.Campaign
}

func matchText(m value.UnitMatch) string {
	var out []string
	if m.Unit != "" {
		out = append(out, m.Unit)
	}
	if m.Offer != "" {
		out = append(out, "?"+m.Offer)
	}
	if len(m.Several) > 0 {
		out = append(out, strings.Join(m.Several, "+"))
	}
	if len(out) == 0 && m.Named {
		return "named"
	}
	if !m.Named && len(out) > 0 {
		return fmt.Sprint(out, " without Named")
	}
	return strings.Join(out, " ")
}

// Rule book §3, "Unit".
func TestUnitsMatch(t *testing.T) {
	rows := 0
	u := value.NewUnits(builtin(t))
	for _, c := range []struct {
		want  string
		texts []string
	}{
		{"禹州市", []string{
			"禹州市", "禹州", "许昌市禹州市社会养老保险服务中心", "禹州市社会保险中心", "禹　州　市", " 禹州市 ", "禹州市（盖章）", "填报单位：禹州市", "许昌禹州", "许昌市禹州", "禹州市2022年5月台账.xlsx", "禹州2022年5月",
			"禹州市\n社会养老保险中心", "禹州\u200b市", "禹州市人社局", "2022年禹州市全民参保", "禹州市城乡居民社会养老保险中心", "禹州市各乡镇", "禹州市本级", "禹州市市直机关", "禹州市直",
		}},
		{"长葛市", []string{"长葛市", "长　葛　市", "长 葛 市", "长葛", "许昌市长葛市", "长葛市企业养老保险中心", "长葛社保"}},
		{"魏都区", []string{"魏都区", "许昌市魏都区", "魏都", "许昌市魏都区社会保险中心", "魏　都　区", "魏都区-5月"}},
		{"建安区", []string{"建安区", "建安", "许昌市建安区", "建安区（原许昌县）", "许昌建安区", "建安区社保局"}},
		{"鄢陵县", []string{"鄢陵县", "鄢陵", "许昌市鄢陵县养老保险中心", "鄢 陵 县"}},
		{"襄城县", []string{"襄城县", "襄城", "许昌市襄城县", "襄城县养老中心"}},
		{"市本级", []string{"市本级", "许昌市本级", "市直", "许昌市直", "许昌市市本级", "市 本 级", "填报单位：市本级", "许昌市市直", "5月市本级台账", "许昌市直属"}},
		{"named", []string{
			"许昌市", "许昌", "许昌市社会养老服务中心", "东城区", "示范区", "经开区", "开发区", "许昌市东城区", "许昌市工伤保险中心", "某某县", "柏梁镇", "社会养老服务中心", "城乡一体化示范区", "许昌市2022年全民参保计划攻坚行动台账",
			"许昌市全民参保计划攻坚行动专项小组", "河南某某有限公司",
		}},
		{"?鄢陵县", []string{"鄢陵县柏梁镇", "焉陵县", "鄢陵县柏梁镇人民政府", "鄢陵市", "鄢县", "鄢陵县马栏镇", "许昌市鄢陵县陈化店镇"}},
		{"?魏都区", []string{"魏都区文峰街道办事处", "魏都区文峰街道", "许昌市魏都区西大街道办事处", "魏都县", "魏郡区", "魏都区高桥营社区"}},
		{"?建安区", []string{"许昌县", "许昌县社保局", "建安县", "健安区"}},
		{"?襄城县", []string{"襄诚县", "襄城区", "襄城县王洛镇", "襄县", "襄城县颍阳乡"}},
		{"?长葛市", []string{"长葛县", "长戈市", "长葛市和尚桥镇", "长葛市老城镇"}},
		{"?禹州市", []string{"禹洲市", "禹州市神垕镇", "禹州县", "禺州市", "禹州市山货回族乡", "禹州市范坡村"}},
		{"禹州市+长葛市", []string{"禹州市、长葛市", "长葛市和禹州市", "禹州长葛"}},
		{"市本级+禹州市", []string{"市本级、禹州市", "禹州市、市本级"}},
		{"禹州市+建安区", []string{"禹州市、许昌县"}},
		{"", []string{
			"", " ", "2022年全民参保计划攻坚行动工作落实台账", "台账", "5月", "全市", "各县区", "我县", "本市", "城乡居民养老", "企业养老、工伤、失业保险新增参保", "单位：人", "建安工程", "市场监管", "Sheet1", "附件2", "城市直播",
			"123", "张三", "—", "2022年全市全民参保", "乡镇", "全民参保计划攻坚行动",
		}},
	} {
		for _, s := range c.texts {
			rows++
			if got := matchText(u.Match(s)); got != c.want {
				t.Errorf("Match(%q) = %q, want %q", s, got, c.want)
			}
		}
	}
	t.Logf("%d rows", rows)
}

// Another city is another campaign and no other code.
func TestUnitsOfAnotherCity(t *testing.T) {
	u := value.NewUnits(&ledger.Campaign{City: "洛阳市", Units: []ledger.Unit{
		{Name: "市本级"}, {Name: "偃师区", Aliases: []string{"偃师"}, Offers: []string{"偃师市"}}, {Name: "孟津区"}, {Name: "新安县"},
	}})
	for _, c := range []struct{ text, want string }{
		{"洛阳市偃师区社保中心", "偃师区"}, {"偃师市", "?偃师区"}, {"偃师", "偃师区"}, {"洛阳市", "named"}, {"洛阳市市本级", "市本级"}, {"禹州市", "named"}, {"孟津县", "?孟津区"}, {"新安县铁门镇", "?新安县"},
	} {
		if got := matchText(u.Match(c.text)); got != c.want {
			t.Errorf("Match(%q) = %q, want %q", c.text, got, c.want)
		}
	}
}

func TestFoldAndClean(t *testing.T) {
	for _, c := range []struct{ text, want string }{
		{"企业养老（人）", "企业养老人"}, {" 参保 户数\n", "参保户数"}, {"ＡＢＣ１２", "abc12"}, {"工伤、失业", "工伤失业"}, {"新增参保(户/家)", "新增参保户家"}, {"养\u200b老", "养老"}, {"【合计】：", "合计"},
		{"长　葛　市", "长葛市"}, {"", ""}, {"——", ""}, {"5月-6月", "5月6月"}, {"90%", "90%"},
	} {
		if got := value.Fold(c.text); got != c.want {
			t.Errorf("Fold(%q) = %q, want %q", c.text, got, c.want)
		}
	}
	for _, c := range []struct{ text, want string }{
		{" a\u200bb ", "ab"}, {"一\r\n二", "一\n二"}, {"\ufeff\u202e021", "021"}, {"\x00x\x07", "x"}, {"a\tb", "a\tb"}, {"　长　葛　", "长　葛"}, {"\n\n", ""},
	} {
		if got := value.Clean(c.text); got != c.want {
			t.Errorf("Clean(%q) = %q, want %q", c.text, got, c.want)
		}
	}
}
