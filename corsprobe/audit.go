package main

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"net/url"
	"slices"
	"strings"
	"time"

	"github.com/spf13/pflag"
)

// mostTrusted is the largest number of trusted pages, so that an audit needs at most
// mostRequests requests.
const mostTrusted = 3

const auditUsage = `corsprobe audit looks for faults in the CORS policy of a server.

  corsprobe audit [flags] URL

It sends at most %d requests: GET and HEAD of the URL, GET of a path below that
URL, and preflights. Their origins are invented, and look like that of the
server and those of --trusted. Audit your own servers, or those of an owner who
permits it.

The exit code is 0 if nothing was found, 1 if there is a finding, and 2 for an
error of the command line or the network, or if the audit stopped early.

`

// auditOptions are the flags of corsprobe audit.
type auditOptions struct {
	curl
	trusted    []string
	permission bool
	pause      time.Duration
	failOn     string
	server     string
	json       bool
}

func (o *auditOptions) flags() *pflag.FlagSet {
	fs := newFlags()
	fs.StringArrayVar(&o.trusted, "trusted", nil, "`ORIGIN` of a page that the server should allow; can be repeated")
	fs.BoolVar(&o.permission, "i-have-permission", false, "audit a host that is not this machine; you may test the server")
	fs.DurationVar(&o.pause, "pause", 100*time.Millisecond, "`TIME` between two requests")
	fs.StringVar(&o.failOn, "fail-on", "low", "exit with 1 from this `SEVERITY` on: info, low, medium, high or critical")
	fs.StringVar(&o.server, "server", "", "show what to write for this `NAME`, such as nginx, in the place of corsuite")
	fs.BoolVar(&o.json, "json", false, "print JSON")
	o.addCaller(fs, "header of each request that is not a preflight, as `NAME: VALUE`", "cookies of the user, as `NAME=VALUE`, separated by ;")
	o.network.add(fs)
	fs.Lookup("max-time").Usage = "end a request after this many `SECONDS`"
	return fs
}

// auditCommand is the command audit.
func auditCommand(ctx context.Context, args []string, s streams) (int, error) {
	var o auditOptions
	fs := o.flags()
	if done, err := parse(fs, args, fmt.Sprintf(auditUsage, mostRequests), s); done || err != nil {
		return exitExpected, err
	}
	a, err := o.auditor(fs.Args())
	if err != nil {
		return 0, usageError{err}
	}
	transport, err := o.network.transport()
	if err != nil {
		return 0, usageError{err}
	}
	defer transport.CloseIdleConnections()
	a.sender.next = transport
	a.sender.watch = func(sent int) { s.progress(fmt.Sprintf("request %d of at most %d", sent, mostRequests)) }
	stopped := a.run(ctx)
	s.progress("")
	return o.finish(a, stopped, s)
}

// finish prints the report and returns the exit code.
func (o *auditOptions) finish(a *auditor, stopped error, s streams) (int, error) {
	slices.SortStableFunc(a.findings, func(f, g finding) int { return int(g.Severity) - int(f.Severity) })
	if o.json {
		if err := a.writeJSON(s.out, stopped, o.server); err != nil {
			return 0, err
		}
	} else {
		printer{s.out, s.color}.audit(a, stopped, o.server)
	}
	return o.code(a, stopped), nil
}

func (o *auditOptions) code(a *auditor, stopped error) int {
	least := severity(slices.Index(severities(), o.failOn))
	switch {
	case stopped != nil:
		return exitError
	case slices.ContainsFunc(a.findings, func(f finding) bool { return f.Severity >= least }):
		return exitUnexpected
	}
	return exitExpected
}

// auditor checks the command line.
func (o *auditOptions) auditor(urls []string) (*auditor, error) {
	if err := checkServer(o.server); err != nil {
		return nil, err
	}
	if o.pause < 0 {
		return nil, fmt.Errorf("--pause is %v; write a time such as 100ms, or 0", o.pause)
	}
	if !slices.Contains(severities(), o.failOn) {
		return nil, fmt.Errorf("--fail-on is %q; write one of %s", o.failOn, strings.Join(severities(), ", "))
	}
	w, err := o.written(urls)
	if err != nil {
		return nil, err
	}
	c, err := w.call()
	if err != nil {
		return nil, err
	}
	if err := c.checkScheme(); err != nil {
		return nil, err
	}
	target, err := url.Parse(c.request.URL)
	switch {
	case err != nil || target.Hostname() == "" || target.Scheme != "http" && target.Scheme != "https":
		return nil, fmt.Errorf("the URL %q is not an http or https URL", c.request.URL)
	case target.User != nil:
		return nil, errors.New("the URL has a user name, which a page cannot request; write -u USER:PASSWORD")
	}
	target.Fragment, target.RawFragment = "", ""
	o.network.here = !o.permission
	c.network, c.request.URL = o.network, target.String()
	a := &auditor{call: c, target: target, notes: c.notes, covered: make(map[string]reach)}
	if a.trusted, err = trustedOrigins(o.trusted, target); err != nil {
		return nil, err
	}
	if !o.permission && (!loopback(target.Hostname()) || o.network.proxy != "") {
		return nil, fmt.Errorf("the audit sends up to %d requests with invented origins to %s, which is not this machine or is behind a proxy; if you may test this server, add --i-have-permission", mostRequests, target.Host)
	}
	// The headers are those of the browser or a proxy, so that they need no preflight.
	headers := make(http.Header)
	for _, h := range c.request.Headers {
		headers.Add(h.Name, h.Value)
	}
	a.call.request.Headers = nil
	a.sender = &sender{target: target, headers: headers, limit: o.network.timeout(), pause: o.pause}
	return a, nil
}

// trustedOrigins returns the origins of the flag --trusted.
func trustedOrigins(pages []string, target *url.URL) (origins []string, err error) {
	for _, p := range pages {
		origin, err := pageOrigin(p)
		switch {
		case err != nil:
			return nil, err
		case origin == "null" || !sendable(origin):
			return nil, fmt.Errorf("--trusted is %q, which is not the origin of a page that can be trusted; write one such as https://app.example.com", p)
		case origin == splitOrigin(target.String()).with(target.Hostname()):
			return nil, fmt.Errorf("--trusted %s is the origin of the URL, and CORS does not apply to it; leave it out", origin)
		case !slices.Contains(origins, origin):
			origins = append(origins, origin)
		}
	}
	if len(origins) > mostTrusted {
		return nil, fmt.Errorf("there are %d trusted origins; write at most %d, one for each kind", len(origins), mostTrusted)
	}
	return origins, nil
}
