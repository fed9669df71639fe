package nethttp

import (
	"bufio"
	"io"
	"maps"
	"net"
	"net/http"
	"slices"
	"strings"
)

// KeepCORS is middleware for handlers that write CORS headers themselves or replace Vary:
// reverse proxies, response caches, servers for MCP, tus and socket.io. Register it after
// the policy:
//
//	handler := nethttp.Middleware(policy)(nethttp.KeepCORS(proxy))
//
// When next writes the header of its answer, KeepCORS removes the CORS headers that next
// has set, and sets those of the policy again. It adds to Vary what next has removed.
//
// # Limits
//
//   - Without a policy before it, no page on another origin can read the answer.
//   - A handler that hijacks the connection writes its own header.
//   - An upstream may still reject other origins. If its answer depends on nothing else,
//     remove Origin from the request before the proxy.
func KeepCORS(next http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		k := keeper{ResponseWriter: w, kept: Keep(w.Header())}
		next.ServeHTTP(k.with(), r)
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
			all := slices.Clone(values[:cap(values)]) // with the mark
			k.cors[name] = all[:len(values)]
		}
	}
	return k
}

// Restore replaces the CORS headers in h by those that Keep has copied, and adds to Vary
// the members that are missing. It may be called again.
func (k Kept) Restore(h http.Header) {
	clearCORS(h)
	maps.Copy(h, k.cors)
	for _, line := range k.vary {
		for name := range strings.SplitSeq(line, ",") {
			if name = strings.TrimSpace(name); name != "" && !varies(h["Vary"], name) {
				h.Add("Vary", name)
			}
		}
	}
}

func varies(lines []string, name string) bool {
	for _, line := range lines {
		for member := range strings.SplitSeq(line, ",") {
			if member = strings.TrimSpace(member); member == "*" || strings.EqualFold(member, name) {
				return true
			}
		}
	}
	return false
}

// keeper restores the headers before the header of the answer is written.
type keeper struct {
	http.ResponseWriter

	kept    Kept
	written bool // the final header, after any 1xx
}

func (k *keeper) restore() { k.kept.Restore(k.Header()) }

func (k *keeper) begin() {
	if !k.written {
		k.written = true
		k.restore()
	}
}

func (k *keeper) WriteHeader(status int) {
	if k.written {
		k.ResponseWriter.WriteHeader(status)
		return
	}
	k.written = status >= http.StatusOK || status == http.StatusSwitchingProtocols
	k.restore()
	k.ResponseWriter.WriteHeader(status)
}

func (k *keeper) Write(b []byte) (int, error) {
	k.begin()
	return k.ResponseWriter.Write(b)
}

// FlushError is for [http.ResponseController], which would else flush the unwrapped
// ResponseWriter.
func (k *keeper) FlushError() error {
	k.begin()
	return http.NewResponseController(k.ResponseWriter).Flush()
}

// Unwrap is for [http.ResponseController].
func (k *keeper) Unwrap() http.ResponseWriter { return k.ResponseWriter }

// with returns k with the optional interfaces of its ResponseWriter, and no others.
func (k *keeper) with() http.ResponseWriter {
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
	f.k.begin()
	f.f.Flush()
}

type hijacker struct{ h http.Hijacker }

func (h hijacker) Hijack() (net.Conn, *bufio.ReadWriter, error) { return h.h.Hijack() }

type readerFrom struct {
	k *keeper
	r io.ReaderFrom
}

func (r readerFrom) ReadFrom(src io.Reader) (int64, error) {
	r.k.begin()
	return r.r.ReadFrom(src)
}
