package browser

import (
	"bytes"
	"io"
	"net/http"
	"strings"
)

// longestBody is the largest number of bytes that are read from an answer.
const longestBody = 10 << 20

// send sends the actual request (Fetch, HTTP-network-or-cache fetch).
func (f *fetch) send() *answer {
	header := f.headers.header()
	if f.browser.Engine.sendsUTF8() {
		for _, values := range header {
			values[0] = fromBytes(values[0])
		}
	}
	if value, ok := f.originHeader(); ok {
		header.Set("Origin", value)
		f.sentOrigin = true
	}
	credentials := f.credentials == Include || f.credentials == SameOriginCredentials && f.tainting == "basic"
	return f.roundTrip(Exchange{Method: f.method, Request: header}, f.body, credentials)
}

// originHeader follows Fetch, append a request Origin header, with the default
// referrer policy, strict-origin-when-cross-origin.
func (f *fetch) originHeader() (value string, ok bool) {
	switch {
	case f.tainting == "cors":
		return f.serializedOrigin(), true
	case (f.method == "GET" || f.method == "HEAD") && !(f.sentOrigin && f.browser.Engine.keepsOriginHeader()):
		return "", false
	case f.mode != CORS && strings.HasPrefix(f.origin, "https:") && f.url().scheme != "https":
		return "null", true
	case f.mode == NoCORS && f.browser.Engine.hidesOriginAfterRedirect() && f.urls[0].origin() != f.url().origin():
		return "null", true
	default:
		return f.serializedOrigin(), true
	}
}

// roundTrip sends one request to the current URL and records it (Fetch,
// HTTP-network fetch).
func (f *fetch) roundTrip(e Exchange, body []byte, credentials bool) *answer {
	e.URL = f.url().sent()
	req, err := http.NewRequestWithContext(f.ctx, e.Method, f.url().origin(), bytes.NewReader(body))
	if err != nil {
		return f.block(StepNetwork, "the request cannot be sent: %s", quote(err.Error()))
	}
	req.URL = f.url().target()
	jar := f.browser.Jar
	if credentials && jar != nil {
		for _, cookie := range jar.Cookies(req.URL) {
			req.AddCookie(cookie)
		}
		if cookies := req.Header.Get("Cookie"); cookies != "" {
			e.Request.Set("Cookie", cookies)
		}
	}
	req.Header = e.Request.Clone()
	res, content, err := f.exchange(req)
	if err != nil {
		f.exchanges = append(f.exchanges, e)
		return f.block(StepNetwork, "the server cannot be reached: %s", quote(err.Error()))
	}
	header := f.browser.Engine.received(res.Header)
	e.Status, e.Response = res.StatusCode, header.Clone()
	f.exchanges = append(f.exchanges, e)
	if credentials && jar != nil {
		jar.SetCookies(req.URL, (&http.Response{Header: header}).Cookies())
	}
	return &answer{status: res.StatusCode, header: header, body: content}
}

// exchange sends a request. If the body of the answer ends with an error, exchange returns
// the part before that and no error. In a browser, fetch() is fulfilled before the body
// is read.
func (f *fetch) exchange(req *http.Request) (*http.Response, []byte, error) {
	if err := f.ctx.Err(); err != nil {
		return nil, nil, err
	}
	res, err := f.browser.transport().RoundTrip(req)
	if err != nil {
		return nil, nil, err
	}
	if res.Body == nil {
		return res, nil, nil
	}
	defer func() { _ = res.Body.Close() }() // an error does not change what was read
	content, _ := io.ReadAll(io.LimitReader(res.Body, longestBody))
	return res, content, nil
}

// fromBytes returns the UTF-8 of a string that has one byte for each of its characters.
func fromBytes(s string) string {
	runes := make([]rune, len(s))
	for i := range len(s) {
		runes[i] = rune(s[i])
	}
	return string(runes)
}
