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
	switch {
	case e.Host == o.Host && e.Scheme != o.Scheme && e.Port != o.Port:
		return "the scheme and the port differ"
	case e.Host == o.Host && e.Scheme != o.Scheme:
		return "the scheme differs"
	case e.Host == o.Host:
		return "the port differs"
	case e.Scheme != o.Scheme || e.Port != o.Port:
		return ""
	case e.Host == "www."+o.Host || o.Host == "www."+e.Host:
		return "www. differs"
	case e.Host == "*."+o.Host:
		return "the wildcard matches subdomains only"
	case strings.HasSuffix(o.Host, strings.TrimPrefix(e.Host, "*")) && strings.HasPrefix(e.Host, "*."):
		return "the wildcard does not reach below a public suffix with credentials"
	case Loopback(e.Host) && Loopback(o.Host):
		return "the browser distinguishes the names of the local machine"
	}
	return ""
}
