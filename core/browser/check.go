package browser

import (
	"fmt"
	"net/http"
	"strings"
)

// corsCheck follows Fetch, CORS check, for a request with this Origin. It returns why the check fails, or an empty
// string.
func (f *fetch) corsCheck(serialized string, header http.Header) (reason string) {
	allowed, present := get(header, "Access-Control-Allow-Origin")
	include := f.credentials == Include
	switch {
	case !present:
		return fmt.Sprintf("no Access-Control-Allow-Origin header is present, so the page from %s is not allowed", serialized)
	case !include && allowed == "*":
		return ""
	case allowed == "*":
		return `Access-Control-Allow-Origin must not be "*" when the request's credentials mode is include`
	case strings.Contains(allowed, ","):
		return fmt.Sprintf("Access-Control-Allow-Origin has several values, %s, but only one is allowed", quote(allowed))
	case allowed != serialized:
		return fmt.Sprintf("Access-Control-Allow-Origin is %s, which is not equal to the page's origin %s", quote(allowed), serialized)
	case !include:
		return ""
	}
	credentials, present := get(header, "Access-Control-Allow-Credentials")
	switch {
	case !present:
		return "Access-Control-Allow-Credentials is missing, but must be true when the request's credentials mode is include"
	case credentials != "true":
		return fmt.Sprintf("Access-Control-Allow-Credentials is %s, but must be true when the request's credentials mode is include", quote(credentials))
	}
	return ""
}
