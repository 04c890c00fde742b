package compose_test

import (
	"fmt"
	"regexp"
	"slices"
	"strings"
	"testing"

	"taizhang/ledger"
	"taizhang/notify/compose"
)

// Every code has its text, and every text states every argument. That no text
// is orphaned and none uses another argument is checked when it is read.
func TestFindingTexts(t *testing.T) {
	composer(t)
	for _, info := range ledger.Codes {
		for _, severity := range []ledger.Severity{info.Severity, ledger.Block} {
			f := ledger.Finding{Code: info.Code, Severity: severity, Value: "原值甲", Args: map[string]string{}}
			for i, a := range info.Args {
				f.Args[a] = fmt.Sprintf("参数%d", i)
			}
			message, remedy := compose.FindingText(f)
			for _, v := range f.Args {
				if !strings.Contains(message+remedy, v) {
					t.Errorf("%s: %q %q lacks the argument %s", info.Code, message, remedy, v)
				}
			}
			for _, s := range []string{message, remedy} {
				if s == "" || strings.ContainsAny(s, "{}[]") || !strings.HasSuffix(s, "。") {
					t.Errorf("%s: %q is no finished sentence", info.Code, s)
				}
			}
		}
	}
	t.Logf("%d codes", len(ledger.Codes))
}

// Without its arguments a text is still a sentence: no empty quotes or brackets.
func TestFindingTextsWithoutOffer(t *testing.T) {
	empty := regexp.MustCompile(`（）|“”|，，|，。|：。`)
	for _, info := range ledger.Codes {
		f := ledger.Finding{Code: info.Code, Severity: info.Severity, Value: "原值", Args: map[string]string{}}
		for _, a := range info.Args {
			if f.Args[a] = "12"; slices.Contains([]string{"offer", "reason", "what", "limit", "size", "expires"}, a) {
				f.Args[a] = ""
			}
		}
		if info.Code == ledger.IPeriodPreviously || info.Code == ledger.PPhoneShort {
			continue // its offer is never empty
		}
		message, remedy := compose.FindingText(f)
		if empty.MatchString(message + remedy) {
			t.Errorf("%s: %s %s", info.Code, message, remedy)
		}
	}
}

func TestFindingTextExamples(t *testing.T) {
	for _, c := range []struct {
		f               ledger.Finding
		message, remedy string
	}{
		{ledger.Finding{Code: ledger.CTenThou, Severity: ledger.Block, Value: "0.012万", Args: map[string]string{"measure": "pension", "offer": "120"}},
			"“企业养老”填写为“0.012万”，以“万”计。", "请按“人”填写整数；如应为120，请改填“120”后重新报送。"},
		{ledger.Finding{Code: ledger.CVague, Severity: ledger.Block, Value: "若干", Args: map[string]string{"measure": "工伤", "offer": ""}},
			"“工伤”填写为“若干”，不是确切数字。", "请填写确切的整数。"},
		{ledger.Finding{Code: ledger.CDash, Severity: ledger.Block, Value: "－", Args: map[string]string{"measure": "persons"}},
			"“合计人数”填写为“－”，未填数字，而该项不能缺少。", "请填写具体数字；本月确无新增的，请填“0”。"},
		{ledger.Finding{Code: ledger.IPeriodMismatch, Severity: ledger.Hold, Args: map[string]string{
			"first": "2022-05", "where": "Sheet1!A1", "second": "2022-04", "other": "subject"}},
			"A1单元格所写月份为2022年5月，邮件主题所写月份为2022年4月，两处不一致。", "请核对报告期，统一后重新报送。"},
		{ledger.Finding{Code: ledger.FDamaged, Severity: ledger.Unreadable, Args: map[string]string{"reason": "zip: checksum error"}},
			"文件已损坏，不能完整读取（内部结构有误）。", "请在电脑上打开文件，确认内容完整后另存为新的.xlsx文件，重新报送。"},
		{ledger.Finding{Code: ledger.GHalf, Severity: ledger.Hold, Value: "58,000", Args: map[string]string{
			"measure": "pension", "value": "58000", "target": "101500"}},
			"“企业养老”本月填写为58000，超过年末目标101500的一半。", "请核对是否将期末参保人数填成了本月新增数；填错的，请改正后重新报送。"},
		{ledger.Finding{Code: ledger.HAbsent, Severity: ledger.Query, Args: map[string]string{"measures": "enterprises,injury"}},
			"表内没有“参保户数、工伤”栏。", "请补上后重新报送；确实不能统计的，请说明原因。"},
		{ledger.Finding{Code: ledger.CText, Severity: ledger.Block, Value: "{offer}[x]\u202e\n", Args: map[string]string{"measure": "工伤"}},
			"“工伤”填写为“{offer}[x]”，不是数字。", "请填写整数；文字说明请写在“主要工作措施”栏。"},
	} {
		message, remedy := compose.FindingText(c.f)
		if message != c.message || remedy != c.remedy {
			t.Errorf("%s:\n got %s %s\nwant %s %s", c.f.Code, message, remedy, c.message, c.remedy)
		}
	}
}

func TestLongValueIsCutAndSaysSo(t *testing.T) {
	message, _ := compose.FindingText(ledger.Finding{
		Code: ledger.CText, Severity: ledger.Block, Value: strings.Repeat("长", 5000), Args: map[string]string{"measure": "工伤"},
	})
	if n := len([]rune(message)); n > 150 || !strings.Contains(message, "原文共5000字，此处只列前60字") {
		t.Errorf("%d characters: %s", n, message)
	}
}
