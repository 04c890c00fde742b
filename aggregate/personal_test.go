package aggregate_test

import (
	"testing"

	"taizhang/aggregate"
)

func TestMasked(t *testing.T) {
	for in, want := range map[string]string{
		"走访企业35户，新增120人。":                     "走访企业35户，新增120人。",
		"联系13987654321。":                      "联系139＊＊＊＊4321。",
		"13987654321":                         "139＊＊＊＊4321",
		"13987654321、13700001111 13612345678": "139＊＊＊＊4321、137＊＊＊＊1111 136＊＊＊＊5678",
		"身份证411002199003077777的":              "身份证411002＊＊＊＊的",
		"41100219900307777X":                  "411002＊＊＊＊",
		"累计139876543210元":                     "累计139876543210元",    // no number of a person
		"411002199013077777":                  "411002199013077777", // no birthday
		"12987654321":                         "12987654321",        // no mobile number
		"":                                    "",
	} {
		if got := aggregate.Masked(in); got != want {
			t.Errorf("%q: got %q, want %q", in, got, want)
		}
	}
}
