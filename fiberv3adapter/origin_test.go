package fiberv3adapter_test

import (
	"context"
	"io"
	"net"
	"net/http"
	"strings"
	"testing"

	"github.com/corsuite/corsuite/core"
	"github.com/corsuite/corsuite/core/corstest"
	"github.com/corsuite/corsuite/fiberv3adapter"
	"github.com/gofiber/fiber/v3"
	"github.com/gofiber/fiber/v3/middleware/proxy"
)

// TestCheckOrigin shows the decision for WebSockets, which is that of core.
func TestCheckOrigin(t *testing.T) {
	check := fiberv3adapter.CheckOrigin(corstest.Policy(t))
	app := newApp(fiber.Config{})
	app.Get("/socket", func(c fiber.Ctx) error {
		if !check(c) {
			return fiber.ErrForbidden
		}
		return nil
	})
	conn := dial(t, open(t, app))
	for origin, want := range map[string]int{page: 200, stranger: 403, "null": 403, "http://api": 200} {
		res := conn.send(t, "GET /socket HTTP/1.1\r\nHost: api\r\nOrigin: "+origin+"\r\n\r\n")
		io.Copy(io.Discard, res.Body)
		if res.StatusCode != want {
			t.Errorf("%q: status %d, want %d", origin, res.StatusCode, want)
		}
	}
	if res := conn.send(t, "GET /socket HTTP/1.1\r\nHost: api\r\n\r\n"); res.StatusCode != http.StatusOK {
		t.Errorf("no Origin: status %d", res.StatusCode)
	}
	defer func() {
		if p := recover(); p != "fiberv3adapter: CheckOrigin needs a policy" {
			t.Errorf("without a policy: %v", p)
		}
	}()
	fiberv3adapter.CheckOrigin(nil)
}

// TestTarget shows the host and the path that an origin function receives. X-Forwarded-Host
// has no effect, since any client can send it.
func TestTarget(t *testing.T) {
	targets := make(chan core.Target, 1)
	app := newApp(fiber.Config{}, fiberv3adapter.New(core.Config{}, core.WithOriginFunc(func(_ context.Context, _ core.Origin, to core.Target) (bool, error) {
		targets <- to
		return false, nil
	})), text("posts"))
	conn := dial(t, open(t, app))
	conn.send(t, "GET /posts%20of/me?page=2 HTTP/1.1\r\nHost: Tenant.example:8080\r\nX-Forwarded-Host: other.example\r\nOrigin: "+page+"\r\n\r\n")
	if got, want := <-targets, (core.Target{Host: "tenant.example:8080", Path: "/posts of/me"}); got != want {
		t.Errorf("got %+v, want %+v", got, want)
	}
}

// TestKeepCORSRemovesHiddenHeaders shows headers that a browser reads, but that fasthttp does
// not recognise as CORS headers. An upstream may send them, and a handler may write them.
func TestKeepCORSRemovesHiddenHeaders(t *testing.T) {
	for name, field := range map[string][2]string{
		"a blank before the colon": {"Access-Control-Allow-Origin ", "*"},
		"a tab before the colon":   {"Access-Control-Allow-Origin\t", "*"},
		"lower case and a blank":   {"access-control-allow-origin ", "*"},
		"a CR inside a value":      {"X-A", "b\rAccess-Control-Allow-Origin: *"},
	} {
		url := rawUpstream(t, field[0]+": "+field[1]+"\r\n")
		for kind, handler := range map[string]fiber.Handler{
			"proxy": proxy.Forward(url),
			"handler": func(c fiber.Ctx) error {
				c.Response().Header.SetCanonical([]byte(field[0]), []byte(field[1]))
				return c.SendString("ok")
			},
		} {
			conn := dial(t, open(t, newApp(fiber.Config{}, cors(t), fiberv3adapter.KeepCORS, handler)))
			io.WriteString(conn, "GET / HTTP/1.1\r\nHost: api\r\nOrigin: "+stranger+"\r\nConnection: close\r\n\r\n")
			answer, err := io.ReadAll(conn.answers)
			if err != nil {
				t.Fatal(err)
			}
			head, body, _ := strings.Cut(strings.ReplaceAll(string(answer), "\r", "\n"), "\n\n\n\n")
			if strings.Contains(strings.ToLower(head), "\naccess-control-allow-origin") || kind == "handler" && body != "ok" {
				t.Errorf("%s, %s: the page gets\n%q", name, kind, answer)
			}
		}
	}
}

// rawUpstream starts a server whose answers have the lines of head.
func rawUpstream(t *testing.T, head string) (url string) {
	t.Helper()
	upstream, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { upstream.Close() })
	go func() {
		for {
			c, err := upstream.Accept()
			if err != nil {
				return
			}
			c.Read(make([]byte, 4096))
			io.WriteString(c, "HTTP/1.1 200 OK\r\n"+head+"Content-Length: 2\r\nConnection: close\r\n\r\nok")
			c.Close()
		}
	}()
	return "http://" + upstream.Addr().String()
}
