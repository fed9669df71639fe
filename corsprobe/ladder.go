package main

import (
	"fmt"
	"io"
	"maps"
	"net/http"
	"slices"
	"strings"

	"github.com/corsuite/corsuite/core/browser"
)

// check is one rung of the ladder.
type check struct {
	Name   string `json:"name"`
	OK     bool   `json:"ok"`
	Detail string `json:"detail"`
}

// checks returns the checks of an exchange.
func (r *result) checks(index int) (all []check) {
	e := r.exchanges[index]
	if !crosses(r, index) || e.Response == nil {
		return r.otherChecks(index)
	}
	add := func(name, detail string) {
		for _, f := range r.failed {
			if f.exchange == index && f.check == name {
				all = append(all, check{name, false, f.why})
				return
			}
		}
		all = append(all, check{name, true, detail})
	}
	field := func(name string) string { return name + ": " + shown(strings.Join(e.Response.Values(name), ", ")) }
	add(checkOrigin, field(allowOrigin))
	if r.call.request.Credentials == browser.Include && len(e.Response.Values(allowOrigin)) > 0 {
		add(checkCredentials, field(allowCredentials))
	}
	if !e.Preflight {
		return append(all, r.otherChecks(index)...)
	}
	add(checkStatus, "status "+status(e.Status))
	if method := e.Request.Get("Access-Control-Request-Method"); method != "GET" && method != "HEAD" && method != "POST" {
		add(checkMethod, field(allowMethods))
	}
	if e.Request.Get("Access-Control-Request-Headers") != "" {
		add(checkHeaders, field(allowHeaders))
	}
	return all
}

// otherChecks returns the failed checks that are not those of CORS.
func (r *result) otherChecks(index int) (all []check) {
	for _, f := range r.failed {
		if f.exchange == index && (f.check == checkRedirect || f.check == checkMode || f.check == checkNetwork) {
			all = append(all, check{f.check, false, f.why})
		}
	}
	return all
}

func status(code int) string {
	return strings.TrimSpace(fmt.Sprint(code, " ", http.StatusText(code)))
}

// exchangeKind returns "preflight", "redirect" or "request".
func (r *result) exchangeKind(index int) string {
	switch e := r.exchanges[index]; {
	case e.Preflight:
		return "preflight"
	case e.Status >= 300 && e.Status <= 399 && e.Response.Get("Location") != "":
		return "redirect"
	}
	return "request"
}

// printer writes the ladder.
type printer struct {
	w     io.Writer
	color bool
}

func (p printer) line(format string, args ...any) { fmt.Fprintf(p.w, format+"\n", args...) }

// paint returns text in a color of ANSI terminals.
func (p printer) paint(color, text string) string {
	if !p.color {
		return text
	}
	return "\x1b[" + color + "m" + text + "\x1b[0m"
}

func (p printer) good(text string) string { return p.paint("32", text) }
func (p printer) bad(text string) string  { return p.paint("31", text) }
func (p printer) bold(text string) string { return p.paint("1", text) }
func (p printer) dim(text string) string  { return p.paint("2", text) }

// print writes the exchanges, the verdict, and what to change. only is the name of the only
// server to give advice for, or empty.
func (p printer) print(r *result, only string) {
	request := r.call.request
	credentials := ""
	if request.Credentials == browser.Include {
		credentials = ", with credentials"
	}
	p.line("%s", p.bold(methodOf(request.Method)+" "+printable(request.URL)))
	p.line("from a page on %s%s", request.Origin, credentials)
	for _, note := range r.call.notes {
		p.text(2, "%s", p.dim("note: "+note))
	}
	for i := range r.exchanges {
		p.exchange(r, i)
	}
	if r.unsent != "" {
		p.line("\n%d. request %s is not sent", len(r.exchanges)+1, r.unsent)
	}
	p.line("")
	p.verdict(r)
	p.needs(r)
	p.advice(r, only)
	for _, w := range r.warnings {
		p.line("")
		p.text(2, "warning: %s", w)
	}
}

func methodOf(method string) string {
	if method == "" {
		return "GET"
	}
	return method
}

func (p printer) exchange(r *result, i int) {
	e := r.exchanges[i]
	p.line("\n%d. %s %s %s", i+1, r.exchangeKind(i), e.Method, shown(e.URL))
	for _, name := range []string{"Origin", "Access-Control-Request-Method", "Access-Control-Request-Headers", "Cookie"} {
		if value := e.Request.Get(name); value != "" {
			p.text(5, "   %s", p.dim("> "+name+": "+shown(value)))
		}
	}
	checks := r.checks(i)
	if e.Response != nil {
		p.line("   %s", p.dim("< "+status(e.Status)))
	} else if checks == nil {
		p.line("   %s no answer", p.bad("✗"))
	}
	for _, line := range responseLines(e.Response) {
		p.text(5, "   %s", p.dim("< "+line))
	}
	for _, c := range checks {
		mark := p.good("✓")
		if !c.OK {
			mark = p.bad("✗")
		}
		p.text(5, "   %s %s", mark, c.Detail)
	}
}

// responseLines returns the headers of an answer that are shown.
func responseLines(header http.Header) (lines []string) {
	const most = 30
	for _, name := range slices.Sorted(maps.Keys(header)) {
		if !strings.HasPrefix(name, "Access-Control-") && name != "Vary" && name != "Location" && name != "Server" {
			continue
		}
		for _, value := range header[name] {
			if len(lines) == most {
				return append(lines, "…")
			}
			lines = append(lines, shown(name)+": "+shown(value))
		}
	}
	return lines
}

func (p printer) verdict(r *result) {
	switch {
	case r.failure != nil:
		p.text(2, "%s: %v", p.bad("NO ANSWER"), r.failure)
		return
	case r.allowed:
		text := ""
		if r.response != nil && r.response.Status > 0 {
			text = ": the page reads the answer, status " + status(r.response.Status)
		}
		p.text(2, "%s by %s%s", p.good("ALLOWED"), engineNames(r.engines), text)
		return
	}
	var blocked, allowed []verdict
	for _, v := range r.engines {
		if v.Allowed {
			allowed = append(allowed, v)
		} else {
			blocked = append(blocked, v)
		}
	}
	text := "by " + engineNames(blocked)
	if allowed != nil {
		text += ", and allowed by " + engineNames(allowed)
	}
	p.text(2, "%s %s", p.bad("BLOCKED"), text)
	for _, c := range r.causes {
		p.text(4, "  %s: %s", p.bold(c.name), c.why)
		p.text(4, "  %s %s", p.good("→"), c.fix)
	}
}

func (p printer) needs(r *result) {
	for _, preflight := range []bool{true, false} {
		title := "The answer to the request"
		if preflight {
			title = "The answer to the preflight"
		}
		first := true
		for _, n := range r.needs {
			if n.preflight != preflight {
				continue
			}
			if first {
				p.line("\n%s needs, if this page is yours:", title)
				first = false
			}
			p.line("  %s: %s", n.header, n.value)
		}
	}
}

func (p printer) advice(r *result, only string) {
	for n, a := range advise(r.causes, r.failed, only) {
		if n == 0 {
			p.line("\nWrite, and remove other lines for the same headers:")
		}
		for i, line := range strings.Split(a.Write, "\n") {
			if i > 0 {
				a.Server = ""
			}
			p.line("  %-12s %s", a.Server, line)
		}
	}
}
