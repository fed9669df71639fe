package main

import (
	"net"
	"net/http"
	"strings"

	"github.com/valyala/fasthttp"
)

const wrongHost = "open the playground at localhost"

// ownHosts rejects requests to other hosts than this machine. A page on another site could
// else point its own name at 127.0.0.1 and read the answers (DNS rebinding).
func ownHosts(next http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if !ownHost(r.Host) {
			http.Error(w, wrongHost, http.StatusMisdirectedRequest)
			return
		}
		next.ServeHTTP(w, r)
	})
}

// ownHostsFast is ownHosts for fasthttp.
func ownHostsFast(next fasthttp.RequestHandler) fasthttp.RequestHandler {
	return func(ctx *fasthttp.RequestCtx) {
		if !ownHost(string(ctx.Host())) {
			ctx.Error(wrongHost, fasthttp.StatusMisdirectedRequest)
			return
		}
		next(ctx)
	}
}

func ownHost(hostport string) bool {
	switch hostname(hostport) {
	case "localhost", "127.0.0.1", "::1":
		return true
	default:
		return false
	}
}

// hostname returns a host without its port and without brackets.
func hostname(hostport string) string {
	if host, _, err := net.SplitHostPort(hostport); err == nil {
		return host
	}
	return strings.Trim(hostport, "[]")
}
