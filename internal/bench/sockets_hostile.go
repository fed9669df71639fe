package main

import (
	"bufio"
	"errors"
	"fmt"
	"io"
	"net"
	"net/http"
	"strings"
	"time"
)

// worst is the head of a request that some libraries need long for, as long a one
// as net/http reads.
func worst() string {
	r := hostile("preflight")[0].request
	return head(r.method, r.each)
}

func head(method string, fields func(add func(name, value string))) string {
	var b strings.Builder
	fmt.Fprintf(&b, "%s %s HTTP/1.1\r\nHost: %s\r\n", method, path, host)
	fields(func(name, value string) { fmt.Fprintf(&b, "%s: %s\r\n", name, value) })
	b.WriteString("\r\n")
	return b.String()
}

// attack sends a preflight over and over, on one connection and each time when the
// last is answered, until stop is closed. It returns how many answers came in a
// second.
func attack(address, head string, stop <-chan struct{}) (rate float64, err error) {
	conn, err := net.Dial("tcp", address)
	if err != nil {
		return 0, err
	}
	defer func() { err = errors.Join(err, conn.Close()) }()
	answers := bufio.NewReader(conn)
	start, n := time.Now(), 0
	for {
		select {
		case <-stop:
			return float64(n) / time.Since(start).Seconds(), nil
		default:
		}
		if err := exchange(conn, answers, head); err != nil {
			return 0, fmt.Errorf("hostile request: %w", err)
		}
		n++
	}
}

// exchange sends a request and reads its answer. A refusal other than that of CORS
// means that the middleware has not seen the request.
func exchange(conn net.Conn, answers *bufio.Reader, head string) error {
	const patience = 30 * time.Second
	if err := conn.SetDeadline(time.Now().Add(patience)); err != nil {
		return err
	}
	if _, err := io.WriteString(conn, head); err != nil {
		return err
	}
	resp, err := http.ReadResponse(answers, nil)
	if err != nil {
		return err
	}
	defer resp.Body.Close()
	if resp.StatusCode >= http.StatusBadRequest && resp.StatusCode != http.StatusForbidden {
		return fmt.Errorf("status %s", resp.Status)
	}
	_, err = io.Copy(io.Discard, resp.Body)
	return err
}
