// Command accuracy reads ledgers of every line of the table of cases as every
// kind of file, as the command check does, and prints how many came out right,
// held though readable, and wrong in silence. It is what make accuracy runs,
// and no part of the program.
package main

import (
	"context"
	"flag"
	"fmt"
	"os"
	"path/filepath"
	"runtime"
	"strings"
	"sync"

	"taizhang/app"
	"taizhang/config"
	"taizhang/ingest"
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

// judged is a case with its place in the order, so that output is stable.
type judged struct {
	c    messy.Case
	read ingest.Reader
}

func run(ctx context.Context) (bool, error) {
	rounds := flag.Int("rounds", 1, "cases for each line and kind")
	seed := flag.Uint64("seed", 2022, "seed of the cases")
	show := flag.Int("show", 40, "how many cases that came out wrong to print")
	only := flag.String("only", "", "only cases whose name holds this")
	keep := flag.String("keep", "", "folder for the files of cases that come out wrong")
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
	var (
		mu     sync.Mutex
		wg     sync.WaitGroup
		board  = score.NewBoard()
		inside int
		failed error
		todo   = make(chan judged)
	)
	for range runtime.GOMAXPROCS(0) {
		wg.Add(1)
		go func() {
			defer wg.Done()
			for j := range todo {
				got, err := app.CheckFile(ctx, j.c.File, j.c.Data, score.Options(cfg, j.c, j.read))
				mu.Lock()
				if err != nil && failed == nil {
					failed = fmt.Errorf("%s: %w", j.c.Name, err)
				}
				if why := board.Count(j.c, got); why != "" && *show > 0 {
					*show--
					fmt.Println(why)
					save(*keep, j.c)
				}
				mu.Unlock()
			}
		}()
	}
	n := 0
	for c := range messy.Every(*seed, *rounds) {
		if !strings.Contains(c.Name, *only) {
			continue
		}
		j := judged{c: c}
		if n++; n%fenced == 0 {
			j.read = child.Read
			inside++
		}
		todo <- j
	}
	close(todo)
	wg.Wait()
	if err := child.Close(); err != nil && failed == nil {
		failed = err
	}
	fmt.Println(strings.Join(messy.Crossing(*seed), "\n"))
	fmt.Printf("\n%s\n", board)
	fmt.Printf("accuracy: %d of them read by the child process, seed %d\n%s\n", inside, *seed, board.Total())
	return board.All.Of(score.Silent) == 0 && board.Accepted() >= minAccepted, failed
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
