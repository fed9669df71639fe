package servers

import (
	"testing"

	"github.com/corsuite/corsuite/internal/programs"
)

func apache() server {
	f := frame{
		file: "apache.conf",
		before: `ServerRoot {{.Home}}
ServerName localhost
PidFile {{.Home}}/pid
ErrorLog /dev/stderr
{{if .Root}}User nobody
Group nogroup{{end}}
LoadModule mpm_event_module /usr/lib/apache2/modules/mod_mpm_event.so
LoadModule authz_core_module /usr/lib/apache2/modules/mod_authz_core.so
LoadModule authz_user_module /usr/lib/apache2/modules/mod_authz_user.so
LoadModule authn_core_module /usr/lib/apache2/modules/mod_authn_core.so
LoadModule authn_file_module /usr/lib/apache2/modules/mod_authn_file.so
LoadModule auth_basic_module /usr/lib/apache2/modules/mod_auth_basic.so
LoadModule dir_module /usr/lib/apache2/modules/mod_dir.so
LoadModule headers_module /usr/lib/apache2/modules/mod_headers.so
LoadModule proxy_module /usr/lib/apache2/modules/mod_proxy.so
LoadModule proxy_http_module /usr/lib/apache2/modules/mod_proxy_http.so
LoadModule rewrite_module /usr/lib/apache2/modules/mod_rewrite.so
LoadModule setenvif_module /usr/lib/apache2/modules/mod_setenvif.so
StartServers 1
ThreadsPerChild 8
MinSpareThreads 1
`,
		around: `
Listen 127.0.0.1:{{.Port}}
<VirtualHost 127.0.0.1:{{.Port}}>
	DocumentRoot {{.Files}}
	CONFIG
</VirtualHost>
`,
	}
	return server{"Apache", apacheMistakes(), func(t *testing.T, sites []*site) {
		t.Helper()
		path, dir := programs.Find(t, programs.Servers, "apache2", "/usr/sbin/apache2"), programs.NewHome(t)
		f.run(t, path, dir, sites, "-f", "FILE", "-D", "FOREGROUND")
	}}
}

func apacheMistakes() []mistake {
	return []mistake{
		{
			name: "Header without always", report: "apereo/mod_auth_cas#142", cause: "error-without-cors",
			call:   at("/missing", get()),
			config: `{{if .Fix}}{{.Fix}}{{else}}Header set Access-Control-Allow-Origin "{{.Page}}"{{end}}`,
		},
		{
			name: "Header without always for R=200", report: "200ok-ch/organice#316", cause: "allow-origin-missing",
			call: put(),
			config: `ProxyPass / http://{{.App}}/
			RewriteEngine on
			RewriteCond %{REQUEST_METHOD} OPTIONS
			RewriteRule ^(.*)$ $1 [R=200,L]
			{{if .Fix}}{{.Fix}}{{else}}Header set Access-Control-Allow-Origin "{{.Page}}"
			Header set Access-Control-Allow-Methods "PUT"
			Header set Access-Control-Allow-Headers "Content-Type"{{end}}`,
		},
		{
			name: "authentication for preflights", report: "opencpu/opencpu#285", cause: "preflight-unauthorized",
			call: authorized(),
			config: `Header always set Access-Control-Allow-Origin "{{.Page}}"
			Header always set Access-Control-Allow-Headers "Authorization"
			{{.Fix}}
			<Location />
				AuthType Basic
				AuthName items
				AuthUserFile {{.Files}}/passwords
				Require valid-user
			</Location>`,
		},
		{
			name: "LimitExcept without OPTIONS", report: "ocf/puppet#197", cause: "preflight-unauthorized",
			call: put(),
			config: `ProxyPass / http://{{.App}}/
			Header always set Access-Control-Allow-Origin "{{.Page}}"
			Header always set Access-Control-Allow-Methods "PUT"
			Header always set Access-Control-Allow-Headers "Content-Type"
			{{.Fix}}
			<Location />
				<LimitExcept GET POST PUT>
					Require all denied
				</LimitExcept>
			</Location>`,
		},
		{
			name: "the application sends the headers too", report: "phpipam/phpipam#3554", cause: "allow-origin-multiple",
			call: credentialed(at("/cors", get())),
			config: `ProxyPass / http://{{.App}}/
			Header always set Access-Control-Allow-Origin "{{.Page}}"
			Header always set Access-Control-Allow-Credentials "true"
			{{.Fix}}`,
		},
		{
			name: "Header beside Header always", report: "OWASP/CheatSheetSeries#2012", cause: "allow-origin-multiple",
			call: get(),
			config: `Header set Access-Control-Allow-Origin "{{.Page}}"
			Header always set Access-Control-Allow-Origin "{{.Page}}"
			{{.Fix}}`,
		},
		{
			name: "a folder without its final slash", report: "fruitcake/laravel-cors#239", cause: "redirect-without-cors",
			call:   at("/folder", get()),
			config: `Header set Access-Control-Allow-Origin "{{.Page}}"`,
		},
		{
			name: "a pattern without the port", report: "defunkt/dotjs#135", cause: "allow-origin-missing",
			call: get(),
			config: `SetEnvIf Origin "^(https?://(localhost|app\.localhost))$" ALLOWED=$1
			Header always set Access-Control-Allow-Origin "%{ALLOWED}e" env=ALLOWED
			{{.Fix}}`,
		},
	}
}
