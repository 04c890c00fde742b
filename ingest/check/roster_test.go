package check_test

import (
	"fmt"
	"strings"
	"testing"

	"taizhang/ingest/check"
	"taizhang/ledger"
)

// rosterLine is a roster in one line: "unit: officer/post/phone/mail; liaison/…".
func rosterLine(r *ledger.Reading) string {
	person := func(p ledger.Person) string {
		return strings.TrimRight(strings.Join([]string{p.Name, p.Post, p.Phone, p.Addr}, "/"), "/")
	}
	var out []string
	for _, l := range r.Roster {
		out = append(out, fmt.Sprintf("%s: %s; %s", l.Unit, person(l.Officer), person(l.Liaison)))
	}
	return strings.Join(out, " | ")
}

const rosterTitle = "全民参保计划攻坚行动工作负责人及联络员名单\n填报单位：禹州市\n"

// TestRosterLayouts: Annex 3 as offices type it (rule book §1, 名单).
func TestRosterLayouts(t *testing.T) {
	const zhang, wang = "张建国/社保中心主任/0374-8112233", "王芳/科员/13700001111"
	one := "禹州市: " + zhang + "; " + wang
	for _, c := range []struct{ name, picture, want, codes string }{
		{"as printed", rosterTitle + "工 作 负 责 人|单 位 及 职 务|联 系 电 话|联 络 员|单 位 及 职 务|联 系 电 话\n张建国|社保中心主任|0374-8112233|王  芳|科员|13700001111", one, ""},
		{"line breaks in the header", rosterTitle + `工作\n负责人|单位及\n职务|联系\n电话|联络员|单位及\n职务|联系\n电话` + "\n张　建国|社保中心主任|0374-8112233|王 芳|科员|13700001111", one, ""},
		{"numbered, with remarks and addresses", rosterTitle + "序号|工作负责人|单位及职务|联系电话|联络员|单位及职务|联系电话|邮箱|备注\n1|张建国|社保中心主任|0374-8112233|王芳|科员|13700001111|WangFang@163.com|无",
			"禹州市: " + zhang + "; " + wang + "/wangfang@163.com", ""},
		{"two levels of header", rosterTitle + "工作负责人|<|<|联络员|<|<\n姓名|单位及职务|联系电话|姓名|单位及职务|联系电话\n张建国|社保中心主任|0374-8112233|王芳|科员|13700001111", one, ""},
		{"blocks below each other", rosterTitle + "工作负责人|单位及职务|联系电话\n张建国|社保中心主任|0374-8112233\n联络员|单位及职务|联系电话\n王芳|科员|13700001111", one, ""},
		{"rows by role", rosterTitle + "类别|姓名|单位及职务|联系电话\n工作负责人|张建国|社保中心主任|0374-8112233\n联络员|王芳|科员|13700001111", one, ""},
		{"rows by role without a head for it", rosterTitle + "|姓名|单位及职务|联系电话\n工作负责人|张建国|社保中心主任|0374-8112233\n联络员|王芳|科员|13700001111", one, ""},
		{"keys and values in cells", rosterTitle + "工作负责人|张建国|单位及职务|社保中心主任|联系电话|0374-8112233\n联络员|王芳|单位及职务|科员|联系电话|13700001111", one, ""},
		{"keys and values below each other", rosterTitle + "工作负责人：|张建国\n单位及职务：|社保中心主任\n联系电话：|0374-8112233\n联络员：|王芳\n单位及职务：|科员\n联系电话：|13700001111", one, ""},
		{"keys and values in a sentence", rosterTitle + "工作负责人：张建国　单位及职务：社保中心主任　联系电话：0374-8112233\n联络员：王芳　单位及职务：科员　联系电话：13700001111", one, ""},
		{"several units from the desk", "全民参保计划攻坚行动工作负责人及联络员名单\n单位|工作负责人|单位及职务|联系电话|联络员|单位及职务|联系电话\n禹州市|张建国|社保中心主任|0374-8112233|王芳|科员|13700001111\n长葛市|李志强|副局长|0374-6112233|孙丽|科员|13800001111",
			one + " | 长葛市: 李志强/副局长/0374-6112233; 孙丽/科员/13800001111", ""},
		{"units as headings", "全民参保计划攻坚行动工作负责人及联络员名单\n工作负责人|单位及职务|联系电话|联络员|单位及职务|联系电话\n禹州市|<|<|<|<|<\n张建国|社保中心主任|0374-8112233|王芳|科员|13700001111\n长葛市|<|<|<|<|<\n李志强|副局长|0374-6112233|孙丽|科员|13800001111",
			one + " | 长葛市: 李志强/副局长/0374-6112233; 孙丽/科员/13800001111", ""},
		{"the unit in the title", "禹州市全民参保计划攻坚行动工作负责人及联络员名单\n工作负责人|单位及职务|联系电话|联络员|单位及职务|联系电话\n张建国|社保中心主任|0374-8112233|王芳|科员|13700001111", one, ""},
		{"two rows of one unit", rosterTitle + "工作负责人|单位及职务|联系电话|联络员|单位及职务|联系电话\n张建国|社保中心主任|0374-8112233|王芳|科员|13700001111\n||赵敏|科员|13900001111", "", ""},
		{"two telephones", rosterTitle + "工作负责人|单位及职务|联系电话|联络员|单位及职务|联系电话\n张建国|社保中心主任|0374-8112233/13600001111|王芳|科员|137 0000 1111",
			"禹州市: 张建国/社保中心主任/0374-8112233、13600001111; " + wang, ""},
		{"telephones as numbers and in full width", rosterTitle + "工作负责人|单位及职务|联系电话|联络员|单位及职务|联系电话\n张建国|社保中心主任|'（０３７４）８１１２２３３|王芳|科员|13700001111",
			"禹州市: 张建国/社保中心主任/0374-8112233; " + wang, ""},
		{"a number that lost its 0", rosterTitle + "工作负责人|单位及职务|联系电话|联络员|单位及职务|联系电话\n张建国|社保中心主任|3742620807|王芳|科员|13700001111",
			"禹州市: 张建国/社保中心主任/3742620807; " + wang, "P08"},
		{"no telephone, none that is one", rosterTitle + "工作负责人|单位及职务|联系电话|联络员|单位及职务|联系电话\n张建国|社保中心主任||王芳|科员|1370000",
			"禹州市: 张建国/社保中心主任; 王芳/科员/1370000", "P06 P07"},
		{"no names", rosterTitle + "工作负责人|单位及职务|联系电话|联络员|单位及职务|联系电话\n|||||", "", "P01 P02"},
		{"no liaison", rosterTitle + "工作负责人|单位及职务|联系电话|联络员|单位及职务|联系电话\n张建国|社保中心主任|0374-8112233|－||", "禹州市: " + zhang + "; ", "P02"},
		{"an address that is none", rosterTitle + "工作负责人|单位及职务|联系电话|联络员|单位及职务|联系电话|邮箱\n张建国|社保中心主任|0374-8112233|王芳|科员|13700001111|wangfang163.com", one, "P09"},
		{"no unit", "全民参保计划攻坚行动工作负责人及联络员名单\n工作负责人|单位及职务|联系电话|联络员|单位及职务|联系电话\n张建国|社保中心主任|0374-8112233|王芳|科员|13700001111",
			": " + zhang + "; " + wang, "I01"},
	} {
		t.Run(c.name, func(t *testing.T) {
			if c.name == "two rows of one unit" {
				c.picture = strings.Replace(c.picture, "\n||赵敏|", "\n|||赵敏|", 1)
				c.want, c.codes = one+" | 禹州市: ; 赵敏/科员/13900001111", ""
			}
			rs := checked(t, check.Input{Campaign: campaign(t), Tables: []*ledger.Table{grid("Sheet1", c.picture)}, File: "名单.xlsx"})
			r := rs[0]
			if r.Kind != ledger.KindRoster || rosterLine(&r) != c.want || codesOf(&r) != c.codes {
				t.Errorf("got  %s, %q, %s\nwant %q, %s\n%+v", r.Kind, rosterLine(&r), codesOf(&r), c.want, c.codes, r.Findings)
			}
		})
	}
}

// Whose roster it is (rule book §3).
func TestRosterSender(t *testing.T) {
	picture := rosterTitle + "工作负责人|单位及职务|联系电话|联络员|单位及职务|联系电话\n张建国|社保中心主任|0374-8112233|王芳|科员|13700001111"
	several := strings.Replace(picture, "工作负责人|", "单位|工作负责人|", 1)
	several = strings.Replace(several, "\n张建国", "\n禹州市|张建国", 1) + "\n长葛市|李志强|副局长|0374-6112233|孙丽|科员|13800001111"
	for _, c := range []struct {
		name, picture string
		in            check.Input
		want          string
	}{
		{"its own", picture, check.Input{HasSender: true, SenderUnit: "禹州市"}, ""},
		{"another's", picture, check.Input{HasSender: true, SenderUnit: "长葛市"}, "I12"},
		{"unknown", picture, check.Input{HasSender: true, State: &ledger.State{}}, "I11"},
		{"several, from one of them", several, check.Input{HasSender: true, SenderUnit: "禹州市"}, "I12"},
		{"several, from the desk", several, check.Input{HasSender: true, ByDesk: true}, ""},
	} {
		t.Run(c.name, func(t *testing.T) {
			c.in.Campaign, c.in.File, c.in.Tables = campaign(t), "名单.xlsx", []*ledger.Table{grid("Sheet1", c.picture)}
			if r := checked(t, c.in)[0]; codesOf(&r) != c.want {
				t.Errorf("got %s, want %s: %+v", codesOf(&r), c.want, r.Findings)
			}
		})
	}
}
