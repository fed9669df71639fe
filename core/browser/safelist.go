package browser

import (
	"errors"
	"slices"
	"strconv"
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
func (e Engine) unsafeNames(headers headerList) []string {
	var unsafe, potentiallyUnsafe []string
	size := 0
	for _, h := range headers {
		name := strings.ToLower(h.Name)
		if e.safelists(name, h.Value) {
			potentiallyUnsafe = append(potentiallyUnsafe, name)
			size += len(h.Value)
		} else {
			unsafe = append(unsafe, name)
		}
	}
	if size > longestSafelistedTotal && e.limitsSafelistedTotal() {
		unsafe = append(unsafe, potentiallyUnsafe...)
	}
	slices.Sort(unsafe)
	if e.asksTwiceForRepeated() {
		return unsafe
	}
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

// safelists reports whether a header needs no preflight in the engine. The name must be in
// lower case.
func (e Engine) safelists(name, value string) bool {
	switch {
	case e == Standard:
		return safelistedHeader(name, value)
	case name == "range" && longNumber(value):
		return false
	case e == Chromium && clientHint(name, value):
		return true
	case e == WebKit && name == "range":
		// WebKit ignores the case of the unit, and a sign before a number.
		value = strings.NewReplacer("=+", "=", "-+", "-").Replace(strings.ToLower(value))
	case e == Firefox && (name == "accept" || name == "content-type") && !isASCII(value):
		return false
	case e == Firefox && name == "content-type" && strings.Contains(value, ","):
		return false
	}
	return safelistedHeader(name, value)
}

// clientHint reports whether Chromium safelists a header because it can send the same header
// itself (Client Hints Infrastructure, before 2020). The name must be in lower case.
func clientHint(name, value string) bool {
	if name == "save-data" {
		return strings.EqualFold(value, "on")
	}
	return slices.Contains(clientHints(), name) && len(value) <= longestSafelistedValue && validHint(name, value)
}

func clientHints() []string {
	return []string{"device-memory", "dpr", "width", "viewport-width", "rtt", "downlink", "ect"}
}

// validHint reports whether Chromium reads the value: a number, or a kind of network.
func validHint(name, value string) bool {
	if name == "ect" {
		return slices.Contains([]string{"slow-2g", "2g", "3g", "4g"}, value)
	}
	number, err := strconv.ParseFloat(value, 64)
	return err == nil && number >= 0
}

// longNumber reports whether a range has a number that no engine can read.
func longNumber(value string) bool {
	_, set, _ := strings.Cut(value, "=")
	first, last, _ := strings.Cut(set, "-")
	for _, number := range []string{first, last} {
		if _, err := strconv.ParseInt(number, 10, 64); errors.Is(err, strconv.ErrRange) {
			return true
		}
	}
	return false
}

// safelistsNoCORS follows Fetch, no-CORS-safelisted request-header.
func (e Engine) safelistsNoCORS(name, value string) bool {
	name = strings.ToLower(name)
	return name != "range" && !clientHint(name, value) && e.safelists(name, value)
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
