package configfile_test

import (
	"context"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"github.com/corsuite/corsuite/configfile"
	"github.com/corsuite/corsuite/core"
)

// follower is a program that calls Watch in a synctest bubble. The time of a bubble
// advances when all its goroutines are blocked. The bubble ends only when Watch has
// returned, so these tests leave no goroutine behind.
type follower struct {
	t      *testing.T
	name   string
	policy *core.Policy

	mu      sync.Mutex // needed because synctest.Wait does not order writes of the test before later ones of Watch
	applied []string   // the first origin of each Config
	reports []string
}

func follow(t *testing.T, name string, test func(*follower), opts ...configfile.Option) {
	t.Helper()
	synctest.Test(t, func(t *testing.T) {
		policy, err := core.NewPolicy(core.Config{AllowOrigins: []string{"https://old.example"}})
		if err != nil {
			t.Fatal(err)
		}
		f := &follower{t: t, name: filepath.Join(t.TempDir(), name), policy: policy}
		ctx, cancel := context.WithCancel(t.Context())
		done := make(chan error, 1)
		go func() {
			<-time.After(500 * time.Millisecond) // Watch reads the file half a second after each action of the test
			done <- configfile.Watch(ctx, f.name, f.apply, f.report, opts...)
		}()
		f.reported("CORS config: FILE: no such file or directory")
		write(t, f.name, list("https://first.example"))
		f.reported("in force")
		test(f)
		cancel()
		ended := time.Now()
		if err := <-done; err != nil || time.Since(ended) != 0 {
			t.Errorf("Watch returned %v %v after the end of its context, want nil without delay", err, time.Since(ended))
		}
	})
}

func (f *follower) apply(cfg core.Config) error {
	err := f.policy.Reload(cfg)
	if err == nil {
		f.mu.Lock()
		defer f.mu.Unlock()
		f.applied = append(f.applied, cfg.AllowOrigins[0])
	}
	return err
}

func (f *follower) report(err error) {
	f.mu.Lock()
	defer f.mu.Unlock()
	if err == nil {
		f.reports = append(f.reports, "in force")
		return
	}
	f.reports = append(f.reports, strings.ReplaceAll(err.Error(), f.name, "FILE"))
}

// reported waits for more than two reads and checks the reports since its last call.
func (f *follower) reported(want ...string) {
	f.t.Helper()
	<-time.After(3 * time.Second)
	synctest.Wait()
	f.mu.Lock()
	defer f.mu.Unlock()
	if !slices.Equal(f.reports, want) {
		f.t.Errorf("got the reports:\n\t%s\nwant:\n\t%s", strings.Join(f.reports, "\n\t"), strings.Join(want, "\n\t"))
	}
	f.reports = nil
}

// takeApplied returns the Configs that were applied since its last call.
func (f *follower) takeApplied() []string {
	f.mu.Lock()
	defer f.mu.Unlock()
	applied := f.applied
	f.applied = nil
	return applied
}

// allows requires that the policy allows an origin.
func (f *follower) allows(origin string) {
	f.t.Helper()
	d := f.policy.Decide(f.t.Context(), &core.Request{Method: "GET", Origin: []string{origin}}, nil)
	if !d.OriginAllowed() {
		f.t.Errorf("%s is denied", origin)
	}
}

func list(origins ...string) string {
	return "allowOrigins:\n  - " + strings.Join(origins, "\n  - ") + "\n"
}

func write(t *testing.T, name, text string) {
	t.Helper()
	if err := os.WriteFile(name, []byte(text), 0o600); err != nil {
		t.Fatal(err)
	}
}

func succeed(t *testing.T, err error) {
	t.Helper()
	if err != nil {
		t.Fatal(err)
	}
}
