package core

import (
	"context"
	"log/slog"
)

// Option adds behaviour to a policy. A [Config] is plain data and cannot hold any. Options
// apply for the life of the policy; [Policy.Reload] keeps them. If one option is given
// twice, the last one applies.
type Option func(*options)

type options struct {
	originFunc OriginFunc

	name     string
	observer func(context.Context, Verdict)
	logger   *slog.Logger // nil for slog.Default
	silent   bool
}

// WithName names the policy in the log, as the attribute "policy", and in each [Verdict].
func WithName(name string) Option {
	return func(o *options) { o.name = name }
}

// WithObserver calls f for each request that has an Origin field, for metrics. f is not
// called if the browser ignores the CORS headers of the answer, as it does for a
// same-origin page and, by Fetch Metadata, for a form and a WebSocket.
//
// f receives the context of the request. It must be safe for concurrent use. It must
// return fast, since the request waits for it. WithObserver(nil) removes an observer that
// an earlier option has set.
//
// # Limits
//
//   - If f panics, the request continues, and the logger logs the panic.
//   - If the origin function fails and the context of the request has ended, f is not
//     called and nothing is logged, since no page waits for the answer.
//   - While the policy is off ([Policy.Enable]), f is not called.
func WithObserver(f func(ctx context.Context, v Verdict)) Option {
	return func(o *options) { o.observer = f }
}

// WithLogger logs to logger instead of [slog.Default], which a policy without this option
// uses. WithLogger(nil) logs nothing.
//
// The log says why browsers block pages, at [slog.LevelWarn]. Requests with the same reason
// and the same origin, method or header have one cause. A cause is logged once a minute. If
// it occurs again, a second line reports the number of times a minute later. The attributes
// are
//
//	policy       the name from WithName, if there is one
//	kind         "actual" or "preflight"
//	reason       the String of the Reason
//	origin       the origin of the page
//	method, path the request's
//	why          why the browser blocks the page, and what that means for the page
//	fix          what to change to allow the page
//	error        the error of the origin function, if it failed
//	times        how often the cause occurred again, in the line a minute later
//
// Texts of the request are escaped and cut short. Of a cause that occurs again, the log has
// the first request.
//
// The log also has the warnings about a Config ([Policy.Warnings]); what a candidate would
// change ([Policy.Shadow]); OPTIONS requests that have some, but not all fields of a
// preflight; handlers that set Access-Control-Allow-Origin for an origin that the policy
// denies; and a policy that approves preflights, but receives no requests.
//
// # Limits
//
//   - In a minute, at most 16 causes of each reason and 48 causes in all are logged. A line
//     for each reason reports the number of further ones.
//   - A line has at most 4 KiB. The policy holds at most 256 KiB of lines.
//   - No request waits for the logger, except for the first preflight of a route that Install
//     rejects. If its handler hangs, 64 lines wait. Further causes are
//     only counted, and lines about repetitions are lost.
//   - Of a preflight, the log looks at the first 32 requested headers and 1 KiB. In a minute,
//     it looks for cookies that the policy does not allow in 64 allowed requests.
//   - The policy cannot see what a proxy does to the answer afterwards.
func WithLogger(logger *slog.Logger) Option {
	return func(o *options) { o.logger, o.silent = logger, logger == nil }
}

// WithOriginFunc calls f for each request whose origin AllowOrigins does not list, so that
// origins can live in a database. AllowOrigins may then be empty. NewPolicy rejects "*" in
// AllowOrigins together with f, since f would never be called.
//
// f receives the context of the request, a parsed origin, and the host and path that the
// request was sent to. If f returns an error or panics, the origin is denied. WithOriginFunc(nil)
// removes a function that an earlier option has set.
//
// # Limits
//
//   - Results are not cached, and hostile requests call f, too. So f should answer from
//     memory, for instance with an origincache.Cache.
//   - [Policy.Explain] and [Policy.CheckOrigin] call f, too. With [Policy.Shadow], f is also
//     called for an origin that only the candidate does not list.
//   - Requests of one origin may call f at the same time.
//   - f is never called for null, for a malformed origin, or for the schemes about, blob,
//     data, javascript, ws and wss. These are denied. Of the scheme file, f receives only
//     file://, without a host.
//   - With AllowCredentials, f is not called for http origins other than loopback, unless
//     DangerouslyAllowInsecureOrigins is set.
func WithOriginFunc(f OriginFunc) Option {
	return func(o *options) { o.originFunc = f }
}
