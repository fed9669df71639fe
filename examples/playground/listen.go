package main

import (
	"errors"
	"fmt"
	"net"
	"strconv"
)

// endpoint has the port of one server, and the flag that sets the port.
type endpoint struct {
	name  string
	flag  string
	port  int
	fixed bool // the user has set the port, so no other one will do
}

type endpoints []endpoint

func defaultEndpoints() endpoints {
	return endpoints{
		{name: "the page", flag: "page", port: 3000},
		{name: "the other page", flag: "other", port: 3001},
		{name: "the first API", flag: "api", port: 8000},
		{name: "gin", flag: "gin", port: 8001},
		{name: "echo", flag: "echo", port: 8002},
		{name: "echov5", flag: "echov5", port: 8005},
		{name: "chi", flag: "chi", port: 8003},
		{name: "fiber", flag: "fiber", port: 8004},
		{name: "fiberv3", flag: "fiberv3", port: 8006},
		{name: "net/http", flag: "nethttp", port: 8007},
	}
}

// listeners accept the connections of one server, on both loopback addresses: a browser may
// resolve localhost to either one.
type listeners []net.Listener

func (l listeners) port() int { return l[0].Addr().(*net.TCPAddr).Port }

func (l listeners) close() {
	for _, ln := range l {
		_ = ln.Close() // fails if it is closed already
	}
}

// listen opens the ports of all endpoints, or none. In the place of a default port that is in
// use, it opens a free one. The error lists every other port that is not available, so that
// the user can choose other ports in one attempt.
func listen(endpoints endpoints) ([]listeners, error) {
	var (
		all      = make([]listeners, len(endpoints))
		ipv6     = hasIPv6()
		owner    = make(map[int]string)
		problems []error
	)
	for i, s := range endpoints {
		var err error
		if other, taken := owner[s.port]; taken {
			err = fmt.Errorf("%s has the same port", other)
		} else {
			all[i], err = listenLoopback(s.port, ipv6)
		}
		if err != nil && !s.fixed {
			all[i], err = listenLoopback(0, ipv6)
		}
		if err != nil {
			problems = append(problems, fmt.Errorf("port %d for %s: %w; choose another port with -%s", s.port, s.name, err, s.flag))
		}
		if s.port != 0 {
			owner[s.port] = s.name
		}
	}
	if err := errors.Join(problems...); err != nil {
		for _, l := range all {
			l.close()
		}
		return nil, fmt.Errorf("cannot listen:\n%w", err)
	}
	return all, nil
}

// notes says which default ports were in use.
func (e endpoints) notes(all []listeners) (notes []string) {
	for i, s := range e {
		if port := all[i].port(); s.port != 0 && port != s.port {
			notes = append(notes, fmt.Sprintf("port %d for %s is in use; port %d is in its place", s.port, s.name, port))
		}
	}
	return notes
}

func hasIPv6() bool {
	ln, err := net.Listen("tcp6", "[::1]:0")
	if err != nil {
		return false
	}
	_ = ln.Close()
	return true
}

// listenLoopback opens one port on both loopback addresses. For port 0 it makes several
// attempts, since a free port of one address may be in use on the other.
func listenLoopback(port int, ipv6 bool) (listeners, error) {
	attempts := 1
	if port == 0 {
		attempts = 10
	}
	var err error
	for range attempts {
		var l listeners
		if l, err = listenOnce(port, ipv6); err == nil {
			return l, nil
		}
	}
	return nil, err
}

func listenOnce(port int, ipv6 bool) (listeners, error) {
	ln, err := net.Listen("tcp4", net.JoinHostPort("127.0.0.1", strconv.Itoa(port)))
	if err != nil {
		return nil, err
	}
	l := listeners{ln}
	if !ipv6 {
		return l, nil
	}
	ln, err = net.Listen("tcp6", net.JoinHostPort("::1", strconv.Itoa(l.port())))
	if err != nil {
		l.close()
		return nil, err
	}
	return append(l, ln), nil
}
