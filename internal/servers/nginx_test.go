package servers

import (
	"testing"

	"github.com/corsuite/corsuite/internal/programs"
)

func nginx() server {
	f := frame{
		file: "nginx.conf",
		before: `daemon off;
worker_processes 1;
pid {{.Home}}/pid;
error_log stderr;
{{if .Root}}user root;{{end}}
events { worker_connections 100; }
http {
	access_log off;
	default_type text/plain;
	client_body_temp_path {{.Home}};
	proxy_temp_path {{.Home}};
	fastcgi_temp_path {{.Home}};
	uwsgi_temp_path {{.Home}};
	scgi_temp_path {{.Home}};
	limit_req_zone $server_port zone=minute:32k rate=1r/m;
`,
		around: `
	server {
		listen 127.0.0.1:{{.Port}};
		CONFIG
	}
`,
		after: "}\n",
	}
	return server{"nginx", nginxMistakes(), func(t *testing.T, sites []*site) {
		t.Helper()
		path, dir := programs.Find(t, programs.Servers, "nginx", "/usr/sbin/nginx"), programs.NewHome(t)
		f.run(t, path, dir, sites, "-c", "FILE", "-p", "HOME", "-e", "stderr")
	}}
}

func nginxMistakes() []mistake {
	return []mistake{
		{
			name: "add_header without always", report: "openfoodfacts/openfoodfacts-infrastructure#672", cause: "error-without-cors",
			call: at("/fail", get()),
			config: `location / {
				{{if .Fix}}{{.Fix}}{{else}}add_header Access-Control-Allow-Origin "{{.Page}}";{{end}}
				proxy_pass http://{{.App}};
			}`,
		},
		{
			name: "a location with its own add_header", report: "nginx/nginx#487", cause: "allow-origin-missing",
			call: get(),
			config: `add_header Access-Control-Allow-Origin "{{.Page}}" always;
			location / {
				add_header Cache-Control "no-store";
				{{.Fix}}
				proxy_pass http://{{.App}};
			}`,
		},
		{
			name: "an if with its own add_header", report: "nginx-proxy/nginx-proxy#1668", cause: "allow-origin-missing",
			call: put(),
			config: `location / {
				add_header Access-Control-Allow-Origin "{{.Page}}" always;
				add_header Access-Control-Allow-Methods "GET, PUT" always;
				add_header Access-Control-Allow-Headers "Content-Type" always;
				if ($request_method = OPTIONS) {
					add_header Access-Control-Max-Age 1728000;
					{{.Fix}}
					return 204;
				}
				proxy_pass http://{{.App}};
			}`,
		},
		{
			name: "files do not answer OPTIONS", report: "openedx-unsupported/configuration#4730", cause: "preflight-not-found",
			call: with(get(), "X-Requested-With", "fetch"),
			config: `location / {
				root {{.Files}};
				add_header Access-Control-Allow-Origin "{{.Page}}" always;
				add_header Access-Control-Allow-Headers "X-Requested-With" always;
				{{.Fix}}
			}`,
		},
		{
			name: "auth_basic for preflights", report: "nginx-proxy/nginx-proxy#1176", cause: "preflight-unauthorized",
			call: authorized(),
			config: `location / {
				auth_basic "items";
				auth_basic_user_file {{.Files}}/passwords;
				add_header Access-Control-Allow-Origin "{{.Page}}" always;
				add_header Access-Control-Allow-Headers "Authorization" always;
				{{.Fix}}
				proxy_pass http://{{.App}};
			}`,
		},
		{
			name: "the application sends the headers too", report: "nginx-proxy/nginx-proxy#1333", cause: "allow-origin-multiple",
			call: credentialed(at("/cors", get())),
			config: `location / {
				add_header Access-Control-Allow-Origin "{{.Page}}" always;
				add_header Access-Control-Allow-Credentials "true" always;
				{{.Fix}}
				proxy_pass http://{{.App}};
			}`,
		},
		{
			name: "a redirect to the final slash", report: "digiaonline/lumen-cors#32", cause: "preflight-redirect",
			call: at("/items", put()),
			config: `location /items/ {
				add_header Access-Control-Allow-Origin "{{.Page}}" always;
				add_header Access-Control-Allow-Methods "PUT" always;
				add_header Access-Control-Allow-Headers "Content-Type" always;
				if ($request_method = OPTIONS) { return 204; }
				proxy_pass http://{{.App}}/items;
			}`,
		},
		{
			name: "a rate limit for preflights", report: "hypothesis/h#5423", cause: "preflight-rate-limited",
			call: put(), earlier: 1,
			config: `location / {
				limit_req zone=minute;
				limit_req_status 429;
				add_header Access-Control-Allow-Origin "{{.Page}}" always;
				add_header Access-Control-Allow-Methods "PUT" always;
				add_header Access-Control-Allow-Headers "Content-Type" always;
				{{.Fix}}
				proxy_pass http://{{.App}};
			}`,
		},
		{
			name: "* with credentials", report: "monsur/enable-cors.org#101", cause: "allow-origin-wildcard",
			call: credentialed(get()),
			config: `location / {
				{{if .Fix}}{{.Fix}}{{else}}add_header Access-Control-Allow-Origin * always;{{end}}
				proxy_pass http://{{.App}};
			}`,
		},
	}
}
