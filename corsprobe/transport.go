package main

import (
	"errors"
	"net"
	"net/http"
	"net/url"
	"slices"
	"strings"
	"sync"

	"golang.org/x/net/publicsuffix"
)

var (
	errMixedContent = errors.New("the page came over https, so the browser sends no request over http")
	errNotSent      = errors.New("the browser does not send this request")
)

// memory is a transport that sends each request once. An equal request gets the same answer,
// so that several engines and repaired answers cost no second request. It reads no body,
// since CORS depends on the status and the headers only.
type memory struct {
	call *call
	next http.RoundTripper

	mu       sync.Mutex
	answers  map[string]*http.Response
	failures map[string]error
}

func newMemory(c *call, next http.RoundTripper) *memory {
	return &memory{call: c, next: next, answers: make(map[string]*http.Response), failures: make(map[string]error)}
}

// RoundTrip implements [http.RoundTripper].
func (m *memory) RoundTrip(r *http.Request) (*http.Response, error) {
	m.mu.Lock()
	defer m.mu.Unlock()
	key := requestKey(r)
	if res, err := m.recall(key); res != nil || err != nil {
		return res, err
	}
	res, err := m.send(r)
	if err != nil {
		m.failures[key] = err
		return nil, err
	}
	m.answers[key] = res
	return m.recall(key)
}

// recall returns the answer to an earlier request, or nil.
func (m *memory) recall(key string) (*http.Response, error) {
	if err := m.failures[key]; err != nil {
		return nil, err
	}
	res := m.answers[key]
	if res == nil {
		return nil, nil //nolint:nilnil // there is no answer yet, which is not an error
	}
	again := *res
	again.Header, again.Body = res.Header.Clone(), http.NoBody
	return &again, nil
}

func (m *memory) send(r *http.Request) (*http.Response, error) {
	if strings.HasPrefix(m.call.request.Origin, "https:") && r.URL.Scheme == "http" && !loopback(r.URL.Hostname()) {
		return nil, errMixedContent
	}
	if m.call.preflightOnly && r.Header.Get("Access-Control-Request-Method") == "" {
		return nil, errNotSent
	}
	sent := r.Clone(r.Context())
	m.complete(sent)
	res, err := m.next.RoundTrip(sent)
	if err != nil {
		return nil, err
	}
	_ = res.Body.Close() // the answer is complete without its body
	res.Body, res.Request = nil, r
	return res, nil
}

// complete adds the headers that a browser adds.
func (m *memory) complete(r *http.Request) {
	set := func(name, value string) {
		if value != "" && r.Header.Get(name) == "" {
			r.Header.Set(name, value)
		}
	}
	userAgent := m.call.userAgent
	if userAgent == "" {
		userAgent = "Mozilla/5.0 (compatible; corsprobe)"
	}
	set("User-Agent", userAgent)
	set("Accept-Encoding", "gzip, deflate, br")
	set("Accept-Language", m.call.language)
	if m.call.request.Origin != "null" {
		set("Referer", m.call.request.Origin+"/")
	}
	if r.URL.Scheme == "https" || loopback(r.URL.Hostname()) {
		set("Sec-Fetch-Dest", "empty")
		set("Sec-Fetch-Mode", [...]string{"cors", "no-cors", "same-origin"}[m.call.request.Mode])
		set("Sec-Fetch-Site", site(m.call.request.Origin, r.URL))
	}
	if r.Header.Get("Cookie") != "" {
		// The jar has only the names, so that no result shows a value.
		r.Header.Set("Cookie", m.call.cookies)
	}
}

// requestKey identifies a request. The names of cookies are part of it, but not their values.
func requestKey(r *http.Request) string {
	var b strings.Builder
	b.WriteString(r.Method + " " + r.URL.String() + "\n")
	_ = r.Header.Write(&b) // a Builder returns no error
	return b.String()
}

// site returns the value of Sec-Fetch-Site (Fetch metadata, section 2.2.3).
func site(page string, target *url.URL) string {
	from, err := url.Parse(page)
	if err != nil || from.Host == "" {
		return "cross-site"
	}
	if from.Scheme == target.Scheme && from.Host == target.Host {
		return "same-origin"
	}
	a, errA := publicsuffix.EffectiveTLDPlusOne(from.Hostname())
	b, errB := publicsuffix.EffectiveTLDPlusOne(target.Hostname())
	if from.Scheme == target.Scheme && (errA == nil && errB == nil && a == b || from.Hostname() == target.Hostname()) {
		return "same-site"
	}
	return "cross-site"
}

// loopback reports whether a browser takes a host for its own machine.
func loopback(host string) bool {
	ip := net.ParseIP(host)
	return host == "localhost" || strings.HasSuffix(host, ".localhost") || ip != nil && ip.IsLoopback()
}

// names is a cookie jar with the names of the call's cookies, for the host of the call. The
// transport replaces them by the cookies. A cookie for https may be Secure, so it is not sent
// over http. Cookies that the server sets are ignored.
type names struct {
	url     *url.URL
	cookies []*http.Cookie
}

// newJar returns nil if the call has no cookies.
func newJar(c *call) http.CookieJar {
	u, err := url.Parse(c.request.URL)
	if err != nil || c.cookies == "" {
		return nil
	}
	n := names{url: u}
	for cookie := range strings.SplitSeq(c.cookies, ";") {
		name, _, _ := strings.Cut(strings.TrimSpace(cookie), "=")
		n.cookies = append(n.cookies, &http.Cookie{Name: name, Value: "*"})
	}
	return n
}

// Cookies implements [http.CookieJar].
func (n names) Cookies(u *url.URL) []*http.Cookie {
	if !strings.EqualFold(u.Host, n.url.Host) || n.url.Scheme == "https" && u.Scheme != "https" {
		return nil
	}
	return slices.Clone(n.cookies)
}

// SetCookies implements [http.CookieJar].
func (names) SetCookies(*url.URL, []*http.Cookie) {}

// repaired is a transport that answers from memory, with corrected headers. It sends nothing.
type repaired struct {
	memory *memory
	edits  []edit
}

// edit corrects the answer to one request.
type edit struct {
	preflight bool
	url       string
	change    func(*http.Response)
}

// RoundTrip implements [http.RoundTripper].
func (p repaired) RoundTrip(r *http.Request) (*http.Response, error) {
	res, err := p.memory.recall(requestKey(r))
	if err != nil || res == nil {
		return nil, errNotSent
	}
	for _, e := range p.edits {
		if e.url == r.URL.String() && e.preflight == (r.Header.Get("Access-Control-Request-Method") != "") {
			e.change(res)
		}
	}
	return res, nil
}
