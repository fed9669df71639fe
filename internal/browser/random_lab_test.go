package browser

import (
	"context"
	"fmt"
	"net/http"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"sync"
	"testing"

	model "github.com/corsuite/corsuite/core/browser"
	"github.com/corsuite/corsuite/internal/programs"
)

// sampleLab has three servers, PAGE, API and OTHER. Each answers the requests of all
// samples, and serves the page.
type sampleLab struct {
	pages  *programs.Pages
	client *programs.Client
	engine model.Engine
	ports  map[string]string // by the names of the servers
	labels *strings.Replacer // from addresses to names

	mu     sync.Mutex
	played []*played // the index is the ID of a sample
}

// played is a sample that is being played, or was.
type played struct {
	sample sample
	turn   int     // the index of the call that the page makes
	wire   []lines // the requests of each call
}

func newSampleLab(t *testing.T, e programs.Browser) *sampleLab {
	t.Helper()
	l := &sampleLab{engine: e.Model, ports: make(map[string]string)}
	program := e.Prepare(t)
	var labels []string
	for _, name := range []string{"PAGE", "API", "OTHER"} {
		listener := listen(t)
		l.ports[name] = port(listener)
		if name == "PAGE" {
			l.pages = programs.NewPages(l.ports[name])
		}
		labels = append(labels, "localhost:"+l.ports[name], name, ":"+l.ports[name], ":"+name)
		s := &http.Server{Handler: http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
			switch {
			case r.URL.Path == "/next":
				l.next(r.FormValue("id"))
			case r.URL.Path == "/page", r.URL.Path == "/sandboxed", r.URL.Path == "/report":
				l.pages.ServeHTTP(w, r)
			default:
				l.ServeHTTP(w, r)
			}
		})}
		start(t, server{s.Serve, s.Shutdown}, listener)
	}
	l.labels = strings.NewReplacer(labels...)
	l.client = programs.Open(t.Context(), t, l.pages, program)
	return l
}

// fill replaces the placeholders of a URL or a header line.
func (l *sampleLab) fill(s string, id int, page string) string {
	return strings.NewReplacer(
		"APIPORT", l.ports["API"], "PAGE", "localhost:"+l.ports["PAGE"], "API", "localhost:"+l.ports["API"],
		"OTHER", "localhost:"+l.ports["OTHER"], "ID", strconv.Itoa(id), "ORIGIN", l.origin(page),
	).Replace(s)
}

// origin returns the origin of a page.
func (l *sampleLab) origin(page string) string {
	if page == "null" {
		return page
	}
	return "http://localhost:" + l.ports[page]
}

// add makes the servers answer a sample, and returns its ID.
func (l *sampleLab) add(s sample) int {
	l.mu.Lock()
	defer l.mu.Unlock()
	l.played = append(l.played, &played{sample: s, wire: make([]lines, len(s.calls))})
	return len(l.played) - 1
}

// next begins the next call of a sample.
func (l *sampleLab) next(id string) {
	l.mu.Lock()
	defer l.mu.Unlock()
	if n, err := strconv.Atoi(id); err == nil && n < len(l.played) {
		l.played[n].turn++
	}
}

// hopPath finds the ID of the sample and the number of the hop in a path.
var hopPath = regexp.MustCompile(`\bt/(\d+)/(\d+)`)

// ServeHTTP records a request of a sample, and answers it.
func (l *sampleLab) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	found := hopPath.FindStringSubmatch(r.RequestURI)
	if found == nil {
		http.NotFound(w, r)
		return
	}
	id, _ := strconv.Atoi(found[1]) // the pattern has only digits
	n, _ := strconv.Atoi(found[2])
	l.mu.Lock()
	if id >= len(l.played) {
		l.mu.Unlock()
		http.NotFound(w, r)
		return
	}
	p := l.played[id]
	if p.turn >= len(p.wire) {
		l.mu.Unlock()
		http.NotFound(w, r)
		return
	}
	c := p.sample.calls[p.turn]
	p.wire[p.turn] = append(p.wire[p.turn], l.line(r, id, c.call))
	l.mu.Unlock()
	var answer reply
	switch {
	case n >= len(c.hops):
		answer = reply{200, []string{"Access-Control-Allow-Origin: *"}}
	case isPreflight(r.Method, r.Header.Get("Access-Control-Request-Method")):
		answer = c.hops[n].preflight
	default:
		answer = c.hops[n].actual
	}
	header := w.Header()
	header["Cache-Control"] = []string{"no-store"}
	for _, line := range answer.lines {
		name, value, _ := strings.Cut(line, ": ")
		if name == "Location" || strings.EqualFold(name, "Access-Control-Allow-Origin") {
			value = l.fill(value, id, p.sample.page)
		}
		if value == "REFLECT" {
			value = r.Header.Get("Origin")
		}
		header[name] = append(header[name], value)
	}
	w.WriteHeader(answer.status)
	if r.Method != http.MethodHead && answer.status != http.StatusNoContent && answer.status != http.StatusNotModified {
		fmt.Fprint(w, "hi")
	}
}

// line returns one line with the important parts of a request, like [place.line].
func (l *sampleLab) line(r *http.Request, id int, c call) string {
	words := []string{r.Method, l.label(r.Host+r.RequestURI, id)}
	if origin, present := r.Header["Origin"]; present {
		words = append(words, "from "+l.label(strings.Join(origin, " and "), id))
	}
	if isPreflight(r.Method, r.Header.Get("Access-Control-Request-Method")) {
		words[0] = "preflight " + strings.Join(r.Header["Access-Control-Request-Method"], " and ")
		return strings.Join(append(words, strings.Join(r.Header["Access-Control-Request-Headers"], " and ")), " ")
	}
	names := []string{"content-type"}
	for _, h := range c.Headers {
		names = append(names, strings.ToLower(h.Name))
	}
	slices.Sort(names)
	for _, name := range slices.Compact(names) {
		value := strings.TrimSpace(strings.Join(r.Header.Values(name), " and "))
		// Engines send some headers also if the page does not.
		scripted := slices.ContainsFunc(c.Headers, func(h model.Header) bool {
			return strings.EqualFold(h.Name, name) && h.Value != "" && strings.Contains(value, strings.TrimSpace(h.Value))
		})
		if value != "" && name != "origin" && (scripted || !engineSends(name)) {
			words = append(words, fmt.Sprintf("%s=%q", name, value))
		}
	}
	if r.ContentLength > 0 {
		words = append(words, fmt.Sprint("with ", r.ContentLength, " bytes"))
	}
	return strings.Join(words, " ")
}

// label replaces addresses and IDs by their names.
func (l *sampleLab) label(s string, id int) string {
	return strings.ReplaceAll(l.labels.Replace(s), fmt.Sprintf("t/%d/", id), "t/ID/")
}

// sight returns one line with everything that the page can see, like [place.sight].
func (l *sampleLab) sight(r programs.Report, id int, c call) string {
	switch {
	case r.Error == "timeout":
		return "timeout"
	case r.Error != "":
		return blocked
	case c.UploadListener:
		r.Type = ""
	}
	words := []string{r.Type, strconv.Itoa(r.Status), r.Body, l.label(r.URL, id)}
	for _, name := range []string{"cache-control", "etag", "x-total"} {
		if value, visible := r.Headers[name]; visible {
			words = append(words, name+"="+value)
		}
	}
	return strings.Join(words, " ")
}

// calls returns the arguments of the calls of a sample.
func (l *sampleLab) calls(s sample, id int) (all []call) {
	for _, c := range s.calls {
		r := c.call
		r.URL, r.Origin = l.fill(r.URL, id, s.page), l.origin(s.page)
		all = append(all, r)
	}
	return all
}

// results returns what the servers and the page have seen of each call.
func (l *sampleLab) results(id int, reports []programs.Report) (all []seen) {
	l.mu.Lock()
	defer l.mu.Unlock()
	p := l.played[id]
	for i, r := range reports {
		all = append(all, seen{p.wire[i], l.sight(r, id, p.sample.calls[i].call), r.Error})
	}
	return all
}

// model plays a sample in a model.
func (l *sampleLab) model(ctx context.Context, e model.Engine, s sample) ([]seen, error) {
	id := l.add(s)
	b := &model.Browser{Transport: model.Handler(l), Engine: e}
	var reports []programs.Report
	for i, c := range l.calls(s, id) {
		if i > 0 {
			l.next(strconv.Itoa(id))
		}
		outcome, err := b.Fetch(ctx, c)
		if err != nil {
			return nil, err
		}
		reports = append(reports, reported(outcome).Report)
	}
	return l.results(id, reports), nil
}

// samples is a task: the page plays samples, some of them concurrently.
type samples struct {
	Samples []sampleTask `json:"samples"`
	Control string       `json:"control"`
	Width   int          `json:"width"`
}

type sampleTask struct {
	ID    int             `json:"id"`
	Calls []programs.Task `json:"calls"`
}

// play plays samples, which have the same page, in the engine.
func (l *sampleLab) play(ctx context.Context, page string, all []sample) ([][]seen, error) {
	if err := l.client.Visit(ctx, l.origin(page)); err != nil {
		return nil, err
	}
	order := samples{Control: "http://localhost:" + l.ports["PAGE"] + "/next", Width: 5}
	for _, s := range all {
		st := sampleTask{ID: l.add(s)}
		for _, c := range l.calls(s, st.ID) {
			st.Calls = append(st.Calls, programs.NewTask(c))
		}
		order.Samples = append(order.Samples, st)
	}
	r, err := l.client.Do(ctx, order)
	if err != nil {
		return nil, err
	}
	if len(r.Samples) != len(all) {
		return nil, fmt.Errorf("the page has played %d of %d samples: %s", len(r.Samples), len(all), r.Error)
	}
	var played [][]seen
	for i, st := range order.Samples {
		played = append(played, l.results(st.ID, r.Samples[i]))
	}
	return played, nil
}
