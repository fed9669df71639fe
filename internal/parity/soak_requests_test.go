package parity

import (
	"bufio"
	"context"
	"fmt"
	"io"
	"math/rand/v2"
	"net"
	"net/http"
	"slices"
	"strings"

	"github.com/corsuite/corsuite/core"
	"github.com/corsuite/corsuite/core/nethttp"
)

// soakHost is the host of ordinary requests.
const soakHost = "api.example"

// soakRequest is a request, and what its answer may be.
type soakRequest struct {
	raw, host, origin string
	overridden        bool // the handler sets Access-Control-Allow-Origin itself
	wanted            bool // the answer must allow the origin
}

func newRequest(line, host, origin string, fields ...string) soakRequest {
	lines := append([]string{line + " HTTP/1.1", "Host: " + host}, fields...)
	if origin != "" {
		lines = append(lines, "Origin: "+origin)
	}
	return soakRequest{
		raw: strings.Join(lines, "\r\n") + "\r\n\r\n", host: host, origin: origin,
		overridden: strings.Contains(line, " /own"),
	}
}

// ordinaryRequest is what a browser sends for a page that every config allows.
func ordinaryRequest() soakRequest {
	origin, path := "https://app.example.com", path()
	if rand.IntN(2) == 0 {
		origin = tenant(rand.IntN(tenants))
	}
	r := newRequest("GET "+path, soakHost, origin, "Cookie: session=1")
	if rand.IntN(2) == 0 {
		r = newRequest("OPTIONS "+path, soakHost, origin, "Access-Control-Request-Method: PUT", "Access-Control-Request-Headers: content-type,x-id")
	}
	r.wanted = true
	return r
}

func path() string { return []string{"/items", "/items", "/own", "/kept"}[rand.IntN(4)] }

// hostileRequest has up to a megabyte in one of its parts.
func hostileRequest() soakRequest {
	n := 1 << rand.IntN(20)
	text := []string{"a", ",", " ,", "a.", "x-id,", "authorization,", "é", "…", "\x00", "\r", "%2e", "/..", "//"}[rand.IntN(13)]
	text = strings.Repeat(text, n/len(text)+1)
	lines := func(field string) []string {
		list := make([]string, min(n, 10_000))
		for i := range list {
			list[i] = field + ": " + text[:min(len(text), 8)]
		}
		return list
	}
	const app, host, method, headers = "https://app.example.com", soakHost, "Access-Control-Request-Method: ", "Access-Control-Request-Headers: "
	evil, get, options := fmt.Sprintf("https://evil-%d.example", rand.IntN(1_000_000)), "GET "+path(), "OPTIONS "+path()
	invented := []string{strings.TrimPrefix(evil, "https://"), text, soakHost + ":" + text, "[" + text, "API.example:443, " + soakHost}[rand.IntN(5)]
	switch rand.IntN(18) {
	case 0:
		return newRequest(get, host, text)
	case 1:
		return newRequest(get, host, "https://"+text+".example.com")
	case 2:
		return newRequest(get, host, evil+"/"+text)
	case 3:
		return newRequest(get, host, "", lines("Origin")...)
	case 4:
		return newRequest(options, host, app, method+text)
	case 5:
		return newRequest(options, host, app, method+"PUT", headers+text)
	case 6:
		return newRequest(options, host, app, append(lines("Access-Control-Request-Headers"), method+"PUT")...)
	case 7:
		return newRequest(options, host, evil, append(lines("Access-Control-Request-Method"), headers+text)...)
	case 8:
		return newRequest("OPTIONS /"+strings.ReplaceAll(text, " ", ""), host, app, method+"PUT")
	case 9:
		return newRequest(get, host, evil, "Cookie: "+text, "Sec-Fetch-Site: "+text)
	case 10:
		return newRequest(options, host, evil, method+"PUT", headers+"content-type")
	case 11:
		return newRequest(get, host, shadowOrigin)
	case 12:
		return newRequest(options, host, shadowOrigin, method+"PUT")
	case 13:
		return newRequest(get, host, "", "Origin: "+app, "Origin: "+evil)
	case 14:
		return newRequest(options, host, "", method+"PUT", "Origin: "+tenant(0), "Origin: "+app)
	case 15:
		return newRequest(get, invented, tenant(rand.IntN(tenants)))
	case 16:
		return newRequest(options, invented, "https://"+invented, method+"PUT")
	default:
		return newRequest(get, host, evil)
	}
}

// soakClient keeps a connection until the server closes it.
type soakClient struct {
	addr    string
	world   *world
	conn    net.Conn
	answers *bufio.Reader
}

func (c *soakClient) close() {
	if c.conn != nil {
		c.conn.Close()
		c.conn = nil
	}
}

// check sends a request and looks at its answer. A server may close the connection instead
// of an answer if it rejects a hostile request.
func (c *soakClient) check(r soakRequest) error {
	if c.conn == nil {
		conn, err := net.Dial("tcp", c.addr)
		if err != nil {
			return err
		}
		c.conn, c.answers = conn, bufio.NewReader(conn)
	}
	before := c.world.switched.Load()
	_, err := io.WriteString(c.conn, r.raw)
	if err != nil && r.wanted {
		return err
	}
	res, err := http.ReadResponse(c.answers, nil)
	if err != nil {
		c.close()
		if r.wanted {
			return err
		}
		return nil
	}
	defer res.Body.Close()
	if _, err := io.Copy(io.Discard, res.Body); err != nil || res.Close {
		c.close()
	}
	on := before%2 == 0 && before == c.world.switched.Load()
	if wrong := c.world.wrong(r, res, on); wrong != "" {
		return fmt.Errorf("%.300q is answered with %s: %s: %v", r.raw, res.Status, wrong, res.Header)
	}
	return nil
}

// wrong says what is wrong with an answer. If on is false, the policy was off meanwhile.
func (w *world) wrong(r soakRequest, res *http.Response, on bool) string {
	origins, credentials, vary := res.Header["Access-Control-Allow-Origin"], res.Header["Access-Control-Allow-Credentials"], strings.Join(res.Header["Vary"], ", ")
	overridden := r.overridden && slices.Equal(origins, []string{ownOrigin})
	switch {
	case res.StatusCode >= 500:
		return "a server error"
	case len(origins) > 1, len(origins) == 1 && !overridden && (origins[0] != r.origin || !w.mayAllow(r)):
		return "an origin is allowed"
	case len(origins) == 0 && len(credentials) != 0, len(origins) == 1 && !overridden && !slices.Equal(credentials, []string{"true"}):
		return "the credentials do not follow the origin"
	case !on:
		return ""
	case r.wanted && len(origins) == 0:
		return "the origin is denied"
	case r.wanted && !overridden && r.overridden && strings.HasPrefix(r.raw, "GET"):
		return "the handler was not called"
	case !byPolicy(res.StatusCode):
		return ""
	case strings.Contains(r.raw, "\r\nOrigin:") && !strings.Contains(vary, "Origin"):
		return "Vary lacks Origin"
	case r.wanted && strings.HasPrefix(r.raw, "OPTIONS") && !strings.Contains(vary, "Access-Control-Request-Method"):
		return "Vary lacks Access-Control-Request-Method"
	}
	return ""
}

// byPolicy reports whether the policy has taken part in an answer. Other statuses are also
// those of servers that reject a request, and of routers that redirect.
func byPolicy(status int) bool {
	return status == http.StatusOK || status == http.StatusNoContent || status == http.StatusForbidden
}

// explain asks Explain and CheckOrigin about a request.
func (w *world) explain(r soakRequest) error {
	read, err := http.ReadRequest(bufio.NewReader(strings.NewReader(r.raw)))
	if err != nil {
		return nil //nolint:nilerr // a server rejects it, too
	}
	req := core.Request{
		Method: read.Method, Origin: read.Header["Origin"],
		RequestMethod: read.Header["Access-Control-Request-Method"], RequestHeaders: read.Header["Access-Control-Request-Headers"],
	}
	verdict := w.policy.Explain(context.Background(), &req, soakDetails{read})
	raise(&w.verdict, int64(len(verdict.String())))
	trusted := nethttp.CheckOrigin(w.policy)(read)
	own := r.origin == "https://"+read.Host
	switch {
	case len(req.Origin) != 0 && verdict.Allowed() && !w.mayAllow(r), len(req.Origin) != 0 && trusted && !own && !w.mayAllow(r):
		return fmt.Errorf("%.300q is allowed: %v, and trusted: %v", r.raw, verdict, trusted)
	case r.wanted && (!trusted || !verdict.Allowed()):
		return fmt.Errorf("%.300q is denied: %v, and trusted: %v", r.raw, verdict, trusted)
	}
	return nil
}

type soakDetails struct{ r *http.Request }

func (d soakDetails) Field(name string) string { return d.r.Header.Get(name) }
func (d soakDetails) Host() string             { return d.r.Host }
func (d soakDetails) Path() string             { return d.r.URL.Path }
