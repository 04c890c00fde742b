package app_test

import (
	"bytes"
	"context"
	"errors"
	"flag"
	"fmt"
	"io"
	"log/slog"
	"math/rand/v2"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"taizhang/app"
	"taizhang/config"
	"taizhang/ingest"
	"taizhang/internal/samples"
	"taizhang/ledger"
	"taizhang/notify"
)

// playedYears widens the tests of the calendar: the last year of those that
// begin with 2024, each in six time zones of the host. By default a month
// of 2024 is played in one.
var playedYears = flag.Int("years", 0, "play every day from 2024 to the end of this year; 0: one month")

var hostZones = []string{"UTC", "Asia/Shanghai", "America/New_York", "Pacific/Kiritimati", "Asia/Kolkata", "Pacific/Pago_Pago"}

// year is one campaign of twelve months with its county offices: when each
// reports, and what must therefore be mailed, worked out from rule book §8 and
// not by the program.
type year struct {
	noLargeMail
	t      *testing.T
	cfg    *config.Config
	first  time.Time // of the program
	last   time.Time
	months []ledger.Period
	report map[place]time.Time // R; absent: never
	raw    map[place][]byte

	mu   sync.Mutex
	now  func() time.Time
	told time.Time // what the program's clock says, where it is wrong at times; zero: it is now
	sent map[string]time.Time
}

// newYear lays out the months of y: about one report in five never comes.
func newYear(t *testing.T, y, months int, seed uint64) *year {
	t.Helper()
	rng := rand.New(rand.NewPCG(seed, uint64(y))) //nolint:gosec // a year
	w := &year{t: t, report: map[place]time.Time{}, raw: map[place][]byte{}, sent: map[string]time.Time{}}
	dir := t.TempDir()
	text, err := samples.Config(samples.Setting{IMAP: "127.0.0.1:1", SMTP: "127.0.0.1:1", PasswordFile: "code", Store: filepath.Join(dir, "store")})
	if err != nil {
		t.Fatal(err)
	}
	s := string(text)
	for _, e := range [][2]string{
		{"year: 2022 ", fmt.Sprintf("year: %d ", y)}, {`first_month: "2022-05"`, fmt.Sprintf(`first_month: "%d-01"`, y)},
		{`last_month: "2022-12"`, fmt.Sprintf(`last_month: "%d-%02d"`, y, months)}, {"poll: 90s ", "poll: 23h "}, {"spacing: 20s ", "spacing: 1s "},
		{"per_day: 150 ", "per_day: 1000 "}, {"per_quarter: 20 ", "per_quarter: 1000 "},
	} {
		if !strings.Contains(s, e[0]) {
			t.Fatalf("the sample's configuration has no %q any more", e[0])
		}
		s = strings.Replace(s, e[0], e[1], 1)
	}
	for name, data := range map[string][]byte{"config.yaml": []byte(s), "code": []byte(password)} {
		if err := os.WriteFile(filepath.Join(dir, name), data, 0o600); err != nil {
			t.Fatal(err)
		}
	}
	if w.cfg, err = config.Load(filepath.Join(dir, "config.yaml")); err != nil {
		t.Fatal(err)
	}
	w.first = time.Date(y, 1, 1, 0, 3, 0, 0, officeZone)
	for m := range months {
		p := ledger.Period{Year: y, Month: time.Month(m + 1)}
		w.months = append(w.months, p)
		for _, unit := range players {
			if rng.IntN(5) == 0 {
				continue
			}
			at := place{unit, p}
			// At 17 past, so never at the instant of a slot: from the 20th to the 11th.
			r := on(p, 20, 0).Add(time.Duration(rng.IntN(22*24))*time.Hour + 17*time.Minute)
			n := fmt.Sprint(20 + rng.IntN(40))
			filled := filledOn(p, r)
			w.report[at] = r
			w.raw[at] = letter(r, ownAddress(unit), "pass", "台账", "请查收附件。", enclosed{"台账.csv",
				bytes.Replace(page(at, stated{firms: "12", pension: n, injury: n, unemployment: n, words: "走访企业。"}, filled), []byte("2022年全民"), fmt.Appendf(nil, "%d年全民", y), 1)})
		}
	}
	w.last = on(w.months[len(w.months)-1].Next(), 17, 0)
	return w
}

// slots are the instants of the unit's reminders for p by their stage (rule
// book §8): 【请报送】 T−5 workdays, 【明日截止】 the day before or the workday
// before that, 【催报】 from the first workday after D, every second one, to T+10.
func (w *year) slots(p ledger.Period) map[string]time.Time {
	c := w.cfg.Campaign.Schedule.Calendar
	due := ledger.Date{Year: p.Year, Month: p.Month, Day: 28}
	at := func(d ledger.Date, h, m int) time.Time {
		return time.Date(d.Year, d.Month, d.Day, h, m, 0, 0, officeZone)
	}
	back := func(d ledger.Date) ledger.Date {
		for !c.IsWorkday(d) {
			d = d.AddDays(-1)
		}
		return d
	}
	request := due
	for n := 5; n > 0; {
		if request = request.AddDays(-1); c.IsWorkday(request) {
			n--
		}
	}
	out := map[string]time.Time{"request": at(request, 9, 30), "tomorrow": at(back(due.AddDays(-1)), 9, 30)}
	stage, skip := 1, 0
	for d := due.AddDays(1); d.DaysSince(due) <= 10; d = d.AddDays(1) {
		switch {
		case !c.IsWorkday(d):
		case skip > 0:
			skip--
		default:
			out[fmt.Sprintf("overdue-%d", stage)] = at(d, 9, 0)
			stage, skip = stage+1, 1
		}
	}
	return out
}

// want are the reminders that must go out, by their key, with their slots.
// The program looks every step: who reports after the slot and before it looks
// need not be reminded any more, and is neither wanted nor forbidden.
func (w *year) want(step time.Duration) map[string]time.Time {
	out := map[string]time.Time{}
	for _, p := range w.months {
		for stage, slot := range w.slots(p) {
			for _, unit := range players {
				if r, ok := w.report[place{unit, p}]; !ok || !r.Before(slot.Add(step)) {
					out["remind/"+p.String()+"/"+unit+"/"+stage] = slot
				}
			}
		}
	}
	return out
}

// judge compares what was sent with what had to be. early is how far the clock
// may have run ahead, step how long the program may have slept.
func (w *year) judge(early, step time.Duration) (n int) {
	w.t.Helper()
	want := w.want(step)
	for key, slot := range want {
		at, ok := w.sent[key]
		if !ok {
			w.t.Errorf("%s, due %s, was not sent", key, slot.Format(time.DateTime))
			continue
		}
		if at.Before(slot.Add(-early)) || at.After(slot.Add(36*time.Hour)) {
			w.t.Errorf("%s, due %s, was sent %s", key, slot.Format(time.DateTime), at.In(officeZone).Format(time.DateTime))
		}
	}
	for key, at := range w.sent {
		if !strings.HasPrefix(key, "remind/") || !slices.Contains(players, strings.Split(key, "/")[2]) {
			continue
		}
		n++
		if _, ok := want[key]; !ok && early == 0 {
			w.t.Errorf("%s was sent %s and must not be", key, at.In(officeZone).Format(time.DateTime))
		}
	}
	return n
}

// The mailbox of a year shows what has arrived by now.

func (w *year) Folders(context.Context) ([]ingest.Folder, error) {
	return []ingest.Folder{{Name: "INBOX"}}, nil
}

func (w *year) arrived() []place {
	var out []place
	for at, r := range w.report {
		if !r.After(w.now()) {
			out = append(out, at)
		}
	}
	slices.SortFunc(out, func(x, y place) int {
		return w.report[x].Compare(w.report[y])*10 + strings.Compare(x.unit+x.period.String(), y.unit+y.period.String())
	})
	return out
}

func (w *year) List(context.Context, string) (ingest.Listing, error) {
	l := ingest.Listing{Validity: "1"}
	for i, at := range w.arrived() {
		l.Items = append(l.Items, ingest.Item{UID: uint32(i + 1), Size: int64(len(w.raw[at])), Internal: w.report[at]}) //nolint:gosec // a few mails
	}
	return l, nil
}

func (w *year) Fetch(_ context.Context, _ string, i ingest.Item, out io.Writer) error {
	_, err := out.Write(w.raw[w.arrived()[i.UID-1]])
	return err
}

func (w *year) Send(_ context.Context, o ledger.Outgoing, endOfData func(map[string]string) error) notify.Report {
	w.mu.Lock()
	defer w.mu.Unlock()
	now := w.now()
	if _, twice := w.sent[o.Key]; twice {
		w.t.Errorf("%s was sent twice", o.Key)
	}
	if !w.told.IsZero() && w.told.Year() < 2000 {
		w.t.Errorf("%s was sent by a clock that says %d", o.Key, w.told.Year())
	}
	if strings.HasPrefix(o.Key, "remind/") {
		if r, ok := w.report[place{o.Unit, o.Period}]; ok && r.Before(now.Add(-12*time.Hour)) {
			w.t.Errorf("%s was sent %s to who had reported", o.Key, now.In(officeZone).Format(time.DateTime))
		}
	}
	w.sent[o.Key] = now
	if err := endOfData(nil); err != nil {
		return notify.Report{Phase: notify.PhaseEnd, Err: err}
	}
	return notify.Report{Phase: notify.PhaseEnd, Code: 250, Text: "OK", EndOfData: true}
}

func (w *year) program(ctx context.Context) *app.App {
	w.t.Helper()
	a, err := app.New(ctx, app.Options{Config: w.cfg, Log: slog.New(slog.DiscardHandler), Version: "test", Offline: true, Played: true})
	if err != nil {
		w.t.Fatal(err)
	}
	a.Wire(w, w)
	return a
}

// span says which years are played, and how many months of each.
func span() (years []int, months int, zones []string) {
	if *playedYears == 0 {
		return []int{2024}, 1, hostZones[2:3]
	}
	for y := 2024; y <= *playedYears; y++ {
		years = append(years, y)
	}
	return years, 12, hostZones
}

// The daemon itself runs through the years, in synthetic time: each reminder
// goes out once, on its day, wherever the host's clock thinks it is.
func TestYears(t *testing.T) {
	years, months, zones := span()
	part, parts := sharded(t)
	local := time.Local //nolint:gosmopolitan // the host's zone is what is varied
	defer func() { time.Local = local }()
	sent, played := 0, 0
	for i, name := range zones {
		zone, err := time.LoadLocation(name)
		if err != nil {
			t.Fatal(err)
		}
		time.Local = zone
		for k, y := range years {
			if (i*len(years)+k)%parts != part {
				continue
			}
			played++
			w := newYear(t, y, months, 1)
			synctest.Test(t, func(t *testing.T) {
				w.now = time.Now
				time.Sleep(time.Until(w.first))
				ctx, stop := context.WithCancel(t.Context())
				a := w.program(ctx)
				if months == 12 { // a look at all of the store takes longer than the day around it
					a.LookEvery(7)
				}
				done := make(chan error, 1)
				go func() { done <- a.Run(ctx, app.Hooks{}) }()
				time.Sleep(time.Until(w.last))
				stop()
				if err := errors.Join(<-done, a.Shelf().Check(context.WithoutCancel(ctx))); err != nil {
					t.Error(err)
				}
				if err := a.Close(); err != nil {
					t.Error(err)
				}
			})
			sent += w.judge(0, 0)
		}
	}
	if sent == 0 {
		t.Fatal("no reminder was sent at all")
	}
	fmt.Printf("years: %d to %d in %d host zones, %d of these %d of %d months here (shard %s), %d reminders, each once and in time\n",
		years[0], years[len(years)-1], len(zones), played, len(years)*len(zones), months, *shard, sent)
}
