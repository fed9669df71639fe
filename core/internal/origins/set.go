package origins

import "strings"

// compareUpTo is the largest number of exact origins for which a comparison with each
// is faster than a map.
const compareUpTo = 2

// Set is an immutable set of patterns. The time of a lookup depends on the kinds of
// the patterns and not on their number. It is bounded for every origin, because Set
// rejects origins that are too long before it reads them.
type Set struct {
	few     []string              // the exact origins, if there are at most compareUpTo
	exact   map[string]struct{}   // the exact origins, if there are more
	schemes map[string]*schemeSet // the other patterns

	sparePublicSuffixes bool // see NewSet
}

// schemeSet holds the patterns of one scheme that need a parsed origin.
type schemeSet struct {
	anyHost  map[string]struct{} // ports of every host; nil if there is none
	ports    map[string]struct{} // exact hosts with any port
	domains  map[string]domainSet
	anyPorts map[string]domainSet

	// The least and the largest number of labels of a domain in domains and anyPorts.
	shallowest, deepest int
}

// domainSet holds the wildcards in front of one domain. The map key is that domain
// and its port, such as "example.com:8443".
type domainSet struct {
	whole  bool
	shapes []affixes
}

// affixes holds patterns with partOfLabel for one domain. All their prefixes have one
// length, and all their suffixes have one length, so one lookup is enough for them.
type affixes struct {
	prefix, suffix int
	known          map[[2]string]struct{}
}

// NewSet makes a set. With sparePublicSuffixes, a wildcard does not match a name below
// a public suffix that is deeper than the wildcard: see foreign.
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
	if p.wildcard == anyHost {
		if scheme.anyHost == nil {
			scheme.anyHost = make(map[string]struct{})
		}
		scheme.anyHost[p.port] = struct{}{}
		return
	}
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

// scheme returns the set of a scheme, and adds it if needed.
func (s *Set) scheme(name string) *schemeSet {
	set := s.schemes[name]
	if set == nil {
		set = &schemeSet{
			ports:    make(map[string]struct{}),
			domains:  make(map[string]domainSet),
			anyPorts: make(map[string]domainSet),
		}
		if s.schemes == nil {
			s.schemes = make(map[string]*schemeSet)
		}
		s.schemes[name] = set
	}
	return set
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

// Listed reports whether an exact pattern is equal to the origin, byte by byte.
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

// HasWildcards reports whether the set has a pattern with a wildcard. Without one,
// Matches always returns false.
func (s *Set) HasWildcards() bool { return len(s.schemes) != 0 }

// Matches reports whether the origin is written as a browser serializes it and a
// pattern with a wildcard matches it. It validates the part that the wildcard matches
// last, because few origins get this far.
func (s *Set) Matches(origin string) bool {
	if len(origin) > maxOrigin {
		return false
	}
	name, hostport, _ := strings.Cut(origin, "://")
	scheme := s.schemes[name]
	if scheme == nil {
		return false
	}
	host, port, ok := cutPort(hostport)
	if !ok || len(host) > maxHost || port != "" && !validPort(port, name) {
		return false
	}
	if scheme.hasAnyHost(port) {
		return validHost(host, name)
	}
	if _, ok := scheme.ports[host]; ok {
		return true
	}
	// Look up the domain from the right, with one label more each time, up to the
	// largest number of labels that a pattern has.
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

// hasAnyHost reports whether every host with that port matches.
func (s *schemeSet) hasAnyHost(port string) bool {
	_, any := s.anyHost[anyPort]
	if !any {
		_, any = s.anyHost[port]
	}
	return any
}

// reaches reports whether a wildcard of the domain that starts at host[start:] matches
// the labels before it. The zero domainSet has no wildcards.
func (s *Set) reaches(d domainSet, host string, start int) bool {
	return d.matches(host[:start-1]) && !(s.sparePublicSuffixes && foreign(host, host[start:]))
}

func (d *domainSet) matches(labels string) bool {
	if d.whole {
		return true
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
