package core

import (
	"context"
	"errors"
	"fmt"
	"strconv"
	"strings"

	"github.com/corsuite/corsuite/core/internal/origins"
)

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
// should answer from memory, for instance that of an origincache.Cache. A nil f is no
// function.
func WithOriginFunc(f OriginFunc) Option {
	return func(o *options) { o.originFunc = f }
}

// Origin is a tuple origin (RFC 6454 section 4), parsed. It holds its own copy
// of the request's bytes and may be kept.
type Origin struct {
	// Scheme is in lower case, without a colon.
	Scheme string
	// Host is a domain in lower case or an IP address, IPv6 in brackets. With schemes
	// of applications and extensions it is their identifier.
	Host string
	// Port is 0 for the scheme's default port.
	Port uint16
}

// String returns the origin as browsers send it (RFC 6454 section 6.2).
func (o Origin) String() string {
	s := o.Scheme + "://" + o.Host
	if o.Port != 0 {
		s += ":" + strconv.Itoa(int(o.Port))
	}
	return s
}

// ask calls the origin function with a copy of the origin, since a server may reuse the
// request's memory, and recovers from its panic.
func ask(ctx context.Context, f OriginFunc, origin string) (why Reason, err error) {
	returned := false
	defer func() {
		if !returned { // not what recover returns: a panic(nil) may look like none
			why, err = ReasonOriginFuncFailed, fmt.Errorf("origin function panicked: %v", recover())
		}
	}()
	t, _ := origins.Cut(strings.Clone(origin))
	allowed, err := f(ctx, Origin{t.Scheme, t.Host, t.PortNumber()})
	returned = true
	switch {
	case err != nil:
		return ReasonOriginFuncFailed, fmt.Errorf("origin function: %w", err)
	case !allowed:
		return ReasonOriginRefused, nil
	}
	return ReasonNone, nil
}

// askOnce spares the origin function a second question about one request.
func askOnce(f OriginFunc) OriginFunc {
	if f == nil {
		return nil
	}
	var asked, allowed bool
	err := errors.New("it has panicked") // until it returns
	return func(ctx context.Context, o Origin) (bool, error) {
		if !asked {
			asked = true
			allowed, err = f(ctx, o)
		}
		return allowed, err
	}
}
