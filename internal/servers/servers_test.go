package servers

import (
	"context"
	"io"
	"net"
	"net/http"
	"regexp"
	"testing"

	"github.com/corsuite/corsuite/internal/programs"
)

// TestMistakes checks the list of mistakes. It needs no program.
func TestMistakes(t *testing.T) {
	reports, names, total := regexp.MustCompile(`^[\w.-]+/[\w.-]+#\d+$`), make(map[string]bool), 0
	for _, s := range servers() {
		if len(s.mistakes) < 3 {
			t.Errorf("%s has %d mistakes, want 3 at least", s.name, len(s.mistakes))
		}
		for _, m := range s.mistakes {
			total++
			if name := s.name + ": " + m.name; names[name] || !reports.MatchString(m.report) || m.cause == "" {
				t.Errorf("%s: its name is not unique, or its report %q or cause %q is wrong", name, m.report, m.cause)
			} else {
				names[name] = true
			}
		}
	}
	if total < 30 {
		t.Errorf("there are %d mistakes, want 30 at least", total)
	}
	t.Log(total, "mistakes")
}

// TestServers makes pages in Chromium call servers with mistakes, and asks corsprobe about
// the same calls.
func TestServers(t *testing.T) {
	l := newLab(t)
	for _, s := range servers() {
		t.Run(s.name, func(t *testing.T) {
			wrong := l.play(t, &s, nil)
			for _, m := range s.mistakes {
				if got := wrong[m.name]; got.chromium != "blocked" || got.probe != "blocked" || got.cause() != m.cause {
					t.Errorf("%s: Chromium: %s, corsprobe: %s because of %q, want %q\n%s", m.name, got.chromium, got.probe, got.cause(), m.cause, got)
				}
			}
			corrected := l.play(t, &s, wrong)
			for _, m := range s.mistakes {
				if got := corrected[m.name]; got.chromium != "allowed" || got.probe != "allowed" {
					t.Errorf("%s, corrected: Chromium: %s, corsprobe: %s because of %q\n%s\nafter\n%s", m.name, got.chromium, got.probe, got.cause(), got, wrong[m.name])
				}
			}
		})
	}
}

// lab has what all servers need.
type lab struct {
	pages  *programs.Pages
	client *programs.Client
	probe  string // the path of corsprobe
	app    string // host and port of the application behind the proxies
	files  string
}

func newLab(t *testing.T) *lab {
	t.Helper()
	l := &lab{pages: programs.ServePages(t)}
	l.client = programs.Open(t.Context(), t, l.pages, programs.Chromium(t))
	l.probe, l.app, l.files = programs.Corsprobe(t), serveApp(t, "http://localhost:"+l.pages.Port), writeFiles(t)
	return l
}

// play starts a server for each mistake and makes its call. With the findings about the
// mistakes, they are corrected.
func (l *lab) play(t *testing.T, s *server, found map[string]finding) map[string]finding {
	t.Helper()
	var sites []*site
	for _, m := range s.mistakes {
		listener, err := (&net.ListenConfig{}).Listen(t.Context(), "tcp", "127.0.0.1:0")
		if err != nil {
			t.Fatal(err)
		}
		if m.page == "" {
			m.page = "PAGE"
		}
		if found != nil {
			m.call.URL = found[m.name].path(m.call.URL)
		}
		_, port, _ := net.SplitHostPort(listener.Addr().String()) // the address of a listener is well-formed
		one := &site{mistake: m, listener: listener, Port: port, PagePort: l.pages.Port, App: l.app, Files: l.files, Fix: found[m.name].lines()}
		one.Page = one.fill(one.page)
		sites = append(sites, one)
	}
	s.start(t, sites)
	all := make(map[string]finding)
	for _, one := range sites {
		for range one.earlier {
			send(t, "http://127.0.0.1:"+one.Port+one.call.URL)
		}
		report, err := l.client.Fetch(t.Context(), one.request())
		if err != nil {
			t.Fatalf("%s: %v", one.name, err)
		}
		f := ask(t, l.probe, s.name, one.request())
		f.chromium, f.config = "allowed", one.written
		if f.report = report; report.Error != "" {
			f.chromium = "blocked"
		}
		all[one.name] = f
	}
	return all
}

// send sends a request of no page.
func send(t *testing.T, url string) {
	t.Helper()
	r, err := http.NewRequestWithContext(t.Context(), http.MethodGet, url, nil)
	if err != nil {
		t.Fatal(err)
	}
	res, err := http.DefaultClient.Do(r)
	if err != nil {
		t.Fatal(err)
	}
	io.Copy(io.Discard, res.Body)
	res.Body.Close()
}

// free makes the ports of sites free for a program.
func free(t *testing.T, sites []*site) {
	t.Helper()
	for _, s := range sites {
		if err := s.listener.Close(); err != nil {
			t.Fatal(err)
		}
	}
}

// await waits until a program listens on the ports of its sites.
func await(t *testing.T, p *programs.Process, sites []*site) {
	t.Helper()
	ctx, cancel := context.WithTimeout(t.Context(), programs.Patience)
	defer cancel()
	for _, s := range sites {
		if err := p.Listens(ctx, "127.0.0.1:"+s.Port); err != nil {
			t.Fatal(err)
		}
	}
}
