package coremail

import (
	"fmt"
	"slices"
	"strconv"
	"strings"
	"time"
)

// fiveFlags are all flags that the server keeps; there is no \* among the
// permanent ones, so a client cannot store its own.
const fiveFlags = `\Answered \Seen \Deleted \Draft \Flagged`

func (c *session) greeting() string {
	if c.s.opt.Profile == Plain {
		return "[CAPABILITY " + c.capabilities() + "] ready."
	}
	return "Coremail System IMap Server Ready(163com[fc9ad0de82ae4ee2f2e6f5b4dfd0c2cf])"
}

func (c *session) capabilities() string {
	quota := ""
	if c.s.opt.Quota != "" {
		quota = " QUOTA"
	}
	if c.s.opt.Profile == Plain {
		return "IMAP4rev1 LITERAL+ ID IDLE SPECIAL-USE UIDPLUS AUTH=PLAIN" + quota
	}
	return "IMAP4rev1 XLIST SPECIAL-USE ID LITERAL+ XAPPLEPUSHSERVICE UIDPLUS X-CM-EXT-1 SASL-IR AUTH=PLAIN APPENDLIMIT=" +
		strconv.Itoa(maxLiteral) + quota
}

// quota serves GETQUOTAROOT (RFC 9208 §4.2).
func (c *session) quota(cmd command) string {
	if c.s.opt.Quota == "" || len(cmd.args) != 1 {
		return "BAD command not supported"
	}
	c.say(`* QUOTAROOT %s ""`, quote(cmd.args[0]))
	c.say(`* QUOTA "" %s`, c.s.opt.Quota)
	return "OK GETQUOTAROOT completed"
}

func (c *session) id() string {
	c.known = true
	if c.s.opt.Profile == Plain {
		c.say(`* ID ("name" "Plain")`)
	} else {
		c.say(`* ID ("name" "Coremail Imap" "vendor" "Mailtech" "TransID" "AQAAf8BxC2d7wQ")`)
	}
	return "OK ID completed"
}

func (c *session) login(cmd command) string {
	if len(cmd.args) != 2 || cmd.args[0] != c.s.opt.User || cmd.args[1] != c.s.opt.Password {
		return "NO LOGIN Login error or password error"
	}
	c.authed = true
	if c.s.opt.Profile == Plain {
		return "OK [CAPABILITY " + c.capabilities() + "] Logged in"
	}
	return "OK LOGIN completed"
}

func (c *session) list(cmd command) string {
	if len(cmd.args) != 2 {
		return "BAD " + cmd.name + " needs a reference and a pattern"
	}
	c.s.mu.Lock()
	folders := slices.Clone(c.s.folders)
	c.s.mu.Unlock()
	for _, f := range folders {
		if pattern := cmd.args[1]; pattern != "*" && pattern != "%" && pattern != encodeName(f.name) {
			continue
		}
		attributes := strings.TrimSpace(`\HasNoChildren ` + specialUse[f.name])
		c.say(`* %s (%s) "/" %s`, cmd.name, attributes, quote(encodeName(f.name)))
	}
	return "OK " + cmd.name + " completed"
}

// open serves SELECT and EXAMINE.
func (c *session) open(cmd command) string {
	if c.s.opt.Profile == NetEase && !c.known {
		return "NO " + cmd.name + " Unsafe Login. Please contact kefu@188.com for help"
	}
	c.folder = nil
	if len(cmd.args) != 1 {
		return "BAD " + cmd.name + " needs a folder"
	}
	name, err := decodeName(cmd.args[0])
	if err != nil {
		return "BAD " + cmd.name + " " + err.Error()
	}
	c.s.mu.Lock()
	defer c.s.mu.Unlock()
	f := c.s.lookup(name)
	if f == nil {
		return "NO " + cmd.name + " Folder not exist"
	}
	c.folder, c.write = f, cmd.name == "SELECT"
	c.view = c.s.visible(f)
	c.say("* %d EXISTS", len(c.view))
	c.say("* 0 RECENT")
	if f.validity != "" {
		c.say("* OK [UIDVALIDITY %s] UIDs valid", f.validity)
	}
	if c.s.opt.Profile == Plain {
		c.say("* OK [UIDNEXT %d] Predicted next UID", f.next)
	}
	c.say("* FLAGS (%s)", fiveFlags)
	if !c.write {
		c.say("* OK [PERMANENTFLAGS ()] Read-only")
		return "OK [READ-ONLY] EXAMINE completed"
	}
	c.say("* OK [PERMANENTFLAGS (%s)] Limited", fiveFlags)
	return "OK [READ-WRITE] SELECT completed"
}

// refresh tells of messages that went and came since the folder was last looked at.
func (c *session) refresh() {
	if c.folder == nil {
		return
	}
	c.s.mu.Lock()
	now := c.s.visible(c.folder)
	c.s.mu.Unlock()
	still := make(map[*message]bool, len(now))
	for _, m := range now {
		still[m] = true
	}
	kept := 0
	for i := len(c.view) - 1; i >= 0; i-- {
		if !still[c.view[i]] {
			c.say("* %d EXPUNGE", i+1)
			continue
		}
		kept++
	}
	if len(now) != kept {
		c.say("* %d EXISTS", len(now))
	}
	c.view = now
}

func (c *session) status(cmd command) string {
	if len(cmd.args) != 2 {
		return "BAD STATUS needs a folder and a list of items"
	}
	name, err := decodeName(cmd.args[0])
	if err != nil {
		return "BAD STATUS " + err.Error()
	}
	c.s.mu.Lock()
	defer c.s.mu.Unlock()
	f := c.s.lookup(name)
	if f == nil {
		return "NO STATUS Folder not exist"
	}
	shown := c.s.visible(f)
	unseen := 0
	for _, m := range shown {
		if !m.seen {
			unseen++
		}
	}
	var items []string
	for _, item := range strings.Fields(strings.ToUpper(strings.Trim(cmd.args[1], "()"))) {
		switch {
		case item == "MESSAGES":
			items = append(items, fmt.Sprintf("MESSAGES %d", len(shown)))
		case item == "UNSEEN":
			items = append(items, fmt.Sprintf("UNSEEN %d", unseen))
		case item == "UIDNEXT" && c.s.opt.Profile == Plain:
			items = append(items, fmt.Sprintf("UIDNEXT %d", f.next))
		}
	}
	c.say(`* STATUS %s (%s)`, quote(encodeName(f.name)), strings.Join(items, " "))
	return "OK STATUS completed"
}

// append serves APPEND; the optional flags and date before the text are taken
// for what they are, the flags then ignored.
func (c *session) append(cmd command) string {
	if len(cmd.args) < 2 {
		return "BAD APPEND needs a folder and a message"
	}
	name, err := decodeName(cmd.args[0])
	if err != nil {
		return "BAD APPEND " + err.Error()
	}
	at := time.Now()
	for _, arg := range cmd.args[1 : len(cmd.args)-1] {
		if t, err := time.Parse(internalDate, arg); err == nil {
			at = t
		}
	}
	c.s.mu.Lock()
	defer c.s.mu.Unlock()
	f := c.s.lookup(name)
	if f == nil {
		return "NO [TRYCREATE] APPEND Folder not exist"
	}
	uid := f.add([]byte(cmd.args[len(cmd.args)-1]), at)
	c.s.changed()
	return fmt.Sprintf("OK [APPENDUID %s %d] APPEND completed", f.validity, uid)
}

// idle serves IDLE (RFC 2177), which NetEase's servers do not have.
func (c *session) idle() (reply string, alive bool) {
	if c.s.opt.Profile == NetEase {
		return "BAD command not supported", true
	}
	c.say("+ idling")
	for {
		c.s.mu.Lock()
		change := c.s.change
		c.s.mu.Unlock()
		c.refresh()
		if c.flush() != nil {
			return "", false
		}
		select {
		case <-c.gone:
			return "", false
		case <-change:
		case next := <-c.cmds:
			if next.name != "DONE" {
				return "BAD IDLE was not ended by DONE", true
			}
			return "OK IDLE completed", true
		}
	}
}
