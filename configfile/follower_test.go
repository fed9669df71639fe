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

// The time in these tests is that of a synctest bubble: it passes as soon as
// everybody waits.

// follower is a program that follows a file. The bubble ends only once Watch has
// ended, so none of these tests leaves a goroutine behind.
type follower struct {
	t      *testing.T
	name   string
	policy *core.Policy

	mu      sync.Mutex // Wait orders what Watch did before it, and nothing orders what the test did
	applied []string   // the first origin of each Config
	reports []string
}

func follow(t *testing.T, name string, test func(*follower)) {
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
			<-time.After(500 * time.Millisecond) // Watch looks at the half seconds, and the test acts at the whole ones
			done <- configfile.Watch(ctx, f.name, f.apply, f.report)
		}()
		f.says("CORS config: stat FILE: no such file or directory")
		write(t, f.name, list("https://first.example"))
		f.says("in force")
		test(f)
		cancel()
		ended := time.Now()
		if err := <-done; err != nil || time.Since(ended) != 0 {
			t.Errorf("Watch: %v, after %v", err, time.Since(ended))
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

// says waits for more than two looks and checks what has been reported since.
func (f *follower) says(want ...string) {
	f.t.Helper()
	<-time.After(3 * time.Second)
	synctest.Wait()
	f.mu.Lock()
	defer f.mu.Unlock()
	if !slices.Equal(f.reports, want) {
		f.t.Errorf("got:\n\t%s\nwant:\n\t%s", strings.Join(f.reports, "\n\t"), strings.Join(want, "\n\t"))
	}
	f.reports = nil
}

// had returns the Configs that were applied since the last time.
func (f *follower) had() []string {
	f.mu.Lock()
	defer f.mu.Unlock()
	had := f.applied
	f.applied = nil
	return had
}

// allows checks which origin the policy allows.
func (f *follower) allows(origin string) {
	f.t.Helper()
	d := f.policy.Decide(f.t.Context(), &core.Request{Method: "GET", Origin: []string{origin}})
	if d.Reason() != core.ReasonNone {
		f.t.Errorf("%s: %v", origin, d.Reason())
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
