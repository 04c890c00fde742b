package compose

import (
	"bytes"
	"embed"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path"
	"path/filepath"
	"slices"
)

//go:embed templates/*.tmpl catalogue/*.json
var embedded embed.FS

// The embedded files that are no letter.
const (
	wordsFile    = "catalogue/words.json"
	findingsFile = "catalogue/findings.json"
	partsFile    = "templates/parts.tmpl"
	frameFile    = "templates/frame.html.tmpl"
)

// source gives the text of templates and catalogue: a file of the folder where
// it has one of that name, else the embedded one.
type source struct{ dir string }

// read returns the text of the embedded file or its replacement, without a
// byte order mark and with LF lines, and the name to show in errors.
func (s source) read(name string) (data []byte, shown string, err error) {
	shown = name
	if s.dir != "" {
		shown = filepath.Join(s.dir, path.Base(name))
		data, err = os.ReadFile(shown)
		switch {
		case err == nil:
			data = bytes.TrimPrefix(data, []byte("\ufeff"))
			return bytes.ReplaceAll(data, []byte("\r\n"), []byte("\n")), shown, nil
		case !errors.Is(err, fs.ErrNotExist):
			return nil, shown, fmt.Errorf("read template: %w", err)
		}
		shown = name
	}
	data, err = embedded.ReadFile(name)
	if err != nil {
		return nil, shown, fmt.Errorf("read embedded template: %w", err)
	}
	return data, shown, nil
}

// shown returns the name of the file that read would take.
func (s source) shown(name string) string {
	if s.dir != "" {
		file := filepath.Join(s.dir, path.Base(name))
		if _, err := os.Stat(file); err == nil {
			return file
		}
	}
	return name
}

// check refuses a folder that cannot be read and a template or catalogue in it
// that replaces nothing, which would else be ignored in silence.
func (s source) check() error {
	if s.dir == "" {
		return nil
	}
	entries, err := os.ReadDir(s.dir)
	if err != nil {
		return fmt.Errorf("template folder: %w", err)
	}
	var known []string
	for _, sub := range []string{"templates", "catalogue"} {
		names, err := embedded.ReadDir(sub)
		if err != nil {
			return fmt.Errorf("list embedded templates: %w", err)
		}
		for _, n := range names {
			known = append(known, n.Name())
		}
	}
	for _, e := range entries {
		ext := filepath.Ext(e.Name())
		if (ext == ".tmpl" || ext == ".json") && !slices.Contains(known, e.Name()) {
			return fmt.Errorf("%s replaces no template; known are %v", filepath.Join(s.dir, e.Name()), known)
		}
	}
	return nil
}
