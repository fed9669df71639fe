package corstest

import (
	"bufio"
	"context"
	"errors"
	"fmt"
	"io"
	"net"
	"net/http"
	"net/url"
	"slices"
	"strings"
)

// way is a way to send requests to a server.
type way struct {
	name string
	open func(context.Context, Server) (asker, error)
}

// asker sends raw requests, one after the other, and returns each answer with its body.
type asker interface {
	ask(ctx context.Context, head string) (res *http.Response, body string, err error)
	close() error
}

func ways() []way {
	return []way{{"in process", inProcess}, {"over a socket", overSocket}}
}

// split separates a request line such as "GET /items?page=1" from its field lines.
func split(head string) (method, target string, fields []string) {
	lines := strings.Split(head, "\n")
	method, target, _ = strings.Cut(lines[0], " ")
	return method, target, lines[1:]
}

type processAsker struct{ transport http.RoundTripper }

func inProcess(_ context.Context, s Server) (asker, error) { return processAsker{s.Transport}, nil }

func (a processAsker) close() error { return nil }

// ask builds the request that a server would read from these bytes.
func (a processAsker) ask(ctx context.Context, head string) (*http.Response, string, error) {
	method, target, fields := split(head)
	u, err := url.ParseRequestURI(target)
	if err != nil {
		return nil, "", err
	}
	u.Scheme, u.Host = "http", "api.example"
	req := &http.Request{
		Method: method, URL: u, Host: u.Host,
		Proto: "HTTP/1.1", ProtoMajor: 1, ProtoMinor: 1, Header: make(http.Header), Body: http.NoBody,
	}
	for _, field := range fields {
		name, value, _ := strings.Cut(field, ":")
		req.Header.Add(name, strings.Trim(value, " \t"))
	}
	res, err := a.transport.RoundTrip(req.WithContext(ctx))
	if err != nil {
		return nil, "", err
	}
	return drain(res)
}

// socketAsker sends all requests over one connection. A server may reuse the memory of
// the connection for each request.
type socketAsker struct {
	conn   net.Conn
	answer *bufio.Reader
	stop   func() error
}

func overSocket(ctx context.Context, s Server) (asker, error) {
	addr, stop, err := start(ctx, s)
	if err != nil {
		return nil, err
	}
	return dial(ctx, addr, stop)
}

func dial(ctx context.Context, addr string, stop func() error) (asker, error) {
	conn, err := new(net.Dialer).DialContext(ctx, "tcp", addr)
	if err != nil {
		return nil, errors.Join(err, stop())
	}
	return &socketAsker{conn, bufio.NewReader(conn), stop}, nil
}

// start starts a server on a socket. The caller must call stop.
func start(ctx context.Context, s Server) (addr string, stop func() error, err error) {
	l, err := new(net.ListenConfig).Listen(ctx, "tcp", "127.0.0.1:0")
	if err != nil {
		return "", nil, err
	}
	served := make(chan error, 1)
	go func() { served <- s.Serve(l) }()
	return l.Addr().String(), func() error {
		if err := s.Shutdown(context.Background()); err != nil {
			return err
		}
		return <-served
	}, nil
}

func (a *socketAsker) close() error { return errors.Join(a.conn.Close(), a.stop()) }

func (a *socketAsker) ask(_ context.Context, head string) (*http.Response, string, error) {
	method, target, fields := split(head)
	fields = slices.Concat([]string{fmt.Sprintf("%s %s HTTP/1.1", method, target), "Host: api.example"}, fields, []string{"", ""})
	if _, err := io.WriteString(a.conn, strings.Join(fields, "\r\n")); err != nil {
		return nil, "", err
	}
	res, err := http.ReadResponse(a.answer, &http.Request{Method: method})
	if err != nil {
		return nil, "", err
	}
	return drain(res)
}

// drain reads the whole body, so that the next answer can be read.
func drain(res *http.Response) (*http.Response, string, error) {
	body, err := io.ReadAll(res.Body)
	return res, string(body), errors.Join(err, res.Body.Close())
}
