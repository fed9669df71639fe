package configfile_test

import (
	"context"
	"fmt"
	"os"
	"path/filepath"
	"runtime"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"testing/synctest"
	"time"

	"github.com/corsuite/corsuite/configfile"
	"github.com/corsuite/corsuite/core"
)

// version returns the config with number n, whose fields all depend on n.
func version(n int) string {
	return fmt.Sprintf("allowOrigins: [https://app.example]\nallowMethods: [M-%d]\nallowHeaders: [X-%d]\nmaxAge: %ds\npreflightStatus: %d\n", n, n, n+1, 200+n%100)
}

// number returns the number of the config that answered a preflight, or -1 if the answer
// is that of no config or mixes several.
func number(d core.Decision) int {
	var n int
	got := make(map[string]string)
	for i := range d.Len() {
		name, value := d.Header(i)
		got[name] = value
	}
	if _, err := fmt.Sscanf(got["Access-Control-Allow-Methods"], "M-%d", &n); err != nil {
		return -1
	}
	if !strings.EqualFold(got["Access-Control-Allow-Headers"], fmt.Sprintf("X-%d", n)) ||
		got["Access-Control-Max-Age"] != fmt.Sprint(n+1) || d.Status() != 200+n%100 {
		return -1
	}
	return n
}

// TestWatchUnderLoad changes a file a thousand times while goroutines call Decide. These
// goroutines are outside the synctest bubble, because the time of a bubble does not
// advance while one of its goroutines runs.
func TestWatchUnderLoad(t *testing.T) {
	const changes = 1000
	name := filepath.Join(t.TempDir(), "cors.yaml")
	write(t, name, version(0))
	source, err := configfile.Read(name)
	succeed(t, err)
	policy, err := source.NewPolicy()
	succeed(t, err)
	before := runtime.NumGoroutine()

	var stop atomic.Bool
	var deciding sync.WaitGroup
	var decided atomic.Int64
	for range 4 {
		deciding.Go(func() {
			last := 0
			for !stop.Load() {
				d := policy.Decide(t.Context(), &core.Request{
					Method: "OPTIONS", Origin: []string{"https://app.example"}, RequestMethod: []string{"PUT"},
				}, nil)
				n := number(d)
				if n < last {
					t.Errorf("an answer of config %d after an answer of config %d", n, last)
					return
				}
				last = n
				decided.Add(1)
			}
		})
	}
	synctest.Test(t, func(t *testing.T) {
		ctx, cancel := context.WithCancel(t.Context())
		reports := make(chan error, 1)
		done := make(chan error, 1)
		go func() {
			done <- configfile.Watch(ctx, name, policy.Reload, func(err error) { reports <- err })
		}()
		for n := range changes {
			if n > 0 {
				replace(t, name, n)
			}
			if err := <-reports; err != nil {
				t.Fatalf("Watch reported an error for config %d: %v", n, err)
			}
			d := policy.Decide(t.Context(), &core.Request{
				Method: "OPTIONS", Origin: []string{"https://app.example"}, RequestMethod: []string{"PUT"},
			}, nil)
			if got := number(d); got != n {
				t.Fatalf("config %d is in force, want %d", got, n)
			}
		}
		cancel()
		succeed(t, <-done)
	})
	stop.Store(true)
	deciding.Wait()
	t.Logf("%d decisions", decided.Load())
	for runtime.NumGoroutine() > before {
		runtime.Gosched()
	}
}

// replace writes the next config as editors do: into the file, or into another file that
// it renames.
func replace(t *testing.T, name string, n int) {
	t.Helper()
	if n%2 == 0 {
		write(t, name, version(n))
		return
	}
	write(t, name+"~", version(n))
	succeed(t, os.Rename(name+"~", name))
}

// TestWatchInRealTime follows a file without a synctest bubble.
func TestWatchInRealTime(t *testing.T) {
	name := filepath.Join(t.TempDir(), "cors.json")
	write(t, name, `{"allowOrigins": ["https://a.example"]}`)
	ctx, cancel := context.WithTimeout(t.Context(), time.Minute)
	defer cancel()
	origins := make(chan string)
	done := make(chan error, 1)
	go func() {
		done <- configfile.Watch(ctx, name, func(cfg core.Config) error {
			origins <- cfg.AllowOrigins[0]
			return nil
		}, func(err error) {
			if err != nil {
				t.Error(err)
			}
		})
	}()
	for _, want := range []string{"https://a.example", "https://b.example"} {
		write(t, name, fmt.Sprintf(`{"allowOrigins": [%q]}`, want))
		select {
		case got := <-origins:
			if got != want {
				t.Errorf("got %s, want %s", got, want)
			}
		case <-ctx.Done():
			t.Fatalf("the config with the origin %s was not applied within a minute", want)
		}
	}
	cancel()
	succeed(t, <-done)
}
