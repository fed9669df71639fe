package main

import (
	"bufio"
	"io"
	"net"
	"net/http"
	"net/http/httptest"
	"os"
	"strconv"
	"strings"
	"testing"
)

// listening serves a rival until the test ends, and returns its addresses.
func listening(t *testing.T, router, rival string) (at []string) {
	t.Helper()
	in, stop := io.Pipe()
	lines, out := io.Pipe()
	ended := make(chan error, 1)
	go func() {
		err := listen(in, out, router, rival)
		out.CloseWithError(err)
		ended <- err
	}()
	t.Cleanup(func() {
		stop.Close()
		if err := <-ended; err != nil {
			t.Error(err)
		}
	})
	printed := bufio.NewScanner(lines)
	for range visits() {
		if !printed.Scan() {
			t.Fatalf("%d addresses: %v", len(at), printed.Err())
		}
		at = append(at, printed.Text())
	}
	return at
}

func dial(t *testing.T, address string) (net.Conn, *bufio.Reader) {
	t.Helper()
	conn, err := net.Dial("tcp", address)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { conn.Close() })
	return conn, bufio.NewReader(conn)
}

// TestServersAnswer holds the servers to what wrk cannot see: that they are about
// CORS, or not.
func TestServersAnswer(t *testing.T) {
	for _, c := range contests() {
		for _, rival := range c.visited() {
			t.Run(c.router+"/"+rival, func(t *testing.T) {
				at := listening(t, c.router, rival)
				for i, v := range visits() {
					conn, answers := dial(t, at[i])
					io.WriteString(conn, head(v.method, v.fields))
					resp, err := http.ReadResponse(answers, nil)
					if err != nil {
						t.Fatal(v.name, err)
					}
					checkAnswer(t, &v, resp, rival != without)
				}
				if rival == without {
					return
				}
				conn, answers := dial(t, at[visitBeside])
				for range 2 {
					if err := exchange(conn, answers, worst()); err != nil {
						t.Error(err)
					}
				}
			})
		}
	}
}

func checkAnswer(t *testing.T, v *visit, resp *http.Response, cors bool) {
	t.Helper()
	got, err := io.ReadAll(resp.Body)
	if err != nil {
		t.Fatal(err)
	}
	wantBody, wantOrigin, wantMethod := body, "", ""
	if cors {
		wantOrigin = page
	}
	if v.preflight() {
		wantBody = ""
		if cors {
			wantMethod = v.asks
		}
	} else if resp.StatusCode != http.StatusOK || resp.Header.Get("Content-Type") != mediaType {
		t.Errorf("%s: %s, %s", v.name, resp.Status, resp.Header.Get("Content-Type"))
	}
	methods := resp.Header.Get(allowMethods)
	if resp.StatusCode >= 300 || string(got) != wantBody || resp.Header.Get(allowOrigin) != wantOrigin ||
		!strings.Contains(methods, wantMethod) || wantMethod == "" && methods != "" {
		t.Errorf("%s: %s %v\n%s", v.name, resp.Status, resp.Header, got)
	}
}

func TestAttack(t *testing.T) {
	for status, counts := range map[int]bool{204: true, 403: true, 400: false, 431: false} {
		t.Run(strconv.Itoa(status), func(t *testing.T) {
			stop, n := make(chan struct{}), 0
			srv := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
				if len(r.Header.Get(requestHeaders)) != 1<<20 {
					t.Errorf("%d bytes of names", len(r.Header.Get(requestHeaders)))
				}
				w.WriteHeader(status)
				if n++; n == 3 {
					close(stop)
				}
			}))
			defer srv.Close()
			rate, err := attack(srv.Listener.Addr().String(), worst(), stop)
			if got := rate != 0 && err == nil && n == 3; got != counts {
				t.Errorf("%d requests, %.3f a second, %v", n, rate, err)
			}
		})
	}
}

func TestClientScript(t *testing.T) {
	for _, pause := range []bool{false, true} {
		c, err := newClient(t.TempDir(), &visits()[visitPreflight], connections, pause)
		if err != nil {
			t.Fatal(err)
		}
		script, err := os.ReadFile(c.script)
		if err != nil {
			t.Fatal(err)
		}
		for _, line := range []string{
			`wrk.method = "OPTIONS"`,
			`wrk.headers["Origin"] = "https://app.example.com"`,
			`wrk.headers["Access-Control-Request-Method"] = "PUT"`,
			`wrk.headers["Access-Control-Request-Headers"] = "authorization,content-type"`,
		} {
			if !strings.Contains(string(script), line+"\n") {
				t.Errorf("no %s in\n%s", line, script)
			}
		}
		if strings.Contains(string(script), "delay") != pause {
			t.Errorf("pause %v:\n%s", pause, script)
		}
	}
}
