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
// change can change the request. The error is for a reason to stop.
func (a *auditor) ask(ctx context.Context, origin string, change func(*call)) (answered, error) {
	c := a.call
	c.request.Origin, c.request.Credentials, c.notes = origin, browser.Include, nil
	if change != nil {
		change(&c)
	}
	a.sender.elsewhere = ""
	r, err := probeThrough(ctx, c, allEngines(), a.sender)
	switch {
	case err != nil:
		return answered{}, err
	case a.sender.stopped != nil:
		return answered{}, a.sender.stopped
	case a.sender.elsewhere != "":
		a.note("the URL redirects to " + shown(a.sender.elsewhere) + ", which the audit does not ask; audit that server, too")
	case r.failure != nil:
		return answered{}, r.failure
	case len(r.exchanges) == 0:
		return answered{}, errors.New("no browser sends this request")
	}
	all := answered{result: r, origin: origin}
	for _, v := range r.engines {
		all.add(v.engine, r.readBy(ctx, v))
	}
	return all, nil
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

// readBy returns how the page can read the answer in an engine.
func (r *result) readBy(ctx context.Context, v verdict) reach {
	readable := func(o browser.Outcome) bool { return o.Allowed && o.Response != nil && o.Response.Type == "cors" }
	request := r.call.request
	switch {
	case request.Mode != browser.CORS:
		return unreadable
	case r.call.preflightOnly:
		// If only the method or a header is not listed, the origin is allowed.
		if v.Allowed || v.Step == browser.StepMethod || v.Step == browser.StepHeaders {
			return reachOf(request.Credentials)
		}
		return unreadable
	case readable(v.Outcome):
		return reachOf(request.Credentials)
	}
	// The same answer, for a page that sends no credentials.
	request.Credentials = browser.SameOriginCredentials
	b := browser.Browser{Engine: v.engine, Transport: replay(v.Exchanges)}
	if o, err := b.Fetch(ctx, request); err == nil && readable(o) {
		return anonymous
	}
	return unreadable
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
