package servers

import (
	"testing"

	"github.com/corsuite/corsuite/internal/programs"
)

func haproxy() server {
	f := frame{
		file: "haproxy.cfg",
		before: `global
	maxconn 100
defaults
	mode http
	retries 0
	timeout connect 10s
	timeout client 60s
	timeout server 60s
`,
		around: `
listen site{{.Port}}
	bind 127.0.0.1:{{.Port}}
	CONFIG
`,
	}
	return server{"HAProxy", haproxyMistakes(), func(t *testing.T, sites []*site) {
		t.Helper()
		path, dir := programs.Find(t, programs.Servers, "haproxy", "/usr/sbin/haproxy"), programs.NewHome(t)
		f.run(t, path, dir, sites, "-f", "FILE", "-db")
	}}
}

func haproxyMistakes() []mistake {
	return []mistake{
		{
			name: "http-response for the errors of HAProxy", report: "jcmoraisjr/haproxy-ingress#1391", cause: "error-without-cors",
			call: get(),
			config: `http-response set-header Access-Control-Allow-Origin "{{.Page}}"
	{{.Fix}}
	server app 127.0.0.1:1`,
		},
		{
			name: "the application sends the headers too", report: "haproxytech/haproxy-lua-cors#17", cause: "allow-origin-multiple",
			call: credentialed(at("/cors", get())),
			config: `{{.Fix}}
	http-response add-header Access-Control-Allow-Origin "{{.Page}}"
	http-response add-header Access-Control-Allow-Credentials true
	server app {{.App}}`,
		},
		{
			name: "the application does not answer OPTIONS", report: "openedx-unsupported/configuration#4730", cause: "preflight-not-found",
			call: at("/strict", put()),
			config: `{{.Fix}}
	{{if .Fix}}http-after-response{{else}}http-response{{end}} set-header Access-Control-Allow-Origin "{{.Page}}"
	{{if .Fix}}http-after-response{{else}}http-response{{end}} set-header Access-Control-Allow-Methods PUT
	{{if .Fix}}http-after-response{{else}}http-response{{end}} set-header Access-Control-Allow-Headers Content-Type
	server app {{.App}}`,
		},
		{
			name: "preflights without Authorization are denied", report: "auth0/node-oauth2-jwt-bearer#44", cause: "preflight-unauthorized",
			call: authorized(),
			config: `{{.Fix}}
	http-request deny unless { req.hdr(Authorization) -m found }
	http-response set-header Access-Control-Allow-Origin "{{.Page}}"
	server app {{.App}}`,
		},
	}
}
