package corstest

import (
	"context"
	"net/http"
	"slices"
	"strings"
	"sync"
	"testing"

	"github.com/corsuite/corsuite/core"
	"github.com/corsuite/corsuite/core/nethttp"
)

// adapter is an adapter for net/http whose parts are functions, so that a test can
// replace each part with a broken one.
type adapter struct {
	request func(*http.Request) core.Request
	write   func(http.Header, core.Decision, *http.Request)
	stop    func(http.ResponseWriter, core.Decision, *http.Request) bool
	after   bool // the headers are written after the handler has returned
	keep    func(http.Handler) http.Handler
	details func(*http.Request) core.Details
	handled func(*core.Policy, http.ResponseWriter, *http.Request, core.Decision)
}

func correct() adapter {
	return adapter{
		request: readLines, write: writeAll, stop: stopPreflight, keep: nethttp.KeepCORS,
		details: func(r *http.Request) core.Details { return fields{r} },
		handled: func(p *core.Policy, w http.ResponseWriter, r *http.Request, d core.Decision) {
			if !d.OriginAllowed() && w.Header().Get("Access-Control-Allow-Origin") != "" && w.Header().Get("X-Policy") == "" {
				req := readLines(r)
				p.LogOverride(&req, nil)
			}
		},
	}
}

type fields struct{ r *http.Request }

func (f fields) Field(name string) string { return f.r.Header.Get(name) }
func (f fields) Host() string             { return f.r.Host }
func (f fields) Path() string             { return f.r.URL.Path }

func readLines(r *http.Request) core.Request {
	return core.Request{
		Method: r.Method, Origin: r.Header["Origin"],
		RequestMethod: r.Header["Access-Control-Request-Method"], RequestHeaders: r.Header["Access-Control-Request-Headers"],
	}
}

func writeAll(h http.Header, d core.Decision, _ *http.Request) {
	clearCORS(h)
	h.Del("X-Policy")
	for i := range d.Len() {
		h.Set(d.Header(i))
		h.Set("X-Policy", "has decided")
	}
	if vary := d.Vary(h["Vary"]); vary != "" {
		h.Add("Vary", vary)
	}
}

func clearCORS(h http.Header) {
	for _, name := range core.ResponseHeaders() {
		h.Del(name)
	}
}

func stopPreflight(w http.ResponseWriter, d core.Decision, _ *http.Request) bool {
	if d.Status() == 0 {
		return false
	}
	w.WriteHeader(d.Status())
	return true
}

func (a adapter) wrap(p *core.Policy, next http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		req := a.request(r)
		d := p.Decide(r.Context(), &req, a.details(r))
		if !a.after {
			a.write(w.Header(), d, r)
		}
		if a.stop(w, d, r) {
			return
		}
		next.ServeHTTP(w, r)
		if a.after {
			a.write(w.Header(), d, r)
		}
		a.handled(p, w, r, d)
	})
}

func (a adapter) build(app App) Server {
	mux := http.NewServeMux()
	for _, method := range app.Methods {
		mux.HandleFunc(method+" "+app.Path, func(w http.ResponseWriter, _ *http.Request) {
			app.Handle(w.Header())
			w.WriteHeader(app.Status)
		})
	}
	h := Around(app.Inner, mux)
	if app.Keep {
		h = a.keep(h)
	}
	for _, policy := range slices.Backward(app.Policies) {
		h = a.wrap(policy, h)
	}
	return HTTP(Around(app.Outer, h))
}

// rejections returns the names of the cases that an adapter fails.
func rejections(ctx context.Context, build Build) (names []string) {
	for _, theme := range themes() {
		for _, c := range theme.cases {
			for _, way := range ways() {
				if err := c.check(ctx, build, way); err != nil {
					names = append(names, theme.name+"/"+c.name)
					break
				}
			}
		}
	}
	for name, check := range logChecks() {
		for _, way := range ways() {
			if check(ctx, build, way) != nil {
				names = append(names, name)
				break
			}
		}
	}
	return names
}

func TestCorrectAdapterPasses(t *testing.T) {
	if failed := rejections(t.Context(), correct().build); len(failed) != 0 {
		t.Errorf("a correct adapter fails the cases %q", failed)
	}
}

// TestBrokenAdaptersFail replaces one part of the correct adapter at a time.
func TestBrokenAdaptersFail(t *testing.T) {
	for name, breakIt := range brokenAdapters() {
		t.Run(name, func(t *testing.T) {
			a := correct()
			breakIt(&a)
			failed := rejections(t.Context(), a.build)
			if len(failed) == 0 {
				t.Error("the broken adapter passes the suite")
			}
			t.Logf("the broken adapter fails %d cases, such as %q", len(failed), failed[:min(2, len(failed))])
		})
	}
}

// alsoWrite calls extra after the correct write.
func alsoWrite(extra func(http.Header, core.Decision, *http.Request)) func(*adapter) {
	return func(a *adapter) {
		a.write = func(h http.Header, d core.Decision, r *http.Request) {
			writeAll(h, d, r)
			extra(h, d, r)
		}
	}
}

// alsoRead calls change after the correct read.
func alsoRead(change func(*core.Request, *http.Request)) func(*adapter) {
	return func(a *adapter) {
		a.request = func(r *http.Request) core.Request {
			req := readLines(r)
			change(&req, r)
			return req
		}
	}
}

func firstOf(lines []string) []string { return lines[:min(1, len(lines))] }

func brokenAdapters() map[string]func(*adapter) {
	broken := map[string]func(*adapter){
		"no KeepCORS": func(a *adapter) { a.keep = func(h http.Handler) http.Handler { return h } },
		"KeepCORS that removes and does not set again": func(a *adapter) {
			a.keep = func(h http.Handler) http.Handler {
				return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
					clearCORS(w.Header())
					nethttp.KeepCORS(h).ServeHTTP(w, r)
				})
			}
		},
		"no details": func(a *adapter) { a.details = func(*http.Request) core.Details { return nil } },
		"handlers are not looked at": func(a *adapter) {
			a.handled = func(*core.Policy, http.ResponseWriter, *http.Request, core.Decision) {}
		},
		"an inner policy is taken for a handler": func(a *adapter) {
			handled := a.handled
			a.handled = func(p *core.Policy, w http.ResponseWriter, r *http.Request, d core.Decision) {
				w.Header().Del("X-Policy")
				handled(p, w, r, d)
			}
		},
		"Origin reflected unchecked": alsoWrite(func(h http.Header, _ core.Decision, r *http.Request) {
			if origin := r.Header.Get("Origin"); origin != "" {
				h.Set("Access-Control-Allow-Origin", origin)
			}
		}),
		"Origin reflected for every origin": alsoWrite(func(h http.Header, _ core.Decision, r *http.Request) {
			if h.Get("Access-Control-Allow-Origin") == "*" && r.Header.Get("Origin") != "" {
				h.Set("Access-Control-Allow-Origin", r.Header.Get("Origin"))
			}
		}),
		"null allowed": alsoWrite(func(h http.Header, _ core.Decision, r *http.Request) {
			if r.Header.Get("Origin") == "null" {
				h.Set("Access-Control-Allow-Origin", "null")
			}
		}),
		"empty Origin answered with an empty Allow-Origin": alsoWrite(func(h http.Header, _ core.Decision, r *http.Request) {
			if origin, ok := r.Header["Origin"]; ok && origin[0] == "" {
				h.Set("Access-Control-Allow-Origin", "")
			}
		}),
		"credentials always": alsoWrite(func(h http.Header, _ core.Decision, _ *http.Request) {
			if h.Get("Access-Control-Allow-Origin") != "" {
				h.Set("Access-Control-Allow-Credentials", "true")
			}
		}),
		"methods on actual answers": alsoWrite(func(h http.Header, d core.Decision, _ *http.Request) {
			if d.Kind() == core.Actual {
				h.Set("Access-Control-Allow-Methods", "PUT, DELETE")
			}
		}),
		"exposed headers on preflights": alsoWrite(func(h http.Header, d core.Decision, _ *http.Request) {
			if d.Kind() == core.Preflight && d.Len() != 0 {
				h.Set("Access-Control-Expose-Headers", "X-Total")
			}
		}),
		"Max-Age dropped":  alsoWrite(func(h http.Header, _ core.Decision, _ *http.Request) { h.Del("Access-Control-Max-Age") }),
		"last header lost": alsoWrite(loseLast),
		"Vary missing":     alsoWrite(func(h http.Header, _ core.Decision, _ *http.Request) { h.Del("Vary") }),
		"Vary copied from the request": alsoWrite(func(h http.Header, _ core.Decision, r *http.Request) {
			if r.Header.Get("Access-Control-Request-Headers") != "" {
				h.Add("Vary", r.Header.Get("Access-Control-Request-Headers"))
			}
		}),
		"headers added to existing ones":        func(a *adapter) { a.write = addAll },
		"old headers kept without Allow-Origin": func(a *adapter) { a.write = clearSometimes },
		"headers of the outer policy kept":      func(a *adapter) { a.write = writeMixed },
		"Vary repeated":                         func(a *adapter) { a.write = repeatVary },
		"Vary overwritten":                      func(a *adapter) { a.write = overwriteVary },
		"Vary missing for denied origins":       func(a *adapter) { a.write = varyWhenAllowed },
		"Vary read from the first line only":    func(a *adapter) { a.write = varyFirstLine },
		"slices shared between answers":         func(a *adapter) { a.write = sharedSlices(core.NotCORS, core.Actual) },
		"slices shared between preflights":      func(a *adapter) { a.write = sharedSlices(core.Preflight) },
		"values with spare capacity":            func(a *adapter) { a.write = roomToGrow },
		"headers written after the handler":     func(a *adapter) { a.after = true },
		"first answer repeated":                 func(a *adapter) { a.write = firstDecision() },

		"first Origin line only": alsoRead(func(q *core.Request, _ *http.Request) { q.Origin = firstOf(q.Origin) }),
		"last Origin line only": alsoRead(func(q *core.Request, _ *http.Request) {
			q.Origin = q.Origin[max(0, len(q.Origin)-1):]
		}),
		"empty Origin ignored": alsoRead(func(q *core.Request, r *http.Request) {
			if r.Header.Get("Origin") == "" {
				q.Origin = nil
			}
		}),
		"first Access-Control-Request-Headers line only": alsoRead(func(q *core.Request, _ *http.Request) { q.RequestHeaders = firstOf(q.RequestHeaders) }),
		"first Access-Control-Request-Method line only":  alsoRead(func(q *core.Request, _ *http.Request) { q.RequestMethod = firstOf(q.RequestMethod) }),
		"empty Access-Control-Request-Method ignored": alsoRead(func(q *core.Request, r *http.Request) {
			if r.Header.Get("Access-Control-Request-Method") == "" {
				q.RequestMethod = nil
			}
		}),
		"Access-Control-Request-Headers not read": alsoRead(func(q *core.Request, _ *http.Request) { q.RequestHeaders = nil }),
		"any OPTIONS treated as a preflight": alsoRead(func(q *core.Request, r *http.Request) {
			if r.Method == "OPTIONS" && len(q.RequestMethod) == 0 {
				q.RequestMethod = []string{"GET"}
			}
		}),
		"any request with a request method treated as a preflight": alsoRead(func(q *core.Request, _ *http.Request) {
			if len(q.RequestMethod) != 0 {
				q.Method = "OPTIONS"
			}
		}),
		"missing Origin invented": alsoRead(func(q *core.Request, r *http.Request) {
			if len(q.Origin) == 0 {
				q.Origin = []string{"https://" + r.Host}
			}
		}),
		"Origin trimmed of a final slash": alsoRead(func(q *core.Request, _ *http.Request) {
			if len(q.Origin) == 1 {
				q.Origin = []string{strings.TrimSuffix(q.Origin[0], "/")}
			}
		}),
	}
	for name, stop := range brokenStops() {
		broken[name] = func(a *adapter) { a.stop = stop }
	}
	return broken
}

func brokenStops() map[string]func(http.ResponseWriter, core.Decision, *http.Request) bool {
	return map[string]func(http.ResponseWriter, core.Decision, *http.Request) bool{
		"handler runs after a preflight": func(w http.ResponseWriter, d core.Decision, r *http.Request) bool {
			stopPreflight(w, d, r)
			return false
		},
		"preflights never stop": func(http.ResponseWriter, core.Decision, *http.Request) bool { return false },
		"denied actual requests stopped": func(w http.ResponseWriter, d core.Decision, r *http.Request) bool {
			if !d.OriginAllowed() {
				w.WriteHeader(http.StatusForbidden)
				return true
			}
			return stopPreflight(w, d, r)
		},
		"every preflight answered 204": func(w http.ResponseWriter, d core.Decision, _ *http.Request) bool {
			if d.Status() != 0 {
				w.WriteHeader(http.StatusNoContent)
			}
			return d.Status() != 0
		},
		"denied preflights passed on": func(w http.ResponseWriter, d core.Decision, r *http.Request) bool {
			return d.OriginAllowed() && stopPreflight(w, d, r)
		},
		"a body on rejected preflights": func(w http.ResponseWriter, d core.Decision, r *http.Request) bool {
			stopped := stopPreflight(w, d, r)
			if stopped && d.Status() == http.StatusForbidden {
				_ = http.NewResponseController(w).Flush()
				_, _ = w.Write([]byte("forbidden"))
			}
			return stopped
		},
	}
}

func loseLast(h http.Header, d core.Decision, _ *http.Request) {
	if d.Len() > 1 {
		name, _ := d.Header(d.Len() - 1)
		h.Del(name)
	}
}

func repeatVary(h http.Header, d core.Decision, _ *http.Request) {
	clearCORS(h)
	h.Del("X-Policy")
	for i := range d.Len() {
		h.Set(d.Header(i))
		h.Set("X-Policy", "has decided")
	}
	if vary := d.Vary(nil); vary != "" {
		h.Add("Vary", vary)
	}
}

func addAll(h http.Header, d core.Decision, _ *http.Request) {
	for i := range d.Len() {
		h.Add(d.Header(i))
	}
	if vary := d.Vary(h["Vary"]); vary != "" {
		h.Add("Vary", vary)
	}
}

func writeMixed(h http.Header, d core.Decision, _ *http.Request) {
	for i := range d.Len() {
		h.Set(d.Header(i))
	}
	if vary := d.Vary(h["Vary"]); vary != "" {
		h.Add("Vary", vary)
	}
}

func clearSometimes(h http.Header, d core.Decision, r *http.Request) {
	if h.Get("Access-Control-Allow-Origin") == "" {
		writeMixed(h, d, r)
		return
	}
	writeAll(h, d, r)
}

func overwriteVary(h http.Header, d core.Decision, r *http.Request) {
	h.Del("Vary")
	writeAll(h, d, r)
}

func varyWhenAllowed(h http.Header, d core.Decision, r *http.Request) {
	before := h["Vary"]
	writeAll(h, d, r)
	if !d.OriginAllowed() {
		h["Vary"] = before
	}
}

func varyFirstLine(h http.Header, d core.Decision, r *http.Request) {
	before := slices.Clone(h["Vary"])
	h["Vary"] = firstOf(before)
	writeAll(h, d, r)
	h["Vary"] = append(before, h["Vary"][min(1, len(before)):]...)
}

// sharedSlices uses the same slices for equal values of several answers, as an adapter
// could do to save allocations.
func sharedSlices(kinds ...core.Kind) func(http.Header, core.Decision, *http.Request) {
	var mu sync.Mutex
	known := make(map[string][]string)
	return func(h http.Header, d core.Decision, r *http.Request) {
		writeAll(h, d, r)
		if !slices.Contains(kinds, d.Kind()) {
			return
		}
		mu.Lock()
		defer mu.Unlock()
		for name, values := range h {
			key := name + strings.Join(values, "|")
			if known[key] == nil {
				known[key] = values
			}
			h[name] = known[key]
		}
	}
}

func roomToGrow(h http.Header, d core.Decision, r *http.Request) {
	writeAll(h, d, r)
	var all []string
	names := slices.Sorted(func(yield func(string) bool) {
		for name := range h {
			if !yield(name) {
				return
			}
		}
	})
	for _, name := range names {
		all = append(all, h[name]...)
	}
	for _, name := range names {
		n := len(h[name])
		h[name], all = all[:n], all[n:]
	}
}

// firstDecision gives every request the headers of the first answer.
func firstDecision() func(http.Header, core.Decision, *http.Request) {
	var once sync.Once
	var kept http.Header
	return func(h http.Header, d core.Decision, r *http.Request) {
		writeAll(h, d, r)
		once.Do(func() { kept = h.Clone() })
		for name, values := range kept {
			h[name] = slices.Clone(values)
		}
	}
}
