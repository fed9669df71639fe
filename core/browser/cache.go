package browser

import (
	"maps"
	"net/http"
	"slices"
	"strconv"
	"strings"
	"sync"
	"time"
)

// preflightCache follows Fetch, CORS-preflight cache. Its keys are requests, so that the
// time for one request does not grow with the number of others.
type preflightCache struct {
	mu      sync.Mutex
	entries map[cacheKey]map[cacheEntry]time.Time // until when an entry is valid
}

// cacheKey identifies the request that an entry is for. The standard has a network
// partition key, which is page here: pages whose origin became "null" by a redirect do
// not share entries.
type cacheKey struct{ page, origin, url string }

func (f *fetch) cacheKey() cacheKey {
	return cacheKey{f.origin, f.preflightOrigin(), f.url().sent() + f.url().fragment}
}

// cacheEntry allows one method or one header (Fetch, cache entry).
type cacheEntry struct {
	credentials    bool
	method, header string // one of the two; the header in lower case
}

func (f *fetch) methodEntry(method string) cacheEntry {
	return cacheEntry{f.credentials == Include, method, ""}
}

func (f *fetch) headerEntry(name string) cacheEntry {
	return cacheEntry{f.credentials == Include, "", strings.ToLower(name)}
}

// covering returns the entries that allow what wanted allows (Fetch, cache entry match,
// method cache entry match, header-name cache entry match).
func (f *fetch) covering(wanted cacheEntry) []cacheEntry {
	engine, covering := f.browser.Engine, []cacheEntry{wanted}
	switch any := wanted; {
	case wanted.credentials && engine.keepsWildcardsAsTheyAre():
	case wanted.method != "":
		any.method = "*"
		covering = append(covering, any)
	case !nonWildcard(wanted.header) || engine.keptWildcardCoversAuthorization():
		any.header = "*"
		covering = append(covering, any)
	}
	if !wanted.credentials && !engine.keepsCredentialsApart() {
		for _, e := range covering {
			e.credentials = true
			covering = append(covering, e)
		}
	}
	return covering
}

// allows reports whether a valid entry covers wanted.
func (c *preflightCache) allows(f *fetch, wanted cacheEntry) bool {
	now := f.browser.now()
	c.mu.Lock()
	defer c.mu.Unlock()
	entries := c.entries[f.cacheKey()]
	return slices.ContainsFunc(f.covering(wanted), func(e cacheEntry) bool { return now.Before(entries[e]) })
}

// keep stores an answer, as the end of Fetch, CORS-preflight fetch.
func (c *preflightCache) keep(f *fetch, methods, names []string, age time.Duration) {
	engine := f.browser.Engine
	if !engine.keeps(f) || age == 0 && engine.ignoresNoAge() {
		return
	}
	if engine.keepsOneAnswer() {
		c.clear(f)
	}
	methods = slices.Concat(methods, engine.keptMethods())
	key, now := f.cacheKey(), f.browser.now()
	c.mu.Lock()
	defer c.mu.Unlock()
	entries := c.entries[key]
	if entries == nil {
		entries = make(map[cacheEntry]time.Time)
	}
	put := func(entry cacheEntry) {
		if entry.method+entry.header == "*" && !engine.keepsWildcards(entry.credentials) {
			return
		}
		renewed := false
		for _, e := range f.covering(entry) {
			if now.Before(entries[e]) {
				entries[e], renewed = now.Add(age), true
			}
		}
		if !renewed {
			entries[entry] = now.Add(age)
		}
	}
	for _, method := range methods {
		put(f.methodEntry(method))
	}
	for _, name := range names {
		put(f.headerEntry(name))
	}
	maps.DeleteFunc(entries, func(_ cacheEntry, expires time.Time) bool { return !now.Before(expires) })
	switch {
	case len(entries) == 0:
		delete(c.entries, key)
	case c.entries == nil:
		c.entries = map[cacheKey]map[cacheEntry]time.Time{key: entries}
	default:
		c.entries[key] = entries
	}
}

// clear follows Fetch, clear cache entries. The next request has a preflight again.
func (c *preflightCache) clear(f *fetch) {
	c.mu.Lock()
	defer c.mu.Unlock()
	delete(c.entries, f.cacheKey())
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
