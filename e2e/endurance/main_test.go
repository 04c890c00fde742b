package endurance

import (
	"bufio"
	"context"
	"encoding/json"
	"flag"
	"fmt"
	"io"
	"os"
	"os/exec"
	"os/signal"
	"path/filepath"
	"syscall"
	"testing"

	"taizhang/app"
)

// How long the year is. The defaults are for go test ./...
var (
	mails   = flag.Int("mails", 80, "mails of others that arrive")
	units   = flag.Int("units", 5, "reporting units, 3 to 100")
	months  = flag.Int("months", 2, "months of the campaign, 2 to 12")
	reports = flag.Int("ledgers", 5, "of each unit for each month, on average")
	seed    = flag.Uint64("seed", 2022, "of what arrives, and when")

	profiles = flag.String("profiles", "", "folder to leave profiles of the daemon in, a heap and a CPU for each month")
)

// partEnv names the part that this process plays.
const partEnv = "TAIZHANG_ENDURANCE_PART"

// parts are the processes besides the test; args are the process's.
var parts = map[string]func(ctx context.Context, args []string) error{
	"world":     serveWorld,
	"daemon":    runDaemon,
	"reader":    serveReader,
	"inspector": serveInspector,
}

func TestMain(m *testing.M) {
	if part := os.Getenv(partEnv); part != "" {
		if err := parts[part](context.Background(), os.Args[1:]); err != nil {
			fmt.Fprintln(os.Stderr, part+":", err)
			os.Exit(4)
		}
		os.Exit(0)
	}
	os.Exit(m.Run())
}

// serveReader is the hidden command reader of the real program.
func serveReader(ctx context.Context, _ []string) error {
	signal.Ignore(os.Interrupt, syscall.SIGTERM)
	in, out := os.Stdin, os.Stdout
	os.Stdout = os.Stderr
	return app.ServeReader(ctx, in, out)
}

// serveInspector is the hidden command inspector of the real program.
func serveInspector(ctx context.Context, args []string) error {
	var in app.Inspection
	set := flag.NewFlagSet("inspector", flag.ContinueOnError)
	set.BoolVar(&in.Raw, "raw", false, "")
	set.StringVar(&in.RawDir, "raw-dir", "", "")
	set.BoolVar(&in.Restore, "restore", false, "")
	if err := set.Parse(args); err != nil {
		return err
	}
	in.Dir = set.Arg(0)
	return app.ServeInspect(ctx, in, os.Stdout)
}

// part starts this program as another process, with the year as its argument.
func part(t *testing.T, name string, y year, out io.Writer) *exec.Cmd {
	t.Helper()
	text, err := json.Marshal(y)
	if err != nil {
		t.Fatal(err)
	}
	cmd := exec.CommandContext(t.Context(), os.Args[0], string(text))
	cmd.Env = append(os.Environ(), partEnv+"="+name)
	cmd.Stdout, cmd.Stderr = out, os.Stderr
	return cmd
}

// year is what the processes must agree on.
type year struct {
	Dir                  string // of everything that is written
	Mails, Units, Months int
	Ledgers              int // of each unit for each month, on average
	Seed                 uint64
	Profiles             string // where they go; "": none are made
}

func (y year) path(name string) string { return filepath.Join(y.Dir, name) }

// TestEndurance plays the year, and wants the bounds of the daemon kept and
// nothing lost or doubled at its end.
//
// The mails are those of a busy mailbox. For each month a unit sends five mails
// with a ledger on average, one to ten of them: the report, the same once more, one that
// must be corrected and its correction, and figures that change after the
// summary; now and then one comes from an address that nobody knows, and one in
// a thousand mails has a picture of some MB beside it. A county in life sends
// one to three. The rest, seven mails of eight in the whole year, is what else
// lies in a mailbox that an office uses: junk, answers of robots, strangers, and
// words of the units without a ledger. It costs a look each, and has to be kept
// and decided as any other.
func TestEndurance(t *testing.T) {
	y := year{Dir: t.TempDir(), Mails: *mails, Units: *units, Months: *months, Ledgers: *reports, Seed: *seed, Profiles: *profiles}
	if y.Units < 3 || y.Units > 100 || y.Months < 2 || y.Months > 12 {
		t.Fatalf("%d units and %d months: want 3 to 100, and 2 to 12", y.Units, y.Months)
	}
	if most := y.Mails / (y.Units * y.Months); y.Ledgers < 1 || y.Ledgers > most {
		t.Fatalf("%d ledgers of each unit and month: want 1 to %d, as many as there are mails", y.Ledgers, most)
	}
	begun, beginning := io.Pipe()
	world := part(t, "world", y, beginning)
	quit, err := world.StdinPipe()
	if err != nil {
		t.Fatal(err)
	}
	if err := world.Start(); err != nil {
		t.Fatal(err)
	}
	ended := make(chan error, 1)
	go func() {
		err := world.Wait()
		ended <- err
		beginning.CloseWithError(fmt.Errorf("the world has ended: %w", err))
	}()
	if _, err := bufio.NewReader(begun).ReadString('\n'); err != nil {
		t.Fatal(err)
	}
	daemon := part(t, "daemon", y, os.Stdout)
	if err := daemon.Run(); err != nil {
		t.Errorf("the daemon: %v", err)
	}
	if err := quit.Close(); err != nil {
		t.Error(err)
	}
	if err := <-ended; err != nil {
		t.Errorf("the world: %v", err)
	}
	if !t.Failed() {
		judge(t, y)
	}
}
