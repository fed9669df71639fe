package nethttp

import (
	"bufio"
	"io"
	"net"
	"net/http"
	"slices"
	"strings"

	"golang.org/x/net/http/httpguts"
)

// KeepCORS is middleware for handlers that write CORS headers themselves or replace Vary:
// reverse proxies, response caches, servers for MCP, tus and socket.io. Put it inside the
// middleware of the policy:
//
//	handler := nethttp.Middleware(policy)(nethttp.KeepCORS(proxy))
//
// When next writes the header of its answer, KeepCORS removes the CORS headers that next
// has set, and sets those of the policy again. It adds to Vary what next has removed.
//
// # Limits
//
//   - KeepCORS removes the CORS headers of next even if there is no policy, or if it is off.
//   - A handler that hijacks the connection writes its own header.
//   - The ResponseWriter of next keeps the interfaces http.Flusher, http.Hijacker and
//     io.ReaderFrom, and works with http.ResponseController. It has no others.
//   - An upstream may reject origins itself. If it uses Origin only for CORS, remove Origin
//     from the request before the proxy.
func KeepCORS(next http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		k := keeper{ResponseWriter: w, kept: Keep(w.Header())}
		next.ServeHTTP(k.withInterfaces(), r)
		if !k.written { // the server writes the header after the handler
			k.restore()
		}
	})
}

// Kept is a copy of the CORS headers and of Vary in a response.
type Kept struct {
	cors map[string][]string
	vary []string
}

// Keep copies the CORS headers and Vary of a response, for [Kept.Restore].
func Keep(h http.Header) Kept {
	k := Kept{vary: slices.Clone(h["Vary"])}
	for name, values := range h {
		if isCORS(name) {
			if k.cors == nil {
				k.cors = make(map[string][]string)
			}
			k.cors[name] = cloneWithMark(values)
		}
	}
	return k
}

// Restore replaces the CORS headers in h by those that Keep has copied, and adds to Vary
// the members that are missing. It may be called again.
func (k Kept) Restore(h http.Header) {
	clearCORS(h)
	for name, values := range k.cors {
		h[name] = cloneWithMark(values) // a handler may change them in place
	}
	if httpguts.HeaderValuesContainsToken(h["Vary"], "*") { // every header
		return
	}
	for _, line := range k.vary {
		for name := range strings.SplitSeq(line, ",") {
			if name = strings.TrimSpace(name); name != "" && !httpguts.HeaderValuesContainsToken(h["Vary"], name) {
				h.Add("Vary", name)
			}
		}
	}
}

// cloneWithMark also copies what is behind the end of the values, where a policy puts its
// mark.
func cloneWithMark(values []string) []string {
	return slices.Clone(values[:cap(values)])[:len(values)]
}

// keeper restores the headers before the header of the answer is written.
type keeper struct {
	http.ResponseWriter

	kept    Kept
	written bool // the final header, after any 1xx
}

func (k *keeper) restore() { k.kept.Restore(k.Header()) }

func (k *keeper) beforeWrite() {
	if !k.written {
		k.written = true
		k.restore()
	}
}

func (k *keeper) WriteHeader(status int) {
	if status < http.StatusOK { // the final header comes after a 1xx
		k.restore()
	} else {
		k.beforeWrite()
	}
	k.ResponseWriter.WriteHeader(status)
}

func (k *keeper) Write(b []byte) (int, error) {
	k.beforeWrite()
	return k.ResponseWriter.Write(b)
}

// FlushError is for [http.ResponseController], which would else flush the unwrapped
// ResponseWriter.
func (k *keeper) FlushError() error {
	k.beforeWrite()
	return http.NewResponseController(k.ResponseWriter).Flush()
}

// Unwrap is for [http.ResponseController].
func (k *keeper) Unwrap() http.ResponseWriter { return k.ResponseWriter }

// withInterfaces returns k with those of http.Flusher, http.Hijacker and io.ReaderFrom that
// its ResponseWriter has.
func (k *keeper) withInterfaces() http.ResponseWriter {
	f, flushes := k.ResponseWriter.(http.Flusher)
	h, hijacks := k.ResponseWriter.(http.Hijacker)
	r, reads := k.ResponseWriter.(io.ReaderFrom)
	flush, hijack, read := flusher{k, f}, hijacker{h}, readerFrom{k, r}
	switch {
	case flushes && hijacks && reads:
		return struct {
			*keeper
			flusher
			hijacker
			readerFrom
		}{k, flush, hijack, read}
	case flushes && hijacks:
		return struct {
			*keeper
			flusher
			hijacker
		}{k, flush, hijack}
	case flushes && reads:
		return struct {
			*keeper
			flusher
			readerFrom
		}{k, flush, read}
	case hijacks && reads:
		return struct {
			*keeper
			hijacker
			readerFrom
		}{k, hijack, read}
	case flushes:
		return struct {
			*keeper
			flusher
		}{k, flush}
	case hijacks:
		return struct {
			*keeper
			hijacker
		}{k, hijack}
	case reads:
		return struct {
			*keeper
			readerFrom
		}{k, read}
	}
	return k
}

type flusher struct {
	k *keeper
	f http.Flusher
}

func (f flusher) Flush() {
	f.k.beforeWrite()
	f.f.Flush()
}

type hijacker struct{ h http.Hijacker }

func (h hijacker) Hijack() (net.Conn, *bufio.ReadWriter, error) { return h.h.Hijack() }

type readerFrom struct {
	k *keeper
	r io.ReaderFrom
}

func (r readerFrom) ReadFrom(src io.Reader) (int64, error) {
	r.k.beforeWrite()
	return r.r.ReadFrom(src)
}
