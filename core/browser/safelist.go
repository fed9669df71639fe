package browser

import (
	"slices"
	"strings"
)

const (
	// longestSafelistedValue is the longest value of a header that needs no preflight.
	longestSafelistedValue = 128
	// longestSafelistedTotal is the largest sum of the lengths of all such values.
	longestSafelistedTotal = 1024
)

// unsafeNames follows Fetch, CORS-unsafe request-header names. The names are sorted and
// in lower case.
func unsafeNames(headers headerList) []string {
	var unsafe, potentiallyUnsafe []string
	size := 0
	for _, h := range headers {
		name := strings.ToLower(h.Name)
		if safelistedHeader(name, h.Value) {
			potentiallyUnsafe = append(potentiallyUnsafe, name)
			size += len(h.Value)
		} else {
			unsafe = append(unsafe, name)
		}
	}
	if size > longestSafelistedTotal {
		unsafe = append(unsafe, potentiallyUnsafe...)
	}
	slices.Sort(unsafe)
	return slices.Compact(unsafe)
}

// safelistedHeader follows Fetch, CORS-safelisted request-header.
func safelistedHeader(name, value string) bool {
	if len(value) > longestSafelistedValue {
		return false
	}
	switch strings.ToLower(name) {
	case "accept":
		return !hasUnsafeByte(value)
	case "accept-language", "content-language":
		return strings.Trim(value, "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz *,-.;=") == ""
	case "content-type":
		return !hasUnsafeByte(value) && simpleContentType(value)
	case "range":
		return simpleRange(value)
	default:
		return false
	}
}

// safelistedNoCORS follows Fetch, no-CORS-safelisted request-header.
func safelistedNoCORS(name, value string) bool {
	return !strings.EqualFold(name, "range") && safelistedHeader(name, value)
}

// hasUnsafeByte follows Fetch, CORS-unsafe request-header byte.
func hasUnsafeByte(value string) bool {
	for i := range len(value) {
		if c := value[i]; c < 0x20 && c != '\t' || c == 0x7f || strings.IndexByte(`"():<>?@[\]{}`, c) >= 0 {
			return true
		}
	}
	return false
}

// simpleContentType reports whether a form can send the content type (MIME Sniffing,
// parse a MIME type, essence). It ignores parameters, even malformed ones. EqualFold is
// correct, because the letters of the three types fold only to ASCII.
func simpleContentType(value string) bool {
	essence, _, _ := strings.Cut(value, ";")
	return containsFold(
		[]string{"application/x-www-form-urlencoded", "multipart/form-data", "text/plain"},
		strings.Trim(essence, " \t"),
	)
}

// simpleRange reports whether the value is one range that has a first byte (Fetch, parse
// a single range header value, and CORS-safelisted request-header).
func simpleRange(value string) bool {
	set, bytes := strings.CutPrefix(value, "bytes=")
	first, last, dash := strings.Cut(set, "-")
	if !bytes || !dash || first == "" || !digits(first) || !digits(last) {
		return false
	}
	if last == "" {
		return true
	}
	// The numbers can be longer than 64 bits, so compare them as strings.
	first, last = strings.TrimLeft(first, "0"), strings.TrimLeft(last, "0")
	return len(first) < len(last) || len(first) == len(last) && first <= last
}

func digits(s string) bool { return strings.Trim(s, "0123456789") == "" }
