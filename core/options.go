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

// WithObserver calls f once for each CORS decision, for metrics. A CORS decision is that on
// a request with an Origin field, unless Fetch Metadata shows that the browser ignores the
// CORS headers of the answer, as it does for a same-origin page, a form and a WebSocket.
//
// f receives the context of the request. It must be safe for concurrent use. It must
// return fast, since the request waits for it. A nil f is no observer.
//
// # Limits
//
//   - If f panics, the request goes on, and the logger logs the panic.
//   - f is not called if the origin function failed because the request was cancelled.
func WithObserver(f func(ctx context.Context, v Verdict)) Option {
	return func(o *options) { o.observer = f }
}

// WithLogger logs to logger instead of [slog.Default], which a policy without this option
// uses. WithLogger(nil) logs nothing.
//
// The log says why browsers block pages, at [slog.LevelWarn]. Each cause is logged once a
// minute. If it occurs again, the number of times is logged a minute later. The attributes
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
// The log also has the warnings about a Config ([Policy.Warnings]), what a candidate would
// change ([Policy.Shadow]), preflights that lack a field, handlers that set
// Access-Control-Allow-Origin themselves, and policies that requests do not reach.
//
// # Limits
//
//   - In a minute, at most 16 causes of each reason and 48 causes in all are logged. Further
//     ones are counted.
//   - A line has at most 4 KiB. The policy holds at most 256 KiB of lines.
//   - No request waits for the logger. If its handler hangs, 64 lines wait; others are lost.
//   - The policy cannot see what a proxy does to the answer afterwards.
func WithLogger(logger *slog.Logger) Option {
	return func(o *options) { o.logger, o.silent = logger, logger == nil }
}

// WithOriginFunc calls f for each origin that AllowOrigins does not list, so that origins
// can live in a database. AllowOrigins may then be empty. It must not hold "*", since f
// would never be called.
//
// f receives the context of the request and a parsed origin. Returning an error denies the
// origin, and so does a panic: an actual request goes on without CORS headers, and a
// preflight is answered with 403. A nil f is no function.
//
// # Limits
//
//   - f runs for every CORS request that the list does not decide, hostile ones included.
//     So it should answer from memory, for instance with an origincache.Cache.
//   - Requests of one origin may call f at the same time.
//   - f is never called for null, for a malformed origin, or for the schemes about, blob,
//     data, file, javascript, ws and wss. These are denied.
//   - With AllowCredentials, f is not called for http origins other than loopback, unless
//     DangerouslyAllowInsecureOrigins is set.
func WithOriginFunc(f OriginFunc) Option {
	return func(o *options) { o.originFunc = f }
}
