package browser

import (
	"bytes"
	"crypto/tls"
	"io"
	"net/http"
	"strconv"
)

// TransportFunc is a function as a transport. Fiber's app, for one, is asked by
//
//	browser.TransportFunc(func(r *http.Request) (*http.Response, error) { return app.Test(r, -1) })
type TransportFunc func(*http.Request) (*http.Response, error)

// RoundTrip implements [http.RoundTripper].
func (t TransportFunc) RoundTrip(r *http.Request) (*http.Response, error) { return t(r) }

// Handler returns a transport that hands requests to h in process, as a server
// would: h sees the path as URL, and TLS if the URL has the scheme https. What a
// server adds to an answer (Date, Content-Length, a guessed Content-Type) is
// missing. A panic of h is the caller's.
func Handler(h http.Handler) http.RoundTripper { return handlerTransport{h} }

type handlerTransport struct{ handler http.Handler }

// RoundTrip implements [http.RoundTripper].
func (t handlerTransport) RoundTrip(req *http.Request) (*http.Response, error) {
	w := &recorder{header: make(http.Header)}
	t.handler.ServeHTTP(w, serverRequest(req))
	w.WriteHeader(http.StatusOK)
	return &http.Response{
		StatusCode: w.status, Status: strconv.Itoa(w.status) + " " + http.StatusText(w.status), Proto: "HTTP/1.1", ProtoMajor: 1, ProtoMinor: 1,
		Header: w.sent, Body: io.NopCloser(&w.body), ContentLength: int64(w.body.Len()), Request: req,
	}, nil
}

// serverRequest makes of a client's request what a server's handler sees.
func serverRequest(req *http.Request) *http.Request {
	r := req.Clone(req.Context())
	r.RequestURI = r.URL.RequestURI()
	if r.Host == "" {
		r.Host = r.URL.Host
	}
	if r.URL.Scheme == "https" {
		r.TLS = &tls.ConnectionState{Version: tls.VersionTLS13, HandshakeComplete: true, ServerName: r.URL.Hostname()}
	}
	r.URL.Scheme, r.URL.Host, r.URL.User, r.URL.Fragment, r.URL.RawFragment = "", "", nil, "", ""
	r.RemoteAddr = "192.0.2.1:1234" // RFC 5737, documentation
	if r.Body == nil {
		r.Body = http.NoBody
	}
	return r
}

// recorder keeps what a handler writes. Headers set after the status do not
// count, as on the wire.
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
