package browser

import (
	"fmt"
	"math/rand/v2"
	"slices"
	"strings"

	model "github.com/corsuite/corsuite/core/browser"
)

// dice draws random samples. A seed and a number determine a sample.
type dice struct{ *rand.Rand }

func newDice(seed uint64, number int) dice {
	return dice{rand.New(rand.NewPCG(seed, uint64(number)))}
}

// one returns one of the values. Values that are listed twice are twice as frequent.
func one[T any](d dice, values ...T) T { return values[d.IntN(len(values))] }

// in reports true once in n times.
func (d dice) in(n int) bool { return d.IntN(n) == 0 }

// plainURL is the URL of most calls.
const plainURL = "http://API/t/ID/0"

// sample draws a page, up to four calls, and the answers.
func (d dice) sample() sample {
	s := sample{page: one(d, "PAGE", "PAGE", "PAGE", "PAGE", "PAGE", "API", "null")}
	s.calls = append(s.calls, d.call())
	if d.in(2) {
		return s
	}
	// Further calls have the same URL, and are often like the first one.
	for range 1 + d.IntN(3) {
		c := s.clone().calls[0]
		if d.in(2) {
			c.call = d.request()
		}
		if d.in(3) {
			c.hops = d.hops(c.call)
		}
		c.call.URL = s.calls[0].call.URL
		s.calls = append(s.calls, c)
	}
	return s
}

func (d dice) call() sampleCall {
	r := d.request()
	return sampleCall{r, d.hops(r)}
}

// request draws the arguments of fetch() or of an XMLHttpRequest.
func (d dice) request() call {
	c := call{
		URL:         d.url(),
		Method:      one(d, "GET", "GET", "GET", "GET", "POST", "POST", "POST", "PUT", "PUT", "DELETE", "PATCH", "HEAD", "put", "patch", "OPTIONS", "PURGE", "QUERY"),
		Credentials: one(d, model.SameOriginCredentials, model.SameOriginCredentials, model.Omit, model.Include, model.Include),
	}
	for range one(d, 0, 0, 1, 1, 1, 2, 3) {
		h := d.header()
		again := slices.ContainsFunc(c.Headers, func(before model.Header) bool { return strings.EqualFold(before.Name, h[0].Name) })
		if !again || d.in(10) {
			c.Headers = append(c.Headers, h...)
		}
	}
	if method := strings.ToUpper(c.Method); !d.in(3) && (method == "POST" || method == "PUT" || method == "PATCH") {
		c.Body = one(d,
			model.Text("hello"),
			model.Text(`{"name":"x"}`),
			model.Body{Type: "application/x-www-form-urlencoded;charset=UTF-8", Content: []byte("a=b")},
			model.Body{Type: "application/json", Content: []byte("{}")},
			model.Body{Content: []byte("hello")},
		)
	}
	if d.in(12) && strings.ToUpper(c.Method) != "HEAD" {
		c.UploadListener = true
		c.Credentials = one(d, model.SameOriginCredentials, model.Include)
		return c
	}
	c.Redirect = one(d, model.Follow, model.Follow, model.Follow, model.Follow, model.Follow, model.Follow, model.Follow, model.Error, model.Manual)
	if d.in(12) {
		c.Mode = one(d, model.NoCORS, model.NoCORS, model.SameOrigin)
	}
	if c.Mode == model.NoCORS && !slices.Contains([]string{"GET", "HEAD", "POST"}, c.Method) {
		c.Method, c.Body = "GET", model.Body{}
	}
	return c
}

func (d dice) url() string {
	if !d.in(8) {
		return plainURL
	}
	return one(d,
		"http://127.0.0.1:APIPORT/t/ID/0", "http://API/t/ID/0?a=b&c", "http://API/t/ID/0?x y", "http://API/t/ID/0?\"é<>'`", "http://API/t/ID/0/a b|{}^\"é",
		"http://API\\t\\ID\\0", "http:/\\API/t/ID/0", "HTTP://API/t/ID/0#f g", "http://API/t/ID/./x/../0", "http://API/t/ID/%2e%2E/ID/0",
		" http://API/t/ID/0\t\n", "http://lOcalhost:APIPORT/t/ID/0?", "http://API/t/ID/0/a[b]'c`d~", "http://0x7f.1:APIPORT/t/ID/0",
		"http://API//t/ID/0",
	)
}

// header draws a header, or several that belong together.
func (d dice) header() headers {
	h := func(name, value string) headers { return headers{{Name: name, Value: value}} }
	if d.in(5) {
		return d.oddHeader()
	}
	return one(d,
		h("X-A", "1"), h("X-A", "1"), h("X-B", "2"), h("x-a", "3"),
		h("Authorization", "Bearer t"), h("Authorization", "Bearer t"),
		h("Content-Type", "application/json"), h("Content-Type", "application/json"), h("Content-Type", "text/plain"),
		h("Content-Type", "application/x-www-form-urlencoded"), h("Content-Type", "text/plain;charset=utf-8"),
		h("Accept", "application/json"), h("Accept-Language", "de"), h("Content-Language", "de"),
		h("X-Requested-With", "XMLHttpRequest"), h("Range", "bytes=0-3"), h("If-None-Match", `"0"`), h("Cache-Control", "no-cache"),
	)
}

// oddHeader draws a header that pages rarely set, or whose value is near a limit.
func (d dice) oddHeader() headers {
	h := func(name, value string) headers { return headers{{Name: name, Value: value}} }
	long := func(n int) string { return "application/" + strings.Repeat("a", n-len("application/")) }
	var nine headers
	for range 9 {
		nine = append(nine, model.Header{Name: "Accept", Value: long(128)})
	}
	return one(d,
		h("Accept", long(128)), h("Accept", long(129)), h("Accept", "a/(b)"), h("Accept", "text/\xe9"), h("Accept", long(127)+" \t"), nine,
		h("Accept", ""), h("X-Empty", ""),
		h("Accept-Language", "de_DE"), h("Accept-Language", "de;q=0.5"), h("Content-Language", "de\"x"),
		h("Content-Type", "multipart/form-data;a,b"), h("Content-Type", "text/plain;x=\xe9"), h("Content-Type", "text/plain; charset=\"x\""),
		h("Content-Type", "TEXT/PLAIN"), h("Content-Type", "text/html"), h("Content-Type", "text/plain, text/plain"), h("Content-Type", ""), h("Content-Type", "text/plain;"),
		h("Range", "bytes=0-"), h("Range", "bytes=-3"), h("Range", "bytes=3-0"), h("Range", "bytes=00-3"), h("Range", "bytes=+1-2"), h("Range", "BYTES=0-3"),
		h("Range", "bytes=0-1,2-3"), h("Range", "bytes=0-99999999999999999999"), h("Range", "bytes= 0-3"), h("Range", "items=0-3"),
		h("User-Agent", "corsuite"), h("DPR", "2"), h("Width", "100"), h("Viewport-Width", "100"), h("Device-Memory", "1"), h("RTT", "100"), h("Downlink", "1.5"), h("ECT", "4g"),
		h("Save-Data", "on"), h("DPR", "x"), h("Save-Data", "off"), h("ECT", "5g"),
		h("If-Modified-Since", "Wed, 01 Jan 2025 00:00:00 GMT"), h("Last-Event-ID", "1"), h("DNT", "1"), h("Cookie", "a=b"), h("Sec-X", "1"), h("Proxy-X", "1"),
		h("X-HTTP-Method-Override", "PUT"), h("X-HTTP-Method-Override", "TRACE"), h("X-High", "\xe9"), h("Purpose", "prefetch"),
		h("Access-Control-Request-Method", "PUT"), h("Pragma", "no-cache"), h("Origin", "https://x.example"),
	)
}

// hops draws the answers to a call: mostly one hop, and at most four.
func (d dice) hops(c call) (all []hop) {
	for n := 0; ; n++ {
		h := hop{d.preflightReply(c), d.actualReply()}
		if n == 3 || !d.in(4) {
			if d.in(40) {
				h.actual.status = one(d, 301, 302, 307) // without Location
			}
			return append(all, h)
		}
		h.actual.status = one(d, 301, 302, 302, 303, 307, 307, 308)
		h.actual.lines = append(h.actual.lines, d.locations(n+1)...)
		all = append(all, h)
	}
}

// locations draws the Location of a redirect to a hop.
func (d dice) locations(n int) []string {
	if d.in(60) {
		same := fmt.Sprintf("Location: /t/ID/%d", n)
		return one(d, []string{same, same}, []string{same, "Location: /t/ID/9"}, []string{"Location: "})
	}
	if d.in(6) {
		return []string{"Location: " + fmt.Sprintf(one(d,
			"/t/ID/%d?x y", "/t/ID/%d?é\"<>", "/t/ID/%d/a b|", "///API/t/ID/%d", "\\t\\ID\\%d", "http:/t/ID/%d", "http:t/ID/%d", "%d", "./%d?q", "?%d", "#%d",
			"http://u:@OTHER/t/ID/%d", "http://u:p@OTHER/t/ID/%d", "http://u@API/t/ID/%d", "//OTHER/t/ID/%d", "HTTP://OTHER/t/ID/%d", "about:blank#%d", "data:,%d", "http://[/%d", "http://a b/%d",
			"/t/ID/%d/\xe9", "http://OTHER\\t/ID/%d", "http://API:99999/%d", "/\t/API/t/ID/%d", "http://0x7f.1:APIPORT/t/ID/%d",
		), n)}
	}
	return []string{fmt.Sprintf("Location: "+one(d, "/t/ID/%d", "/t/ID/%d", "http://API/t/ID/%d", "http://OTHER/t/ID/%d", "http://OTHER/t/ID/%d", "http://PAGE/t/ID/%d", "http://127.0.0.1:APIPORT/t/ID/%d"), n)}
}

// cors draws Allow-Origin and Allow-Credentials. Most allow the page.
func (d dice) cors() (lines []string) {
	if d.in(10) {
		lines = one(d,
			nil,
			[]string{"Access-Control-Allow-Origin: https://other.example"},
			[]string{"Access-Control-Allow-Origin: ORIGIN/"},
			[]string{"Access-Control-Allow-Origin: null"},
			[]string{"Access-Control-Allow-Origin: ORIGIN, ORIGIN"},
			[]string{"Access-Control-Allow-Origin: ORIGIN", "Access-Control-Allow-Origin: ORIGIN"},
			[]string{"Access-Control-Allow-Origin: ORIGIN", "Access-Control-Allow-Origin: "},
			[]string{"Access-Control-Allow-Origin: *, *"},
			[]string{"Access-Control-Allow-Origin: "},
			[]string{"Access-Control-Allow-Origin: HTTP://PAGE"},
			[]string{"access-control-allow-origin: ORIGIN"},
		)
	} else {
		lines = []string{"Access-Control-Allow-Origin: " + one(d, "ORIGIN", "ORIGIN", "REFLECT", "REFLECT", "REFLECT", "*")}
	}
	if d.in(10) {
		return append(lines, one(d,
			[]string{"Access-Control-Allow-Credentials: True"},
			[]string{"Access-Control-Allow-Credentials: false"},
			[]string{"Access-Control-Allow-Credentials: true, true"},
			[]string{"Access-Control-Allow-Credentials: true", "Access-Control-Allow-Credentials: true"},
			[]string{"Access-Control-Allow-Credentials: true", "Access-Control-Allow-Credentials: "},
		)...)
	}
	if !d.in(4) {
		lines = append(lines, "Access-Control-Allow-Credentials: true")
	}
	return lines
}

// preflightReply draws the answer to a preflight of a call. Most allow the call.
func (d dice) preflightReply(c call) reply {
	r := reply{one(d, 200, 204, 204), d.cors()}
	if d.in(15) {
		r.status = one(d, 201, 202, 299, 300, 301, 302, 304, 307, 400, 401, 403, 404, 405, 500)
	}
	switch add := func(lines ...string) { r.lines = append(r.lines, lines...) }; d.IntN(12) {
	case 0:
	case 1, 2, 3:
		add("Access-Control-Allow-Methods: *")
	case 4, 5, 6, 7:
		add("Access-Control-Allow-Methods: " + c.Method)
	case 8, 9, 10:
		add("Access-Control-Allow-Methods: GET, HEAD, PUT, PATCH, POST, DELETE")
	default:
		add(one(d,
			[]string{"Access-Control-Allow-Methods: put,delete"}, []string{"Access-Control-Allow-Methods: "}, []string{"Access-Control-Allow-Methods: PUT,,DELETE,"},
			[]string{"Access-Control-Allow-Methods: PUT DELETE"}, []string{"Access-Control-Allow-Methods: PUT", "Access-Control-Allow-Methods: DELETE"}, []string{"Access-Control-Allow-Methods: *, PUT"},
			[]string{"Access-Control-Allow-Methods: PUT", "Access-Control-Allow-Methods: "}, []string{"Access-Control-Allow-Methods: PUT\t, DELETE"},
		)...)
	}
	var names []string
	for _, h := range c.Headers {
		names = append(names, h.Name)
	}
	switch add := func(lines ...string) { r.lines = append(r.lines, lines...) }; d.IntN(12) {
	case 0:
	case 1, 2, 3:
		add("Access-Control-Allow-Headers: *")
	case 4, 5, 6:
		add("Access-Control-Allow-Headers: " + strings.Join(append(names, "Content-Type"), ", "))
	case 7, 8, 9, 10:
		add("Access-Control-Allow-Headers: X-A, Authorization, Content-Type, X-Requested-With, Range, If-None-Match, Accept")
	default:
		add(one(d,
			[]string{"Access-Control-Allow-Headers: x-b"}, []string{"Access-Control-Allow-Headers: "}, []string{"Access-Control-Allow-Headers: x-a,,content-type,"},
			[]string{"Access-Control-Allow-Headers: x-a authorization"}, []string{"Access-Control-Allow-Headers: *, Authorization"},
			[]string{"Access-Control-Allow-Headers: x-a", "Access-Control-Allow-Headers: content-type"}, []string{"Access-Control-Allow-Headers: \"x-a\""},
			[]string{"Access-Control-Allow-Headers: X-A ,AUTHORIZATION\t, content-TYPE"},
		)...)
	}
	if !d.in(3) {
		r.lines = append(r.lines, d.maxAge()...)
	}
	return r
}

func (d dice) maxAge() []string {
	if d.in(3) {
		return one(d,
			[]string{"Access-Control-Max-Age: "}, []string{"Access-Control-Max-Age: abc"}, []string{"Access-Control-Max-Age: 60, 60"}, []string{"Access-Control-Max-Age: 60", "Access-Control-Max-Age: 60"},
			[]string{"Access-Control-Max-Age: 60", "Access-Control-Max-Age: "}, []string{"Access-Control-Max-Age: +60"}, []string{"Access-Control-Max-Age: 1.5"}, []string{"Access-Control-Max-Age: 60s"},
			[]string{"Access-Control-Max-Age: -0"}, []string{"Access-Control-Max-Age: 060"}, []string{"Access-Control-Max-Age: 99999999999"}, []string{"Access-Control-Max-Age: 6 0"},
		)
	}
	return []string{"Access-Control-Max-Age: " + one(d, "600", "600", "60", "86400", "0", "-1")}
}

// actualReply draws the answer to the request itself.
func (d dice) actualReply() reply {
	r := reply{one(d, 200, 200, 200, 200, 200, 200, 200, 200, 201, 204, 400, 403, 404, 500), d.cors()}
	r.lines = append(r.lines, "X-Total: 3", "ETag: \"1\"")
	if d.in(3) {
		r.lines = append(r.lines, one(d,
			[]string{"Access-Control-Expose-Headers: X-Total"}, []string{"Access-Control-Expose-Headers: x-total, etag"}, []string{"Access-Control-Expose-Headers: *"},
			[]string{"Access-Control-Expose-Headers: *, x b"}, []string{"Access-Control-Expose-Headers: x-total,,etag"}, []string{"Access-Control-Expose-Headers: x-total, x b"},
			[]string{"Access-Control-Expose-Headers: *, X-Total"}, []string{"Access-Control-Expose-Headers: X-Total", "Access-Control-Expose-Headers: ETag"},
		)...)
	}
	return r
}
