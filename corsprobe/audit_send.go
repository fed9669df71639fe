package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"maps"
	"net/http"
	"net/url"
	"time"
)

// mostRequests is the largest number of requests of an audit.
const mostRequests = 64

var errElsewhere = errors.New("the server redirects to another host, which the audit does not ask")

// sender sends the requests of an audit: few, with a pause between, and to one server only.
// After an answer that asks for fewer requests, it sends nothing more. It is not safe for
// concurrent use.
type sender struct {
	next    http.RoundTripper
	target  *url.URL
	headers http.Header   // added to each request that is not a preflight
	limit   time.Duration // for one request
	pause   time.Duration
	watch   func(sent int)

	sent      int
	elsewhere string // where the last request was redirected to, if that is another server
	stopped   error  // why nothing more is sent
}

// RoundTrip implements [http.RoundTripper].
func (s *sender) RoundTrip(r *http.Request) (*http.Response, error) {
	switch {
	case s.stopped != nil:
		return nil, s.stopped
	case !sameServer(s.target, r.URL):
		s.elsewhere = r.URL.Scheme + "://" + r.URL.Host
		return nil, errElsewhere
	case s.sent == mostRequests:
		s.stopped = fmt.Errorf("the audit has sent %d requests, which is its bound; use fewer --trusted, and a URL that does not redirect", s.sent)
		return nil, s.stopped
	case s.sent > 0:
		if err := wait(r.Context(), s.pause); err != nil {
			return nil, err
		}
	}
	s.sent++
	s.watch(s.sent)
	ctx, cancel := r.Context(), context.CancelFunc(func() {})
	if s.limit > 0 {
		ctx, cancel = context.WithTimeout(ctx, s.limit)
	}
	sent := r.Clone(ctx)
	if r.Method != "OPTIONS" {
		maps.Copy(sent.Header, s.headers)
	}
	res, err := s.next.RoundTrip(sent)
	if err != nil {
		cancel()
		return nil, err
	}
	res.Body = bounded{res.Body, cancel}
	if res.StatusCode == http.StatusTooManyRequests || res.StatusCode == http.StatusServiceUnavailable {
		s.stopped = fmt.Errorf("the server answers %s to request %d; wait, and use a longer --pause than %v", status(res.StatusCode), s.sent, s.pause)
	}
	return res, nil
}

// bounded is a body whose time is bounded.
type bounded struct {
	io.ReadCloser
	cancel context.CancelFunc
}

func (b bounded) Close() error {
	b.cancel()
	return b.ReadCloser.Close()
}

// wait waits, unless ctx ends.
func wait(ctx context.Context, pause time.Duration) error {
	timer := time.NewTimer(pause)
	defer timer.Stop()
	select {
	case <-ctx.Done():
		return ctx.Err()
	case <-timer.C:
		return nil
	}
}

// sameServer reports whether a URL is on the server that the user named. A redirect from
// http to https stays there.
func sameServer(target, u *url.URL) bool {
	if target.Hostname() != u.Hostname() {
		return false
	}
	from, to := portOf(target), portOf(u)
	return from == to && target.Scheme == u.Scheme || from == "80" && to == "443" && u.Scheme == "https"
}

func portOf(u *url.URL) string {
	switch port := u.Port(); {
	case port != "":
		return port
	case u.Scheme == "https":
		return "443"
	default:
		return "80"
	}
}
