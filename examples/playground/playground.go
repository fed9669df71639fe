package main

import (
	"context"
	"errors"
	"fmt"
	"net"
	"strconv"
	"sync"
	"time"

	"github.com/corsuite/corsuite/core"
)

// grace is what requests under way get at the end. Browsers open connections
// that they may never use, and those are not waited for.
const grace = time.Second

// playground is the page and the four routers, running.
type playground struct {
	page   string // the origin of the page
	apis   []api
	failed chan error // of a server that ended by itself

	listeners []listeners
	servers   []server
	running   sync.WaitGroup
}

// api is one of the four routers, as the page knows it.
type api struct {
	Name string `json:"name"`
	URL  string `json:"url"`
	Use  string `json:"use"` // how a program gives it the policy
}

// start serves the seats: the page, gin, echo, chi and fiber.
func start(seats []seat) (*playground, error) {
	all, err := listen(seats)
	if err != nil {
		return nil, err
	}
	p, err := build(all)
	if err != nil {
		for _, l := range all {
			l.close()
		}
		return nil, err
	}
	for i, s := range p.servers {
		for _, ln := range all[i] {
			p.running.Go(func() {
				if err := s.serve(ln); err != nil {
					p.failed <- fmt.Errorf("%s: %w", seats[i].name, err)
				}
			})
		}
	}
	return p, nil
}

// build makes the servers for the listeners, which say where the page and the
// routers will be.
func build(all []listeners) (*playground, error) {
	url := func(i int) string { return origin("localhost", all[i].port()) }
	p := &playground{
		page: url(0),
		apis: []api{
			{"gin", url(1), "r.Use(ginadapter.Middleware(policy))"},
			{"echo", url(2), "e.Use(echoadapter.Middleware(policy))"},
			{"chi", url(3), "r.Use(chiadapter.Middleware(policy))"},
			{"fiber", url(4), "app.Use(fiberadapter.Middleware(policy))"},
		},
		failed:    make(chan error, 2*len(all)), // one for every listener
		listeners: all,
	}
	cfg := config(p.page)
	policy, err := core.NewPolicy(cfg)
	if err != nil {
		return nil, fmt.Errorf("policy: %w", err)
	}
	rec := newRecorder()
	page, err := newPage(p, cfg, policy, rec)
	if err != nil {
		return nil, fmt.Errorf("page: %w", err)
	}
	p.servers = []server{
		httpServer(page),
		httpServer(rec.http(newGin(policy))),
		httpServer(rec.http(newEcho(policy))),
		httpServer(rec.http(newChi(policy))),
		fasthttpServer(rec.fasthttp(newFiber(policy).Handler())),
	}
	return p, nil
}

// origin is spelled as browsers do, without the default port.
func origin(host string, port int) string {
	if port == 80 {
		return "http://" + host
	}
	return "http://" + net.JoinHostPort(host, strconv.Itoa(port))
}

// close ends every server and returns when none of them runs any more.
func (p *playground) close() error {
	ctx, cancel := context.WithTimeout(context.Background(), grace)
	defer cancel()
	errs := make([]error, len(p.servers))
	var ending sync.WaitGroup
	for i, s := range p.servers {
		ending.Go(func() { errs[i] = s.shutdown(ctx) })
	}
	ending.Wait()
	for _, l := range p.listeners {
		l.close() // a server that was not serving yet has not closed them
	}
	p.running.Wait()
	return errors.Join(errs...)
}
