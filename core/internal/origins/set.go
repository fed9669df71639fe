package origins

import "strings"

// compareUpTo is the number of exact origins up to which comparing one by one
// is faster than a map.
const compareUpTo = 2

// Set answers whether an origin matches one of the configured patterns.
// The time a lookup takes depends on the kinds of pattern that were
// configured, not on their number, and never on what a request holds beyond
// the bound of an origin's length. It is immutable.
type Set struct {
	few     []string            // the exact origins, if there are no more than compareUpTo
	exact   map[string]struct{} // otherwise
	schemes []schemeSet         // everything else, by scheme

	// sparePublicSuffixes keeps wildcards from reaching below public suffixes
	// that lie deeper than the wildcard itself.
	sparePublicSuffixes bool
}

// schemeSet holds the patterns of one scheme that need a parsed origin.
type schemeSet struct {
	scheme   string              // with "://"
	ports    map[string]struct{} // hosts with any port
	domains  map[string]domainSet
	anyPorts map[string]domainSet

	// The numbers of labels that the domains in the two maps above have.
	shallowest, deepest int
}

// domainSet holds the wildcards directly above one domain, which is the map's
// key together with the port, such as "example.com:8443".
type domainSet struct {
	whole  bool
	shapes []affixes
}

// affixes are the partOfLabel patterns of one domain whose fixed parts have the
// same two lengths, so that one lookup serves them all.
type affixes struct {
	prefix, suffix int
	known          map[[2]string]struct{}
}

// NewSet makes a set. With sparePublicSuffixes, wildcards do not match names below
// public suffixes that lie deeper than the wildcard itself.
func NewSet(patterns []Pattern, sparePublicSuffixes bool) Set {
	s := Set{sparePublicSuffixes: sparePublicSuffixes}
	exact := make([]string, 0, len(patterns))
	for _, p := range patterns {
		if p.wildcard == exactHost && p.port != anyPort {
			exact = append(exact, p.text)
		} else {
			s.addWildcard(p)
		}
	}
	if len(exact) <= compareUpTo {
		s.few = exact
		return s
	}
	s.exact = make(map[string]struct{}, len(exact))
	for _, origin := range exact {
		s.exact[origin] = struct{}{}
	}
	return s
}

func (s *Set) addWildcard(p Pattern) {
	scheme := s.scheme(p.scheme)
	if p.wildcard == exactHost {
		scheme.ports[p.host] = struct{}{}
		return
	}
	domains, key := scheme.domains, p.host
	switch p.port {
	case anyPort:
		domains = scheme.anyPorts
	case "":
	default:
		key += ":" + p.port
	}
	labels := strings.Count(p.host, ".") + 1
	scheme.deepest = max(scheme.deepest, labels)
	if scheme.shallowest == 0 || labels < scheme.shallowest {
		scheme.shallowest = labels
	}
	domain := domains[key]
	domain.add(p)
	domains[key] = domain
}

// scheme returns the set of a scheme, which it adds if needed. The pointer is
// good until the next call.
func (s *Set) scheme(name string) *schemeSet {
	name += "://"
	for i := range s.schemes {
		if s.schemes[i].scheme == name {
			return &s.schemes[i]
		}
	}
	s.schemes = append(s.schemes, schemeSet{
		scheme:   name,
		ports:    make(map[string]struct{}),
		domains:  make(map[string]domainSet),
		anyPorts: make(map[string]domainSet),
	})
	return &s.schemes[len(s.schemes)-1]
}

func (d *domainSet) add(p Pattern) {
	if p.wildcard == wholeLabels {
		d.whole = true
		return
	}
	key := [2]string{p.prefix, p.suffix}
	for _, shape := range d.shapes {
		if shape.prefix == len(p.prefix) && shape.suffix == len(p.suffix) {
			shape.known[key] = struct{}{}
			return
		}
	}
	d.shapes = append(d.shapes, affixes{len(p.prefix), len(p.suffix), map[[2]string]struct{}{key: {}}})
}

// Listed reports whether the origin is in the list, byte by byte.
func (s *Set) Listed(origin string) bool {
	for _, known := range s.few { //nolint:modernize // slices.Contains is not inlined, and this is where most requests end
		if known == origin {
			return true
		}
	}
	if s.exact == nil || len(origin) > maxOrigin {
		return false
	}
	_, ok := s.exact[origin]
	return ok
}

// HasWildcards reports whether Matches can ever be true.
func (s *Set) HasWildcards() bool { return len(s.schemes) != 0 }

// Matches reports whether the origin is serialized as a browser would and a
// pattern with a wildcard matches it. It looks last at what the pattern leaves
// open: few origins come that far.
func (s *Set) Matches(origin string) bool {
	if len(origin) > maxOrigin {
		return false
	}
	for i := range s.schemes {
		if hostport, ok := strings.CutPrefix(origin, s.schemes[i].scheme); ok {
			return s.matchesIn(&s.schemes[i], hostport)
		}
	}
	return false
}

func (s *Set) matchesIn(scheme *schemeSet, hostport string) bool {
	host, port, ok := cutPort(hostport)
	if !ok || len(host) > maxHost || port != "" && !validPort(port, strings.TrimSuffix(scheme.scheme, "://")) {
		return false
	}
	if _, ok := scheme.ports[host]; ok {
		return true
	}
	// From the right, one label more at a time, no deeper than any pattern.
	end := len(host)
	for depth := 1; depth <= scheme.deepest; depth++ {
		if end = strings.LastIndexByte(host[:end], '.'); end < 0 {
			return false
		}
		if depth < scheme.shallowest {
			continue
		}
		start := end + 1
		if s.reaches(scheme.domains[hostport[start:]], host, start) || s.reaches(scheme.anyPorts[host[start:]], host, start) {
			return validDomain(host[:end])
		}
	}
	return false
}

// reaches reports whether a wildcard of the domain that starts at host[start:] matches
// the labels before it. The zero domainSet has no wildcards.
func (s *Set) reaches(d domainSet, host string, start int) bool {
	labels := host[:start-1]
	if d.whole {
		return !s.sparePublicSuffixes || !strangersBelow(host, host[start:])
	}
	for _, shape := range d.shapes {
		if len(labels) <= shape.prefix+shape.suffix {
			continue
		}
		end := len(labels) - shape.suffix
		if strings.IndexByte(labels[shape.prefix:end], '.') >= 0 {
			continue
		}
		if _, ok := shape.known[[2]string{labels[:shape.prefix], labels[end:]}]; ok {
			return true
		}
	}
	return false
}
