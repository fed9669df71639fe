package core

import (
	"context"
	"strconv"
)

// OriginFunc decides about one origin, for [WithOriginFunc]. It must be safe for
// concurrent use. It should end when ctx does, which is when the client has gone or the
// server shuts down.
type OriginFunc func(ctx context.Context, o Origin, to Target) (allowed bool, err error)

// Target is where a request was sent to, for functions that allow other origins on another
// host or path. Both come from the request, so compare them exactly. They share no memory
// with it. If the host has more than 260 bytes or the path more than 8 KiB, the function is
// not called, and the origin is denied.
type Target struct {
	// Host is the host in lower case, with the port if the request has one. It is the
	// Host field or, in HTTP/2, :authority. A proxy in front may have changed it. It is
	// empty if the adapter does not know it.
	Host string
	// Path is the decoded path, without the query.
	Path string
}

// Origin is a parsed tuple origin (RFC 6454 section 4). It is valid: each part is as a
// browser would send it. It shares no memory with the request, so it may be kept.
type Origin struct {
	// Scheme is the scheme in lower case, without the colon.
	Scheme string
	// Host is a domain in lower case, an IPv4 address, or an IPv6 address in brackets.
	// For the scheme of an extension or an application, it is their identifier, or empty
	// if they have none, as in file://. A domain may end in a dot, as the page's URL does.
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
