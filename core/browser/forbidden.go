package browser

import (
	"slices"
	"strings"
)

// forbiddenHeader follows Fetch, forbidden request-header. The name must be a token.
func forbiddenHeader(name, value string) bool {
	switch name = strings.ToLower(name); name {
	case "accept-charset", "accept-encoding", "access-control-request-headers",
		"access-control-request-method", "connection", "content-length", "cookie", "cookie2",
		"date", "dnt", "expect", "host", "keep-alive", "origin", "referer", "set-cookie", "te",
		"trailer", "transfer-encoding", "upgrade", "via":
		return true
	case "x-http-method", "x-http-method-override", "x-method-override":
		return slices.ContainsFunc(split(value), forbiddenMethod)
	}
	return strings.HasPrefix(name, "proxy-") || strings.HasPrefix(name, "sec-")
}

// forbiddenMethod follows Fetch, forbidden method. strings.ToUpper is correct, because no
// letter outside ASCII has an upper case among the letters of these methods.
func forbiddenMethod(method string) bool {
	switch strings.ToUpper(method) {
	case "CONNECT", "TRACE", "TRACK":
		return true
	}
	return false
}

// normalizeMethod follows Fetch, normalize a method. The method must be a token.
func normalizeMethod(method string) string {
	switch upper := strings.ToUpper(method); upper {
	case "DELETE", "GET", "HEAD", "OPTIONS", "POST", "PUT":
		return upper
	}
	return method
}

// safelistedMethod follows Fetch, CORS-safelisted method.
func safelistedMethod(method string) bool {
	return method == "GET" || method == "HEAD" || method == "POST"
}
