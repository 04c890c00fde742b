package notify_test

import (
	"testing"

	"taizhang/notify"
)

func TestClassify(t *testing.T) {
	tests := []struct {
		code int
		text string
		want notify.Class
	}{
		{250, "Mail OK queued as smtp1", notify.ClassAccepted},
		{535, "Error: authentication failed", notify.ClassStop},
		{550, "User has no permission", notify.ClassStop},
		{451, "Requested mail action not taken: too much fail authentication", notify.ClassBanned},
		{554, "IP is rejected", notify.ClassBanned},
		{554, "smtp auth error limit exceed", notify.ClassBanned},
		{553, "Mail from must equal authorized user", notify.ClassStop},
		{553, "Local user only", notify.ClassStop},
		{554, "DT:SUM", notify.ClassStop},
		{554, "DT:SPM 163 smtp1", notify.ClassContent},
		{550, "DT:SPM", notify.ClassContent},
		{451, "DT:SPM, please try again", notify.ClassRetry},
		{451, "MI:SFQ", notify.ClassSlow},
		{554, "MI:STC", notify.ClassNextDay},
		{550, "MI:STC", notify.ClassNextDay},
		{550, "RP:TRC", notify.ClassNextDay},
		{451, "RP:QRC", notify.ClassSlow},
		{550, "RP:RCL", notify.ClassSplit},
		{550, "Too much recipient", notify.ClassSplit},
		{421, "HL:REP", notify.ClassSlow},
		{421, "HL:ICC", notify.ClassSlow},
		{421, "HL:IFC", notify.ClassSlow},
		{421, "HL:MEP", notify.ClassSlow},
		{450, "MI:DMC", notify.ClassRetry},
		{451, "MI:DMC", notify.ClassRetry},
		{450, "RP:DRC", notify.ClassRetry},
		{552, "Illegal Attachment", notify.ClassContent},
		{552, "Requested mail action aborted: exceeded mailsize limit", notify.ClassContent},
		{550, "Invalid User", notify.ClassRecipient},
		{550, "User suspended", notify.ClassRecipient},
		{554, "MI:SPB", notify.ClassRecipient},
		{554, "HL:IPB", notify.ClassRecipient},
		{550, "HL:IHU", notify.ClassRecipient},
		{421, "closing", notify.ClassSlow},
		{450, "busy", notify.ClassRetry},
		{550, "no such mailbox", notify.ClassRecipient},
		{530, "authentication required", notify.ClassStop},
		{554, "no", notify.ClassContent},
		{0, "", notify.ClassRetry},
		{0, "user suspended", notify.ClassRetry},
	}
	for _, tt := range tests {
		if got := notify.Classify(tt.code, tt.text); got != tt.want {
			t.Errorf("Classify(%d, %q) = %s, want %s", tt.code, tt.text, got, tt.want)
		}
	}
}
