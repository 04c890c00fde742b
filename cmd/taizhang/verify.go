package main

import (
	"encoding/json"
	"errors"
	"fmt"
	"io/fs"
	"strings"

	"taizhang/app"
)

type verifyCmd struct {
	JSON bool `name:"json" help:"输出一个 JSON 对象。"`
}

// Run looks at the whole store and names what is wrong: through the daemon
// when there is one, else in a child process.
func (c *verifyCmd) Run(e *env) error {
	rep, err := c.report(e)
	if err != nil {
		return err
	}
	if c.JSON {
		line, err := json.Marshal(rep)
		if err != nil {
			return fmt.Errorf("encode the report: %w", err)
		}
		e.print("%s\n", line)
	} else {
		e.print(textVerified, rep.Mails, rep.Submissions, rep.Outgoing, rep.Events, rep.RawFiles, sizeText(rep.RawBytes))
		for _, f := range rep.Extra {
			e.print(textExtra, f)
		}
		e.print("%s", problemsText(rep.Problems, len(rep.Problems)))
	}
	if n := len(rep.Problems); n > 0 {
		return person(textProblems, n)
	}
	if !c.JSON {
		e.print(textWhole)
	}
	return nil
}

func (c *verifyCmd) report(e *env) (*app.Report, error) {
	cfg, err := e.loadFile()
	if err != nil {
		return nil, err
	}
	if remote, _, err := app.Dial(e.ctx, cfg.StoreDir); err == nil {
		r, err := remote.Do(e.ctx, app.Call{Op: "verify"})
		return r.Report, err
	}
	command, err := inspectCommand()
	if err != nil {
		return nil, err
	}
	rep, err := app.VerifyStore(e.ctx, cfg, command)
	if errors.Is(err, fs.ErrNotExist) {
		return nil, person(textNoStore, cfg.StoreDir)
	}
	return rep, err
}

// problemsText tells the problems, one a line, the first most of them.
func problemsText(ps []app.Problem, most int) string {
	var b strings.Builder
	for i, p := range ps {
		if i == most {
			fmt.Fprintf(&b, textMore, len(ps)-most)
			break
		}
		args := []any{p.File, p.What}
		switch n := strings.Count(textProblem[string(p.Kind)], "%s"); {
		case p.File == "":
			args = args[1:]
		case n == 1:
			args = args[:1]
		}
		fmt.Fprintf(&b, textProblem[string(p.Kind)]+"\n", args...)
	}
	return b.String()
}

// sizeText writes a number of bytes for people.
func sizeText(n int64) string {
	switch {
	case n < 1<<10:
		return fmt.Sprintf("%d 字节", n)
	case n < 1<<20:
		return fmt.Sprintf("%.1f KB", float64(n)/(1<<10))
	case n < 1<<30:
		return fmt.Sprintf("%.1f MB", float64(n)/(1<<20))
	}
	return fmt.Sprintf("%.1f GB", float64(n)/(1<<30))
}
