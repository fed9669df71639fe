package core

import (
	"context"
	"strconv"
)

// OriginFunc decides about one origin, for [WithOriginFunc]. It must be safe for
// concurrent use. It should end when ctx does, which is when the client has gone or the
// server shuts down.
type OriginFunc func(ctx context.Context, o Origin) (allowed bool, err error)

// Origin is a parsed tuple origin (RFC 6454 section 4). It is valid: each part is as a
// browser would send it. It shares no memory with the request, so it may be kept.
type Origin struct {
	// Scheme is the scheme in lower case, without the colon.
	Scheme string
	// Host is a domain in lower case, an IPv4 address, or an IPv6 address in brackets.
	// For the scheme of an extension or an application, it is their identifier.
	Host string
	// Port is 0 if the origin has the default port of its scheme.
	Port uint16
}

// String returns the origin as browsers send it (RFC 6454 section 6.2), such as
// "https://app.example.com" or "http://[::1]:3000". For a valid origin, it is the exact
// value of the Origin field.
func (o Origin) String() string {
	s := o.Scheme + "://" + o.Host
	if o.Port != 0 {
		s += ":" + strconv.Itoa(int(o.Port))
	}
	return s
}
