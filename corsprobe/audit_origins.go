package main

import (
	"context"
	"net"
	"net/http"
	"net/netip"
	"net/url"
	"slices"
	"strconv"
	"strings"

	"golang.org/x/net/publicsuffix"

	"github.com/corsuite/corsuite/core/browser"
)

// stranger is a host that no page has, since the suffix is reserved (RFC 6761).
const stranger = "corsprobe.invalid"

// trick is an origin that a careless comparison takes for the origin of a trusted page.
type trick struct {
	name   string // of the finding
	origin string
	host   string // of the trusted page
}

// originParts are the parts of the origin of a trusted page.
type originParts struct{ scheme, host, port string }

func splitOrigin(origin string) originParts {
	u, err := url.Parse(origin)
	if err != nil {
		return originParts{}
	}
	return originParts{u.Scheme, u.Hostname(), u.Port()}
}

// with returns the origin of another host, with the same scheme and port.
func (p originParts) with(host string) string { return p.scheme + "://" + joinPort(host, p.port) }

func joinPort(host, port string) string {
	if port != "" {
		return net.JoinHostPort(host, port)
	}
	if strings.Contains(host, ":") {
		return "[" + host + "]"
	}
	return host
}

// tricks returns the origins to try in the place of a trusted page. Broad ones come first,
// since a server that accepts one of these accepts others by the same fault.
//
// Most hosts are below corsprobe.invalid. A fault at the end of a host, or in place of one
// of its dots, needs a host with the suffix of the trusted one. Such a host is a value of
// Origin only: nothing looks up its name or connects to it.
func (p originParts) tricks(target *url.URL) (all []trick) {
	add := func(name, origin string) {
		if sendable(origin) && origin != target.Scheme+"://"+target.Host {
			all = append(all, trick{name, origin, p.host})
		}
	}
	if _, err := netip.ParseAddr(p.host); err == nil || !strings.Contains(p.host, ".") {
		if !strings.Contains(p.host, ":") {
			p.addBefore(add)
		}
	} else {
		p.addBefore(add)
		p.addRegistrable(add)
		add(originSubdomain, p.with("corsprobe."+p.host))
	}
	add(originPort, p.scheme+"://"+joinPort(p.host, p.otherPort(target)))
	if p.scheme == "https" && (target.Scheme == "https" || loopback(target.Hostname())) {
		add(originHTTP, "http://"+joinPort(p.host, p.port))
	}
	return all
}

// addBefore adds hosts that begin with the trusted one, or contain it.
func (p originParts) addBefore(add func(name, origin string)) {
	add(originContains, p.with("corsprobe."+p.host+"."+stranger))
	add(originPrefix, p.with(p.host+"."+stranger))
	// Expressions such as ([^.\w].*)? accept one of these characters after the host.
	add(originSpecial, p.with(p.host+"_."+stranger))
	add(originSpecial, p.with(p.host+"-"+stranger))
}

// addRegistrable adds hosts that an attacker can register, or hosts of the same owner that
// end with the trusted host.
func (p originParts) addRegistrable(add func(name, origin string)) {
	domain, err := publicsuffix.EffectiveTLDPlusOne(p.host)
	if err != nil {
		return // the host is a public suffix
	}
	add(originSuffix, p.with("corsprobe"+domain))
	if p.host != domain {
		add(originSubdomain, p.with("corsprobe."+domain))
		add(originSibling, p.with("corsprobe"+p.host))
	}
	suffix, _ := publicsuffix.PublicSuffix(p.host)
	for i := range len(p.host) {
		if p.host[i] == '.' {
			if host := p.host[:i] + "x" + p.host[i+1:]; registrable(host, domain, suffix) {
				add(originDot, p.with(host))
				break
			}
		}
	}
	for end := len(p.host) - 1; end > 0; end-- {
		if host := p.host[:end]; registrable(host, domain, "") {
			add(originPart, p.scheme+"://"+host)
			break
		}
	}
}

// registrable reports whether an attacker can register the domain of a host. This is so
// under a suffix of the public suffix list, and under the suffix of the trusted host, which can be
// that of a private network.
func registrable(host, trusted, suffix string) bool {
	own, icann := publicsuffix.PublicSuffix(host)
	domain, err := publicsuffix.EffectiveTLDPlusOne(host)
	return err == nil && domain != trusted && (icann || own == suffix)
}

// otherPort returns a port that is not that of the page. It begins with the digits of the
// page's port if it can, so that a comparison of the beginning accepts it too.
func (p originParts) otherPort(target *url.URL) string {
	if n, err := strconv.Atoi(p.port + "0"); err == nil && p.port != "" && n < 1<<16 {
		return strconv.Itoa(n)
	}
	ports := slices.DeleteFunc([]string{"8443", "9443", "10443"}, func(port string) bool { return port == p.port || port == target.Port() })
	return ports[0]
}

// sendable reports whether a browser can send this origin.
func sendable(origin string) bool {
	b := browser.Browser{Transport: browser.TransportFunc(func(*http.Request) (*http.Response, error) { return nil, errNotSent })}
	_, err := b.Fetch(context.Background(), browser.Request{Origin: origin, URL: "https://" + stranger})
	return err == nil
}

// private reports whether the network probably protects a host.
func private(host string) bool {
	if ip, err := netip.ParseAddr(host); err == nil {
		return ip.IsPrivate() || ip.IsLoopback() || ip.IsLinkLocalUnicast()
	}
	suffix, icann := publicsuffix.PublicSuffix(host)
	return loopback(host) || !icann && !strings.Contains(suffix, ".")
}
