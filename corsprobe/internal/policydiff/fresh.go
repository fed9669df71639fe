package policydiff

import (
	"iter"
	"strconv"
	"strings"
)

// fresh has a label and a port that no entry has. An entry that matches an origin with them
// matches them by a wildcard. The port is empty if the entries have all ports.
type fresh struct{ label, port string }

func newFresh(entries []string) fresh {
	f := fresh{label: newLabel(strings.Join(entries, " "))}
	used := make(map[string]bool)
	for _, entry := range entries {
		_, _, port := parts(entry)
		used[port] = true
	}
	for n := 9999; n > 0 && f.port == ""; n-- {
		if port := strconv.Itoa(n); !used[":"+port] {
			f.port = port
		}
	}
	return f
}

// newLabel returns the first of x0, x1 and so on that is not in a text. Each character of
// the text begins at most one of them with the same length, so there is always one.
func newLabel(text string) string {
	var used map[string]bool // with the current length
	length := 0
	for n := int64(0); ; n++ {
		label := "x" + strconv.FormatInt(n, 36)
		if length != len(label) {
			length, used = len(label), make(map[string]bool)
			for i := range max(len(text)-length+1, 0) {
				if text[i] == label[0] {
					used[text[i:i+length]] = true
				}
			}
		}
		if !used[label] {
			return label
		}
	}
}

// stranger is a page on a host that no entry has.
func (f fresh) stranger() string { return "https://" + f.label + ".invalid" }

// parts splits a valid entry. host is without the port.
func parts(entry string) (scheme, host, port string) {
	scheme, host, _ = strings.Cut(entry, "://")
	if i := strings.LastIndexByte(host, ':'); i >= 0 && !strings.HasSuffix(host, "]") {
		host, port = host[:i], host[i:]
	}
	return scheme, host, port
}

// wildcard reports whether an entry matches several origins.
func wildcard(entry string) bool { return strings.Contains(entry, "*") }

// domain returns the host behind the label with a wildcard, or "" if there is none.
func domain(entry string) string {
	_, host, _ := parts(entry)
	label, rest, _ := strings.Cut(host, ".")
	if !wildcard(label) {
		return ""
	}
	return rest
}

// partOfLabel reports whether a wildcard is for a part of a label only.
func partOfLabel(entry string) bool {
	_, host, _ := parts(entry)
	label, _, _ := strings.Cut(host, ".")
	return wildcard(label) && label != "*"
}

// letters can begin and end a label.
const letters = "abcdefghijklmnopqrstuvwxyz0123456789"

// witnesses yields origins that an entry matches and that no other entry matches, except by a
// wildcard that matches all origins of the entry, or by one for a part of a label. One of the
// latter matches at most two of the witnesses.
func (f fresh) witnesses(entry string) iter.Seq[string] {
	return func(yield func(string) bool) {
		scheme, host, port := parts(entry)
		if port == ":*" {
			port = ":" + f.port
		}
		switch label, rest, _ := strings.Cut(host, "."); {
		case entry == "*":
			yield("null") // no other entry matches it
		case port == ":": // the entries have all ports
		case host == "*":
			yield(scheme + "://" + f.label + "." + f.label + port)
		case label == "*":
			// One label alone could match a wildcard for a part of a label.
			yield(scheme + "://" + f.label + "." + f.label + "." + rest + port)
		case partOfLabel(entry):
			for _, c := range letters {
				if !yield(scheme + "://" + strings.Replace(label, "*", string(c)+f.label+string(c), 1) + "." + rest + port) {
					return
				}
			}
		default:
			yield(scheme + "://" + host + port)
		}
	}
}

// candidates yields origins that an entry matches, the clearest ones first.
func (f fresh) candidates(entry string) iter.Seq[string] {
	return func(yield func(string) bool) {
		for origin := range f.witnesses(entry) {
			if !yield(origin) {
				return
			}
		}
		if entry == "*" {
			yield(f.stranger())
			return
		}
		short := strings.TrimSuffix(entry, ":*")
		for _, c := range letters {
			if !yield(strings.Replace(short, "*", string(c), 1)) {
				return
			}
		}
	}
}

// neighbours returns origins that look like those of an entry.
func (f fresh) neighbours(entry string) []string {
	if entry == "*" {
		return nil
	}
	var near []string
	for origin := range f.candidates(entry) {
		near = append(near, origin)
		break
	}
	scheme, host, port := parts(near[0])
	other := map[string]string{"https": "http", "http": "https"}[scheme]
	if other != "" {
		near = append(near, other+"://"+host+port)
	}
	near = append(near, scheme+"://"+host, scheme+"://"+host+":"+f.port)
	if !strings.HasPrefix(host, "[") {
		near = append(near, scheme+"://"+f.label+"."+host+port, scheme+"://"+f.label+"-"+host+port)
	}
	if d := domain(entry); d != "" {
		near = append(near, scheme+"://"+d+port)
	} else if _, parent, ok := strings.Cut(host, "."); ok {
		near = append(near, scheme+"://"+parent+port)
	}
	return near
}
