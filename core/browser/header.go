package browser

import (
	"maps"
	"net/http"
	"net/textproto"
	"slices"
	"strings"

	"golang.org/x/net/http/httpguts"
)

// headerList holds the request headers of a page (Fetch, header list).
type headerList []Header

// get follows Fetch, get a header from a header list.
func (l headerList) get(name string) (value string, present bool) {
	for _, h := range l {
		switch {
		case !strings.EqualFold(h.Name, name):
		case present:
			value += ", " + h.Value
		default:
			value, present = h.Value, true
		}
	}
	return value, present
}

// without follows Fetch, delete a header from a header list.
func (l headerList) without(names ...string) headerList {
	return slices.DeleteFunc(slices.Clone(l), func(h Header) bool {
		return slices.ContainsFunc(names, func(name string) bool { return strings.EqualFold(h.Name, name) })
	})
}

// header returns the list as it is sent. Headers of one name share a line.
func (l headerList) header() http.Header {
	header := make(http.Header)
	for _, h := range l {
		header.Add(h.Name, h.Value)
	}
	for name, values := range header {
		header[name] = []string{strings.Join(values, ", ")}
	}
	return header
}

// received returns the headers of an answer with canonical names, without blanks around
// values, and without line breaks. A transport in process can return headers in another
// form, but a server on the network cannot.
func (e Engine) received(header http.Header) http.Header {
	clean := make(http.Header, len(header))
	breaks := strings.NewReplacer("\r", " ", "\n", " ")
	for _, name := range slices.Sorted(maps.Keys(header)) {
		key := textproto.CanonicalMIMEHeaderKey(name)
		for _, value := range header[name] {
			value = strings.Trim(breaks.Replace(value), " \t")
			if value == "" && clean[key] != nil && e.ignoresEmptyLine(key) {
				continue
			}
			clean[key] = append(clean[key], value)
		}
	}
	return clean
}

// get follows Fetch, get a header from a header list. It joins the values of several
// lines.
func get(header http.Header, name string) (value string, present bool) {
	lines := header.Values(name)
	return strings.Join(lines, ", "), len(lines) != 0
}

// tokens follows Fetch, extract header list values, for headers that are lists of tokens.
// It ignores empty elements (RFC 9110, section 5.6.1). If an element is no token, it returns
// the elements before that one.
func tokens(header http.Header, name string) (list []string, present, valid bool) {
	lines := header.Values(name)
	for _, line := range lines {
		for element := range strings.SplitSeq(line, ",") {
			element = strings.Trim(element, " \t")
			if element == "" {
				continue
			}
			if !isToken(element) {
				return list, true, false
			}
			list = append(list, element)
		}
	}
	return list, len(lines) != 0, true
}

// containsFold reports whether a list has the name of a header, in upper or lower case.
func containsFold(list []string, name string) bool {
	return slices.ContainsFunc(list, func(s string) bool { return strings.EqualFold(s, name) })
}

// split follows Fetch, get, decode, and split. A comma in a quoted string does not
// separate values.
func split(value string) (values []string) {
	start, quoted := 0, false
	for i := 0; i < len(value); i++ {
		switch c := value[i]; {
		case quoted && c == '\\':
			i++
		case c == '"':
			quoted = !quoted
		case c == ',' && !quoted:
			values = append(values, strings.Trim(value[start:i], " \t"))
			start = i + 1
		}
	}
	return append(values, strings.Trim(value[start:], " \t"))
}

func isToken(s string) bool { return httpguts.ValidHeaderFieldName(s) }
