package main

import (
	"context"
	"crypto/tls"
	"fmt"
	"net"
	"net/http"
	"net/netip"
	"net/url"
	"slices"
	"strings"
	"syscall"
	"time"

	"github.com/spf13/pflag"
)

// network has the flags about the connection.
type network struct {
	insecure bool
	resolve  []string
	proxy    string
	maxTime  float64 // in seconds
	here     bool    // connect to this machine only, and use no proxy
}

const longestTime = 1_000_000 // seconds

func (n *network) add(fs *pflag.FlagSet) {
	fs.BoolVarP(&n.insecure, "insecure", "k", false, "accept any certificate, which a browser does not")
	fs.StringArrayVar(&n.resolve, "resolve", nil, "connect to another address, as `HOST:PORT:ADDRESS`")
	fs.StringVarP(&n.proxy, "proxy", "x", "", "`URL` of the proxy")
	fs.Float64VarP(&n.maxTime, "max-time", "m", 30, "end after this many `SECONDS`")
}

// transport returns the connection of the browser. It follows no redirect, and does not
// decompress.
func (n *network) transport() (*http.Transport, error) {
	if n.maxTime < 0 || !(n.maxTime <= longestTime) {
		return nil, fmt.Errorf("--max-time is %g; write a number of seconds up to %d, or 0 for no bound", n.maxTime, longestTime)
	}
	addresses := make(map[string]string)
	for _, r := range n.resolve {
		host, rest, _ := strings.Cut(strings.TrimPrefix(r, "+"), ":")
		port, address, ok := strings.Cut(rest, ":")
		if address, _, _ = strings.Cut(address, ","); !ok || host == "" || host == "*" || address == "" {
			return nil, fmt.Errorf("--resolve %s is not HOST:PORT:ADDRESS", r)
		}
		addresses[strings.ToLower(host)+":"+port] = net.JoinHostPort(strings.Trim(address, "[]"), port)
	}
	proxy := http.ProxyFromEnvironment
	if n.proxy != "" {
		if !strings.Contains(n.proxy, "://") {
			n.proxy = "http://" + n.proxy
		}
		u, err := url.Parse(n.proxy)
		if err != nil || u.Host == "" {
			return nil, fmt.Errorf("-x %s is not the URL of a proxy", n.proxy)
		}
		proxy = http.ProxyURL(u)
	}
	dialer := &net.Dialer{Timeout: 10 * time.Second}
	if n.here {
		proxy, dialer.Control = nil, hereOnly
	}
	return &http.Transport{
		Proxy: proxy, DisableCompression: true, ForceAttemptHTTP2: true,
		TLSHandshakeTimeout: 10 * time.Second, MaxResponseHeaderBytes: 1 << 20,
		TLSClientConfig: &tls.Config{InsecureSkipVerify: n.insecure, MinVersion: tls.VersionTLS12},
		DialContext: func(ctx context.Context, network, address string) (net.Conn, error) {
			if other, ok := addresses[strings.ToLower(address)]; ok {
				address = other
			}
			return dialer.DialContext(ctx, network, address)
		},
	}, nil
}

// hereOnly prevents a connection to another machine. A name such as localhost can have any
// address.
func hereOnly(_, address string, _ syscall.RawConn) error {
	if to, err := netip.ParseAddrPort(address); err != nil || !to.Addr().Unmap().IsLoopback() {
		return fmt.Errorf("%s is not this machine; if you may test the server, add --i-have-permission", address)
	}
	return nil
}

// timeout returns how long a probe may take.
func (n *network) timeout() time.Duration {
	return time.Duration(n.maxTime * float64(time.Second))
}

// merge returns n with the flags of other.
func (n *network) merge(other network, maxTime bool) network {
	all := *n
	all.insecure = all.insecure || other.insecure
	all.resolve = slices.Concat(n.resolve, other.resolve) // the last one wins
	if other.proxy != "" {
		all.proxy = other.proxy
	}
	if maxTime {
		all.maxTime = other.maxTime
	}
	return all
}
