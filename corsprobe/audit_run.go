package main

import (
	"context"
	"fmt"
	"net/http"
	"net/url"
	"slices"
	"strconv"
	"strings"

	"github.com/corsuite/corsuite/core/browser"
)

// auditor looks for the faults of one server.
type auditor struct {
	call    call // the request without an origin
	target  *url.URL
	trusted []string
	sender  *sender

	covered  map[string]reach // findings that need no other one, and how far they reach
	pages    []answered       // the stranger and the trusted pages
	allowed  answered         // the first page that can read the answer, if any
	findings []finding
	notes    []string
}

// run looks for faults until the server or the network makes it stop.
func (a *auditor) run(ctx context.Context) error {
	for _, step := range []func(context.Context) error{a.strange, a.trustedPages, a.tricks, a.null, a.vary, a.preflights, a.errors, a.redirects} {
		if err := step(ctx); err != nil {
			return err
		}
	}
	if !slices.ContainsFunc(a.pages, func(page answered) bool { return page.last().Status < http.StatusBadRequest }) {
		a.note(fmt.Sprintf("the answer has status %s; write the URL of an answer that a user reads, and add -b or -H if it needs a login", status(a.pages[0].last().Status)))
	}
	if a.allowed.reach == unreadable && len(a.trusted) == 0 {
		a.note("no page can read the answer, so Vary, errors and redirects are not checked; add --trusted ORIGIN, a page that the server should allow")
	}
	return nil
}

// report adds a finding about an answer. Of several with one name, it keeps the most severe one.
// The engines are those in which the page can read the answer or, if there are none, those that
// block the page.
func (a *auditor) report(f finding, of answered, exchanges ...browser.Exchange) {
	if slices.ContainsFunc(a.findings, func(g finding) bool { return g.Name == f.Name && g.Severity >= f.Severity }) {
		return
	}
	a.findings = slices.DeleteFunc(a.findings, func(g finding) bool { return g.Name == f.Name })
	f.Origin, f.Credentials, f.Engines = of.origin, of.reach == credentialed, []string{}
	for _, v := range of.result.engines {
		if slices.Contains(of.engines, v.engine) || of.reach == unreadable {
			f.Engines = append(f.Engines, strings.ToLower(v.engine.String()))
		}
	}
	f.Evidence = []proof{}
	for _, e := range exchanges {
		f.Evidence = append(f.Evidence, prove(e))
	}
	f.Write = a.advice(f)
	a.findings = append(a.findings, f)
}

// reportOrigin adds the finding for an origin that should not be allowed, unless another
// finding covers it.
func (a *auditor) reportOrigin(t trick, got answered) {
	if got.reach <= a.covered[t.name] {
		return
	}
	f := faultOf(t.name)
	severity := f.severity
	if got.reach != credentialed {
		severity = f.without
	}
	what := f.reads(t, got.engines, got.reach == credentialed)
	if t.name == originReflected && severity == info {
		what += " This is what * permits."
		if private(a.target.Hostname()) {
			what += " A browser in your network reaches this host for every page."
		}
	}
	a.report(finding{Name: t.name, Severity: severity, What: what, Fix: f.fix}, got, got.last())
	for _, name := range append(f.covers, t.name) {
		a.covered[name] = max(a.covered[name], got.reach)
	}
}

// allow remembers the first page that can read the answer.
func (a *auditor) allow(got answered) {
	if a.allowed.reach == unreadable {
		a.allowed = got
	}
}

// strange asks as a page that no server knows.
func (a *auditor) strange(ctx context.Context) error {
	scheme := "https"
	if a.target.Scheme == "http" && !loopback(a.target.Hostname()) {
		scheme = "http" // a browser sends no request from https to http
	}
	got, err := a.ask(ctx, scheme+"://"+stranger, nil)
	if err != nil {
		return err
	}
	a.pages = append(a.pages, got)
	header := got.last().Response
	switch star := header.Get(allowOrigin) == "*"; {
	case star && header.Get(allowCredentials) == "true":
		a.report(finding{
			Name: wildcardIgnored, What: allowCredentials + " has no effect beside " + allowOrigin + ": *, so no page reads the answer with credentials.",
			Fix: "remove " + allowCredentials + ", or list your pages",
		}, got, got.last())
	case !star && got.reach != unreadable:
		a.reportOrigin(trick{name: originReflected, origin: got.origin}, got)
	}
	for _, f := range faults() { // another origin cannot do more
		a.covered[f.name] = max(a.covered[f.name], got.reach)
	}
	return nil
}

// trustedPages asks as the pages that the server should allow.
func (a *auditor) trustedPages(ctx context.Context) error {
	for _, origin := range a.trusted {
		got, err := a.ask(ctx, origin, nil)
		if err != nil {
			return err
		}
		a.pages = append(a.pages, got)
		a.allow(got)
	}
	a.allow(a.pages[0])
	return nil
}

// tricks asks as pages with origins that look like trusted ones.
func (a *auditor) tricks(ctx context.Context) error {
	parts := []originParts{{scheme: a.target.Scheme, host: a.target.Hostname()}}
	for _, origin := range a.trusted {
		parts = append(parts, splitOrigin(origin))
	}
	tried := slices.Clone(a.trusted)
	for _, p := range parts {
		for _, t := range p.tricks(a.target) {
			if a.covered[t.name] == credentialed || slices.Contains(tried, t.origin) {
				continue
			}
			tried = append(tried, t.origin)
			got, err := a.askAs(ctx, t)
			if err != nil {
				return err
			}
			a.allow(got)
			a.reportOrigin(t, got)
		}
	}
	return nil
}

// null asks as a page in a sandboxed frame.
func (a *auditor) null(ctx context.Context) error {
	if a.covered[originNull] == credentialed {
		return nil
	}
	t := trick{name: originNull, origin: "null"}
	got, err := a.askAs(ctx, t)
	if err == nil {
		a.allow(got)
		a.reportOrigin(t, got)
	}
	return err
}

// vary checks that a cache keeps the answers for different pages apart.
func (a *auditor) vary(ctx context.Context) error {
	if a.allowed.reach == unreadable {
		return nil
	}
	var with, without [2]answered
	for i := range with {
		var err error
		if without[i], err = a.ask(ctx, a.allowed.origin, withoutOrigin); err != nil {
			return err
		}
		if with[i] = a.allowed; i == 0 {
			continue
		}
		if with[i], err = a.ask(ctx, a.allowed.origin, nil); err != nil {
			return err
		}
	}
	value := func(got answered) string { return strings.Join(got.last().Response.Values(allowOrigin), ", ") }
	if value(with[0]) != value(with[1]) || value(without[0]) != value(without[1]) {
		return nil // the difference does not come from Origin
	}
	all := append([]answered{a.allowed, without[0]}, a.pages...)
	all = slices.DeleteFunc(all, func(got answered) bool { return got.last().URL != a.allowed.last().URL })
	other := slices.IndexFunc(all, func(got answered) bool { return value(got) != value(a.allowed) })
	lacking := slices.IndexFunc(all, func(got answered) bool { return stored(got.last()) && !variesByOrigin(got.last().Response) })
	if other < 0 || lacking < 0 {
		return nil
	}
	severity := low
	if value(a.allowed) == "*" {
		severity = info
	}
	if other == lacking {
		other = 0
	}
	a.report(finding{
		Name: varyMissing, Severity: severity, Fix: "send Vary: Origin with each of these answers, also with those that have no " + allowOrigin,
		What: "The answer depends on Origin, and Vary lacks Origin. A cache can give the answer for one page, or for no page, to another page, which the browser then blocks.",
	}, a.allowed, all[lacking].last(), all[other].last())
	return nil
}

// stored reports whether a cache may store an answer (RFC 9110, section 15.1; RFC 9111,
// section 3).
func stored(e browser.Exchange) bool {
	directives, _ := list(e.Response, "Cache-Control")
	switch e.Status {
	case 200, 203, 204, 206, 300, 301, 308, 404, 405, 410, 414, 501:
		return !slices.ContainsFunc(directives, func(d string) bool { return strings.EqualFold(d, "no-store") })
	}
	return false
}

// preflights checks the answers to preflights, and looks for headers that were sent twice.
func (a *auditor) preflights(ctx context.Context) error {
	strange := a.pages[0]
	got, err := a.ask(ctx, strange.origin, preflight(browser.Include))
	if err != nil {
		return err
	}
	if got.reach == credentialed && strange.reach != credentialed {
		a.report(finding{
			Name: preflightReflected, Severity: medium, Fix: "let the layer that answers preflights compare the origin, too",
			What: fmt.Sprintf("Every page can send requests that need a preflight, such as POST of JSON, with the credentials of the user, in %s: the preflight's answer allows every origin. The page cannot read the answers.", nameEngines(got.engines)),
		}, got, got.last())
	}
	if a.allowed.reach != unreadable {
		if got, err = a.ask(ctx, a.allowed.origin, preflight(a.allowed.reach.credentials())); err != nil {
			return err
		}
	}
	a.maxAge(got)
	for _, page := range slices.Concat(a.pages[1:], []answered{got, strange}) {
		a.doubled(page)
	}
	doubled := slices.ContainsFunc(a.findings, func(f finding) bool { return f.Name == headerDoubled })
	for _, page := range a.pages[1:] {
		if page.reach == unreadable && !doubled {
			a.report(finding{
				Name: trustedBlocked, What: "A page on " + page.origin + " cannot read the answer: " + why(page) + ".",
				Fix: "if this page is yours, ask why: " + commandLine([]string{"--origin", page.origin, a.call.request.URL}),
			}, page, page.last())
		}
	}
	return nil
}

// why returns the most important cause.
func why(got answered) string {
	if len(got.causes) == 0 {
		return "the server redirects to another host"
	}
	return got.causes[0].why
}

// maxAge checks for how long browsers keep the answer to a preflight.
func (a *auditor) maxAge(got answered) {
	const day = 24 * 60 * 60 // of Firefox; the other engines keep an answer for less
	header := got.last().Response
	lines := header.Values("Access-Control-Max-Age")
	if got.reach == unreadable || len(lines) != 1 {
		return
	}
	if seconds, err := strconv.Atoi(lines[0]); err != nil || seconds > day {
		a.report(finding{
			Name: maxAgeIgnored, What: maxAge(header)[0] + ".", Fix: "send Access-Control-Max-Age: 7200, or less",
		}, got, got.last())
	}
}

// doubled looks for a header that two layers send.
func (a *auditor) doubled(got answered) {
	header := got.last().Response
	for _, name := range []string{allowOrigin, allowCredentials, "Access-Control-Max-Age"} {
		if len(header.Values(name)) < 2 && !strings.Contains(header.Get(name), ",") {
			continue
		}
		blocked := slices.ContainsFunc(got.failed, func(c cause) bool { return c.name == "allow-origin-multiple" || c.name == "allow-credentials-invalid" })
		what := "The answer has several values of " + name + ", so browsers block every page."
		switch {
		case name == "Access-Control-Max-Age":
			what = "The answer has several values of " + name + ", so browsers ignore them."
		case !blocked:
			continue
		}
		a.report(finding{Name: headerDoubled, Severity: low, What: what, Fix: "let exactly one layer send the header: the application, or the proxy in front"}, got, got.last())
	}
}

// errors checks that the page can read errors.
func (a *auditor) errors(ctx context.Context) error {
	if a.allowed.reach == unreadable {
		return nil
	}
	credentials := a.allowed.reach.credentials()
	var hidden []browser.Exchange
	var of answered
	for _, change := range []func(*call){at(missingPath(a.target), credentials), head(credentials)} {
		got, err := a.ask(ctx, a.allowed.origin, change)
		if err != nil {
			return err
		}
		if got.last().Status >= http.StatusBadRequest && got.reach < a.allowed.reach {
			hidden, of = append(hidden, got.last()), got
		}
	}
	if hidden != nil {
		a.report(finding{
			Name: errorHidden, Severity: a.hiding(), Fix: "add the CORS headers to errors too; register the CORS layer before all others",
			What: "A page on " + a.allowed.origin + " can read the answer, but not an error: the error has no CORS headers, so the page sees only a network error.",
		}, of, hidden...)
	}
	return nil
}

// hiding is the severity of an answer that the page cannot read. Only a trusted page is known
// to need it.
func (a *auditor) hiding() severity {
	if slices.Contains(a.trusted, a.allowed.origin) {
		return low
	}
	return info
}

// redirects checks that the page can follow the redirect to a path with or without a final
// slash.
func (a *auditor) redirects(ctx context.Context) error {
	other := otherSlash(a.target)
	if a.allowed.reach == unreadable || other == "" {
		return nil
	}
	got, err := a.ask(ctx, a.allowed.origin, at(other, a.allowed.reach.credentials()))
	if err != nil {
		return err
	}
	last := got.last()
	if got.reach < a.allowed.reach && a.sender.elsewhere == "" && last.Status >= 300 && last.Status <= 399 && last.Response.Get("Location") != "" {
		a.report(finding{
			Name: redirectHidden, Severity: a.hiding(), Fix: "use the final URL in the page, or register the CORS layer before the router that redirects",
			What: "A page on " + a.allowed.origin + " cannot follow this redirect: it has no CORS headers.",
		}, got, last)
	}
	return nil
}

// advice returns what to write for each server.
func (a *auditor) advice(f finding) (all []advice) {
	c := cause{kind: fixOrigin}
	switch f.Name {
	case headerDoubled:
		c.kind = fixDuplicate
	case errorHidden:
		c.kind = fixErrors
	case maxAgeIgnored, redirectHidden, trustedBlocked, wildcardIgnored, originSubdomain:
		return []advice{}
	default:
		origins := a.trusted
		if len(origins) == 0 {
			origins = []string{"https://app.example.com"}
		}
		c.needs = []need{{false, allowOrigin, strings.Join(origins, ", ")}}
		if f.Credentials {
			c.needs = append(c.needs, need{false, allowCredentials, "true"})
		}
	}
	all = advise([]cause{c}, []cause{c}, "")
	if len(a.trusted) > 1 { // a header has one origin
		all = slices.DeleteFunc(all, func(w advice) bool { return strings.Contains(w.Write, strconv.Quote(strings.Join(a.trusted, ", "))) })
	}
	return all
}
