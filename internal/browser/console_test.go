package browser

import (
	"cmp"
	"context"
	"fmt"
	"net/http"
	"regexp"
	"slices"
	"strings"
	"sync"
	"testing"

	"github.com/corsuite/corsuite/core"
	model "github.com/corsuite/corsuite/core/browser"
	"github.com/corsuite/corsuite/core/nethttp"
	"github.com/corsuite/corsuite/internal/programs"
)

// TestConsole proves that the engines write the console messages that REASONS.md lists. It
// fails if a new version of an engine changes a message.
func TestConsole(t *testing.T) {
	for _, e := range programs.Engines() {
		t.Run(e.Model.String(), func(t *testing.T) {
			t.Parallel()
			p := e.Prepare(t)
			l := newLab(t, nil)
			b := newBooth(t, l.pages.Port)
			c, console := openWithConsole(t, l, e.Model, p)
			b.login(t, c)
			for i, tr := range b.trials {
				at := b.at(i)
				r, err := b.play(t.Context(), c, at, tr)
				if err != nil {
					t.Fatal(err)
				}
				if want := tr.symptom.pageError(e.Model); r.Error != want {
					t.Errorf("%s, %v: the page received the error %q, want %q", tr.symptom.texts().found, tr.reason, r.Error, want)
				}
				messages, err := console.read(t.Context(), fmt.Sprint("end of trial ", i))
				if err != nil {
					t.Fatal(err)
				}
				if got, want := at.general(messages), tr.symptom.texts().of(e.Model); !slices.Equal(got, want) {
					t.Errorf("%s, %v: the console has\n\t%s\nwant\n\t%s", tr.symptom.texts().found, tr.reason, strings.Join(got, "\n\t"), strings.Join(want, "\n\t"))
				}
			}
			if t.Failed() {
				t.Log(p.Version(t))
			}
		})
	}
}

// booth is a server with a path for each trial.
type booth struct {
	trials   []trial
	pagePort string
	apiPort  string

	mu      sync.Mutex
	reasons []core.Reason // from the policy of the current trial
	fix     string
}

func newBooth(t *testing.T, pagePort string) *booth {
	t.Helper()
	listener := listen(t)
	b := &booth{trials: trials(), pagePort: pagePort, apiPort: port(listener)}
	mux := http.NewServeMux()
	for i, tr := range b.trials {
		prefix := fmt.Sprintf("/%d", i)
		mux.Handle(prefix+"/", http.StripPrefix(prefix, b.handler(t, tr, "http://127.0.0.1:"+b.apiPort+prefix+"/items")))
	}
	mux.HandleFunc("/login", func(w http.ResponseWriter, r *http.Request) {
		w.Header().Set("Access-Control-Allow-Origin", r.Header.Get("Origin"))
		w.Header().Set("Access-Control-Allow-Credentials", "true")
		w.Header().Set("Set-Cookie", "session=1; Path=/")
	})
	s := &http.Server{Handler: mux}
	start(t, server{s.Serve, s.Shutdown}, listener)
	return b
}

// handler serves one trial.
func (b *booth) handler(t *testing.T, tr trial, moved string) http.Handler {
	t.Helper()
	var h http.Handler = http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		switch {
		case r.Method == http.MethodOptions:
			w.WriteHeader(http.StatusMethodNotAllowed)
		case r.URL.Path == "/moved":
			http.Redirect(w, r, moved, http.StatusFound)
		default:
			w.WriteHeader(http.StatusOK)
		}
	})
	if tr.config.AllowOrigins != nil || tr.opts != nil {
		policy, err := core.NewPolicy(place{pagePort: b.pagePort}.fillConfig(tr.config), append(tr.opts, core.WithObserver(b.observe))...)
		if err != nil {
			t.Fatal(err)
		}
		h = b.explain(policy, nethttp.Middleware(policy)(h))
	}
	if tr.rejects {
		mux := http.NewServeMux()
		mux.Handle("PUT /", h)
		h = nethttp.Install(mux, nil)(mux)
	}
	if tr.before != nil {
		h = tr.before(h)
	}
	return h
}

func (b *booth) observe(_ context.Context, v core.Verdict) {
	b.mu.Lock()
	defer b.mu.Unlock()
	b.reasons = append(b.reasons, v.Reason)
}

// cookies are all that Explain needs to know of the rest of a request.
type cookies string

func (c cookies) Field(name string) string {
	if name == "Cookie" {
		return string(c)
	}
	return ""
}

func (cookies) Host() string { return "" }
func (cookies) Path() string { return "" }

// explain records the fix of the policy for each request.
func (b *booth) explain(policy *core.Policy, next http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		verdict := policy.Explain(r.Context(), &core.Request{
			Method: r.Method, Origin: r.Header["Origin"],
			RequestMethod: r.Header["Access-Control-Request-Method"], RequestHeaders: r.Header["Access-Control-Request-Headers"],
		}, cookies(r.Header.Get("Cookie")))
		b.mu.Lock()
		if verdict.Fix != "" {
			b.fix = verdict.Fix
		}
		b.mu.Unlock()
		next.ServeHTTP(w, r)
	})
}

// login gives the page a cookie.
func (b *booth) login(t *testing.T, c client) {
	t.Helper()
	origin := "http://localhost:" + b.pagePort
	r, err := c.fetch(t.Context(), place{pagePort: b.pagePort, origin: origin, call: call{
		Origin: origin, URL: "http://localhost:" + b.apiPort + "/login", Credentials: model.Include,
	}})
	if err != nil || r.Error != "" {
		t.Fatal(err, r.Error)
	}
}

// at returns the place of a trial.
func (b *booth) at(i int) place {
	tr := b.trials[i]
	p := place{pagePort: b.pagePort, apiPort: b.apiPort, prefix: fmt.Sprintf("/%d", i)}
	return p.at(scenario{origin: tr.origin}, step{do: tr.do})
}

// play makes the page send the request of a trial, and checks the reason of the policy.
func (b *booth) play(ctx context.Context, c client, at place, tr trial) (report, error) {
	b.mu.Lock()
	b.reasons, b.fix = nil, ""
	b.mu.Unlock()
	r, err := c.fetch(ctx, at)
	if err != nil {
		return r, err
	}
	b.mu.Lock()
	defer b.mu.Unlock()
	named := slices.DeleteFunc(b.reasons, func(r core.Reason) bool { return r == core.ReasonNone })
	if seen := append(named, core.ReasonNone)[0]; seen != tr.reason || len(named) > 1 {
		err = fmt.Errorf("%s: the policy reported %v, want %v", tr.symptom.texts().found, named, tr.reason)
	}
	return r, err
}

// general removes the messages of the page itself, and replaces the URLs, origins and
// methods of the trial by the placeholders of texts.
func (p place) general(messages []string) (general []string) {
	moved := strings.Replace(strings.Replace(p.call.URL, "localhost", "127.0.0.1", 1), "/moved", "/items", 1)
	replace := strings.NewReplacer(p.call.URL, "URL", moved, "MOVED", "http://localhost:"+p.pagePort, "ORIGIN",
		"Method "+cmp.Or(p.call.Method, "GET")+" ", "Method METHOD ")
	for _, line := range messages {
		line = replace.Replace(line)
		if p.origin == "null" {
			line = regexp.MustCompile(`(?i)(origin '?)null`).ReplaceAllString(line, "${1}ORIGIN")
		}
		if !strings.HasPrefix(line, "end of trial ") {
			general = append(general, line)
		}
	}
	return general
}
