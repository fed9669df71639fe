//go:build linux

package main

import (
	"context"
	"encoding/json"
	"flag"
	"fmt"
	"io"
	"maps"
	"net/http"
	"os"
	"os/exec"
	"strings"
	"syscall"
	"testing"
	"time"
)

// TestMain runs the program itself in the processes that a test starts as instances.
func TestMain(m *testing.M) {
	if os.Getenv("TENANTS_INSTANCE") != "" {
		main()
		return
	}
	flag.String("page", "", "for TestFleet/figures: the page to write the table into")
	flag.Duration("down", 3*time.Second, "for TestFleet: how long the database is down")
	os.Exit(m.Run())
}

// instance is a process of the program.
type instance struct {
	env     environment
	client  *http.Client
	process *process
	log     *journal
	url     string
}

// newFleet starts n instances at the same time, each with a proxy to the database.
func newFleet(tb testing.TB, d *database, n int, env environment) (fleet []*instance, proxies []*proxy) {
	tb.Helper()
	for i := range n {
		p := newProxy(tb, "127.0.0.1:"+d.server.port)
		url := fmt.Sprintf("%s&application_name=instance%d", d.server.url(d.name, p.port), i)
		each := &instance{env: environment{"DATABASE_URL": url, "TENANTS_INSTANCE": "1", "ADMIN_TOKEN": token, "ADDR": "127.0.0.1:0"}}
		maps.Copy(each.env, env)
		transport := &http.Transport{MaxIdleConnsPerHost: 1000}
		tb.Cleanup(transport.CloseIdleConnections)
		each.client = &http.Client{Transport: transport, Timeout: 30 * time.Second}
		each.launch(tb)
		fleet, proxies = append(fleet, each), append(proxies, p)
	}
	for _, i := range fleet {
		i.arrive(tb)
	}
	for _, i := range fleet {
		eventually(tb, "changes reach each instance", func() bool { return i.status(tb).Following })
		if strings.Contains(i.log.String(), "ERROR") {
			tb.Errorf("an instance that starts beside others has an error:\n%s", i.log)
		}
	}
	return fleet, proxies
}

// launch starts the process, which ends with the test.
func (i *instance) launch(tb testing.TB) {
	tb.Helper()
	i.log = &journal{addr: make(chan string, 1)}
	cmd := exec.CommandContext(context.WithoutCancel(tb.Context()), os.Args[0])
	cmd.Stdout, cmd.Stderr = i.log, i.log
	for name, value := range i.env {
		cmd.Env = append(cmd.Env, name+"="+value)
	}
	i.process = begin(tb, cmd)
	process, log := i.process, i.log
	tb.Cleanup(func() {
		_ = process.Process.Kill() // it may have ended
		if tb.Failed() {
			tb.Logf("the log of an instance:\n%s", log)
		}
		if strings.Contains(log.String(), "DATA RACE") {
			tb.Errorf("an instance has a data race:\n%s", log)
		}
	})
}

// arrive waits until the process serves.
func (i *instance) arrive(tb testing.TB) {
	tb.Helper()
	select {
	case addr := <-i.log.addr:
		i.url = "http://" + addr
	case err := <-i.process.ended:
		tb.Fatalf("an instance ended: %v: %s", err, i.log)
	case <-time.After(time.Minute):
		tb.Fatalf("an instance does not serve: %s", i.log)
	}
}

// kill ends the process without a warning.
func (i *instance) kill(tb testing.TB) {
	tb.Helper()
	i.process.end(tb, syscall.SIGKILL)
	i.client.CloseIdleConnections()
}

// start starts the process and waits until it serves.
func (i *instance) start(tb testing.TB) {
	tb.Helper()
	i.launch(tb)
	i.arrive(tb)
}

// do sends a request, and returns the answer and its body.
func (i *instance) do(tb testing.TB, method, path, body string, headers ...string) (*http.Response, string) {
	tb.Helper()
	r, err := http.NewRequestWithContext(tb.Context(), method, i.url+path, strings.NewReader(body))
	if err != nil {
		tb.Fatal(err)
	}
	for h := 0; h < len(headers); h += 2 {
		r.Header.Set(headers[h], headers[h+1])
	}
	resp, err := i.client.Do(r)
	if err != nil {
		tb.Error(err)
		return new(http.Response), ""
	}
	defer resp.Body.Close()
	text, err := io.ReadAll(resp.Body)
	if err != nil {
		tb.Error(err)
	}
	return resp, string(text)
}

// allows reports whether a page of the origin may read an answer.
func (i *instance) allows(tb testing.TB, origin string) bool {
	tb.Helper()
	resp, _ := i.do(tb, "GET", "/products", "", "Origin", origin)
	return resp.Header.Get("Access-Control-Allow-Origin") == origin
}

// becomes asks until the instance allows or denies the origin.
func (i *instance) becomes(tb testing.TB, origin string, allowed bool) {
	tb.Helper()
	for deadline := time.Now().Add(time.Minute); i.allows(tb, origin) != allowed; {
		if time.Now().After(deadline) {
			tb.Errorf("an instance still allows %s: %v", origin, !allowed)
			return
		}
	}
}

// methods returns the methods that a preflight of the origin allows.
func (i *instance) methods(tb testing.TB, origin string) string {
	tb.Helper()
	resp, _ := i.do(tb, "OPTIONS", "/orders/1", "", "Origin", origin, "Access-Control-Request-Method", "PUT")
	return resp.Header.Get("Access-Control-Allow-Methods")
}

// set sets the origins of a tenant, and returns the status of the answer.
func (i *instance) set(tb testing.TB, tenant string, origins ...string) int {
	tb.Helper()
	body, err := json.Marshal(map[string][]string{"origins": origins})
	if err != nil {
		tb.Fatal(err)
	}
	resp, _ := i.do(tb, "PUT", "/tenants/"+tenant, string(body), "Authorization", "Bearer "+token)
	return resp.StatusCode
}

func (i *instance) status(tb testing.TB) (s status) {
	tb.Helper()
	_, text := i.do(tb, "GET", "/status", "", "Authorization", "Bearer "+token)
	if err := json.Unmarshal([]byte(text), &s); err != nil {
		tb.Fatalf("status %q: %v", text, err)
	}
	return s
}

// eventually waits until a condition is true.
func eventually(tb testing.TB, what string, condition func() bool) {
	tb.Helper()
	deadline := time.Now().Add(time.Minute)
	for tick := time.Tick(10 * time.Millisecond); !condition(); <-tick {
		if time.Now().After(deadline) {
			tb.Fatal("still waiting: " + what)
		}
	}
}

// journal collects what a process prints, and sends the address that it listens on.
type journal struct {
	logText
	addr chan string
}

func (j *journal) Write(p []byte) (int, error) {
	if _, after, ok := strings.Cut(string(p), "listening addr="); ok {
		addr, _, _ := strings.Cut(after, "\n")
		j.addr <- addr
	}
	return j.logText.Write(p)
}
