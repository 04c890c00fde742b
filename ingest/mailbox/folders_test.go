package mailbox_test

import (
	"fmt"
	"strings"
	"testing"
	"time"

	"taizhang/ingest/mailbox"
	"taizhang/internal/coremail"
)

func TestFolders(t *testing.T) {
	want := "[{INBOX false} {垃圾邮件 true} {广告邮件 true} {订阅邮件 true} {台账 false} {2022/县区 false}]"
	r := start(t, coremail.NetEase)
	r.Deliver("台账", mail(1), time.Now())
	r.Deliver("2022/县区", mail(1), time.Now())
	for range 2 {
		folders, err := r.client.Folders(t.Context())
		if err != nil || fmt.Sprint(folders) != want {
			t.Errorf("%v, %v", folders, err)
		}
	}
	if sent, err := r.client.Sent(t.Context()); err != nil || sent != "已发送" {
		t.Errorf("sent mail is in %q, %v", sent, err)
	}
	lists := 0
	for _, line := range r.Commands() {
		if strings.HasPrefix(line, "LIST") {
			lists++
		}
	}
	if lists != 1 {
		t.Errorf("%d LISTs", lists)
	}
	for _, name := range []string{"台账", "2022/县区"} {
		if got := r.list(t, name); len(got.Items) != 1 {
			t.Errorf("%s: %+v", name, got)
		}
	}
}

func TestExtraFoldersAreReadWhateverTheyAre(t *testing.T) {
	r := start(t, coremail.NetEase, func(o *mailbox.Options) { o.ExtraFolders = []string{"已删除", "INBOX", "病毒文件夹"} })
	folders, err := r.client.Folders(t.Context())
	want := "[{INBOX false} {垃圾邮件 true} {广告邮件 true} {订阅邮件 true} {已删除 false} {病毒文件夹 false}]"
	if err != nil || fmt.Sprint(folders) != want {
		t.Errorf("%v, %v", folders, err)
	}
}

func TestFoldersWhenListFails(t *testing.T) {
	fixed := "[{INBOX false} {垃圾邮件 true} {订阅邮件 true}]"
	for _, fault := range []coremail.Fault{
		{On: "LIST", Do: coremail.Cut},
		{On: "LIST", Do: coremail.CutTag},
		{On: "LIST", Do: coremail.Reply, Text: "NO LIST failed"},
		{On: "LIST", Do: coremail.Reply, Text: "OK LIST completed"}, // and no folder
		{On: "LIST", Do: coremail.Bye, Text: "later"},
		{On: "LIST", Do: coremail.Untagged, Text: "* LIST (\\x"},
	} {
		r := startServer(t, coremail.Options{Folders: []string{"INBOX", "垃圾邮件", "订阅邮件", "县区"}})
		r.Faults().Add(fault)
		folders, err := r.client.Folders(t.Context())
		want := fixed
		if fault.Do == coremail.Untagged {
			want = "[{INBOX false} {垃圾邮件 true} {订阅邮件 true} {县区 false}]" // the line was left out
		}
		if err != nil || fmt.Sprint(folders) != want {
			t.Errorf("%+v: %v, %v", fault, folders, err)
		}
		r.list(t, "INBOX")
	}
	// A list that was had before stays in force.
	r := start(t, coremail.NetEase, func(o *mailbox.Options) { o.Timeouts.List = time.Nanosecond })
	r.Deliver("县区", mail(1), time.Now())
	before, err := r.client.Folders(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	r.Faults().Add(coremail.Fault{On: "LIST", Do: coremail.Cut})
	after, err := r.client.Folders(t.Context())
	if err != nil || fmt.Sprint(after) != fmt.Sprint(before) {
		t.Errorf("%v, %v; before %v", after, err, before)
	}
}

// TestOddFolderNames: names that are not modified UTF-7 are left out, and the
// other folders are read.
func TestOddFolderNames(t *testing.T) {
	for _, line := range []string{
		`* LIST () "/" "A&B"`, "* LIST () \"/\" \"\xc4\xe3\xba\xc3\"", `* LIST () "/" A&B`, `* LIST () "/" "A&B C"`,
		`* LIST () "/" "&AAA-"`, `* LIST () "/" "&2AA-"`, "* LIST (a\"b) \"/\" x",
	} {
		r := start(t, coremail.NetEase)
		r.Faults().Add(coremail.Fault{On: "LIST", Do: coremail.Untagged, Text: line})
		folders, err := r.client.Folders(t.Context())
		if err != nil || len(folders) < 4 || folders[0].Name != "INBOX" {
			t.Errorf("%s: %v, %v", line, folders, err)
		}
	}
}

func TestFoldersWithoutAServer(t *testing.T) {
	opt := options(t, "127.0.0.1:1", nil)
	c := mailbox.New(opt)
	if folders, err := c.Folders(t.Context()); kind(err) != mailbox.KindRefused {
		t.Errorf("%v, %v", folders, err)
	}
	if err := c.Close(); err != nil {
		t.Error(err)
	}
}
