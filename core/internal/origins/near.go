package origins

import "strings"

// Near says how a valid origin differs from an entry of AllowOrigins that probably means it.
// It returns "" if they differ more than by a usual mistake.
func Near(entry, origin string) (difference string) {
	e, ok := Cut(entry)
	o, valid := Cut(origin)
	if !ok || !valid {
		return ""
	}
	otherPort := e.Port != o.Port && e.Port != anyPort
	switch {
	case e.Host == o.Host && e.Scheme != o.Scheme && otherPort:
		return "the scheme and the port differ"
	case e.Host == o.Host && e.Scheme != o.Scheme:
		return "the scheme differs"
	case e.Scheme != o.Scheme:
		return ""
	case otherPort && (e.Host == o.Host || below(e.Host, o.Host)):
		return "the port differs"
	case otherPort:
		return ""
	case e.Host == "www."+o.Host || o.Host == "www."+e.Host:
		return "www. differs"
	case e.Host == "*."+o.Host:
		return "the wildcard matches subdomains only"
	case below(e.Host, o.Host):
		return "the wildcard does not reach below a public suffix with credentials"
	case Loopback(e.Host) && Loopback(o.Host):
		return "the browser distinguishes the names of the local machine"
	}
	return ""
}

// below reports whether host has the wildcard of whole labels, or the one of any host.
func below(wildcard, host string) bool {
	domain, ok := strings.CutPrefix(wildcard, "*")
	return ok && (domain == "" || domain[0] == '.' && strings.HasSuffix(host, domain))
}
