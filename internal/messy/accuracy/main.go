// Command accuracy reads ledgers of every line of the table of cases as every
// kind of file, as the command check does, and prints how many came out right,
// held though readable, and wrong in silence. It is what make accuracy runs,
// and no part of the program.
package main

import (
	"context"
	"errors"
	"flag"
	"fmt"
	"os"
	"path/filepath"
	"runtime"
	"strings"
	"sync"

	"taizhang/app"
	"taizhang/config"
	"taizhang/internal/messy"
	"taizhang/internal/messy/score"
)

// childCommand makes this binary the reader in a child process.
const childCommand = "read-child"

// fenced is how many cases are read here for each one that the real child
// process reads.
const fenced = 10

// minAccepted is the share of readable cases that must be accepted.
const minAccepted = 0.99

func main() {
	ctx := context.Background()
	if len(os.Args) == 2 && os.Args[1] == childCommand {
		if err := app.ServeReader(ctx, os.Stdin, os.Stdout); err != nil {
			fmt.Fprintln(os.Stderr, err)
			os.Exit(1)
		}
		return
	}
	ok, err := run(ctx)
	if err != nil {
		fmt.Fprintln(os.Stderr, "accuracy:", err)
	}
	if err != nil || !ok {
		os.Exit(1)
	}
}

// options are the flags.
type options struct {
	rounds, show int
	seed         uint64
	only, keep   string
}

// job is a case and the reader for it, nil for one in this process.
type job struct {
	c    messy.Case
	read app.FileReader
}

// counter checks cases side by side and counts what came of them.
type counter struct {
	options
	cfg    *config.Config
	mu     sync.Mutex
	board  *score.Board
	inside int // read by the child
	failed error
}

func run(ctx context.Context) (ok bool, err error) {
	var opt options
	flag.IntVar(&opt.rounds, "rounds", 1, "cases for each line and kind")
	flag.Uint64Var(&opt.seed, "seed", 2022, "seed of the cases")
	flag.IntVar(&opt.show, "show", 40, "how many cases that came out wrong to print")
	flag.StringVar(&opt.only, "only", "", "only cases whose name holds this")
	flag.StringVar(&opt.keep, "keep", "", "folder for the files of cases that come out wrong")
	flag.Parse()
	cfg, err := config.Builtin()
	if err != nil {
		return false, fmt.Errorf("built-in config: %w", err)
	}
	self, err := os.Executable()
	if err != nil {
		return false, fmt.Errorf("own path: %w", err)
	}
	child := app.NewReader(cfg, []string{self, childCommand}, nil)
	defer func() { err = errors.Join(err, child.Close()) }()
	n := &counter{options: opt, cfg: cfg, board: score.NewBoard()}
	n.all(ctx, child)
	fmt.Println(strings.Join(messy.Crossing(opt.seed), "\n"))
	fmt.Printf("\n%s\n", n.board)
	fmt.Printf("accuracy: %d of them read by the child process, seed %d\n%s\n", n.inside, opt.seed, n.board.Total())
	return n.board.All.Of(score.Silent) == 0 && n.board.Accepted() >= minAccepted, n.failed
}

// all checks all cases; each tenth is read by the child.
func (n *counter) all(ctx context.Context, child app.FileReader) {
	var wg sync.WaitGroup
	todo := make(chan job)
	for range runtime.GOMAXPROCS(0) {
		wg.Go(func() {
			for j := range todo {
				got, err := app.CheckFile(ctx, j.c.File, j.c.Data, score.Options(n.cfg, j.c, j.read))
				n.count(j.c, got, err)
			}
		})
	}
	i := 0
	for c := range messy.Every(n.seed, n.rounds) {
		if !strings.Contains(c.Name, n.only) {
			continue
		}
		j := job{c: c}
		if i++; i%fenced == 0 {
			j.read = child
			n.inside++
		}
		todo <- j
	}
	close(todo)
	wg.Wait()
}

func (n *counter) count(c messy.Case, got []app.Checked, err error) {
	n.mu.Lock()
	defer n.mu.Unlock()
	if err != nil {
		n.failed = errors.Join(n.failed, fmt.Errorf("%s: %w", c.Name, err))
		return
	}
	if why := n.board.Count(c, got); why != "" && n.show > 0 {
		n.show--
		fmt.Println(why)
		save(n.keep, c)
	}
}

func save(folder string, c messy.Case) {
	if folder == "" {
		return
	}
	name := strings.NewReplacer("/", "_", " ", "_", "\n", "_").Replace(c.Name) + "__" + c.File
	if err := os.WriteFile(filepath.Join(folder, name), c.Data, 0o600); err != nil {
		fmt.Fprintln(os.Stderr, err)
	}
}
