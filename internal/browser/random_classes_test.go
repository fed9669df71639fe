package browser

import (
	"regexp"
	"slices"
	"strings"

	model "github.com/corsuite/corsuite/core/browser"
)

// class is a kind of disagreement between engines and their models that is known and not
// followed.
type class struct {
	why     string
	engines []model.Engine
	// in reports whether a disagreement can be of this class.
	in func(d *disagreement) bool
}

// classes returns all known classes. TestRandomSamples fails for a disagreement that no class
// has. All of them need rare headers, rare values or several redirects.
func classes() []class {
	chromium, firefox, webkit := []model.Engine{model.Chromium}, []model.Engine{model.Firefox}, []model.Engine{model.WebKit}
	all := slices.Concat(chromium, firefox, webkit)
	return []class{
		{"XMLHttpRequest rewrites the charset of a Content-Type; the model has no other part of XMLHttpRequest", all, func(d *disagreement) bool {
			return d.uploads() && d.equalWithout(bodyHeaders)
		}},
		{"a range is sent in its shortest form, which no check of CORS sees", chromium, func(d *disagreement) bool {
			return d.sets("range") && d.equalWithout(sentRange)
		}},
		{"a client hint stays or goes at redirects by rules that depend on its value", chromium, func(d *disagreement) bool {
			return d.redirects() > 0 && slices.ContainsFunc([]string{"device-memory", "dpr", "width", "viewport-width", "rtt", "downlink", "ect", "save-data"}, func(name string) bool {
				return d.sets(name)
			})
		}},
		{"redirects to URLs with a user name: Chromium's XMLHttpRequest and WebKit follow some of them", all, func(d *disagreement) bool {
			return d.locations("@")
		}},
		{"a chain that redirects to itself until the limit is counted or cached in another way", all, func(d *disagreement) bool {
			return d.has(regexp.MustCompile(`^Location: ([#?].*)?$`))
		}},
		{"of two Content-Types or Authorizations, Firefox sends one", firefox, func(d *disagreement) bool { return d.repeats() }},
		{"a Content-Type or Content-Language that one redirect has removed can come back at the next one", slices.Concat(firefox, webkit), func(d *disagreement) bool {
			return d.redirects() > 1 && d.equalWithout(bodyHeaders)
		}},
		{"a preflight with an upload listener does not always serve a later method", firefox, func(d *disagreement) bool {
			return d.uploads() && len(d.sample.calls) > 1
		}},
		{"redirect mode manual accepts some malformed Locations", chromium, func(d *disagreement) bool {
			return d.locations("http://a b/")
		}},
		{"two different Locations are an error even in an answer that is not redirected", slices.Concat(chromium, firefox), func(d *disagreement) bool {
			return d.locations("/t/ID/9")
		}},
		{"a tab in a Location is encoded, not removed", firefox, func(d *disagreement) bool { return d.locations("\t") }},
		{"preflights for 127.0.0.1 are cached after the first ones", firefox, func(d *disagreement) bool {
			return d.locations("127.0.0.1") || d.locations("0x7f") || strings.Contains(d.sample.calls[0].call.URL, "127.0.0.1") || strings.Contains(d.sample.calls[0].call.URL, "0x7f")
		}},
		{"XMLHttpRequest does not read a malformed Expose-Headers, unlike fetch()", firefox, func(d *disagreement) bool {
			return d.uploads() && d.has(regexp.MustCompile(`^Access-Control-Expose-Headers: .*x b`))
		}},
		{"a conditional XMLHttpRequest uses the preflight cache", firefox, func(d *disagreement) bool {
			return d.uploads() && (d.sets("if-none-match") || d.sets("if-modified-since"))
		}},
		{"bytes outside ASCII in a Location are read as Latin-1", webkit, func(d *disagreement) bool {
			return d.has(regexp.MustCompile(`^Location: .*[^[:ascii:]]`))
		}},
		{"a User-Agent that the script has set is not sent after some redirects", webkit, func(d *disagreement) bool {
			return d.redirects() > 0 && d.sets("user-agent")
		}},
		{"the page can read the body of an opaqueredirect answer without Location", webkit, func(d *disagreement) bool {
			return slices.ContainsFunc(d.engine, func(s seen) bool { return strings.HasPrefix(s.sees, "opaqueredirect 0 hi") })
		}},
		{"after a redirect from the page's own origin, the next redirect needs Allow-Credentials", webkit, func(d *disagreement) bool {
			return d.sample.page == "API" && d.redirects() > 1
		}},
	}
}

// These are parts of the lines of [sampleLab.line].
var (
	sentRange   = regexp.MustCompile(` range="[^"]*"`)
	bodyHeaders = regexp.MustCompile(` content-(type|language)="(\\.|[^"\\])*"`)
)

// class returns the class of a disagreement, or false if there is none.
func (d *disagreement) class(e model.Engine) (class, bool) {
	for _, c := range classes() {
		if slices.Contains(c.engines, e) && c.in(d) {
			return c, true
		}
	}
	return class{}, false
}

// uploads reports whether a call is an XMLHttpRequest.
func (d *disagreement) uploads() bool {
	return slices.ContainsFunc(d.sample.calls, func(c sampleCall) bool { return c.call.UploadListener })
}

// sets reports whether a call sets a header.
func (d *disagreement) sets(name string) bool {
	return slices.ContainsFunc(d.sample.calls, func(c sampleCall) bool {
		return slices.ContainsFunc(c.call.Headers, func(h model.Header) bool { return strings.EqualFold(h.Name, name) })
	})
}

// repeats reports whether a call sets a header twice.
func (d *disagreement) repeats() bool {
	return slices.ContainsFunc(d.sample.calls, func(c sampleCall) bool {
		var names []string
		for _, h := range c.call.Headers {
			names = append(names, strings.ToLower(h.Name))
		}
		slices.Sort(names)
		return len(slices.Compact(names)) < len(c.call.Headers)
	})
}

// has reports whether an answer has a line that matches.
func (d *disagreement) has(line *regexp.Regexp) bool {
	return slices.ContainsFunc(d.sample.calls, func(c sampleCall) bool {
		return slices.ContainsFunc(c.hops, func(h hop) bool { return slices.ContainsFunc(h.actual.lines, line.MatchString) })
	})
}

// locations reports whether a header line "Location: …" contains part.
func (d *disagreement) locations(part string) bool {
	return d.has(regexp.MustCompile(`^Location: ` + `.*` + regexp.QuoteMeta(part)))
}

// redirects returns the largest number of redirects of a call.
func (d *disagreement) redirects() (n int) {
	for _, c := range d.sample.calls {
		n = max(n, len(c.hops)-1)
	}
	return n
}

// equalWithout reports whether engine and model agree if all matches are removed from the
// wire.
func (d *disagreement) equalWithout(part *regexp.Regexp) bool {
	return slices.EqualFunc(d.engine, d.model, func(a, b seen) bool {
		return a.sees == b.sees && slices.EqualFunc(a.wire, b.wire, func(a, b string) bool {
			return part.ReplaceAllString(a, "") == part.ReplaceAllString(b, "")
		})
	})
}
