package main

import (
	"fmt"
	"io"
	"slices"
	"strings"
)

// jsonAudit is the JSON of an audit. docs/corsprobe-audit.md documents it.
type jsonAudit struct {
	Schema   int       `json:"schema"`
	URL      string    `json:"url"`
	Requests int       `json:"requests"`
	Stopped  string    `json:"stopped,omitempty"`
	Findings []finding `json:"findings"`
	Notes    []string  `json:"notes"`
}

// writeJSON writes the report. only is the name of the only server to give advice for, or
// empty.
func (a *auditor) writeJSON(w io.Writer, stopped error, only string) error {
	out := jsonAudit{schema, a.call.request.URL, a.sender.sent, "", []finding{}, []string{}}
	if stopped != nil {
		out.Stopped = stopped.Error()
	}
	for _, f := range a.findings {
		if only != "" {
			f.Write = slices.DeleteFunc(slices.Clone(f.Write), func(w advice) bool { return !strings.EqualFold(w.Server, only) })
		}
		out.Findings = append(out.Findings, f)
	}
	out.Notes = append(out.Notes, a.notes...)
	return encode(w, out)
}

// audit writes the report for a terminal. Advice is for the server with the name only, or
// for corsuite.
func (p printer) audit(a *auditor, stopped error, only string) {
	if only == "" {
		only = servers()[0].name
	}
	p.line("%s", p.bold("audit of "+a.call.request.URL))
	for _, note := range a.notes {
		p.paragraph(2, "note: "+note)
	}
	counts := make(map[severity]int)
	for i, f := range a.findings {
		counts[f.Severity]++
		p.finding(i+1, f, only)
	}
	p.line("")
	var parts []string
	for _, s := range []severity{critical, high, medium, low, info} {
		if counts[s] > 0 {
			parts = append(parts, fmt.Sprintf("%d %s", counts[s], s))
		}
	}
	text := "nothing found"
	if parts != nil {
		text = "found " + strings.Join(parts, ", ")
	}
	sent := "1 request"
	if a.sender.sent != 1 {
		sent = fmt.Sprintf("%d requests", a.sender.sent)
	}
	if stopped != nil {
		p.paragraph(2, p.bad("STOPPED")+" after "+sent+": "+stopped.Error())
		p.line("Until then: %s", text)
		return
	}
	mark := p.good("✓")
	if counts[info] < len(a.findings) {
		mark = p.bad("✗")
	}
	p.line("%s %s, with %s", mark, text, sent)
}

func (p printer) finding(n int, f finding, only string) {
	name := f.Severity.String()
	if f.Severity >= medium {
		name = p.bad(name)
	}
	p.line("\n%d. %s: %s", n, name, p.bold(f.Name))
	p.paragraph(3, "   "+f.What)
	for _, e := range f.Evidence {
		p.line("   %s", p.dim("> "+e.Method+" "+shown(e.URL)))
		for _, line := range e.Request {
			p.line("   %s", p.dim("> "+line))
		}
		if e.Status > 0 {
			p.line("   %s", p.dim("< "+status(e.Status)))
		}
		for _, line := range e.Response {
			p.line("   %s", p.dim("< "+line))
		}
	}
	p.paragraph(5, "   "+p.good("→")+" "+f.Fix)
	for _, w := range f.Write {
		if strings.EqualFold(w.Server, only) {
			p.line("   %s: %s", w.Server, strings.ReplaceAll(w.Write, "\n", "\n   "))
		}
	}
}
