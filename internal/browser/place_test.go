package browser

import (
	"cmp"
	"net/url"
	"slices"
	"strconv"
	"strings"

	"github.com/corsuite/corsuite/core"
	model "github.com/corsuite/corsuite/core/browser"
	"github.com/corsuite/corsuite/internal/programs"
)

// place has the ports, the path prefix and the request of a step.
type place struct {
	pagePort, apiPort string
	prefix            string // of the scenario's application, such as /gin/7
	origin            string // of the page
	path              string // the requested URL, shortened by short
	call              call   // with the page's origin and an absolute URL
}

// fill replaces the names of ports in an origin by their numbers.
func (p place) fill(s string) string {
	return strings.NewReplacer("PAGE", p.pagePort, "API", p.apiPort).Replace(s)
}

func (p place) fillConfig(cfg core.Config) core.Config {
	cfg.AllowOrigins = slices.Clone(cfg.AllowOrigins)
	for i, origin := range cfg.AllowOrigins {
		cfg.AllowOrigins[i] = p.fill(origin)
	}
	return cfg
}

// at returns the place of a step.
func (p place) at(s scenario, st step) place {
	p.origin = p.fill(cmp.Or(s.origin, page))
	p.call = st.do
	p.call.Origin = p.origin
	p.call.URL = "http://" + cmp.Or(st.host, "localhost") + ":" + p.apiPort + p.prefix + cmp.Or(st.do.URL, "/items")
	p.path = p.short(p.call.URL)
	return p
}

// short returns a URL of the router without its port, its prefix and the host localhost.
func (p place) short(address string) string {
	u, err := url.Parse(address)
	if err != nil || u.Port() != p.apiPort {
		return address
	}
	host, path := u.Hostname(), strings.TrimPrefix(u.RequestURI(), p.prefix)
	if host == "localhost" {
		host = ""
	}
	return host + path
}

// sets reports whether the page sets a request header.
func (p place) sets(name string) bool {
	return slices.ContainsFunc(p.call.Headers, func(h model.Header) bool { return strings.EqualFold(h.Name, name) })
}

// report is the result of a call.
type report struct {
	programs.Report
	exchanges []request // only from a model, without bodies
}

// sight returns one line with everything that the page can see: "blocked", or
//
//	cors 200               the type and status of the answer; for an error, nothing else
//	items                  the body
//	etag x-total=4         the headers of /items, with their values if these differ
//	from 127.0.0.1/items   the URL of the answer if it is not the requested one
func (p place) sight(r report) string {
	if r.Error != "" {
		return blocked
	}
	words := []string{r.Type, strconv.Itoa(r.Status)}
	if r.Status >= 400 {
		return strings.Join(words, " ") // the body of an error depends on the router
	}
	if r.Body != "" {
		words = append(words, r.Body)
	}
	values := answered()
	for _, name := range looked() {
		if value, visible := r.Headers[name]; visible && value == values[name] {
			words = append(words, name)
		} else if visible {
			words = append(words, name+"="+value)
		}
	}
	if from := p.short(r.URL); from != p.path && r.URL != "" {
		words = append(words, "from "+from)
	}
	return strings.Join(words, " ")
}
