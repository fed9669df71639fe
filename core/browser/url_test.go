package browser_test

import (
	"net/http"
	"strings"
	"testing"

	"github.com/corsuite/corsuite/core/browser"
)

// URLs are corrected as the URL standard says, whose tests have these cases.
func TestURLs(t *testing.T) {
	for raw, want := range map[string]string{
		"https://api.example.com":                "https://api.example.com/",
		" \x01https://api.example.com/\t\r\n ":   "https://api.example.com/",
		"https://api.exa\r\nmple.com/a\tb":       "https://api.example.com/ab",
		"HTTPS://API.EXAMPLE.COM:0443/A":         "https://api.example.com/A",
		"http://api.example.com:443":             "http://api.example.com:443/",
		"http://api.example.com:80?a":            "http://api.example.com/?a",
		"https://api.example.com:/":              "https://api.example.com/",
		"https:api.example.com/a":                "https://api.example.com/a",
		"https:/api.example.com/a":               "https://api.example.com/a",
		"https:///\\/api.example.com/a":          "https://api.example.com/a",
		`https:\\api.example.com\a\..\b\`:        "https://api.example.com/b/",
		"https://api.example.com/a/./b/../c/.":   "https://api.example.com/a/c/",
		"https://api.example.com/a/%2E/b/.%2e":   "https://api.example.com/a/",
		"https://api.example.com/../../a/..":     "https://api.example.com/",
		"https://api.example.com//a//..//":       "https://api.example.com//a//",
		"https://api.example.com/...":            "https://api.example.com/...",
		"https://api.example.com/a b?c d#e f":    "https://api.example.com/a%20b?c%20d",
		"https://api.example.com/é?é":            "https://api.example.com/%C3%A9?%C3%A9",
		"https://api.example.com/\"<>`{}^|'[]~":  "https://api.example.com/%22%3C%3E%60%7B%7D%5E|'[]~",
		"https://api.example.com/?\"<>`{}^|'[]~": "https://api.example.com/?%22%3C%3E`{}^|%27[]~",
		"https://api.example.com/%zz%a?%":        "https://api.example.com/%zz%a?%",
		"https://api.example.com/\x7f\x1fa":      "https://api.example.com/%7F%1Fa",
		"https://api.example.com/?":              "https://api.example.com/?",
		"https://api.example.com?#":              "https://api.example.com/?",
		"https://api.example.com#a?b":            "https://api.example.com/",
		"https://bücher.example/":                "https://xn--bcher-kva.example/",
		"https://ＡＰＩ.example/":                   "https://api.example/",
		"https://%61pi.example/":                 "https://api.example/",
		"https://b%C3%BCcher.example/":           "https://xn--bcher-kva.example/",
		"https://a_b.example./":                  "https://a_b.example./",
		"https://-a-.example/":                   "https://-a-.example/",
		"https://127.1/":                         "https://127.0.0.1/",
		"https://0x7F.0.0.01/":                   "https://127.0.0.1/",
		"https://2130706433/":                    "https://127.0.0.1/",
		"https://017700000001./":                 "https://127.0.0.1/",
		"https://1.0x/":                          "https://1.0.0.0/",
		"https://[::0:1]:443/":                   "https://[::1]/",
		"https://[::127.0.0.1]:8080/":            "https://[::7f00:1]:8080/",
		"https://[::ffff:127.0.0.1]/":            "https://[::ffff:7f00:1]/",
		"https://[1:0:0:2:0:0:0:3]/":             "https://[1:0:0:2::3]/",
		"https://@api.example.com/":              "https://api.example.com/",
		"https://:@api.example.com/":             "https://api.example.com/",
	} {
		var received string
		h := http.HandlerFunc(func(_ http.ResponseWriter, r *http.Request) { received = r.RequestURI })
		outcome := fetch(t, newBrowser(h, browser.Standard), browser.Request{URL: raw, Mode: browser.NoCORS})
		if got := outcome.Exchanges[0].URL; got != want {
			t.Errorf("%q: sent to %s, want %s", raw, got, want)
		}
		if path := want[strings.Index(want[8:], "/")+8:]; !strings.HasPrefix(path, "/%zz") && received != strings.TrimPrefix(path, "https:/") {
			t.Errorf("%q: the server received %s", raw, received)
		}
	}
}

// URLs without a host that browsers accept are invalid.
func TestInvalidURLs(t *testing.T) {
	for _, raw := range []string{
		"https://", "https:", "https:?a", "https://:443/", "https://user@/", "https://a b/", "https://a|b/", "https://a%b/", "https://%/", "https://a<b/",
		"https://1.2.3.256/", "https://256.1.1.1/", "https://1.65536.1/", "https://4294967296/", "https://0x100000000/", "https://1..2/", "https://a.0x1g.08/", "https://0.0x1ffffffffffffffffff/",
		"https://[::1/", "https://[::1]a/", "https://[::1%25a]/", "https://[1.2.3.4]/", "https://[]/", "https://a]/", "https://xn--a/", "https://a.example:1:2/", "https://a.example:65536/", "https://a.example:-1/", "https://a.example:1a/",
	} {
		if outcome, err := newBrowser(say(200), browser.Standard).Fetch(t.Context(), browser.Request{Origin: app, URL: raw, Mode: browser.NoCORS}); err == nil {
			t.Errorf("%q: sent to %s, want an error", raw, outcome.Exchanges[0].URL)
		}
	}
}

// A Location is relative to the URL of the answer.
func TestLocations(t *testing.T) {
	for location, want := range map[string]string{
		"/a?x y":                          api + "/a?x%20y",
		"/\xe2\x98\x83":                   api + "/%E2%98%83",
		"b":                               api + "/dir/b",
		"./../b/":                         api + "/b/",
		"?b":                              api + "/dir/file?b",
		"?":                               api + "/dir/file?",
		"#b":                              api + "/dir/file?q",
		"":                                api + "/dir/file?q",
		"https:b":                         api + "/dir/b",
		"https:/b":                        api + "/b",
		"https:?b":                        api + "/dir/file?b",
		"http:b":                          "http://b/",
		`https:\b`:                        api + "/b",
		"///other.example.com/b":          other + "/b",
		`\\other.example.com\b`:           other + "/b",
		`/\/other.example.com/b`:          other + "/b",
		`\b\c`:                            api + "/b/c",
		"https:\\\\other.example.com":     other + "/",
		"1https://other.example.com":      api + "/dir/1https://other.example.com",
		"/b|%zz":                          api + "/b|%zz",
		"//other.example.com//b|":         other + "//b|",
		"//user:@other.example.com/b":     "https://user@other.example.com/b",
		"//us%er:p:w@@other.example.com/": "https://us%er:p%3Aw%40@other.example.com/",
	} {
		b := newBrowser(inTurn(say(302, "Location: "+location), say(200)), browser.Standard)
		outcome := fetch(t, b, browser.Request{URL: api + "/dir/file?q", Mode: browser.NoCORS})
		if got := outcome.Exchanges[len(outcome.Exchanges)-1].URL; got != want || len(outcome.Exchanges) != 2 {
			t.Errorf("%q: sent to %s, want %s (%s)", location, got, want, outcome.Reason)
		}
	}
}
