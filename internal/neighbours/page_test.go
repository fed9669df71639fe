package neighbours

import (
	"bytes"
	"errors"
	"fmt"
	"io"
	"net/http"

	"github.com/corsuite/corsuite/core/browser"
	"github.com/corsuite/corsuite/core/corstest"
)

// page is the transport of a client that runs in a page on corstest.Page. It sends
// requests as a browser does, and returns the answers as the page can see them.
type page struct {
	browser *browser.Browser
	// always are header fields that the page adds to every request.
	always map[string]string
}

// newPage returns a page in a new browser.
func newPage(always map[string]string) *page {
	return &page{&browser.Browser{Transport: new(http.Transport)}, always}
}

func (p *page) client() *http.Client { return &http.Client{Transport: p} }

func (p *page) RoundTrip(r *http.Request) (*http.Response, error) {
	request := browser.Request{Origin: corstest.Page, Method: r.Method, URL: r.URL.String()}
	if r.Body != nil {
		content, err := io.ReadAll(r.Body)
		if err := errors.Join(err, r.Body.Close()); err != nil {
			return nil, err
		}
		if len(content) != 0 {
			request.Body.Content = content
		}
	}
	header := r.Header.Clone()
	header.Del("User-Agent") // clients in pages leave it to the browser
	for name, value := range p.always {
		header.Set(name, value)
	}
	for name, values := range header {
		for _, value := range values {
			request.Headers = append(request.Headers, browser.Header{Name: name, Value: value})
		}
	}
	outcome, err := p.browser.Fetch(r.Context(), request)
	if err != nil {
		return nil, err
	}
	if !outcome.Allowed {
		return nil, fmt.Errorf("blocked at %s: %s", outcome.Step, outcome.Reason)
	}
	return &http.Response{
		StatusCode: outcome.Response.Status, Status: http.StatusText(outcome.Response.Status),
		Proto: "HTTP/1.1", ProtoMajor: 1, ProtoMinor: 1, Request: r,
		Header: outcome.Response.Header, Body: io.NopCloser(bytes.NewReader(outcome.Response.Body)), ContentLength: -1,
	}, nil
}
