//go:build linux

package main

import (
	"net"
	"sync"
	"sync/atomic"
	"testing"
)

// proxy is the network between an instance and the database. While it is cut, it drops what
// is sent, and closes nothing. A connection that has lost bytes remains silent for ever, as
// behind a firewall that has forgotten it.
type proxy struct {
	port   string
	target string
	cut    atomic.Bool
	opened atomic.Int64 // connections

	mu    sync.Mutex
	conns []net.Conn
}

func newProxy(tb testing.TB, target string) *proxy {
	tb.Helper()
	var lc net.ListenConfig
	ln, err := lc.Listen(tb.Context(), "tcp", "127.0.0.1:0")
	if err != nil {
		tb.Fatal(err)
	}
	p := &proxy{target: target}
	_, p.port, _ = net.SplitHostPort(ln.Addr().String())
	var serving sync.WaitGroup
	serving.Go(func() {
		for {
			client, err := ln.Accept()
			if err != nil {
				return
			}
			p.opened.Add(1)
			p.keep(client)
			serving.Go(func() { p.connect(client, &serving) })
		}
	})
	tb.Cleanup(func() {
		ln.Close()
		p.mu.Lock()
		for _, conn := range p.conns {
			conn.Close()
		}
		p.mu.Unlock()
		serving.Wait()
	})
	return p
}

func (p *proxy) keep(conn net.Conn) {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.conns = append(p.conns, conn)
}

// connect forwards between a client and the target.
func (p *proxy) connect(client net.Conn, serving *sync.WaitGroup) {
	lost := new(atomic.Bool)
	server, err := new(net.Dialer).Dial("tcp", p.target)
	if err != nil {
		client.Close()
		return
	}
	p.keep(server)
	serving.Go(func() { p.forward(client, server, lost) })
	p.forward(server, client, lost)
}

// forward copies until one side closes. The end of a connection is dropped, too.
func (p *proxy) forward(to, from net.Conn, lost *atomic.Bool) {
	buffer := make([]byte, 32<<10)
	for {
		n, err := from.Read(buffer)
		if p.cut.Load() {
			lost.Store(true)
		}
		if !lost.Load() {
			to.Write(buffer[:n])
		}
		if err != nil {
			break
		}
	}
	from.Close()
	if !lost.Load() {
		to.Close()
	}
}
