package main

import (
	"slices"
	"strconv"
	"strings"
)

// kind is the kind of correction that a cause needs.
type kind uint8

const (
	fixPage kind = iota // in the page, not in the server
	fixOrigin
	fixCredentials
	fixMethods
	fixHeaders
	fixPreflight // answer the preflight earlier
	fixDuplicate // remove one of two layers
	fixErrors    // send the headers with errors too
)

// server is a library or a server, and what to write for it.
type server struct {
	name       string
	begin, end string // around the fields of a configuration
	separator  string
	fields     map[kind]func(values []string) string
	lines      map[kind]string // for corrections that are not a field
}

// advice is what to write for one server.
type advice struct {
	Server string `json:"server"`
	Write  string `json:"write"`
}

// advise returns what to write for each server, or for the one that only names. It returns
// nil if no server is at fault.
func advise(causes, failed []cause, only string) (all []advice) {
	values := make(map[kind][]string)
	var kinds []kind
	add := func(k kind, v []string) {
		if !slices.Contains(kinds, k) {
			kinds = append(kinds, k)
		}
		values[k] = v
	}
	for _, c := range causes {
		if c.kind == fixPage {
			return nil
		}
		switch {
		case c.kind == fixDuplicate && c.check == checkCredentials:
			add(c.kind, append(values[c.kind], allowCredentials))
		case c.kind == fixDuplicate:
			add(c.kind, []string{allowOrigin})
		case c.kind > fixHeaders:
			add(c.kind, nil)
		}
	}
	for _, c := range failed {
		for _, n := range c.needs {
			if c.follows {
				continue
			}
			add(kindOf(n.header), strings.Split(n.value, ", "))
		}
	}
	for _, s := range servers() {
		if text := s.write(kinds, values); text != "" && (only == "" || strings.EqualFold(only, s.name)) {
			all = append(all, advice{s.name, text})
		}
	}
	return all
}

func kindOf(header string) kind {
	switch header {
	case allowCredentials:
		return fixCredentials
	case allowMethods:
		return fixMethods
	case allowHeaders:
		return fixHeaders
	default:
		return fixOrigin
	}
}

func (s *server) write(kinds []kind, values map[kind][]string) string {
	var lines, fields []string
	for _, k := range kinds {
		if line := s.lines[k]; line != "" && k == fixDuplicate {
			for _, header := range values[k] {
				lines = append(lines, strings.Replace(line, allowOrigin, header, 1))
			}
		} else if line != "" {
			lines = append(lines, line)
		}
		if field := s.fields[k]; field != nil && !slices.Contains(kinds, fixDuplicate) {
			fields = append(fields, field(values[k]))
		}
	}
	if fields != nil {
		lines = append(lines, s.begin+strings.Join(fields, s.separator)+s.end)
	}
	return strings.Join(lines, "\n")
}

// quoted returns the values in quotation marks.
func quoted(values []string) string {
	q := make([]string, len(values))
	for i, v := range values {
		q[i] = strconv.Quote(v)
	}
	return strings.Join(q, ", ")
}

// between returns a list in Go, JavaScript or Java.
func between(begin, end string) func([]string) string {
	return func(values []string) string { return begin + quoted(values) + end }
}

// joined returns a list that is one string. Fiber v2 does not remove blanks.
func joined(values []string) string { return strconv.Quote(strings.Join(values, ",")) }

// config returns the fields of a library's configuration.
func config(list func([]string) string, origins, methods, headers, credentials string) map[kind]func([]string) string {
	field := func(name string) func([]string) string {
		return func(values []string) string { return name + list(values) }
	}
	return map[kind]func([]string) string{
		fixOrigin: field(origins), fixMethods: field(methods), fixHeaders: field(headers),
		fixCredentials: func([]string) string { return credentials },
	}
}

// directives returns one directive for each header. Its form has % for name and value.
func directives(form string) map[kind]func([]string) string {
	directive := func(header string) func([]string) string {
		return func(values []string) string {
			return strings.Replace(form, "%", header+" "+strconv.Quote(strings.Join(values, ", ")), 1)
		}
	}
	return map[kind]func([]string) string{
		fixOrigin: directive(allowOrigin), fixCredentials: directive(allowCredentials), fixMethods: directive(allowMethods), fixHeaders: directive(allowHeaders),
	}
}

// servers returns what to write for each library and server. A test compiles the lines for Go.
func servers() []server {
	goList := between("[]string{", "}")
	goFields := config(goList, "AllowOrigins: ", "AllowMethods: ", "AllowHeaders: ", "AllowCredentials: true")
	return []server{
		{
			"corsuite", "core.Config{", "}", ", ", goFields,
			map[kind]string{
				fixPreflight: "ginadapter.Install(r, policy) // or another adapter's, before all routes and other middleware",
				fixDuplicate: "r.Use(ginadapter.KeepCORS) // or nethttp.StripCORS for an upstream",
				fixErrors:    "r.Use(ginadapter.Middleware(policy)) // the first middleware, so that errors have the headers too",
			},
		},
		{
			"gin-contrib", "cors.Config{", "}", ", ", goFields,
			map[kind]string{
				fixPreflight: "r.Use(cors.New(config)) // on the engine, not on a group; before authentication",
				fixDuplicate: "// remove c.Header(\"Access-Control-Allow-Origin\", …) from the handlers, or cors.New",
				fixErrors:    "r.Use(cors.New(config)) // before gin.Recovery() and all other middleware",
			},
		},
		{
			"echo", "middleware.CORSConfig{", "}", ", ", goFields,
			map[kind]string{
				fixPreflight: "e.Use(middleware.CORSWithConfig(config)) // on the instance, not on a group; before authentication",
				fixDuplicate: "// remove c.Response().Header().Set(\"Access-Control-Allow-Origin\", …) from the handlers, or the middleware",
				fixErrors:    "e.Use(middleware.CORSWithConfig(config)) // before middleware.Recover() and all other middleware",
			},
		},
		{
			"fiber", "cors.Config{", "}", ", ", goFields,
			map[kind]string{
				fixPreflight: "app.Use(cors.New(config)) // on the app, not on a group; before authentication",
				fixDuplicate: "// remove c.Set(\"Access-Control-Allow-Origin\", …) from the handlers, or cors.New",
				fixErrors:    "app.Use(cors.New(config)) // before all other middleware; an ErrorHandler must not reset the response",
			},
		},
		{
			"fiber-v2", "cors.Config{", "}", ", ", config(joined, "AllowOrigins: ", "AllowMethods: ", "AllowHeaders: ", "AllowCredentials: true"),
			map[kind]string{
				fixPreflight: "app.Use(cors.New(config)) // on the app, not on a group; before authentication",
				fixDuplicate: "// remove c.Set(\"Access-Control-Allow-Origin\", …) from the handlers, or cors.New",
				fixErrors:    "app.Use(cors.New(config)) // before all other middleware; an ErrorHandler must not reset the response",
			},
		},
		{
			"rs/cors", "cors.Options{", "}", ", ", config(goList, "AllowedOrigins: ", "AllowedMethods: ", "AllowedHeaders: ", "AllowCredentials: true"),
			map[kind]string{
				fixPreflight: "http.ListenAndServe(addr, cors.New(options).Handler(mux)) // around the whole router",
				fixDuplicate: "// remove w.Header().Set(\"Access-Control-Allow-Origin\", …) from the handlers, or cors.New",
				fixErrors:    "http.ListenAndServe(addr, cors.New(options).Handler(mux)) // around the whole router",
			},
		},
		{
			"nginx", "", "", "\n", directives("add_header % always;"),
			map[kind]string{
				fixPreflight: "if ($request_method = OPTIONS) { return 204; } # beside the add_header lines",
				fixDuplicate: "proxy_hide_header Access-Control-Allow-Origin; # or remove add_header",
				fixErrors:    "# add_header without \"always\" leaves out errors",
			},
		},
		{
			"Apache", "", "", "\n", directives("Header always set %"),
			map[kind]string{
				fixPreflight: "# in the VirtualHost, since in a Directory it comes after authentication\nRewriteEngine on\nRewriteCond %{REQUEST_METHOD} =OPTIONS\nRewriteRule ^ - [R=204,L]",
				fixDuplicate: "# or remove Header set\nHeader unset Access-Control-Allow-Origin",
				fixErrors:    "# Header set without \"always\" leaves out errors; replace it, since both together send the header twice",
			},
		},
		{
			"HAProxy", "", "", "\n", directives("http-after-response set-header %"),
			map[kind]string{
				fixPreflight: "http-request return status 204 if METH_OPTIONS # before the other http-request rules; http-response does not cover this answer, but http-after-response does",
				fixDuplicate: "http-response del-header Access-Control-Allow-Origin # before the rule that sets the header",
				fixErrors:    "# http-response leaves out the errors of HAProxy itself",
			},
		},
		{
			"Caddy", "header {\n\t", "\n}", "\n\t", directives("%"),
			map[kind]string{
				fixPreflight: "@preflight method OPTIONS\nrespond @preflight 204 # with basicauth, in a route block before it",
				fixDuplicate: "header_down -Access-Control-Allow-Origin # in the block of reverse_proxy",
				fixErrors:    "# the same header lines in handle_errors",
			},
		},
		{
			"Express", "cors({ ", " })", ", ", config(between("[", "]"), "origin: ", "methods: ", "allowedHeaders: ", "credentials: true"),
			map[kind]string{
				fixPreflight: "app.use(cors(options)) // before authentication and routes",
				fixDuplicate: "// remove res.set(\"Access-Control-Allow-Origin\", …) from the handlers, or cors()",
				fixErrors:    "app.use(cors(options)) // before all routes; an error handler must not remove headers",
			},
		},
		{
			"Spring", "registry.addMapping(\"/**\")", ";", "", config(between("(", ")"), ".allowedOrigins", ".allowedMethods", ".allowedHeaders", ".allowCredentials(true)"),
			map[kind]string{
				fixPreflight: "http.cors(Customizer.withDefaults()); // in the SecurityFilterChain",
				fixDuplicate: "// remove @CrossOrigin or the header of the proxy",
				fixErrors:    "http.cors(Customizer.withDefaults()); // in the SecurityFilterChain, so that the filter is before all others",
			},
		},
	}
}
