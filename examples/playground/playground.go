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

// playground has the running servers of the pages and the routers.
type playground struct {
	page   string // the origin of the page
	other  string // the origin of the same server on another port
	apis   []api
	policy *core.Policy // of all routers
	rec    *recorder
	models models
	story  story
	notes  []string
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

// start starts the servers for the endpoints, which are in the order of defaultEndpoints. The
// options are those of the policy.
func start(endpoints endpoints, opts ...core.Option) (*playground, error) {
	all, err := listen(endpoints)
	if err != nil {
		return nil, err
	}
	p, err := build(all, opts)
	if err != nil {
		for _, l := range all {
			l.close()
		}
		return nil, err
	}
	p.notes = endpoints.notes(all)
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
func build(all []listeners, opts []core.Option) (*playground, error) {
	url := func(i int) string { return origin("localhost", all[i].port()) }
	p := &playground{
		page:  url(0),
		other: url(1),
		apis: []api{
			{"gin", url(3), "r.Use(ginadapter.Middleware(policy))"},
			{"echo", url(4), "e.Use(echoadapter.Middleware(policy))"},
			{"echov5", url(5), "e.Use(echov5adapter.Middleware(policy))"},
			{"chi", url(6), "r.Use(chiadapter.Middleware(policy))"},
			{"fiber", url(7), "app.Use(fiberadapter.Middleware(policy))"},
			{"fiberv3", url(8), "app.Use(fiberv3adapter.Middleware(policy))"},
			{"net/http", url(9), "handler := nethttp.Middleware(policy)(mux)"},
		},
		rec:       newRecorder(),
		failed:    make(chan error, 2*len(all)), // one for every listener
		listeners: all,
	}
	var err error
	if p.policy, err = core.NewPolicy(defaultConfig(p.page), opts...); err != nil {
		return nil, fmt.Errorf("policy: %w", err)
	}
	if p.models, err = newModels(); err != nil {
		return nil, err
	}
	if p.story, err = newStory(url(2), p.page); err != nil {
		return nil, fmt.Errorf("policy of the first API: %w", err)
	}
	page, err := p.pages()
	if err != nil {
		return nil, fmt.Errorf("page: %w", err)
	}
	p.servers = []server{
		httpServer(page),
		httpServer(page),
		httpServer(p.story.handler),
		httpServer(p.rec.http(newGin(p.policy))),
		httpServer(p.rec.http(newEcho(p.policy))),
		httpServer(p.rec.http(newEchov5(p.policy))),
		httpServer(p.rec.http(newChi(p.policy))),
		fasthttpServer(p.rec.fasthttp(newFiber(p.policy).Handler())),
		fasthttpServer(p.rec.fasthttp(newFiberv3(p.policy).Handler())),
		httpServer(p.rec.http(newNetHTTP(p.policy))),
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
