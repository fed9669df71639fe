package main

import (
	"context"
	"errors"
	"net/http"
	"net/url"
	"slices"
	"strings"

	"github.com/corsuite/corsuite/core/browser"
)

// reach is how a page can read an answer.
type reach uint8

const (
	unreadable reach = iota
	anonymous        // if the page sends no credentials
	credentialed
)

// answered is the answer to the page of one origin.
type answered struct {
	result
	origin  string
	reach   reach
	engines []browser.Engine // those in which the page has this reach
}

// last returns the last request that has an answer or, if there is none, the first request.
func (a *answered) last() browser.Exchange {
	for _, e := range slices.Backward(a.exchanges) {
		if e.Response != nil {
			return e
		}
	}
	return a.exchanges[0]
}

// ask sends what a browser sends if a page with this origin requests the URL with credentials.
// If a redirect is only for pages without credentials, it asks as such a page, too. change can
// change the request. The error is for a reason to stop.
func (a *auditor) ask(ctx context.Context, origin string, change func(*call)) (answered, error) {
	got, cut, err := a.once(ctx, origin, change)
	if err != nil || !cut {
		return got, err
	}
	got, _, err = a.once(ctx, origin, func(c *call) {
		if change != nil {
			change(c)
		}
		c.request.Credentials = browser.SameOriginCredentials
	})
	return got, err
}

// askAs asks as a page with an origin that should not be allowed. If other pages read as much
// without credentials, the answer for such a page is not needed.
func (a *auditor) askAs(ctx context.Context, t trick) (answered, error) {
	if a.covered[t.name] == anonymous {
		got, _, err := a.once(ctx, t.origin, nil)
		return got, err
	}
	return a.ask(ctx, t.origin, nil)
}

// once is ask with these credentials only. cut means that it is not known what a page without
// credentials reads.
func (a *auditor) once(ctx context.Context, origin string, change func(*call)) (got answered, cut bool, err error) {
	c := a.call
	c.request.Origin, c.request.Credentials, c.notes = origin, browser.Include, nil
	if change != nil {
		change(&c)
	}
	a.sender.elsewhere = ""
	r, err := probeThrough(ctx, c, allEngines(), a.sender)
	switch {
	case err != nil:
		return answered{}, false, err
	case a.sender.stopped != nil:
		return answered{}, false, a.sender.stopped
	case a.sender.elsewhere != "":
		a.note("the URL redirects to " + shown(a.sender.elsewhere) + ", which the audit does not ask; audit that server, too")
	case r.failure != nil:
		return answered{}, false, r.failure
	case len(r.exchanges) == 0:
		return answered{}, false, errors.New("no browser sends this request")
	}
	got = answered{result: r, origin: origin}
	for _, v := range r.engines {
		reach, more := r.readBy(ctx, v)
		got.add(v.engine, reach)
		cut = cut || more
	}
	return got, cut && got.reach == unreadable, nil
}

// add adds an engine, if the page has the largest reach in that engine.
func (a *answered) add(e browser.Engine, r reach) {
	if r > a.reach {
		a.reach, a.engines = r, nil
	}
	if r == a.reach && r != unreadable {
		a.engines = append(a.engines, e)
	}
}

// readBy returns how the page can read the answer in an engine. cut means that only a request
// without credentials would follow a redirect.
func (r *result) readBy(ctx context.Context, v verdict) (by reach, cut bool) {
	readable := func(o browser.Outcome) bool { return o.Allowed && o.Response != nil && o.Response.Type == "cors" }
	request := r.call.request
	switch {
	case request.Mode != browser.CORS:
		return unreadable, false
	case r.call.preflightOnly:
		// If only the header is not listed, the origin is allowed.
		if v.Allowed || v.Step == browser.StepHeaders {
			return reachOf(request.Credentials), false
		}
		return unreadable, false
	case readable(v.Outcome):
		return reachOf(request.Credentials), false
	case request.Credentials != browser.Include:
		return unreadable, false
	}
	// The same answer, for a page that sends no credentials.
	request.Credentials = browser.SameOriginCredentials
	b := browser.Browser{Engine: v.engine, Transport: replay(v.Exchanges)}
	o, err := b.Fetch(ctx, request)
	if err == nil && readable(o) {
		return anonymous, false
	}
	return unreadable, o.Step == browser.StepNetwork && len(o.Exchanges) > len(v.Exchanges)
}

func reachOf(c browser.Credentials) reach {
	if c == browser.Include {
		return credentialed
	}
	return anonymous
}

// credentials returns the credentials of a request that has this reach.
func (r reach) credentials() browser.Credentials {
	if r == credentialed {
		return browser.Include
	}
	return browser.SameOriginCredentials
}

// replay is a transport that answers as before, and sends nothing.
func replay(exchanges []browser.Exchange) browser.TransportFunc {
	return func(r *http.Request) (*http.Response, error) {
		for _, e := range exchanges {
			if e.Response != nil && e.Method == r.Method && e.URL == r.URL.String() {
				return &http.Response{StatusCode: e.Status, Header: e.Response.Clone(), Body: http.NoBody, Request: r}, nil
			}
		}
		return nil, errNotSent
	}
}

// The changes of a request.

// preflight asks whether the page may post JSON. Only the preflight is sent.
func preflight(credentials browser.Credentials) func(*call) {
	return func(c *call) {
		c.preflightOnly = true
		c.request.Method, c.request.Credentials = "POST", credentials
		c.request.Headers = []browser.Header{{Name: "Content-Type", Value: "application/json"}}
	}
}

// withoutOrigin makes a request as that of an image, which has no Origin.
func withoutOrigin(c *call) { c.request.Mode = browser.NoCORS }

// head asks for the headers only.
func head(credentials browser.Credentials) func(*call) {
	return func(c *call) { c.request.Method, c.request.Credentials = "HEAD", credentials }
}

// at requests another URL.
func at(u string, credentials browser.Credentials) func(*call) {
	return func(c *call) { c.request.URL, c.request.Credentials = u, credentials }
}

// missingPath returns a URL below another that probably does not exist.
func missingPath(u *url.URL) string {
	below := u.JoinPath("corsprobe-audit-no-such-path")
	below.RawQuery = ""
	return below.String()
}

// otherSlash returns a URL with a final slash in place of none, or the opposite. It returns
// an empty string for the path /.
func otherSlash(u *url.URL) string {
	other := *u
	if path, found := strings.CutSuffix(u.EscapedPath(), "/"); path == "" {
		return ""
	} else if found {
		other.Path, other.RawPath = strings.TrimSuffix(u.Path, "/"), strings.TrimSuffix(u.RawPath, "/")
	} else {
		other.Path += "/"
		if other.RawPath != "" {
			other.RawPath += "/"
		}
	}
	return other.String()
}

// note adds a note once.
func (a *auditor) note(text string) {
	if !slices.Contains(a.notes, text) {
		a.notes = append(a.notes, text)
	}
}
