package browser

import (
	"bytes"
	"crypto/tls"
	"io"
	"net/http"
	"net/url"
	"strconv"
)

// TransportFunc is a function that implements [http.RoundTripper]. For example, this is
// the transport for an app of fiber:
//
//	browser.TransportFunc(func(r *http.Request) (*http.Response, error) { return app.Test(r, -1) })
type TransportFunc func(*http.Request) (*http.Response, error)

// RoundTrip implements [http.RoundTripper].
func (t TransportFunc) RoundTrip(r *http.Request) (*http.Response, error) { return t(r) }

// Handler returns a transport that calls h in process. h receives the request as from a
// server. Its URL has only path and query, and its TLS is set if the scheme is https.
// The transport is safe for concurrent use if h is.
//
// # Limits
//
//   - The answer does not have the headers that a server adds: Date, Content-Length and a
//     detected Content-Type.
//   - The transport does not recover from a panic of h.
func Handler(h http.Handler) http.RoundTripper { return handlerTransport{h} }

type handlerTransport struct{ handler http.Handler }

// RoundTrip implements [http.RoundTripper].
func (t handlerTransport) RoundTrip(req *http.Request) (*http.Response, error) {
	w := &recorder{header: make(http.Header)}
	if r, err := serverRequest(req); err != nil {
		// net/http does not call its handler for such a request.
		w.WriteHeader(http.StatusBadRequest)
		_, _ = io.WriteString(w, "400 Bad Request") // a buffer does not fail
	} else {
		t.handler.ServeHTTP(w, r)
	}
	w.WriteHeader(http.StatusOK)
	return &http.Response{
		StatusCode: w.status, Status: strconv.Itoa(w.status) + " " + http.StatusText(w.status), Proto: "HTTP/1.1", ProtoMajor: 1, ProtoMinor: 1,
		Header: w.sent, Body: io.NopCloser(&w.body), ContentLength: int64(w.body.Len()), Request: req,
	}, nil
}

// serverRequest converts a client's request into the request that a server passes to its
// handler. The error is that of a server that cannot read the URL.
func serverRequest(req *http.Request) (*http.Request, error) {
	r := req.Clone(req.Context())
	r.RequestURI = r.URL.RequestURI()
	if r.Host == "" {
		r.Host = r.URL.Host
	}
	if r.URL.Scheme == "https" {
		r.TLS = &tls.ConnectionState{Version: tls.VersionTLS13, HandshakeComplete: true, ServerName: r.URL.Hostname()}
	}
	var err error
	if r.URL, err = url.ParseRequestURI(r.RequestURI); err != nil {
		return nil, err
	}
	r.RemoteAddr = "192.0.2.1:1234" // RFC 5737, documentation
	if r.Body == nil {
		r.Body = http.NoBody
	}
	return r, nil
}

// recorder records the answer of a handler. It ignores headers that are set after the
// status, as a server does.
type recorder struct {
	header, sent http.Header
	status       int
	body         bytes.Buffer
}

func (w *recorder) Header() http.Header { return w.header }

func (w *recorder) WriteHeader(status int) {
	if w.status == 0 && status >= 200 {
		w.status, w.sent = status, w.header.Clone()
	}
}

func (w *recorder) Write(b []byte) (int, error) {
	w.WriteHeader(http.StatusOK)
	return w.body.Write(b)
}

// Flush implements [http.Flusher] for handlers that stream.
func (w *recorder) Flush() { w.WriteHeader(http.StatusOK) }
