package core

import (
	"context"
	"log/slog"
)

// Option adds behaviour to a policy, which plain data cannot say. Options hold
// for the policy's life; [Policy.Reload] keeps them.
type Option func(*options)

type options struct {
	originFunc OriginFunc

	name     string
	observer func(context.Context, Observation)
	logger   *slog.Logger
	watch    *watch // nil if nobody is told of decisions
}

// OriginFunc decides about one origin, for [WithOriginFunc]. It must be safe
// for concurrent use.
type OriginFunc func(ctx context.Context, o Origin) (allowed bool, err error)

// WithOriginFunc asks f about each origin that AllowOrigins does not list, so
// that origins can live in a database. AllowOrigins may then be empty, but not
// "*". f gets the request's context and a parsed origin; it never sees null or
// a malformed origin, nor, with AllowCredentials, an insecure one that
// DangerouslyAllowInsecureOrigins does not permit. An error or a panic denies
// the origin; the request goes on without CORS headers, or the preflight is
// refused. f runs on every CORS request that the list does not decide, so it
// should answer from memory, for instance that of an [OriginCache]. A nil f is no
// function.
func WithOriginFunc(f OriginFunc) Option {
	return func(o *options) { o.originFunc = f }
}
