package browser

import (
	"net/http"
	"slices"
	"strconv"
	"strings"
	"sync"
	"time"
)

// preflightCache follows Fetch, CORS-preflight cache.
type preflightCache struct {
	mu      sync.Mutex
	entries []cacheEntry
}

// cacheEntry allows one method or one header (Fetch, cache entry).
type cacheEntry struct {
	key            cacheKey
	credentials    bool
	method, header string // one of the two
	expires        time.Time
}

// cacheKey identifies the request that an entry is for. The standard has a network
// partition key, which is page here: pages whose origin became "null" by a redirect do
// not share entries.
type cacheKey struct{ page, origin, url string }

func (f *fetch) cacheKey() cacheKey {
	return cacheKey{f.origin, f.serializedOrigin(), f.url().String()}
}

// cacheMatch follows Fetch, cache entry match.
func (f *fetch) cacheMatch() func(cacheEntry) bool {
	key, now := f.cacheKey(), f.browser.now()
	include := f.credentials == Include
	more := !f.browser.Engine.keepsCredentialsApart()
	return func(e cacheEntry) bool {
		return e.key == key && (e.credentials == include || e.credentials && more) && now.Before(e.expires)
	}
}

// covers follows Fetch, method cache entry match and header-name cache entry
// match.
func (f *fetch) covers(e, wanted cacheEntry) bool {
	if wanted.method != "" {
		return e.method == wanted.method || e.method == "*"
	}
	return strings.EqualFold(e.header, wanted.header) ||
		e.header == "*" && (!nonWildcard(wanted.header) || f.browser.Engine.keptWildcardCoversAuthorization())
}

func (c *preflightCache) allowsMethod(f *fetch, method string) bool {
	return c.allows(f, cacheEntry{method: method})
}

func (c *preflightCache) allowsHeader(f *fetch, name string) bool {
	return c.allows(f, cacheEntry{header: name})
}

func (c *preflightCache) allows(f *fetch, wanted cacheEntry) bool {
	matches := f.cacheMatch()
	c.mu.Lock()
	defer c.mu.Unlock()
	return slices.ContainsFunc(c.entries, func(e cacheEntry) bool { return matches(e) && f.covers(e, wanted) })
}

// keep stores an answer, as the end of Fetch, CORS-preflight fetch.
func (c *preflightCache) keep(f *fetch, methods, names []string, age time.Duration) {
	engine := f.browser.Engine
	if !engine.keeps(f.url()) {
		return
	}
	if engine.keepsSafelistedMethods() {
		methods = slices.Concat(methods, []string{"GET", "HEAD", "POST"})
	}
	matches, now := f.cacheMatch(), f.browser.now()
	entry := cacheEntry{key: f.cacheKey(), credentials: f.credentials == Include, expires: now.Add(age)}
	c.mu.Lock()
	defer c.mu.Unlock()
	put := func(method, header string) {
		if method+header == "*" && !engine.keepsWildcards(entry.credentials) {
			return
		}
		entry.method, entry.header = method, header
		renewed := false
		for i, e := range c.entries {
			if matches(e) && f.covers(e, entry) {
				c.entries[i].expires, renewed = entry.expires, true
			}
		}
		if !renewed {
			c.entries = append(c.entries, entry)
		}
	}
	for _, method := range methods {
		put(method, "")
	}
	for _, name := range names {
		put("", name)
	}
	c.entries = slices.DeleteFunc(c.entries, func(e cacheEntry) bool { return !now.Before(e.expires) })
}

// clear follows Fetch, clear cache entries. The next request has a preflight again.
func (c *preflightCache) clear(f *fetch) {
	key := f.cacheKey()
	c.mu.Lock()
	defer c.mu.Unlock()
	c.entries = slices.DeleteFunc(c.entries, func(e cacheEntry) bool { return e.key == key })
}

// maxAge returns how long an answer may be cached.
func (f *fetch) maxAge(header http.Header) time.Duration {
	const absent = 5 * time.Second
	engine := f.browser.Engine
	value, _ := get(header, "Access-Control-Max-Age") // two lines are malformed, and so is their combined value
	number, negative := strings.CutPrefix(value, "-")
	switch {
	case value == "":
		return absent
	case number == "" || !digits(number):
		if engine.malformedMaxAgeIsNone() {
			return 0
		}
		return absent
	case negative && engine.negativeMaxAgeIsNone():
		return 0
	case negative:
		return absent
	}
	// A larger number means 2^31 (RFC 9111, section 1.2.2).
	seconds, err := strconv.ParseInt(number, 10, 32)
	if err != nil {
		seconds = 1 << 31
	}
	age := time.Duration(seconds) * time.Second
	if limit := engine.longestMaxAge(); limit > 0 {
		age = min(age, limit)
	}
	return age
}
