package main

import (
	"fmt"
	"runtime"
	"runtime/debug"
	"sort"
	"strings"

	"taizhang/app"
	"taizhang/config"
)

type configCmd struct {
	Check configCheck `cmd:"" help:"检查配置文件。"`
	Show  configShow  `cmd:"" help:"显示配置，授权码显示为 ***。"`
	// Template is for an office that wants its own wording of the bulletin.
	Template configTemplate `cmd:"" help:"显示内置的通报模板，供修改。"`
}

type configCheck struct {
	File string `arg:"" name:"F" help:"配置文件。"`
}

// Run names every mistake with its place and what to write.
func (c *configCheck) Run(e *env) error {
	cfg, err := config.Load(c.File)
	if err != nil {
		return err
	}
	if err := app.CheckTemplate(cfg); err != nil {
		return err
	}
	e.print(textConfigFine, c.File)
	if cfg.BulletinTemplate != "" {
		e.print(textOwnBulletin, cfg.BulletinTemplate)
	}
	e.print(textConfigCampaign, cfg.Campaign.City, cfg.Campaign.Year, cfg.Campaign.Name, cfg.Campaign.First, cfg.Campaign.Last)
	e.print(textConfigUnits, len(cfg.Campaign.Units), strings.Join(cfg.Campaign.UnitNames(), "、"))
	var without []string
	for _, u := range cfg.Campaign.Units {
		if len(u.Addresses) == 0 {
			without = append(without, u.Name)
		}
	}
	if len(without) > 0 {
		e.print(textConfigNoAddress, strings.Join(without, "、"))
	}
	if years := cfg.UnknownYears(); len(years) > 0 {
		e.print(textYears+"\n", joinYears(years))
	}
	if _, err := cfg.Mailbox.Password.Read(); err != nil {
		e.print(textConfigHint, err)
	}
	return nil
}

func joinYears(years []int) string {
	var out []string
	for _, y := range years {
		out = append(out, fmt.Sprintf("%d年", y))
	}
	return strings.Join(out, "、")
}

type configShow struct {
	File string `arg:"" name:"F" help:"配置文件。"`
}

// Run prints the file without its comments.
func (c *configShow) Run(e *env) error {
	text, err := config.Show(c.File)
	if err != nil {
		return err
	}
	e.print(textConfigSecret, text)
	return nil
}

type configTemplate struct{}

// Run prints the built-in template of the bulletin.
func (configTemplate) Run(e *env) error { //nolint:unparam // every command returns an error
	e.print("%s", app.DefaultTemplate())
	return nil
}

type versionCmd struct{}

// Run prints version, commit, Go and libraries.
func (versionCmd) Run(e *env) error { //nolint:unparam // every command returns an error
	info, ok := debug.ReadBuildInfo()
	e.print("taizhang %s\n", version())
	e.print("commit %s\n", setting(info, ok, "vcs.revision"))
	e.print("%s %s/%s\n", runtime.Version(), runtime.GOOS, runtime.GOARCH)
	if !ok {
		return nil
	}
	var libs []string
	for _, m := range info.Deps {
		libs = append(libs, m.Path+" "+m.Version)
	}
	sort.Strings(libs)
	for _, l := range libs {
		e.print("  %s\n", l)
	}
	return nil
}

// release is set by the linker for released binaries.
var release string

func version() string {
	if release != "" {
		return release
	}
	info, ok := debug.ReadBuildInfo()
	if ok && info.Main.Version != "" && info.Main.Version != "(devel)" {
		return info.Main.Version
	}
	return "dev"
}

func setting(info *debug.BuildInfo, ok bool, key string) string {
	if ok {
		for _, s := range info.Settings {
			if s.Key == key {
				return s.Value
			}
		}
	}
	return "unknown"
}
