package core_test

import (
	"testing"
	"testing/synctest"
	"time"

	"github.com/corsuite/corsuite/core"
)

// A policy that approves preflights, but never sees a request, is registered after
// its routes. The log says so once.
func TestNoRequestFollowsPreflights(t *testing.T) {
	const report = `level=WARN msg="cors: preflights are approved, but no request has reached the policy" policy=api ` +
		`fix="register the policy before the routes, since the requests of earlier routes may pass it by; ignore this if a test sent the preflights"`
	approved := preflight(app, "PUT")
	for name, tt := range map[string]struct {
		before, after []core.Request // three approved preflights
		want          []string
	}{
		"nothing else":               {nil, nil, []string{report}},
		"requests without an Origin": {[]core.Request{get(), options()}, []core.Request{get(), get()}, []string{report}},
		"a request before":           {[]core.Request{get(app)}, nil, nil},
		"a request after":            {nil, []core.Request{get(app)}, nil},
		"a denied request":           {nil, []core.Request{get(evil)}, nil},
		"more preflights":            {[]core.Request{approved, approved}, []core.Request{approved, approved, approved}, []string{report}},
	} {
		t.Run(name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				var log buffer
				p := mustPolicy(t, core.Config{AllowOrigins: []string{app}, AllowMethods: []string{"PUT"}}, core.WithName("api"), core.WithLogger(plain(&log)))
				for _, r := range tt.before {
					decide(t, p, r)
				}
				for range 3 {
					decide(t, p, approved)
				}
				<-time.After(9 * time.Second)
				lines(&log) // of denied requests
				for _, r := range tt.after {
					decide(t, p, r)
				}
				synctest.Wait()
				lines(&log)
				<-time.After(2 * time.Second)
				expect(t, "after 11 s", lines(&log), tt.want...)
				for range 5 {
					decide(t, p, approved)
				}
				<-time.After(time.Minute)
				expect(t, "later", lines(&log))
			})
		})
	}
}

// A preflight that the browser rejects is followed by no request, so it is not counted.
func TestPreflightsWithoutSequel(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		var log buffer
		p := mustPolicy(t, core.Config{AllowOrigins: []string{app}, AllowMethods: []string{"PUT"}}, core.WithLogger(plain(&log)))
		for range 5 {
			decide(t, p, preflight(app, "PATCH"))
			decide(t, p, preflight(app, "PUT", "x-id"))
			decide(t, p, preflight(evil, "PUT"))
		}
		decide(t, p, preflight(app, "PUT"))
		decide(t, p, preflight(app, "PUT"))
		synctest.Wait()
		lines(&log)
		<-time.After(30 * time.Second)
		expect(t, "after half a minute", lines(&log))
	})
}
