package corstest

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"time"

	"github.com/corsuite/corsuite/core"
)

// keepCases have KeepCORS between the policy and a handler that writes CORS headers.
func keepCases() (cases []testCase) {
	from := "GET /items\nOrigin: "
	for _, c := range []testCase{
		one("allowed", listed(), from+app, 200, "Allow-Origin: "+app, "Expose-Headers: X-Total", varyOrigin),
		one("allowed with credentials", credentialed(), from+app, 200, "Allow-Origin: "+app, "Allow-Credentials: true", "Expose-Headers: X-Total", varyOrigin),
		one("denied", listed(), from+evil, 200, varyOrigin),
		one("every origin", every(), from+app, 200, "Allow-Origin: *", "Expose-Headers: X-Total"),
		one("not CORS", listed(), "GET /items", 200, varyOrigin),
	} {
		c.keep = true
		sets, changes, adds := c, c, c
		sets.name += ", the handler sets"
		sets.handle = func(h Header) {
			h.Set("Access-Control-Allow-Origin", "*")
			h.Set("Access-Control-Allow-Credentials", "true")
			h.Set("Access-Control-Max-Age", "5")
		}
		adds.name += ", the handler adds"
		adds.handle = func(h Header) {
			h.Add("Access-Control-Allow-Origin", evil)
			h.Add("Access-Control-Expose-Headers", "X-Secret")
		}
		changes.name += ", the handler changes values in place"
		changes.handle = func(h Header) {
			for _, name := range core.ResponseHeaders() {
				if values := h.Values(name); len(values) != 0 {
					values[0] = "*"
				}
			}
		}
		cases = append(cases, c, sets, adds, changes)
	}
	vary := one("the handler replaces Vary", listed(), from+app, 200, "Allow-Origin: "+app, "Expose-Headers: X-Total", "Vary: Accept", varyOrigin)
	vary.handle = func(h Header) { h.Set("Vary", "Accept") }
	vary.keep = true
	star := one("the handler sets Vary: *", listed(), from+app, 200, "Allow-Origin: "+app, "Expose-Headers: X-Total", "Vary: *")
	star.handle = func(h Header) { h.Set("Vary", "*") }
	star.keep = true
	return append(cases, vary, star)
}

// overridden requires that an adapter reports a handler that sets
// Access-Control-Allow-Origin for an origin that the policy denies, and nothing else.
func overridden(ctx context.Context, build Build, w way) error {
	const third = "https://third.example"
	var problems []error
	for _, c := range []struct {
		name    string
		origin  string
		configs []core.Config
		keep    bool
		reports bool
	}{
		{"denied", evil, []core.Config{listed()}, false, true},
		{"denied, with KeepCORS", evil, []core.Config{listed()}, true, false},
		{"allowed", app, []core.Config{listed()}, false, false},
		{"denied, and allowed by the inner policy", evil, []core.Config{listed(), {AllowOrigins: []string{evil}}}, false, false},
		{"denied, and allowed by the inner policy, with KeepCORS", evil, []core.Config{listed(), {AllowOrigins: []string{evil}}}, true, false},
	} {
		lines := make(logged, 64)
		spoil := false
		var ran runs
		a := App{
			Outer: func(_ Header, next func()) { next() }, Inner: ran.inner, Keep: c.keep,
			Path: path, Methods: []string{"GET"}, Status: handled,
			Handle: func(h Header) {
				h.Set("Access-Control-Expose-Headers", "X-Later") // it allows no page
				if spoil {
					h.Set("access-control-allow-origin", "*") // some servers keep the spelling
					h.Set("X-Later", "a")
				}
			},
		}
		for _, cfg := range c.configs {
			policy, err := core.NewPolicy(cfg, core.WithLogger(slog.New(lines)))
			if err != nil {
				return err
			}
			a.Policies = append(a.Policies, policy)
		}
		spoil = len(c.configs) == 1
		server := build(a)
		problems = append(problems, ran.ask(ctx, server, w, []step{{request: "GET " + path + "\nOrigin: " + c.origin, unchecked: true}}))
		// The last line belongs to a request that is always reported.
		a.Policies[0].LogOverride(&core.Request{Method: "GET", Origin: []string{third}}, nil)
		reports := false
		for origin := ""; origin != third; {
			var err error
			if origin, err = lines.next(ctx); err != nil {
				return fmt.Errorf("%s: %w", c.name, err)
			}
			reports = reports || origin == c.origin
		}
		if reports != c.reports {
			problems = append(problems, fmt.Errorf("%s, the handler sets Access-Control-Allow-Origin: reported %v, want %v", c.name, reports, c.reports))
		}
	}
	return errors.Join(problems...)
}

// logged receives the origins of the lines about handlers that set
// Access-Control-Allow-Origin.
type logged chan string

func (logged) Enabled(context.Context, slog.Level) bool { return true }
func (l logged) WithAttrs([]slog.Attr) slog.Handler     { return l }
func (l logged) WithGroup(string) slog.Handler          { return l }

func (l logged) Handle(_ context.Context, r slog.Record) error {
	if r.Message == "cors: a handler sets Access-Control-Allow-Origin itself" {
		r.Attrs(func(a slog.Attr) bool {
			if a.Key == "origin" {
				l <- a.Value.String()
			}
			return true
		})
	}
	return nil
}

func (l logged) next(ctx context.Context) (origin string, err error) {
	select {
	case origin = <-l:
		return origin, nil
	case <-ctx.Done():
		return "", ctx.Err()
	case <-time.After(10 * time.Second):
		return "", errors.New("no line in the log")
	}
}
