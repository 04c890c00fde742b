package endurance

import (
	"bufio"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"log/slog"
	"net"
	"os"
	"runtime/pprof"
	"strings"
	"time"

	"taizhang/app"
	"taizhang/config"
	"taizhang/ledger"
)

// The files that the daemon leaves in the year's folder.
const (
	logFile      = "log"
	measuredFile = "measured"
)

// wakings are the hours of a day at which the daemon is woken: after those of
// the plan's clock, and in the evening.
var wakings = [][2]int{{8, 31}, {9, 31}, {16, 1}, {20, 0}}

// daemon is the program as serve builds it, woken by a played clock.
type daemon struct {
	y     year
	app   *app.App
	cfg   *config.Config
	world net.Conn
	says  *bufio.Reader
	begun time.Time // by the wall clock
	least held      // of the evenings since the last month's end
	got   measured
}

// runDaemon is the daemon's process.
func runDaemon(ctx context.Context, args []string) (err error) {
	app.Frugal() // as serve does
	d := &daemon{begun: time.Now()}
	if err := json.Unmarshal([]byte(args[0]), &d.y); err != nil {
		return err
	}
	if d.cfg, err = config.Load(d.y.path("config.yaml")); err != nil {
		return err
	}
	if d.world, err = net.Dial("unix", d.y.path(socketFile)); err != nil {
		return err
	}
	d.says = bufio.NewReader(d.world)
	log, err := os.Create(d.y.path(logFile))
	if err != nil {
		return err
	}
	if d.app, err = app.New(ctx, app.Options{
		Config: d.cfg, Log: slog.New(slog.NewTextHandler(log, nil)), Version: "endurance", Played: true,
		ReaderCommand: self("reader"), InspectCommand: self("inspector"),
	}); err != nil {
		return err
	}
	err = d.live(ctx)
	pprof.StopCPUProfile()
	err = errors.Join(err, d.app.Close(), log.Close(), d.world.Close())
	text, jerr := json.Marshal(d.got)
	return errors.Join(err, jerr, os.WriteFile(d.y.path(measuredFile), text, 0o600))
}

// self is the command that starts this program as a child of the daemon's,
// which is given none of its environment.
func self(part string) []string {
	return []string{"/usr/bin/env", partEnv + "=" + part, os.Args[0]}
}

// live goes through the year day by day.
func (d *daemon) live(ctx context.Context) error {
	if err := d.app.Listen(); err != nil {
		return err
	}
	if err := d.app.Resume(ctx); err != nil {
		return err
	}
	if err := d.profile(); err != nil {
		return err
	}
	month := time.January
	for day := d.y.begin(); day.Before(d.y.end()); day = day.AddDate(0, 0, 1) {
		if day.Month() != month {
			if err := d.turn(ctx, day, int(month)); err != nil {
				return err
			}
			month = day.Month()
		}
		if err := d.day(ctx, day); err != nil {
			return fmt.Errorf("on %s: %w", day.Format(time.DateOnly), err)
		}
	}
	return d.turn(ctx, d.y.end(), int(month))
}

func (d *daemon) day(ctx context.Context, day time.Time) error {
	for i, w := range wakings {
		now := time.Date(day.Year(), day.Month(), day.Day(), w[0], w[1], 0, 0, zone)
		if err := d.round(ctx, now, i+1 < len(wakings)); err != nil {
			return err
		}
	}
	if err := d.desk(ctx, time.Date(day.Year(), day.Month(), day.Day(), 22, 0, 0, 0, zone)); err != nil {
		return err
	}
	now, err := holds()
	d.least = d.least.min(now)
	return err
}

// round is one waking, with what the limits of sending allow until the next.
func (d *daemon) round(ctx context.Context, now time.Time, more bool) error {
	if err := d.set(now); err != nil {
		return err
	}
	r, err := d.app.Step(ctx, now)
	if err = errors.Join(err, r.PollErr); err != nil {
		return err
	}
	horizon := now.Add(25 * time.Minute)
	if !more {
		horizon = now.Add(2 * time.Hour)
	}
	_, err = d.app.Drain(ctx, now, horizon, func(_ context.Context, at time.Time) (time.Time, error) { return at, d.set(at) })
	return err
}

// set lets the world's time go by.
func (d *daemon) set(now time.Time) error {
	if _, err := fmt.Fprintln(d.world, now.UnixNano()); err != nil {
		return err
	}
	line, err := d.says.ReadString('\n')
	if err != nil {
		return err
	}
	if _, err := fmt.Sscanf(line, "%d", &d.got.Mails); err != nil {
		return fmt.Errorf("the world: %s", strings.TrimSpace(line))
	}
	return nil
}

// desk looks at the grid over the control socket, as a person does each day,
// and decides what is held.
func (d *daemon) desk(ctx context.Context, now time.Time) error {
	remote, _, err := app.Dial(ctx, d.cfg.StoreDir)
	if err != nil {
		return err
	}
	last := ledger.Period{Year: campaignYear, Month: time.Month(d.y.Months)}
	p := ledger.Period{Year: now.Year(), Month: now.Month()}
	if last.Before(p) {
		p = last
	}
	seen, err := remote.Do(ctx, app.Call{Op: "status", At: now, Period: p})
	if err != nil {
		return err
	}
	for i, h := range seen.Status.Held {
		act := app.DeskAction{Action: "return", Target: h.ID, Void: true, Reason: "来信地址不是该单位的，已电话核实"}
		if i%2 == 0 && d.cfg.Campaign.Has(h.Period) {
			act = app.DeskAction{Action: "accept", Target: h.ID, Reason: "已电话核实"}
		}
		_, err := remote.Do(ctx, app.Call{Op: "desk", At: now, Desk: &act})
		var no *app.Refusal
		if errors.As(err, &no) { // superseded by then, or blocked
			act = app.DeskAction{Action: "return", Target: h.ID, Void: true, Reason: "以新报为准"}
			_, err = remote.Do(ctx, app.Call{Op: "desk", At: now, Desk: &act})
		}
		if err != nil {
			return fmt.Errorf("%s %s: %w", act.Action, h.ID, err)
		}
	}
	return nil
}

// turn is the night after a month: the store is looked at as each night, the
// evidence of a unit is asked for, every third month a backup is made, and what
// the process takes is measured.
func (d *daemon) turn(ctx context.Context, now time.Time, month int) error {
	remote, _, err := app.Dial(ctx, d.cfg.StoreDir)
	if err != nil {
		return err
	}
	calls := []app.Call{{Op: "verify", At: now}, {Op: "explain", At: now, Explain: &app.ExplainRequest{
		Unit: unitName(0), Period: ledger.Period{Year: campaignYear, Month: time.Month(min(month, d.y.Months))}}}}
	if month%3 == 2 {
		calls = append(calls, app.Call{Op: "backup", At: now})
	}
	for _, c := range calls {
		r, err := remote.Do(ctx, c)
		if err != nil {
			return fmt.Errorf("%s: %w", c.Op, err)
		}
		if r.Report != nil && len(r.Report.Problems) > 0 {
			return fmt.Errorf("%s: %v", c.Op, r.Report.Problems)
		}
	}
	st, err := d.app.State(ctx)
	if err != nil {
		return err
	}
	p, err := d.look(now, len(st.Outbox))
	if err != nil {
		return err
	}
	d.got.Points = append(d.got.Points, p)
	fmt.Println(p)
	return d.profile()
}

// profile leaves a heap profile of now and a CPU profile of the last month.
func (d *daemon) profile() error {
	if d.y.Profiles == "" {
		return nil
	}
	pprof.StopCPUProfile()
	n := len(d.got.Points)
	heap, err := os.Create(fmt.Sprintf("%s/heap-%02d", d.y.Profiles, n))
	if err != nil {
		return err
	}
	cpu, err := os.Create(fmt.Sprintf("%s/cpu-%02d", d.y.Profiles, n+1))
	if err != nil {
		return errors.Join(err, heap.Close())
	}
	return errors.Join(pprof.WriteHeapProfile(heap), heap.Close(), pprof.StartCPUProfile(cpu)) // cpu is closed with the process
}
