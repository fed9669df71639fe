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

// grace is the time limit for running requests at the end. It is short, since browsers also
// open connections that they do not use.
const grace = time.Second

// playground has the running servers of the page and the routers.
type playground struct {
	page   string // the origin of the page
	apis   []api
	failed chan error // from servers that ended with an error

	listeners []listeners
	servers   []server
	running   sync.WaitGroup
}

// api describes one of the routers for the page.
type api struct {
	Name string `json:"name"`
	URL  string `json:"url"`
	Use  string `json:"use"` // the code that registers the policy
}

// start starts the servers for the endpoints, which are in the order of function endpoints.
func start(endpoints []endpoint) (*playground, error) {
	all, err := listen(endpoints)
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
					p.failed <- fmt.Errorf("%s: %w", endpoints[i].name, err)
				}
			})
		}
	}
	return p, nil
}

// build makes the servers. Their URLs depend on the ports of the listeners.
func build(all []listeners) (*playground, error) {
	url := func(i int) string { return origin("localhost", all[i].port()) }
	p := &playground{
		page: url(0),
		apis: []api{
			{"gin", url(1), "r.Use(ginadapter.Middleware(policy))"},
			{"echo", url(2), "e.Use(echoadapter.Middleware(policy))"},
			{"echov5", url(3), "e.Use(echov5adapter.Middleware(policy))"},
			{"chi", url(4), "r.Use(chiadapter.Middleware(policy))"},
			{"fiber", url(5), "app.Use(fiberadapter.Middleware(policy))"},
			{"fiberv3", url(6), "app.Use(fiberv3adapter.Middleware(policy))"},
			{"net/http", url(7), "handler := nethttp.Middleware(policy)(mux)"},
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
		httpServer(rec.http(newEchov5(policy))),
		httpServer(rec.http(newChi(policy))),
		fasthttpServer(rec.fasthttp(newFiber(policy).Handler())),
		fasthttpServer(rec.fasthttp(newFiberv3(policy).Handler())),
		httpServer(rec.http(newNetHTTP(policy))),
	}
	return p, nil
}

// origin returns an origin as browsers write it, without the default port.
func origin(host string, port int) string {
	if port == 80 {
		return "http://" + host
	}
	return "http://" + net.JoinHostPort(host, strconv.Itoa(port))
}

// close shuts down all servers, and returns when all have ended.
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
		l.close() // needed if a server was not yet serving
	}
	p.running.Wait()
	return errors.Join(errs...)
}
