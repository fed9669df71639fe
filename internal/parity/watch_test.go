package parity

import (
	"context"
	"os"
	"path/filepath"
	"sync"
	"sync/atomic"
	"testing"

	"github.com/corsuite/corsuite/configfile"
	"github.com/corsuite/corsuite/core"
)

// files returns the alternatives as YAML.
func files() [2]string {
	return [2]string{`
allowOrigins: [https://app.example.com, "https://*.example.net"]
allowMethods: ["*"]
allowHeaders: ["*"]
exposeHeaders: [X-Total]
allowCredentials: true
maxAge: 5m
preflightStatus: 200
`, `
allowOrigins: ["*"]
allowMethods: [PUT, DELETE]
allowHeaders: [Content-Type, X-Id]
exposeHeaders: [X-Page, X-Other]
maxAge: -1s
`}
}

// TestFileChangesUnderLoad changes the file of a policy while all routers use the
// policy. An invalid file must not change any answer.
func TestFileChangesUnderLoad(t *testing.T) {
	answers := withoutReloads(t)
	name := filepath.Join(t.TempDir(), "cors.yaml")
	write := func(text string) {
		if err := os.WriteFile(name, []byte(text), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	policy, err := core.NewPolicy(alternatives()[1])
	if err != nil {
		t.Fatal(err)
	}
	clients := connect(t, policy)
	ctx, stop := context.WithCancel(t.Context())
	var wg sync.WaitGroup
	defer func() {
		stop()
		wg.Wait()
	}()
	reports := make(chan error)
	write(files()[0])
	wg.Go(func() {
		err := configfile.Watch(ctx, name, policy.Reload, func(err error) {
			select {
			case reports <- err:
			case <-ctx.Done():
			}
		})
		if err != nil {
			t.Error(err)
		}
	})
	for _, step := range []struct {
		text string // to write; empty if it was written before
		bad  bool
		want int // the index of the config that applies afterwards
	}{{"", false, 0}, {files()[1], false, 1}, {"allowOrigins: [https://app.example.com/]", true, 1}} {
		if step.text != "" {
			write(step.text)
		}
		if err := ask(t, clients, answers, reports); (err != nil) != step.bad {
			t.Fatalf("after %q, Watch reported %v, want an error: %v", step.text, err, step.bad)
		}
		for router, c := range clients {
			by := make([][2]int, len(questions()))
			if err := c.round(answers[router], by); err != nil {
				t.Errorf("%s: %v", router, err)
			}
			for q, n := range by {
				if n[step.want] == 0 {
					t.Errorf("after %q, %s answers %q with the other config", step.text, router, questions()[q])
				}
			}
		}
	}
}

// ask sends questions to all routers until there is a report, and returns the report.
func ask(t *testing.T, clients map[string]client, answers map[string][]answer, reports <-chan error) error {
	t.Helper()
	var done atomic.Bool
	var wg sync.WaitGroup
	for router, c := range clients {
		wg.Go(func() {
			by := make([][2]int, len(questions()))
			for !done.Load() {
				if err := c.round(answers[router], by); err != nil {
					t.Errorf("%s: %v", router, err)
					return
				}
			}
		})
	}
	report := <-reports
	done.Store(true)
	wg.Wait()
	return report
}
