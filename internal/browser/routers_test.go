package browser

import (
	"context"
	"errors"
	"io"
	"log"
	"net"
	"net/http"
	"strconv"
	"strings"

	"github.com/corsuite/corsuite/chiadapter"
	"github.com/corsuite/corsuite/core"
	"github.com/corsuite/corsuite/core/nethttp"
	"github.com/corsuite/corsuite/echoadapter"
	"github.com/corsuite/corsuite/echov5adapter"
	"github.com/corsuite/corsuite/fiberadapter"
	"github.com/corsuite/corsuite/ginadapter"
	"github.com/gin-gonic/gin"
	"github.com/go-chi/chi/v5"
	"github.com/gofiber/fiber/v2"
	"github.com/labstack/echo/v4"
	echov5 "github.com/labstack/echo/v5"
)

// router is one framework with its adapter, or http.ServeMux with core/nethttp.
type router struct {
	name string
	// serve makes a server with one application for each prefix, behind front.
	serve func(f front, apps map[string]policies) server
}

func routers() []router {
	return []router{
		{"gin", netHTTP(ginApp)},
		{"echo", netHTTP(echoApp)},
		{"echov5", netHTTP(echov5App)},
		{"chi", netHTTP(chiApp)},
		{"fiber", fiberServer},
		{"fiberv3", fiberv3Server},
		{"nethttp", netHTTP(muxApp)},
	}
}

// prepareRouters changes the global settings of the frameworks.
func prepareRouters() {
	gin.SetMode(gin.ReleaseMode)
	chi.RegisterMethod("PURGE")
	chi.RegisterMethod("QUERY")
}

// server is an HTTP server of net/http or fasthttp.
type server struct {
	serve    func(net.Listener) error
	shutdown func(context.Context) error
}

// front runs before a router. It serves the page on the router's origin, and records all
// other requests.
type front struct {
	page string
	wire *wire
}

func methods() []string {
	return []string{"GET", "HEAD", "POST", "PUT", "DELETE", "PATCH", "OPTIONS", "PURGE", "QUERY"}
}

// answer returns the application's answer for a path below its prefix. /cached is for the
// HTTP cache, /login sets a cookie, and /moved/status/where redirects.
func answer(prefix, host, path string) (status int, header map[string]string, body string) {
	header = answered()
	switch words := strings.Split(path, "/"); words[1] {
	case "cached":
		header = map[string]string{"cache-control": "max-age=3600", "content-type": header["content-type"]}
	case "login":
		header["set-cookie"] = "session=1; Path=" + prefix
	case "moved":
		status, _ = strconv.Atoi(words[2]) // in all scenarios it is a number
		header["location"] = moved(words[3], prefix, host)
		return status, header, ""
	}
	return http.StatusOK, header, "items"
}

// moved returns a Location for /items: on the same origin if where is "here". Otherwise it
// has another name of the same server, which is another origin.
func moved(where, prefix, host string) string {
	if where == "here" {
		return prefix + "/items"
	}
	_, port, _ := strings.Cut(host, ":")
	return "http://127.0.0.1:" + port + prefix + "/items"
}

// paths returns the patterns that all methods have. Besides, GET /broken answers with an
// error, in the way of each framework.
func paths() []string { return []string{"/items", "/cached", "/login", "/moved/:status/:where"} }

var errBroken = errors.New("broken")

// below returns the methods of /group/items, which has the policy of the group. GET
// /shared/items has it too. PUT /group/own, /route/items and /shared/items have the policy
// of the route.
func below() []string { return []string{"GET", "PUT", "DELETE"} }

func ginApp(prefix string, p policies) http.Handler {
	r := gin.New()
	var cors *ginadapter.Groups
	if p.alone() {
		r.Use(ginadapter.Middleware(p.app))
	} else {
		cors = ginadapter.Install(r, p.app)
	}
	handle := func(c *gin.Context) {
		status, header, body := answer(prefix, c.Request.Host, strings.TrimPrefix(c.Request.URL.Path, prefix))
		for name, value := range header {
			c.Header(name, value)
		}
		c.Data(status, header["content-type"], []byte(body))
	}
	for _, path := range paths() {
		for _, method := range methods() {
			r.Handle(method, prefix+path, handle)
		}
	}
	r.GET(prefix+"/broken", func(c *gin.Context) { _ = c.AbortWithError(http.StatusInternalServerError, errBroken) })

	in := func(policy *core.Policy, routes func(*gin.RouterGroup)) {
		if policy == nil {
			routes(&r.RouterGroup)
			return
		}
		cors.Group(&r.RouterGroup, policy, routes)
	}
	in(p.group, func(g *gin.RouterGroup) {
		for _, method := range below() {
			g.Handle(method, prefix+"/group/items", handle)
		}
		g.GET(prefix+"/shared/items", handle)
	})
	in(p.route, func(g *gin.RouterGroup) {
		g.PUT(prefix+"/route/items", handle)
		g.PUT(prefix+"/group/own", handle)
		g.PUT(prefix+"/shared/items", handle)
	})
	return r
}

func echoApp(prefix string, p policies) http.Handler {
	e := echo.New()
	if p.alone() {
		e.Use(echoadapter.Middleware(p.app))
	} else {
		echoadapter.Install(e, p.app)
	}
	handle := func(c echo.Context) error {
		status, header, body := answer(prefix, c.Request().Host, strings.TrimPrefix(c.Request().URL.Path, prefix))
		for name, value := range header {
			c.Response().Header().Set(name, value)
		}
		return c.Blob(status, header["content-type"], []byte(body))
	}
	for _, path := range paths() {
		e.Match(methods(), prefix+path, handle)
	}
	e.GET(prefix+"/broken", func(echo.Context) error { return errBroken })

	var group, route []echo.MiddlewareFunc
	if p.group != nil {
		group = append(group, echoadapter.Middleware(p.group))
	}
	if p.route != nil {
		route = append(route, echoadapter.Middleware(p.route))
	}
	g := e.Group(prefix+"/group", group...)
	g.Match(below(), "/items", handle)
	g.PUT("/own", handle, route...)
	e.PUT(prefix+"/route/items", handle, route...)
	e.GET(prefix+"/shared/items", handle, group...)
	e.PUT(prefix+"/shared/items", handle, route...)
	return e
}

func echov5App(prefix string, p policies) http.Handler {
	e := echov5.New()
	if p.alone() {
		e.Use(echov5adapter.Middleware(p.app))
	} else {
		echov5adapter.Install(e, p.app)
	}
	handle := func(c *echov5.Context) error {
		status, header, body := answer(prefix, c.Request().Host, strings.TrimPrefix(c.Request().URL.Path, prefix))
		for name, value := range header {
			c.Response().Header().Set(name, value)
		}
		return c.Blob(status, header["content-type"], []byte(body))
	}
	for _, path := range paths() {
		e.Match(methods(), prefix+path, handle)
	}
	e.GET(prefix+"/broken", func(*echov5.Context) error { return errBroken })

	var group, route []echov5.MiddlewareFunc
	if p.group != nil {
		group = append(group, echov5adapter.Middleware(p.group))
	}
	if p.route != nil {
		route = append(route, echov5adapter.Middleware(p.route))
	}
	g := e.Group(prefix+"/group", group...)
	g.Match(below(), "/items", handle)
	g.PUT("/own", handle, route...)
	e.PUT(prefix+"/route/items", handle, route...)
	e.GET(prefix+"/shared/items", handle, group...)
	e.PUT(prefix+"/shared/items", handle, route...)
	return e
}

func chiApp(prefix string, p policies) http.Handler {
	r := chi.NewRouter()
	if p.alone() {
		r.Use(chiadapter.Middleware(p.app))
	} else {
		chiadapter.Install(r, p.app)
	}
	handle := handler(prefix)
	for _, path := range bracedPaths() {
		for _, method := range methods() {
			r.MethodFunc(method, prefix+path, handle)
		}
	}
	r.Get(prefix+"/broken", fail)

	group, route := r.With(), r.With()
	if p.group != nil {
		group = r.With(chiadapter.Middleware(p.group))
	}
	if p.route != nil {
		route = r.With(chiadapter.Middleware(p.route))
	}
	for _, method := range below() {
		group.MethodFunc(method, prefix+"/group/items", handle)
	}
	group.Get(prefix+"/shared/items", handle)
	route.Put(prefix+"/route/items", handle)
	route.Put(prefix+"/group/own", handle)
	route.Put(prefix+"/shared/items", handle)
	return r
}

// muxApp registers the policy of a group with each of its patterns: http.ServeMux has no
// groups.
func muxApp(prefix string, p policies) http.Handler {
	mux := http.NewServeMux()
	handle := handler(prefix)
	for _, path := range bracedPaths() {
		for _, method := range methods() {
			mux.HandleFunc(method+" "+prefix+path, handle)
		}
	}
	mux.HandleFunc("GET "+prefix+"/broken", fail)

	behind := func(policy *core.Policy, next http.Handler) http.Handler {
		if policy == nil {
			return next
		}
		return nethttp.Middleware(policy)(next)
	}
	for _, method := range below() {
		mux.Handle(method+" "+prefix+"/group/items", behind(p.group, handle))
	}
	mux.Handle("PUT "+prefix+"/group/own", behind(p.group, behind(p.route, handle)))
	mux.Handle("PUT "+prefix+"/route/items", behind(p.route, handle))
	mux.Handle("GET "+prefix+"/shared/items", behind(p.group, handle))
	mux.Handle("PUT "+prefix+"/shared/items", behind(p.route, handle))
	if p.alone() {
		return nethttp.Middleware(p.app)(mux)
	}
	return nethttp.Install(mux, p.app)(mux)
}

// handler returns the handler of all routes for chi and http.ServeMux.
func handler(prefix string) http.HandlerFunc {
	return func(w http.ResponseWriter, r *http.Request) {
		status, header, body := answer(prefix, r.Host, strings.TrimPrefix(r.URL.Path, prefix))
		for name, value := range header {
			w.Header().Set(name, value)
		}
		w.WriteHeader(status)
		io.WriteString(w, body)
	}
}

func fail(w http.ResponseWriter, _ *http.Request) {
	http.Error(w, errBroken.Error(), http.StatusInternalServerError)
}

// bracedPaths returns paths in the syntax of chi and http.ServeMux.
func bracedPaths() (all []string) {
	for _, path := range paths() {
		all = append(all, strings.NewReplacer(":status", "{status}", ":where", "{where}").Replace(path))
	}
	return all
}

// netHTTP returns the serve function of a framework that is built on net/http.
func netHTTP(app func(prefix string, p policies) http.Handler) func(front, map[string]policies) server {
	return func(f front, all map[string]policies) server {
		apps := http.NewServeMux()
		for prefix, p := range all {
			apps.Handle(prefix+"/", app(prefix, p))
		}
		s := &http.Server{ErrorLog: log.New(io.Discard, "", 0), Handler: http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
			if r.URL.Path == "/page" {
				w.Header().Set("Content-Type", "text/html")
				io.WriteString(w, f.page)
				return
			}
			body, _ := io.ReadAll(r.Body) // no handler needs it
			f.wire.add(request{r.Method, r.Host, r.URL.RequestURI(), r.Header.Clone(), string(body)})
			apps.ServeHTTP(w, r)
		})}
		return server{s.Serve, s.Shutdown}
	}
}

func fiberApp(prefix string, p policies) *fiber.App {
	app := fiber.New(fiber.Config{RequestMethods: methods()})
	if p.alone() {
		app.Use(fiberadapter.Middleware(p.app))
	} else {
		fiberadapter.Install(app, p.app)
	}
	handle := func(c *fiber.Ctx) error {
		status, header, body := answer(prefix, c.Hostname(), strings.TrimPrefix(c.Path(), prefix))
		for name, value := range header {
			c.Set(name, value)
		}
		return c.Status(status).SendString(body)
	}
	for _, path := range paths() {
		for _, method := range methods() {
			app.Add(method, prefix+path, handle)
		}
	}
	app.Get(prefix+"/broken", func(*fiber.Ctx) error { return errBroken })

	var group, route []fiber.Handler
	if p.group != nil {
		group = append(group, fiberadapter.Middleware(p.group))
	}
	if p.route != nil {
		route = append(route, fiberadapter.Middleware(p.route))
	}
	g := app.Group(prefix+"/group", group...)
	for _, method := range below() {
		g.Add(method, "/items", handle)
	}
	g.Put("/own", append(route, handle)...)
	app.Put(prefix+"/route/items", append(route, handle)...)
	app.Get(prefix+"/shared/items", append(group, handle)...)
	app.Put(prefix+"/shared/items", append(route, handle)...)
	return app
}

func fiberServer(f front, all map[string]policies) server {
	apps := make(map[string]fiber.Handler)
	for prefix, p := range all {
		handle := fiberApp(prefix, p).Handler()
		apps[prefix] = func(c *fiber.Ctx) error {
			handle(c.Context())
			return nil
		}
	}
	outer := fiber.New(fiber.Config{DisableStartupMessage: true, Immutable: true, RequestMethods: methods()})
	outer.Get("/page", func(c *fiber.Ctx) error { return c.Type("html").SendString(f.page) })
	outer.Use(func(c *fiber.Ctx) error {
		f.wire.add(request{c.Method(), string(c.Request().Host()), c.OriginalURL(), c.GetReqHeaders(), string(c.Body())})
		words := strings.SplitN(c.Path(), "/", 4)
		app, ok := apps[strings.Join(words[:min(len(words), 3)], "/")]
		if !ok {
			return fiber.ErrNotFound
		}
		return app(c)
	})
	return server{outer.Listener, outer.ShutdownWithContext}
}
