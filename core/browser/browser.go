package browser

import (
	"context"
	"net/http"
	"time"
)

// Browser is one user's browser. Its preflight cache and its cookies outlive
// the single fetch. The zero value is ready to use. It is safe for concurrent
// use once it is in use; its fields must not change then, and it must not be
// copied.
type Browser struct {
	// Transport sends single requests. It must not follow redirects or add
	// cookies, and must be safe for concurrent use, as http.Transport,
	// [Handler] and every other well-behaved http.RoundTripper are. Nil means
	// http.DefaultTransport, which hides the Content-Length of what it
	// decompresses.
	Transport http.RoundTripper
	// Jar holds the cookies; nil means that there are none.
	Jar http.CookieJar
	// Engine is whose deviations from the standard to follow. The zero value
	// follows the standard.
	Engine Engine
	// Now is the clock of the preflight cache; nil means time.Now.
	Now func() time.Time

	cache preflightCache
}

// Fetch does what a browser does for a page that calls fetch() (Fetch, fetch
// method). It reads the answer to its end; of one without end, what has come
// when ctx ends.
//
// The error is about the call itself: it names everything in the Request that no
// page can ask for, in which case nothing was sent, or is that of ctx. A server
// that cannot be reached is no error but an Outcome.
func (b *Browser) Fetch(ctx context.Context, r Request) (Outcome, error) {
	f, err := b.newFetch(ctx, r)
	if err != nil {
		return Outcome{}, err
	}
	response := f.mainFetch()
	outcome := Outcome{Exchanges: f.exchanges}
	if f.blocked == nil {
		outcome.Allowed, outcome.Response = true, f.filter(response)
		return outcome, nil
	}
	if err := ctx.Err(); err != nil && f.blocked.step == StepNetwork {
		return Outcome{}, err
	}
	outcome.Step, outcome.Reason = f.blocked.step, f.blocked.reason
	return outcome, nil
}

func (b *Browser) now() time.Time {
	if b.Now != nil {
		return b.Now()
	}
	return time.Now()
}

func (b *Browser) transport() http.RoundTripper {
	if b.Transport != nil {
		return b.Transport
	}
	return http.DefaultTransport
}
