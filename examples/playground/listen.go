package main

import (
	"errors"
	"fmt"
	"net"
	"strconv"
)

// seat is the place of one server: who listens, where, and the flag that moves
// it elsewhere.
type seat struct {
	name string
	flag string
	port int
}

// listeners accept the connections of one seat. A browser may take localhost
// for either address.
type listeners []net.Listener

func (l listeners) port() int { return l[0].Addr().(*net.TCPAddr).Port }

func (l listeners) close() {
	for _, ln := range l {
		_ = ln.Close() // it may be closed already
	}
}

// listen takes the ports of all seats or none. The error names every port that
// cannot be had, so that one attempt is enough to choose others.
func listen(seats []seat) ([]listeners, error) {
	var (
		all      = make([]listeners, len(seats))
		ipv6     = hasIPv6()
		owner    = make(map[int]string)
		problems []error
	)
	for i, s := range seats {
		var err error
		if other, taken := owner[s.port]; taken {
			err = fmt.Errorf("%s has it already", other)
		} else {
			all[i], err = listenLoopback(s.port, ipv6)
		}
		if err != nil {
			problems = append(problems, fmt.Errorf("port %d for %s: %w; choose another with -%s", s.port, s.name, err, s.flag))
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

func hasIPv6() bool {
	ln, err := net.Listen("tcp6", "[::1]:0")
	if err != nil {
		return false
	}
	_ = ln.Close()
	return true
}

// listenLoopback takes one port on both loopback addresses. A free port of the
// one may be taken on the other, so port 0 gets several attempts.
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
