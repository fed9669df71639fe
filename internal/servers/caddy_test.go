package servers

import (
	"testing"

	"github.com/corsuite/corsuite/internal/programs"
)

func caddy() server {
	f := frame{
		file: "Caddyfile",
		before: `{
	admin off
	auto_https off
}
`,
		around: `
:{{.Port}} {
	bind 127.0.0.1
	CONFIG
}
`,
	}
	return server{"Caddy", caddyMistakes(), func(t *testing.T, sites []*site) {
		t.Helper()
		path, dir := programs.Find(t, programs.Servers, "caddy", "/usr/bin/caddy"), programs.NewHome(t)
		f.run(t, path, dir, sites, "run", "--config", "FILE", "--adapter", "caddyfile")
	}}
}

func caddyMistakes() []mistake {
	return []mistake{
		{
			name: "a header that is removed delays the others", report: "caddyserver/caddy#6052", cause: "error-without-cors",
			call: get(),
			config: `header {
				Access-Control-Allow-Origin "{{.Page}}"
				-Server
			}
			reverse_proxy 127.0.0.1:1
			{{if .Fix}}handle_errors {
				{{.Fix}}
				respond "error"
			}{{end}}`,
		},
		{
			name: "preflights without the headers", report: "bytedance/deer-flow#1157", cause: "allow-origin-missing",
			call: put(),
			config: `@options method OPTIONS
			handle @options {
				{{.Fix}}
				respond 204
			}
			handle {
				header Access-Control-Allow-Origin "{{.Page}}"
				reverse_proxy {{.App}}
			}`,
		},
		{
			name: "the application sends the headers too", report: "caddyserver/caddy#1073", cause: "allow-origin-multiple",
			call: credentialed(at("/cors", get())),
			config: `header Access-Control-Allow-Origin "{{.Page}}"
			header Access-Control-Allow-Credentials true
			reverse_proxy {{.App}} {
				{{.Fix}}
			}`,
		},
		{
			name: "basicauth for preflights", report: "caddyserver/caddy#1568", cause: "preflight-unauthorized",
			call: authorized(),
			config: `header Access-Control-Allow-Origin "{{.Page}}"
			header Access-Control-Allow-Headers "Authorization"
			route {
				{{.Fix}}
				basicauth {
					user $2y$05$QAwHrW1/JTbTI2fjpGKcl.MHyvp05mZwIJs5.uhQgvMriVQf0ilZ2
				}
				reverse_proxy {{.App}}
			}`,
		},
		{
			name: "no answer to OPTIONS", report: "greenpau/caddy-security#312", cause: "preflight-not-found",
			call: at("/strict", put()),
			config: `header {
				Access-Control-Allow-Origin "{{.Page}}"
				Access-Control-Allow-Methods "PUT"
				Access-Control-Allow-Headers "Content-Type"
			}
			{{.Fix}}
			reverse_proxy {{.App}}`,
		},
	}
}
