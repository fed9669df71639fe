package browser

import (
	"context"
	"net/http"
	"time"
)

// Browser is the browser of one user. It has a preflight cache and cookies, which are
// kept between fetches. The zero value is ready to use. A Browser is safe for concurrent
// use. After the first fetch its fields must not change, and it must not be copied.
type Browser struct {
	// Transport sends one request. It must not follow redirects or add cookies, and must
	// be safe for concurrent use, as [http.Transport] and [Handler] are. Nil means
	// [http.DefaultTransport], which removes the Content-Length of a compressed answer.
	Transport http.RoundTripper
	// Jar stores cookies. Nil means that there are no cookies.
	Jar http.CookieJar
	// Engine is the engine whose differences from the standard the Browser reproduces.
	// The zero value follows the standard.
	Engine Engine
	// Now is the clock of the preflight cache. Nil means [time.Now].
	Now func() time.Time

	cache preflightCache
}

// Fetch does what a browser does when a page calls fetch() (Fetch, fetch method). It
// reads the answer to its end. If ctx ends while it reads the answer, the Response has
// the part that was received.
//
// Fetch returns an error in two cases. If no page can make the Request, the error lists
// all problems of the Request, and nothing was sent. If ctx ends before an answer, the
// error is that of ctx. A server that cannot be reached is not an error; the Outcome
// reports it as [StepNetwork].
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
