package core

import "strings"

func (ps *problems) checkMethods(cfg *Config) nameList {
	same := func(a, b string) bool { return a == b }
	return ps.checkNames("AllowMethods", cfg.AllowMethods, same, objectToMethod)
}

func objectToMethod(method string) finding {
	switch upper := strings.ToUpper(method); {
	case forbiddenMethod(upper):
		return finding{"method-forbidden", "no page can send it (Fetch, forbidden method); remove it", ""}
	case normalizedMethod(upper) && method != upper:
		return finding{"method-case", "methods are case-sensitive, and browsers send this one in upper case", upper}
	}
	return finding{}
}

// forbiddenMethod follows Fetch, forbidden method, for a name in upper case.
func forbiddenMethod(upper string) bool {
	switch upper {
	case "CONNECT", "TRACE", "TRACK":
		return true
	}
	return false
}

// normalizedMethod follows Fetch, normalize a method: these and no others are
// sent in upper case, however a page spells them. So patch is not PATCH.
func normalizedMethod(upper string) bool {
	switch upper {
	case "DELETE", "GET", "HEAD", "OPTIONS", "POST", "PUT":
		return true
	}
	return false
}

// safelistedMethod follows Fetch, CORS-safelisted method: allowed without being
// listed.
func safelistedMethod(method string) bool {
	return method == "GET" || method == "HEAD" || method == "POST"
}
