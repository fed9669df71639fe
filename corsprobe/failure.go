package main

import (
	"context"
	"crypto/tls"
	"crypto/x509"
	"errors"
	"fmt"
	"io"
	"net"
	"net/url"
	"strings"
	"syscall"
)

// describe says in words why the server of a URL cannot be reached, and what to try. The URL
// can come from a redirect.
func describe(err error, from string, maxTime float64) error {
	host := from
	if u, parseErr := url.Parse(from); parseErr == nil {
		host = u.Host
	}
	host = shown(host)
	var (
		dns       *net.DNSError
		authority x509.UnknownAuthorityError
		name      x509.HostnameError
		invalid   x509.CertificateInvalidError
		record    tls.RecordHeaderError
		alert     tls.AlertError
		network   *net.OpError
		timeout   net.Error
	)
	text := ""
	switch {
	case err == nil:
		return errors.New("the server cannot be reached")
	case errors.As(err, &dns) && dns.IsNotFound:
		text = fmt.Sprintf("the name %s is not known; check the host, or use --resolve HOST:PORT:ADDRESS", shown(dns.Name))
	case errors.As(err, &dns):
		text = fmt.Sprintf("the address of %s cannot be looked up; check the network and the name server", shown(dns.Name))
	case errors.As(err, &authority):
		text = "the certificate of " + host + " comes from an unknown authority; a browser refuses it, too, unless it trusts that authority; add -k to go on"
	case errors.As(err, &name):
		text = "the certificate is not for " + host + "; a browser refuses it, too; add -k to go on"
	case errors.As(err, &invalid):
		text = "the certificate of " + host + " is not valid, for example expired; a browser refuses it, too; add -k to go on"
	case errors.As(err, &record):
		text = host + " answers without TLS; write http:// in the place of https://, or use the port of https"
	case errors.As(err, &alert):
		text = "the TLS connection to " + host + " fails; check that it serves https at this port"
	case errors.As(err, &network) && network.Op == "proxyconnect":
		text = "the proxy cannot be reached; check -x and the environment variables HTTPS_PROXY and HTTP_PROXY"
	case errors.Is(err, syscall.ECONNREFUSED):
		text = host + " refuses the connection; check that the server runs, and its port"
	case errors.Is(err, context.DeadlineExceeded), errors.As(err, &timeout) && timeout.Timeout():
		text = fmt.Sprintf("%s does not answer in time; check the host and the port, or use a --max-time of more than %g seconds", host, maxTime)
	case errors.Is(err, context.Canceled):
		text = "interrupted"
	case errors.Is(err, io.EOF), errors.Is(err, io.ErrUnexpectedEOF), errors.Is(err, syscall.ECONNRESET):
		text = host + " closes the connection without an answer; look at the log of the server"
	case strings.Contains(err.Error(), "malformed HTTP"), strings.Contains(err.Error(), "readLoopPeekFail"): // before the request, as SSH does
		text = host + " does not answer with HTTP; if it serves https, write https:// in the URL"
	default:
		text = host + " cannot be reached"
	}
	return fmt.Errorf("%s (%s)", text, shown(err.Error()))
}
