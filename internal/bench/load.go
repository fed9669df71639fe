package main

import (
	"fmt"
	"io"
	"net/http"
	"runtime"
	"sync"
	"time"

	"github.com/corsuite/corsuite/core"
	"github.com/corsuite/corsuite/core/nethttp"
)

const many = 100_000

// sampleLoad prints how long many origins take to load, and what they hold
// beyond their strings.
func sampleLoad(w io.Writer) error {
	cfg := listed(many)()
	before := live()
	start := time.Now()
	policy, err := core.NewPolicy(cfg)
	took := time.Since(start)
	if err != nil {
		return err
	}
	fmt.Fprintf(w, "%s 1 %d ns/op %d live-B\n", loadName, took, live()-before)
	runtime.KeepAlive(policy)
	runtime.KeepAlive(cfg)
	return nil
}

// live returns the bytes of everything that is still in use.
func live() int64 {
	runtime.GC()
	var m runtime.MemStats
	runtime.ReadMemStats(&m)
	return int64(m.HeapAlloc)
}

// sampleReload prints how many requests one goroutine answers in a second, and
// how many while another reloads many origins, ten times a second.
func sampleReload(w io.Writer) error {
	cfg := listed(many)()
	policy, err := core.NewPolicy(cfg)
	if err != nil {
		return err
	}
	question := actual(page)
	srv := handlerServer(nethttp.Middleware(policy)(http.NotFoundHandler()), &question)
	var quiet, disturbed []float64
	for range 3 {
		quiet = append(quiet, perSecond(srv))
		stop, reloads := make(chan struct{}), sync.WaitGroup{}
		reloads.Go(func() {
			tick := time.NewTicker(100 * time.Millisecond)
			defer tick.Stop()
			for err == nil {
				select {
				case <-stop:
					return
				case <-tick.C:
					err = policy.Reload(cfg)
				}
			}
		})
		disturbed = append(disturbed, perSecond(srv))
		close(stop)
		reloads.Wait()
	}
	fmt.Fprintf(w, "%s 1 %.0f req/s %.3f x-quiet\n", reloadName, median(disturbed), median(disturbed)/median(quiet))
	return err
}

func perSecond(srv server) float64 {
	const window = 500 * time.Millisecond
	start, n := time.Now(), 0
	for time.Since(start) < window {
		for range 100 {
			srv.serve()
		}
		n += 100
	}
	return float64(n) / time.Since(start).Seconds()
}
