package core

import "strings"

// The response headers of the CORS protocol, in canonical form.
const (
	headerAllowOrigin      = "Access-Control-Allow-Origin"
	headerAllowCredentials = "Access-Control-Allow-Credentials"
	headerAllowMethods     = "Access-Control-Allow-Methods"
	headerAllowHeaders     = "Access-Control-Allow-Headers"
	headerMaxAge           = "Access-Control-Max-Age"
	headerExposeHeaders    = "Access-Control-Expose-Headers"
)

// ResponseHeaders returns the names of the response headers that belong to the
// CORS protocol (Fetch, HTTP responses), in canonical form. The array is the
// caller's own.
func ResponseHeaders() [6]string {
	return [...]string{
		headerAllowOrigin, headerAllowCredentials, headerAllowMethods,
		headerAllowHeaders, headerMaxAge, headerExposeHeaders,
	}
}

// authorization is the one header that the wildcard never covers (Fetch, CORS
// non-wildcard request-header name).
const authorization = "Authorization"

func (ps *problems) checkAllowHeaders(cfg *Config) nameList {
	return ps.checkNames("AllowHeaders", cfg.AllowHeaders, strings.EqualFold, objectToRequestHeader)
}

func (ps *problems) checkExposeHeaders(cfg *Config) nameList {
	object := objectToResponseHeader
	if cfg.AllowCredentials {
		object = objectToCredentialedResponseHeader
	}
	return ps.checkNames("ExposeHeaders", cfg.ExposeHeaders, strings.EqualFold, object)
}

func objectToCredentialedResponseHeader(name string) finding {
	if name == wildcard {
		return finding{"expose-any-credentials", `with credentials, browsers take "*" for the name of a header; list the names`, ""}
	}
	return objectToResponseHeader(name)
}

func objectToRequestHeader(name string) finding {
	lower := strings.ToLower(name)
	switch {
	case corsResponseHeader(lower):
		return finding{"header-response", "it is a response header of CORS, which the policy itself writes; remove it", ""}
	case forbiddenRequestHeader(lower):
		return finding{"header-forbidden", "browsers set it themselves and no page can (Fetch, forbidden request-header); remove it", ""}
	}
	return finding{}
}

func objectToResponseHeader(name string) finding {
	lower := strings.ToLower(name)
	switch {
	case corsResponseHeader(lower):
		return finding{"header-response", "it is a response header of CORS, which is for the browser and not for the page; remove it", ""}
	case lower == "set-cookie" || lower == "set-cookie2":
		return finding{"header-forbidden", "no page can read it (Fetch, forbidden response-header name); remove it", ""}
	}
	return finding{}
}

func corsResponseHeader(lower string) bool {
	for _, name := range ResponseHeaders() {
		if strings.EqualFold(name, lower) {
			return true
		}
	}
	return false
}

// forbiddenRequestHeader follows Fetch, forbidden request-header, for the names
// that are forbidden whatever their value.
func forbiddenRequestHeader(lower string) bool {
	switch lower {
	case "accept-charset", "accept-encoding", "access-control-request-headers",
		"access-control-request-method", "connection", "content-length", "cookie",
		"cookie2", "date", "dnt", "expect", "host", "keep-alive", "origin",
		"referer", "set-cookie", "te", "trailer", "transfer-encoding", "upgrade", "via":
		return true
	}
	return strings.HasPrefix(lower, "proxy-") || strings.HasPrefix(lower, "sec-")
}
