package browser

import (
	"context"
	"encoding/json"
	"maps"
	"net/http"
	"net/url"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	model "github.com/corsuite/corsuite/core/browser"
	"github.com/corsuite/corsuite/internal/programs"
)

// recording is a file in corsprobe/testdata/copied.
type recording struct {
	Browser  string     `json:"browser"`
	Requests []recorded `json:"requests"`
}

// recorded is a request, and the commands that the developer tools copy for it.
type recorded struct {
	Name   string            `json:"name"`
	Sent   sent              `json:"sent"`
	Copied map[string]string `json:"copied"` // by the item of the menu
}

// inspector is the front end of an engine's developer tools.
type inspector interface {
	// copied returns the commands of all requests since the tools were opened.
	copied(ctx context.Context) ([]copiedRequest, error)
}

type copiedRequest struct {
	URL, Method string
	Copied      map[string]string
}

// TestCopied lets the developer tools of each engine copy requests as curl and as fetch, and
// runs corsprobe's test on these commands. -update writes the files of that test instead:
//
//	go test ./internal/browser -run TestCopied -args -update
func TestCopied(t *testing.T) {
	for _, e := range programs.Engines() {
		t.Run(e.Model.String(), func(t *testing.T) {
			t.Parallel()
			p := e.Prepare(t)
			text, err := json.MarshalIndent(record(t, e.Model, p), "", "\t")
			if err != nil {
				t.Fatal(err)
			}
			folder, err := filepath.Abs(filepath.Join("..", "..", "corsprobe"))
			if err != nil {
				t.Fatal(err)
			}
			files := filepath.Join(folder, "testdata", "copied")
			if !setting[bool](t, "update") {
				files = t.TempDir()
			}
			if err := os.WriteFile(filepath.Join(files, strings.ToLower(e.Model.String())+".json"), append(text, '\n'), 0o666); err != nil {
				t.Fatal(err)
			}
			check := exec.CommandContext(t.Context(), "go", "test", "-count=1", "-run", "^TestCopiedByBrowsers$", ".")
			check.Dir, check.Env = folder, append(os.Environ(), "COPIED="+files)
			if output, err := check.CombinedOutput(); err != nil {
				t.Errorf("corsprobe reads the commands of %s wrong: %v\n%s", p.Version(t), err, output)
			}
		})
	}
}

// record makes the requests, and returns what the developer tools copy for them.
func record(t *testing.T, e model.Engine, p programs.Program) recording {
	t.Helper()
	l := newLab(t, nil)
	s := newCopyServers(t, l)
	c, in := openWithInspector(t, l, s, e, p)
	ctx, cancel := context.WithTimeoutCause(t.Context(), programs.Patience, programs.ErrSilent)
	defer cancel()
	if err := c.Visit(ctx, "https://"+host(s.page)); err != nil {
		t.Fatal(err)
	}
	play := func(cases ...copiedCase) {
		t.Helper()
		for _, one := range cases {
			if r, err := c.Do(ctx, s.task(one)); err != nil || r.Error != "" {
				t.Fatalf("%s: %v %s", one.name, err, r.Error)
			}
		}
	}
	// The tools record nothing while they start, and list a request with a delay. So the
	// page repeats a request until they list it.
	listed := func(name string) (all []copiedRequest) {
		t.Helper()
		for ctx.Err() == nil {
			play(copiedCase{name: name}, copiedCase{name: name, http1: true})
			var err error
			if all, err = in.copied(ctx); err != nil {
				t.Fatal(err)
			}
			if slices.ContainsFunc(all, func(r copiedRequest) bool { return r.is(name, http.MethodGet) }) {
				return all
			}
		}
		t.Fatal(context.Cause(ctx))
		return nil
	}
	listed("first")
	play(copiedCase{name: "login", task: programs.Task{Credentials: "include"}}, copiedCase{name: "login", http1: true, task: programs.Task{Credentials: "include"}})
	play(copiedCases()...)
	all := listed("last")
	r := recording{Browser: p.Version(t)}
	for _, one := range copiedCases() {
		received, err := s.take(one)
		if err != nil {
			t.Error(err)
			continue
		}
		i := slices.IndexFunc(all, func(r copiedRequest) bool { return r.is(one.name, received.Method) && !r.preflight() })
		if i < 0 {
			t.Errorf("%s: the developer tools do not list the request", one.name)
			continue
		}
		r.Requests = append(r.Requests, s.normalize(recorded{one.name, received, all[i].Copied}))
		// For a preflight, corsprobe sends the request. "Copy as fetch" does not show that it is one.
		i = slices.IndexFunc(all, func(r copiedRequest) bool { return r.is(one.name, http.MethodOptions) && r.preflight() })
		if one.name == "put-json" && i >= 0 {
			maps.DeleteFunc(all[i].Copied, func(item, _ string) bool { return strings.HasPrefix(item, "fetch") })
			received.Cookies, received.Body = "", ""
			r.Requests = append(r.Requests, s.normalize(recorded{"preflight", received, all[i].Copied}))
		}
	}
	return r
}

// is reports whether a request is that of a case.
func (r copiedRequest) is(name, method string) bool {
	u, err := url.Parse(r.URL)
	return err == nil && r.Method == method && strings.HasPrefix(u.Path+"/", "/"+name+"/")
}

func (r copiedRequest) preflight() bool {
	for _, text := range r.Copied {
		if strings.Contains(strings.ToLower(text), "access-control-request-method") {
			return true
		}
	}
	return false
}

// openWithInspector starts an engine with a page and with its developer tools.
func openWithInspector(t *testing.T, l *lab, s *copyServers, e model.Engine, p programs.Program) (engineClient, inspector) {
	t.Helper()
	switch e {
	case model.Chromium:
		return openChromiumInspector(t, l, p)
	case model.Firefox:
		return openFirefoxInspector(t, l, s, p)
	default:
		return openWebKitInspector(t, l, p)
	}
}
