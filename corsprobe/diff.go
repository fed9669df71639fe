package main

import (
	"context"
	"fmt"
	"io"
	"net/http"
	"slices"
	"strings"

	"github.com/corsuite/corsuite/core/browser"
	"github.com/corsuite/corsuite/corsprobe/internal/policydiff"
)

const diffUsage = `corsprobe diff says which pages a new config newly allows or blocks.

  corsprobe diff old.yaml new.yaml
  git show main:cors.yaml | corsprobe diff - cors.yaml

The exit code is 0 if nothing changes, 1 if something changes, and 2 if a config
is wrong or cannot be read.

`

// diffCommand is the command diff.
func diffCommand(ctx context.Context, args []string, s streams) (int, error) {
	var section configFlags
	var asJSON bool
	fs := newFlags()
	fs.BoolVar(&asJSON, "json", false, "print JSON")
	section.addSection(fs)
	switch done, err := parse(fs, args, diffUsage, s); {
	case done || err != nil:
		return exitExpected, err
	case fs.NArg() != 2:
		return 0, usageError{fmt.Errorf("diff compares two files, not %d; write the old and the new one", fs.NArg())}
	case fs.Arg(0) == "-" && fs.Arg(1) == "-":
		return 0, usageError{fmt.Errorf("both files are the standard input; write the name of one")}
	}
	var files [2]*policyFile
	for i := range files {
		from := configFlags{file: fs.Arg(i), section: section.section}
		var err error
		if files[i], err = from.read(s); err != nil {
			return 0, err
		}
	}
	d, err := policydiff.Compare(ctx, files[0].policy, files[1].policy)
	if err != nil {
		return 0, err
	}
	if asJSON {
		err = writeDiff(s.out, d, files[1])
	} else {
		printer{s.out, s.color}.diff(d, files[1])
	}
	if err != nil || d.Empty() {
		return exitExpected, err
	}
	return exitUnexpected, nil
}

// The largest numbers of entries and names that are shown.
const (
	mostLines = 20 // in the text, of each group
	mostNames = 20 // in a line
	mostShort = 5  // entries in brackets
	mostJSON  = 1000
)

// diff writes the text. It begins with what pages may newly do.
func (p printer) diff(d *policydiff.Diff, newer *policyFile) {
	if d.Empty() {
		p.line("no page may do more or less")
		return
	}
	p.groups("Newly allowed", "+", "may now", d.Allowed)
	p.groups("Newly blocked", "-", "may no longer", d.Blocked)
	if d.Other != nil {
		p.line("%s", p.bold("Changed otherwise"))
	}
	for _, o := range d.Other {
		p.line("~ %s: %s, before %s", newer.translate(o.Field), o.New, o.Old)
	}
	for _, what := range d.LeftOut {
		p.line("%s: %s", p.bold("Not compared"), what)
	}
}

// groups writes one section. sign is + or -.
func (p printer) groups(title, sign, verb string, groups []policydiff.Group) {
	if len(groups) > 0 {
		p.line("%s", p.bold(title))
	}
	for _, g := range groups {
		var entries []string
		for _, e := range g.Entries {
			entries = append(entries, e.Text)
		}
		switch g.Scope {
		case policydiff.Listed:
			for _, e := range g.Entries[:min(len(g.Entries), mostLines)] {
				p.line("%s pages on %s", sign, described(e))
			}
			if more := len(entries) - mostLines; more > 0 {
				p.line("%s pages on %d more entries", sign, more)
			}
			if g.Except {
				p.line("    except those that both files allow")
			}
		case policydiff.Both:
			p.line("%s pages that both files allow%s", sign, inBrackets(entries))
		case policydiff.Suffixes:
			p.line("%s pages on public suffixes that a wildcard matches, if there are any%s", sign, inBrackets(entries))
		case policydiff.Denied:
			p.line("%s pages that both files deny", sign)
		}
		if sign == "-" && (g.Scope == policydiff.Listed || g.Scope == policydiff.Suffixes) {
			continue // they lose everything
		}
		for _, r := range g.Rights {
			p.line("    %s %s", verb, what(r))
		}
	}
}

// described returns an entry with its example.
func described(e policydiff.Entry) string {
	text := e.Text
	if text == "*" {
		text = "every origin (*)"
	}
	if e.Example != "" {
		text += ", such as " + e.Example
	}
	return text
}

func inBrackets(entries []string) string {
	if len(entries) == 0 {
		return ""
	}
	return " (" + enumerate(entries, mostShort) + ")"
}

// enumerate returns the first elements of a list.
func enumerate(list []string, most int) string {
	if more := len(list) - most; more > 0 {
		return fmt.Sprintf("%s and %d more", strings.Join(list[:most], ", "), more)
	}
	return strings.Join(list, ", ")
}

// spelled returns names as users write them.
func spelled(kind policydiff.Kind, names []string) []string {
	list := slices.Clone(names)
	for i, name := range list {
		if kind != policydiff.Method {
			list[i] = http.CanonicalHeaderKey(name)
		}
	}
	return list
}

// what returns a right in words.
func what(r policydiff.Right) string {
	list := enumerate(spelled(r.Kind, r.Names), mostNames)
	every := list == policydiff.Others
	text := ""
	switch r.Kind {
	case policydiff.Read:
		switch {
		case r.OnlyWith:
			return "send credentials and read the answers"
		case r.With != nil && !r.OnlyWithout:
			return "read the answers, also with credentials"
		}
		return "read the answers"
	case policydiff.Reach:
		return "send requests that reach a handler"
	case policydiff.Method:
		if text = "send " + list; every {
			text = "send every method"
		}
	case policydiff.Header:
		if text = "set " + list; every {
			text = "set every request header"
		}
	case policydiff.Response:
		if text = "read the response header " + list; every {
			text = "read every response header"
		}
	}
	if every && r.Lacking != nil {
		text += " except " + enumerate(spelled(r.Kind, r.Lacking), mostNames)
	}
	switch {
	case r.OnlyWith:
		text += ", with credentials"
	case r.OnlyWithout:
		text += ", without credentials"
	}
	in := slices.Concat(r.With, r.Without)
	var engines []string
	for _, e := range policydiff.Engines() {
		if slices.Contains(in, e) {
			name := e.String()
			if e == browser.Standard {
				name = "the " + name
			}
			engines = append(engines, name)
		}
	}
	if len(engines) < len(policydiff.Engines()) {
		text += ", in " + inWords(engines)
	}
	return text
}

func engineKeys(engines []browser.Engine) []string {
	keys := []string{} // not null in JSON
	for _, e := range engines {
		keys = append(keys, engineKey(e))
	}
	return keys
}

// jsonDiff is the JSON of diff. docs/corsprobe-config.md documents it.
type jsonDiff struct {
	Schema  int           `json:"schema"`
	Allowed []jsonGroup   `json:"allowed"`
	Blocked []jsonGroup   `json:"blocked"`
	Other   []jsonSetting `json:"other"`
	LeftOut []string      `json:"leftOut"`
}

type jsonGroup struct {
	Pages   string      `json:"pages"` // "listed", "public suffixes", "both" or "denied"
	Entries []jsonEntry `json:"entries"`
	More    int         `json:"more"`   // further entries
	Except  bool        `json:"except"` // pages that both allow
	Rights  []jsonRight `json:"rights"`
}

type jsonEntry struct {
	Entry   string `json:"entry"`
	Example string `json:"example,omitempty"`
}

type jsonRight struct {
	Right              string   `json:"right"` // "read", "method", "header", "response header" or "reach"
	Names              []string `json:"names"`
	Lacking            []string `json:"lacking,omitempty"` // if Names is "*"
	WithCredentials    []string `json:"withCredentials"`
	WithoutCredentials []string `json:"withoutCredentials"`
	Text               string   `json:"text"`
}

type jsonSetting struct {
	Field string `json:"field"`
	Old   string `json:"old"`
	New   string `json:"new"`
}

func writeDiff(w io.Writer, d *policydiff.Diff, newer *policyFile) error {
	out := jsonDiff{Schema: schema, Allowed: groupsJSON(d.Allowed), Blocked: groupsJSON(d.Blocked), Other: []jsonSetting{}, LeftOut: append([]string{}, d.LeftOut...)}
	for _, o := range d.Other {
		out.Other = append(out.Other, jsonSetting{newer.translate(o.Field), o.Old, o.New})
	}
	return encode(w, out)
}

func groupsJSON(groups []policydiff.Group) []jsonGroup {
	all := []jsonGroup{}
	for _, g := range groups {
		out := jsonGroup{Pages: g.Scope.String(), Except: g.Except, Entries: []jsonEntry{}, Rights: []jsonRight{}}
		for _, e := range g.Entries[:min(len(g.Entries), mostJSON)] {
			out.Entries = append(out.Entries, jsonEntry{e.Text, e.Example})
		}
		out.More = len(g.Entries) - len(out.Entries)
		for _, r := range g.Rights {
			out.Rights = append(out.Rights, jsonRight{r.Kind.String(), append([]string{}, r.Names...), r.Lacking, engineKeys(r.With), engineKeys(r.Without), what(r)})
		}
		all = append(all, out)
	}
	return all
}
