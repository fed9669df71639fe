package corstest

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"sync"

	"github.com/corsuite/corsuite/core"
)

// observed requires that an adapter sets the fields of core.Request that only observers
// and the log use.
func observed(ctx context.Context, build Build, w way) error {
	var problems []error
	for _, c := range []struct {
		fields string
		want   []core.Reason
	}{
		{"Origin: " + app, []core.Reason{core.ReasonNone}},
		{"Origin: " + evil, []core.Reason{core.ReasonOriginNotListed}},
		{"Origin: " + app + "\nCookie: a=b", []core.Reason{core.ReasonCredentialsNotAllowed}},
		{"Origin: " + app + "\nCookie: a=b\nSec-Fetch-Mode: cors\nSec-Fetch-Site: cross-site", []core.Reason{core.ReasonCredentialsNotAllowed}},
		{"Origin: " + evil + "\nSec-Fetch-Mode: navigate", nil},
		{"Origin: " + evil + "\nSec-Fetch-Mode: cors\nSec-Fetch-Site: same-origin", nil},
		{"Accept: */*", nil},
	} {
		var mu sync.Mutex
		var got []core.Reason
		policy, err := core.NewPolicy(listed(), core.WithObserver(func(_ context.Context, o core.Verdict) {
			mu.Lock()
			defer mu.Unlock()
			got = append(got, o.Reason)
		}))
		if err != nil {
			return err
		}
		var ran runs
		server := build(App{
			Outer: func(_ Header, next func()) { next() }, Inner: ran.inner, Policies: []*core.Policy{policy},
			Path: path, Methods: []string{"GET"}, Status: handled, Handle: func(Header) {},
		})
		problems = append(problems, ran.ask(ctx, server, w, []step{{request: "GET " + path + "\n" + c.fields, unchecked: true}}))
		mu.Lock()
		if !slices.Equal(got, c.want) {
			problems = append(problems, fmt.Errorf("%q: the observer received the reasons %v, want %v; the adapter has to set FetchMode, FetchSite and Cookies of the core.Request if Policy.Watched reports true", c.fields, got, c.want))
		}
		mu.Unlock()
	}
	return errors.Join(problems...)
}
