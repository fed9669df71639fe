package parity

import (
	"bufio"
	"context"
	"fmt"
	"io"
	"log/slog"
	"net"
	"net/http"
	"runtime"
	"slices"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/corsuite/corsuite/core"
)

// alternatives returns two configs. Their answers to each of questions differ.
func alternatives() [2]core.Config {
	return [2]core.Config{{
		AllowOrigins: []string{"https://app.example.com", "https://*.example.net"}, AllowMethods: []string{"*"}, AllowHeaders: []string{"*"},
		ExposeHeaders: []string{"X-Total"}, AllowCredentials: true, MaxAge: 5 * time.Minute, PreflightStatus: 200,
	}, {
		AllowOrigins: []string{"*"}, AllowMethods: []string{"PUT", "DELETE"}, AllowHeaders: []string{"Content-Type", "X-Id"},
		ExposeHeaders: []string{"X-Page", "X-Other"}, MaxAge: -1,
	}}
}

// questions returns requests for a connection that stays open.
func questions() (raw []string) {
	const asking = "Access-Control-Request-Method: "
	for _, head := range []string{
		"GET /items",
		"GET /items\nOrigin: https://app.example.com",
		"GET /items\nOrigin: https://evil.example",
		"GET /nothing\nOrigin: https://a.example.net",
		"OPTIONS /items\nOrigin: https://app.example.com\n" + asking + "PUT\nAccess-Control-Request-Headers: content-type",
		"OPTIONS /items\nOrigin: https://app.example.com\n" + asking + "PATCH\nAccess-Control-Request-Headers: x-a,x-b",
		"OPTIONS /items\nOrigin: https://evil.example\n" + asking + "PUT\nAccess-Control-Request-Headers: content-type",
		"OPTIONS /items\nOrigin: null\n" + asking + "PUT",
	} {
		requestLine, fields, _ := strings.Cut(head, "\n")
		raw = append(raw, strings.ReplaceAll(strings.TrimSpace(requestLine+" HTTP/1.1\nHost: api.example\n"+fields), "\n", "\r\n")+"\r\n\r\n")
	}
	return raw
}

// TestReloadsUnderLoad reloads one policy while all routers use it. Each answer must
// come from one config only, and no goroutine may remain at the end.
func TestReloadsUnderLoad(t *testing.T) {
	var answers map[string][]answer
	t.Run("without reloads", func(t *testing.T) { answers = withoutReloads(t) }) // also starts the frameworks' permanent goroutines
	var observed, differing atomic.Int64
	observer := core.WithObserver(func(_ context.Context, v core.Verdict) {
		observed.Add(1)
		if v.Differs() {
			differing.Add(1)
		}
	})
	var lines counter
	logger := core.WithLogger(slog.New(slog.NewTextHandler(&lines, nil)))
	before := len(goroutines())
	t.Run("unwatched", func(t *testing.T) { load(t, answers) })
	t.Run("watched", func(t *testing.T) {
		rounds := load(t, answers, core.WithName("api"), observer, logger)
		decisions := rounds * int64(len(questions())-1) // the first has no Origin
		if observed.Load() != decisions || differing.Load() == 0 {
			t.Errorf("the observer received %d verdicts, want %d; the candidate differs in %d, want some", observed.Load(), decisions, differing.Load())
		}
	})
	waitForGoroutines(t, before)
	if n := lines.Load(); n == 0 || n > 100 {
		t.Errorf("the log has %d lines, want 1 to 100", n)
	}
}

// counter counts calls of Write.
type counter struct{ atomic.Int64 }

func (c *counter) Write(p []byte) (int, error) {
	c.Add(1)
	return len(p), nil
}

// waitForGoroutines waits until no more goroutines run than before.
func waitForGoroutines(t *testing.T, before int) {
	t.Helper()
	tick := time.NewTicker(time.Millisecond)
	defer tick.Stop()
	for deadline := time.After(10 * time.Second); len(goroutines()) > before; {
		select {
		case <-tick.C:
		case <-deadline:
			t.Fatalf("before the test %d goroutines ran, and now\n%s", before, strings.Join(goroutines(), "\n\n"))
		}
	}
}

// goroutines returns the stacks of all goroutines except those of fasthttp's pool, which
// end after ten idle seconds.
func goroutines() []string {
	stacks := make([]byte, 1<<20)
	all := strings.Split(string(stacks[:runtime.Stack(stacks, true)]), "\n\n")
	return slices.DeleteFunc(all, func(stack string) bool { return strings.Contains(stack, "fasthttp.(*workerPool).Start") })
}

// answer holds the answers of a router to one question, with each of the alternatives.
type answer [2]string

// withoutReloads returns the answers of every router by policies that are never reloaded.
func withoutReloads(t *testing.T) map[string][]answer {
	answers := make(map[string][]answer)
	for i, cfg := range alternatives() {
		policy, err := core.NewPolicy(cfg)
		if err != nil {
			t.Fatal(err)
		}
		for router, c := range connect(t, policy) {
			if answers[router] == nil {
				answers[router] = make([]answer, len(questions()))
			}
			for q, raw := range questions() {
				if answers[router][q][i], err = c.ask(raw); err != nil {
					t.Fatal(err)
				}
			}
		}
	}
	for router, all := range answers {
		for q, a := range all {
			if a[0] == a[1] {
				t.Errorf("%s answers %q equally with both configs: %s", router, questions()[q], a[0])
			}
		}
	}
	return answers
}

// load reloads a policy while each router answers rounds of questions, and returns the
// number of rounds.
func load(t *testing.T, answers map[string][]answer, options ...core.Option) int64 {
	policy, err := core.NewPolicy(alternatives()[0], options...)
	if err != nil {
		t.Fatal(err)
	}
	clients := connect(t, policy)
	var done atomic.Bool
	var rounds atomic.Int64
	var wg sync.WaitGroup
	for router, c := range clients {
		wg.Go(func() {
			by := make([][2]int, len(questions()))
			for !done.Load() {
				if err := c.round(answers[router], by); err != nil {
					t.Errorf("%s: %v", router, err)
					return
				}
				rounds.Add(1)
			}
			for q, n := range by {
				if (n[0] == 0 || n[1] == 0) && !t.Failed() {
					t.Errorf("%s answered %q with the configs %v times, want both", router, questions()[q], n)
				}
			}
		})
	}
	began := time.Now()
	reloads := reload(t, policy, &rounds)
	done.Store(true)
	wg.Wait()
	t.Logf("%d reloads and %d answers in %v", reloads, rounds.Load()*int64(len(questions())), time.Since(began))
	for router, c := range clients {
		by := make([][2]int, len(questions()))
		if err := c.round(answers[router], by); err != nil {
			t.Errorf("%s: %v", router, err)
		}
		rounds.Add(1)
		for q, n := range by {
			if n[(reloads-1)%2] == 0 {
				t.Errorf("%s answered %q with a config that was replaced", router, questions()[q])
			}
		}
	}
	return rounds.Load()
}

// reload replaces the config until there were enough reloads and rounds. If the policy
// has an observer or a logger, reload also replaces the candidate.
func reload(t *testing.T, policy *core.Policy, rounds *atomic.Int64) (times int) {
	cfgs := alternatives()
	candidates := []*core.Config{&cfgs[0], nil, &cfgs[1]}
	for ; (times < 50_000 || rounds.Load() < 1000) && !t.Failed(); times++ {
		if err := policy.Reload(cfgs[times%2]); err != nil {
			t.Error(err)
		}
		if times%10 == 0 {
			if err := policy.Shadow(candidates[times/10%3]); err != nil {
				t.Error(err)
			}
		}
	}
	return times
}

// client is one connection to a router.
type client struct {
	conn    net.Conn
	answers *bufio.Reader
}

// connect starts every router except ServeMux until the test ends, and connects to it.
func connect(t *testing.T, policy *core.Policy) map[string]client {
	clients := make(map[string]client)
	for router, build := range routers() {
		if router == "nethttp" {
			continue
		}
		conn, err := net.Dial("tcp", build(policy).start(t))
		if err != nil {
			t.Fatal(err)
		}
		t.Cleanup(func() { conn.Close() })
		clients[router] = client{conn, bufio.NewReader(conn)}
	}
	return clients
}

// round sends every question once, and adds to by[question][config] which config answered.
func (c client) round(answers []answer, by [][2]int) error {
	for q, raw := range questions() {
		got, err := c.ask(raw)
		if err != nil {
			return err
		}
		i := slices.Index(answers[q][:], got)
		if i < 0 {
			return fmt.Errorf("the answer to %q is\n%s\nwant one of\n%s", raw, got, strings.Join(answers[q][:], "\n"))
		}
		by[q][i]++
	}
	return nil
}

// ask sends a request and returns the head of the answer without Date.
func (c client) ask(raw string) (string, error) {
	if _, err := io.WriteString(c.conn, raw); err != nil {
		return "", err
	}
	res, err := http.ReadResponse(c.answers, nil)
	if err != nil {
		return "", err
	}
	defer res.Body.Close()
	if _, err := io.Copy(io.Discard, res.Body); err != nil {
		return "", err
	}
	res.Header.Del("Date")
	var b strings.Builder
	fmt.Fprintln(&b, res.Status)
	err = res.Header.Write(&b)
	return b.String(), err
}
