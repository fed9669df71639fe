package main

import (
	"errors"
	"fmt"
	"io"
	"math/rand/v2"
	"os"
	"sync"
	"time"
)

const (
	socketRounds = 11
	socketSlice  = 400 * time.Millisecond
	tailRounds   = 7
	tailSlice    = 600 * time.Millisecond
	connections  = 16
)

// The names of what is measured over sockets.
const (
	socketsName = "BenchmarkSockets"
	tailName    = "BenchmarkTail"
)

// sockets prints samples of the requests that servers answer in a second, and of
// how long their clients wait while another one is hostile.
func sockets(w io.Writer) (err error) {
	version, err := wrkVersion()
	if err != nil {
		return err
	}
	dir, err := os.MkdirTemp("", "bench-*")
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, os.RemoveAll(dir)) }()
	var clients []*client
	for i, v := range visits() {
		c, err := newClient(dir, &v, connections, i == visitBeside)
		if err != nil {
			return err
		}
		clients = append(clients, c)
	}
	about(w)
	fmt.Fprintf(w, "wrk: %s\n", version)
	for _, c := range contests() {
		fmt.Fprintln(os.Stderr, c.router)
		if err := c.visit(w, clients); err != nil {
			return fmt.Errorf("%s: %w", c.router, err)
		}
	}
	return nil
}

// visited are the rivals that are measured over sockets. The one without CORS is
// the first.
func (c *contest) visited() []string { return []string{without, hand, c.own, corsuite} }

// visit brings up the servers of a router, and asks one after the other.
func (c *contest) visit(w io.Writer, clients []*client) (err error) {
	var peers []*peer
	defer func() {
		for _, p := range peers {
			err = errors.Join(err, p.stop())
		}
	}()
	for _, rival := range c.visited() {
		p, err := start(c.router, rival)
		if err != nil {
			return err
		}
		peers = append(peers, p)
	}
	for range socketRounds {
		for _, i := range rand.Perm(visitBeside) {
			if err := c.rates(w, peers, clients[i], i); err != nil {
				return err
			}
		}
	}
	for range tailRounds {
		for _, i := range rand.Perm(2 * (len(peers) - 1)) {
			if err := c.tail(w, peers[1+i/2], clients[visitBeside], i%2 == 1); err != nil {
				return err
			}
		}
	}
	return nil
}

// rates prints one round of a visit. The ratios are taken within it.
func (c *contest) rates(w io.Writer, peers []*peer, from *client, visit int) error {
	rates, busy := make([]float64, len(peers)), make([]float64, len(peers))
	for _, i := range rand.Perm(len(peers)) {
		before := peers[i].busy()
		seen, err := from.send(peers[i].at[visit], socketSlice)
		if err != nil {
			return fmt.Errorf("%s: %w", peers[i].rival, err)
		}
		rates[i], busy[i] = seen.rate, float64(peers[i].busy()-before)/seen.requests
	}
	for i, p := range peers {
		fmt.Fprintf(w, "%s 1 %.0f req/s %.4f x-req/s", socketName(socketsName, c.router, p.rival, visits()[visit].name), rates[i], rates[i]/rates[0])
		if busy[0] != 0 {
			fmt.Fprintf(w, " %.0f busy-ns %.4f x-busy", busy[i], busy[i]/busy[0])
		}
		fmt.Fprintln(w)
	}
	return nil
}

// How a client is measured that is not alone.
const (
	quietly = "in quiet"
	besides = "beside a hostile one"
)

// tail prints how long a client waits, in quiet or beside a hostile one.
func (c *contest) tail(w io.Writer, p *peer, from *client, beside bool) error {
	address := p.at[visitBeside]
	if !beside {
		seen, err := from.send(address, tailSlice)
		if err != nil {
			return fmt.Errorf("%s: %w", p.rival, err)
		}
		report(w, socketName(tailName, c.router, p.rival, quietly), seen)
		fmt.Fprintln(w)
		return nil
	}
	stop := make(chan struct{})
	var attacking sync.WaitGroup
	var rate float64
	var failed error
	attacking.Go(func() { rate, failed = attack(address, worst(), stop) })
	seen, err := from.send(address, tailSlice)
	close(stop)
	attacking.Wait()
	if err := errors.Join(err, failed); err != nil {
		return fmt.Errorf("%s: %w", p.rival, err)
	}
	report(w, socketName(tailName, c.router, p.rival, besides), seen)
	fmt.Fprintf(w, " %.1f hostile/s\n", rate)
	return nil
}

func report(w io.Writer, name string, seen traffic) {
	fmt.Fprintf(w, "%s 1 %d p50-ns %d p99-ns", name, seen.p50, seen.p99)
}

func socketName(name, router, rival, last string) string {
	return name + "/" + plain(router) + "/" + plain(rival) + "/" + plain(last)
}
