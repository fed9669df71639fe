package browser

import (
	"fmt"
	"slices"
	"strings"

	model "github.com/corsuite/corsuite/core/browser"
	"github.com/corsuite/corsuite/internal/programs"
)

// sample is a random page that makes calls, one after the other, and the servers that
// answer them. URLs and header lines have placeholders; see sampleLab.fill.
type sample struct {
	page  string // PAGE, API or "null": the origin of the page
	calls []sampleCall
}

// sampleCall is one call and the answers to its requests. The first hop answers the URL of
// the call. Each redirect leads to the next hop.
type sampleCall struct {
	call call
	hops []hop
}

// hop has the answers of one URL.
type hop struct{ preflight, actual reply }

// reply is an answer with exactly these header lines.
type reply struct {
	status int
	lines  []string
}

// String returns the sample in a form for the log of a test.
func (s sample) String() string {
	var b strings.Builder
	fmt.Fprintf(&b, "page %s", s.page)
	for _, c := range s.calls {
		t := programs.NewTask(c.call)
		fmt.Fprintf(&b, "\n  %s %q %q mode=%s credentials=%s redirect=%s", t.Method, t.URL, t.Headers, t.Mode, t.Credentials, t.Redirect)
		if t.Content != nil {
			fmt.Fprintf(&b, " body=%q of type %q", *t.Content, t.Type)
		}
		if t.Upload {
			b.WriteString(" with an upload listener")
		}
		for i, h := range c.hops {
			fmt.Fprintf(&b, "\n    %d: preflight %d %q, actual %d %q", i, h.preflight.status, h.preflight.lines, h.actual.status, h.actual.lines)
		}
	}
	return b.String()
}

// clone returns a deep copy.
func (s sample) clone() sample {
	s.calls = slices.Clone(s.calls)
	for i := range s.calls {
		c := &s.calls[i]
		c.call.Headers = slices.Clone(c.call.Headers)
		c.hops = slices.Clone(c.hops)
		for j := range c.hops {
			c.hops[j].preflight.lines = slices.Clone(c.hops[j].preflight.lines)
			c.hops[j].actual.lines = slices.Clone(c.hops[j].actual.lines)
		}
	}
	return s
}

// simpler returns samples that have one part less, or one part that is simpler.
func (s sample) simpler() (all []sample) {
	try := func(change func(s *sample)) {
		c := s.clone()
		change(&c)
		all = append(all, c)
	}
	for i, c := range s.calls {
		if len(s.calls) > 1 {
			try(func(s *sample) { s.calls = slices.Delete(s.calls, i, i+1) })
		}
		if len(c.hops) > 1 {
			try(func(s *sample) { s.calls[i].hops = s.calls[i].hops[:len(c.hops)-1] })
			try(func(s *sample) {
				s.calls[i].hops[len(c.hops)-2].actual = s.calls[i].hops[len(c.hops)-1].actual
				s.calls[i].hops = s.calls[i].hops[:len(c.hops)-1]
			})
		}
		for j := range c.call.Headers {
			try(func(s *sample) { s.calls[i].call.Headers = slices.Delete(s.calls[i].call.Headers, j, j+1) })
		}
		set := func(differs bool, change func(c *call)) {
			if differs {
				try(func(s *sample) { change(&s.calls[i].call) })
			}
		}
		set(c.call.Body.Content != nil, func(c *call) { c.Body = model.Body{} })
		set(c.call.Method != "GET" && c.call.Body.Content == nil, func(c *call) { c.Method = "GET" })
		set(c.call.Mode != model.CORS, func(c *call) { c.Mode = model.CORS })
		set(c.call.Credentials != model.SameOriginCredentials, func(c *call) { c.Credentials = model.SameOriginCredentials })
		set(c.call.Redirect != model.Follow, func(c *call) { c.Redirect = model.Follow })
		set(c.call.UploadListener, func(c *call) { c.UploadListener = false })
		set(c.call.URL != plainURL, func(c *call) { c.URL = plainURL })
		for j := range c.hops {
			for _, which := range []func(*sample) *reply{
				func(s *sample) *reply { return &s.calls[i].hops[j].preflight },
				func(s *sample) *reply { return &s.calls[i].hops[j].actual },
			} {
				r := which(&s)
				if r.status != 200 {
					try(func(s *sample) { which(s).status = 200 })
				}
				for k, line := range r.lines {
					try(func(s *sample) { r := which(s); r.lines = slices.Delete(r.lines, k, k+1) })
					if name, value, _ := strings.Cut(line, ": "); strings.HasPrefix(name, "Access-Control-Allow-") && strings.Contains(value, ", ") {
						first, _, _ := strings.Cut(value, ", ")
						try(func(s *sample) { which(s).lines[k] = name + ": " + first })
					}
				}
			}
		}
	}
	return all
}
