package browser_test

import (
	"net/http"
	"testing"
	"time"

	"github.com/corsuite/corsuite/core/browser"
)

// visit is a request, and the time since the previous request.
type visit struct {
	after   time.Duration
	request browser.Request
}

// visits returns visits without time between them.
func visits(requests ...browser.Request) (list []visit) {
	for _, r := range requests {
		list = append(list, visit{request: r})
	}
	return list
}

// play returns a letter for every visit: p for a request with a preflight, - for one
// without, and x for a blocked one.
func play(t *testing.T, engine browser.Engine, h http.Handler, list []visit) (letters string) {
	t.Helper()
	c := &clock{time.Date(2024, 1, 1, 0, 0, 0, 0, time.UTC)}
	b := newBrowser(h, engine)
	b.Now = c.now
	for _, v := range list {
		c.time = c.time.Add(v.after)
		switch outcome := fetch(t, b, v.request); {
		case !outcome.Allowed:
			letters += "x"
		case outcome.Exchanges[0].Preflight:
			letters += "p"
		default:
			letters += "-"
		}
	}
	return letters
}

// The requests that a cached preflight covers. engines has the results that differ from
// those in the standard.
func TestCachedPreflights(t *testing.T) {
	type requests = []browser.Request
	method := func(m string) browser.Request { return browser.Request{Method: m} }
	header := func(name string) browser.Request { return browser.Request{Headers: headers(name, "1")} }
	include := func(r browser.Request) browser.Request {
		r.Credentials = browser.Include
		return r
	}
	to := func(url string) browser.Request { return browser.Request{Method: "PUT", URL: url} }
	from := func(origin string) browser.Request { return browser.Request{Method: "PUT", Origin: origin} }
	upload := browser.Request{Method: "POST", UploadListener: true, Body: browser.Text("x")}
	put, withID := method("PUT"), header("X-Id")
	hour := maxAge("3600")
	type letters = map[browser.Engine]string
	for _, test := range []struct {
		name    string
		lines   []string
		visits  requests
		want    string
		engines letters
	}{
		{"the same method", []string{allowMethods("PUT"), hour}, requests{put, put, put}, "p--", nil},
		{"no Max-Age", []string{allowMethods("PUT")}, requests{put, put}, "p-", nil},
		{"Max-Age 0", []string{allowMethods("PUT"), maxAge("0")}, requests{put, put}, "pp", nil},
		{"another listed method", []string{allowMethods("PUT, DELETE"), hour}, requests{put, method("DELETE")}, "p-", nil},
		{"another method, not listed", []string{allowMethods("PUT"), hour}, requests{put, method("DELETE")}, "px", nil},
		{"another listed header", []string{allowHeaders("X-ID, X-Other"), hour}, requests{withID, header("x-other"), withID}, "p--", nil},
		{"a preflight for a header, then a method", []string{allowMethods("PUT"), allowHeaders("x-id"), hour}, requests{withID, put}, "p-", nil},
		{"a preflight for a method, then a header", []string{allowMethods("PUT"), allowHeaders("x-id"), hour}, requests{put, withID}, "p-", nil},
		{"method named like a header", []string{allowMethods("PUT, x-id"), hour}, requests{put, withID}, "px", nil},
		{"safelisted method with a header", []string{allowHeaders("x-id"), hour}, requests{{Method: "POST", Headers: headers("X-Id", "1")}, withID}, "p-", nil},
		{"simple request", []string{allowMethods("PUT"), hour}, requests{method("GET"), put, method("GET")}, "-p-", nil},
		{"other query", []string{allowMethods("PUT"), hour}, requests{to(api + "/posts"), to(api + "/posts?a=1"), to(api + "/posts?a=2"), to(api + "/posts?a=1")}, "ppp-", nil},
		{"other path", []string{allowMethods("PUT"), hour}, requests{to(api + "/posts"), to(api + "/posts/")}, "pp", nil},
		{"other fragment", []string{allowMethods("PUT"), hour}, requests{to(api + "/posts#a"), to(api + "/posts#b"), to(api + "/posts#a")}, "pp-", nil},
		{"same URL in another spelling", []string{allowMethods("PUT"), hour}, requests{to("https://API.example.com:443"), to(api + "/a/../")}, "p-", nil},
		{"other page", []string{allowMethods("PUT"), hour}, requests{from(app), from(other), from(app)}, "pp-", nil},
		{"127.0.0.1", []string{allowMethods("PUT"), hour}, requests{to("http://127.0.0.1/"), to("http://127.0.0.1/")}, "p-", letters{browser.Firefox: "pp"}},
		{"[::1]", []string{allowMethods("PUT"), hour}, requests{to("http://[::1]:81/"), to("http://[::1]:81/")}, "p-", letters{browser.Firefox: "pp"}},
		{"localhost", []string{allowMethods("PUT"), hour}, requests{to("http://localhost/"), to("http://localhost/")}, "p-", nil},

		{"without credentials, then with", []string{allowMethods("PUT"), hour}, requests{put, include(put), include(put), put}, "pp--", nil},
		{"with credentials, then without", []string{allowMethods("PUT"), hour}, requests{include(put), put, include(put)}, "p--", letters{browser.Firefox: "pp-"}},
		{"omitted credentials", []string{allowMethods("PUT"), hour}, requests{{Method: "PUT", Credentials: browser.Omit}, put}, "p-", nil},

		{"*, another method", []string{allowMethods("*"), hour}, requests{put, method("DELETE")}, "p-", letters{browser.Firefox: "pp"}},
		{"*, another header", []string{allowHeaders("*"), hour}, requests{withID, header("x-other")}, "p-", letters{browser.Firefox: "pp"}},
		{"*, then with credentials", []string{allowMethods("*"), hour}, requests{put, include(put)}, "px", nil},
		{"*, then Authorization", []string{allowHeaders("*"), hour}, requests{withID, header("Authorization")}, "px", letters{browser.Chromium: "pp", browser.Firefox: "pp", browser.WebKit: "p-"}},
		{"* and Authorization", []string{allowHeaders("*, Authorization"), hour}, requests{withID, header("Authorization")}, "p-", nil},
		{"* of an answer with credentials", []string{allowMethods("*"), allowHeaders("x-id"), hour}, requests{include(withID), include(put)}, "p-", letters{browser.Chromium: "px", browser.Firefox: "px", browser.WebKit: "px"}},
		{"header * of an answer with credentials", []string{allowMethods("PUT"), allowHeaders("*"), hour}, requests{include(put), include(withID)}, "p-", letters{browser.Chromium: "px", browser.Firefox: "px", browser.WebKit: "px"}},

		{"conditional request", []string{allowHeaders("if-none-match, x-id"), hour}, requests{withID, header("If-None-Match"), withID, header("if-none-match")}, "p---", letters{browser.Chromium: "pp-p", browser.Firefox: "pp-p"}},

		{"upload, no Allow-Methods", []string{hour}, requests{upload, upload}, "p-", nil},
		{"upload, empty Allow-Methods", []string{allowMethods(""), hour}, requests{upload, upload}, "pp", letters{browser.Chromium: "p-", browser.Firefox: "p-", browser.WebKit: "p-"}},
		{"upload, other Allow-Methods", []string{allowMethods("PUT"), hour}, requests{upload, upload, put}, "pp-", letters{browser.Chromium: "p--", browser.Firefox: "p--", browser.WebKit: "p--"}},
		{"upload, POST listed", []string{allowMethods("POST"), hour}, requests{upload, upload}, "p-", nil},
	} {
		for _, engine := range engines() {
			want, differs := test.engines[engine]
			if !differs {
				want = test.want
			}
			h := server(mirror(test.lines...), mirror())
			if got := play(t, engine, h, visits(test.visits...)); got != want {
				t.Errorf("%s, %v: %s, want %s", test.name, engine, got, want)
			}
		}
	}
}

// The time for which an answer is cached.
func TestMaxAge(t *testing.T) {
	const (
		none = 0
		five = 5 * time.Second
		year = 365 * 24 * time.Hour
	)
	type ages = map[browser.Engine]time.Duration
	everyEngine := func(age time.Duration) ages {
		return ages{browser.Chromium: age, browser.Firefox: age, browser.WebKit: age}
	}
	capped := ages{browser.Chromium: 2 * time.Hour, browser.Firefox: 24 * time.Hour, browser.WebKit: 10 * time.Minute}
	malformed := ages{browser.Firefox: none}
	for _, test := range []struct {
		name    string
		lines   []string
		want    time.Duration
		engines ages
	}{
		{"absent", nil, five, nil},
		{"0", []string{maxAge("0")}, none, nil},
		{"-1", []string{maxAge("-1")}, five, everyEngine(none)},
		{"1", []string{maxAge("1")}, time.Second, nil},
		{"600", []string{maxAge("600")}, 10 * time.Minute, nil},
		{"601", []string{maxAge("601")}, 601 * time.Second, ages{browser.WebKit: 10 * time.Minute}},
		{"7200", []string{maxAge("7200")}, 2 * time.Hour, ages{browser.WebKit: 10 * time.Minute}},
		{"a day and a second", []string{maxAge("86401")}, 86401 * time.Second, capped},
		{"a year", []string{maxAge("31536000")}, year, capped},
		{"68 years", []string{maxAge("2147483648")}, 2147483648 * time.Second, capped},
		{"more than 64 bits", []string{maxAge("99999999999999999999")}, 2147483648 * time.Second, capped},
		{"leading zeros", []string{maxAge("00000000000000000600")}, 10 * time.Minute, nil},
		{"zeros", []string{maxAge("00000000000000000000")}, none, nil},
		{"blanks around the value", []string{maxAge(" \t600 ")}, 10 * time.Minute, nil},
		{"lower-case field name", []string{"access-control-max-age: 600"}, 10 * time.Minute, nil},
		{"empty", []string{maxAge("")}, five, nil},
		{"words", []string{maxAge("ten minutes")}, five, malformed},
		{"unit", []string{maxAge("600s")}, five, malformed},
		{"fraction", []string{maxAge("600.5")}, five, malformed},
		{"exponent", []string{maxAge("6e2")}, five, malformed},
		{"minus alone", []string{maxAge("-")}, five, malformed},
		{"minus words", []string{maxAge("-x")}, five, malformed},
		{"list", []string{maxAge("600, 600")}, five, malformed},
		{"two lines", []string{maxAge("600"), maxAge("600")}, five, malformed},
		{"two lines, one empty", []string{maxAge("600"), maxAge("")}, five, ages{browser.Firefox: 10 * time.Minute}},
	} {
		for _, engine := range engines() {
			age, differs := test.engines[engine]
			if !differs {
				age = test.want
			}
			h := server(allowing(allowMethods("PUT")).with(test.lines...), allowing())
			put := browser.Request{Method: "PUT"}
			if age == none {
				if got := play(t, engine, h, visits(put, put)); got != "pp" {
					t.Errorf("%s, %v: %s, want no caching", test.name, engine, got)
				}
				continue
			}
			list := []visit{{0, put}, {age - 1, put}, {1, put}, {0, put}}
			if got := play(t, engine, h, list); got != "p-p-" {
				t.Errorf("%s, %v: %s, want p-p- for %v", test.name, engine, got, age)
			}
		}
	}
}

// The effect of a later answer and of a failure on cached answers.
func TestLaterAnswersChangeCache(t *testing.T) {
	put, del := browser.Request{Method: "PUT"}, browser.Request{Method: "DELETE"}
	putID := browser.Request{Method: "PUT", Headers: headers("X-Id", "1")}
	withID := browser.Request{Headers: headers("X-Id", "1")}
	five := 5 * time.Second
	keepPUT := allowing(allowMethods("PUT"), maxAge("600"))
	fail := []http.Handler{allowing(), say(200), allowing()}
	type letters = map[browser.Engine]string
	for _, test := range []struct {
		name       string
		preflights []http.Handler
		actuals    []http.Handler
		visits     []visit
		want       letters
	}{
		{"renewed", []http.Handler{allowing(allowMethods("PUT"), maxAge("5")), allowing(allowMethods("PUT"), allowHeaders("x-id"), maxAge("5"))}, nil,
			[]visit{{0, put}, {3 * time.Second, putID}, {3 * time.Second, put}}, letters{browser.Standard: "pp-", browser.Chromium: "pp-", browser.Firefox: "pp-", browser.WebKit: "pp-"}},
		{"shortened", []http.Handler{keepPUT, allowing(allowMethods("PUT"), allowHeaders("x-id"), maxAge("5"))}, nil,
			[]visit{{0, put}, {0, putID}, {five, put}}, letters{browser.Standard: "ppp"}},
		{"removed by Max-Age 0", []http.Handler{keepPUT, allowing(allowMethods("PUT"), allowHeaders("x-id"), maxAge("0"))}, nil,
			visits(put, putID, put), letters{browser.Standard: "ppp", browser.Chromium: "ppp", browser.WebKit: "ppp"}},
		{"added", []http.Handler{keepPUT, allowing(allowHeaders("x-id"), maxAge("600")), keepPUT}, nil,
			visits(put, withID, put, put, withID), letters{browser.Standard: "pp---", browser.Chromium: "ppp-x", browser.Firefox: "pp---", browser.WebKit: "ppp-x"}},
		{"* shortened by a listed name", []http.Handler{allowing(allowMethods("*"), maxAge("600")), allowing(allowMethods("PUT"), allowHeaders("x-id"), maxAge("5"))}, nil,
			[]visit{{0, put}, {0, putID}, {five, put}}, letters{browser.Standard: "ppp"}},
		{"cleared by a rejected preflight", []http.Handler{keepPUT, say(403), keepPUT}, nil,
			visits(put, del, put), letters{browser.Standard: "pxp", browser.Chromium: "pxp", browser.Firefox: "pxp", browser.WebKit: "pxp"}},
		{"cleared by a method that is not allowed", []http.Handler{keepPUT}, nil,
			visits(put, del, put), letters{browser.Standard: "pxp"}},
		{"cleared by a failed answer", []http.Handler{keepPUT}, fail,
			visits(put, put, put), letters{browser.Standard: "pxp", browser.Chromium: "px-", browser.Firefox: "pxp", browser.WebKit: "px-"}},
		{"not cleared by a simple request that fails", []http.Handler{keepPUT}, fail,
			visits(put, browser.Request{}, put), letters{browser.Standard: "px-", browser.Chromium: "px-", browser.WebKit: "px-"}},
		{"not cleared by a failure for another URL", []http.Handler{keepPUT, say(403), keepPUT}, nil,
			visits(put, browser.Request{Method: "PUT", URL: api + "/else"}, put), letters{browser.Standard: "px-", browser.Chromium: "px-", browser.Firefox: "px-", browser.WebKit: "px-"}},
	} {
		for engine, want := range test.want {
			actual := inTurn(allowing())
			if test.actuals != nil {
				actual = inTurn(test.actuals...)
			}
			if got := play(t, engine, server(inTurn(test.preflights...), actual), test.visits); got != want {
				t.Errorf("%s, %v: %s, want %s", test.name, engine, got, want)
			}
		}
	}
}
