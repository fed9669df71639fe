package neighbours

import (
	"context"
	"net"
	"net/http"
	"testing"

	"github.com/corsuite/corsuite/core"
	"github.com/corsuite/corsuite/core/corstest"
	"github.com/corsuite/corsuite/core/nethttp"
	khttp "github.com/go-kratos/kratos/v2/transport/http"
	"github.com/gorilla/mux"
	"github.com/julienschmidt/httprouter"
	"github.com/kataras/iris/v12"
	"github.com/uptrace/bunrouter"
	"github.com/zeromicro/go-zero/core/conf"
	"github.com/zeromicro/go-zero/core/logx"
	"github.com/zeromicro/go-zero/core/proc"
	"github.com/zeromicro/go-zero/rest"
)

// middleware is the policy for net/http.
type middleware = func(http.Handler) http.Handler

func save(w http.ResponseWriter, _ *http.Request) { w.WriteHeader(http.StatusOK) }

// withHandler converts a function that builds an http.Handler.
func withHandler(build func(*testing.T, middleware) http.Handler) func(*testing.T, *core.Policy) corstest.Server {
	return func(t *testing.T, policy *core.Policy) corstest.Server {
		return corstest.HTTP(build(t, nethttp.Middleware(policy)))
	}
}

func routers() []place {
	return []place{
		{
			library: "gorilla/mux", code: `handler := cors(router)`,
			build: withHandler(func(_ *testing.T, cors middleware) http.Handler {
				router := mux.NewRouter()
				router.HandleFunc("/posts", save).Methods("PUT")
				handler := cors(router)
				return handler
			}),
		},
		{
			library: "gorilla/mux", code: `router.Use(cors)`,
			build: withHandler(func(_ *testing.T, cors middleware) http.Handler {
				router := mux.NewRouter()
				router.Use(cors)
				router.HandleFunc("/posts", save).Methods("PUT")
				return router
			}),
		},
		{
			library: "httprouter", code: `handler := cors(router)`,
			build: withHandler(func(_ *testing.T, cors middleware) http.Handler {
				router := httprouter.New()
				router.HandlerFunc("PUT", "/posts", save)
				handler := cors(router)
				return handler
			}),
		},
		{
			library: "httprouter", code: `router.Handler("PUT", "/posts", cors(save))`,
			build: withHandler(func(_ *testing.T, cors middleware) http.Handler {
				save := http.HandlerFunc(save)
				router := httprouter.New()
				router.Handler("PUT", "/posts", cors(save))
				return router
			}),
		},
		{
			library: "bunrouter", code: `handler := cors(router)`,
			build: withHandler(func(_ *testing.T, cors middleware) http.Handler {
				router := bunrouter.New()
				router.PUT("/posts", bunrouter.HTTPHandlerFunc(save))
				handler := cors(router)
				return handler
			}),
		},
		{
			library: "bunrouter", code: `bunrouter.New(bunrouter.Use(each(cors)))`,
			build: withHandler(func(_ *testing.T, cors middleware) http.Handler {
				router := bunrouter.New(bunrouter.Use(each(cors)))
				router.PUT("/posts", bunrouter.HTTPHandlerFunc(save))
				return router
			}),
		},
		{
			library: "iris", code: `app.WrapRouter(func(w http.ResponseWriter, r *http.Request, next http.HandlerFunc) { cors(next).ServeHTTP(w, r) })`,
			build: withHandler(func(t *testing.T, cors middleware) http.Handler {
				app := newIris()
				app.WrapRouter(func(w http.ResponseWriter, r *http.Request, next http.HandlerFunc) { cors(next).ServeHTTP(w, r) })
				return built(t, app)
			}),
		},
		{
			library: "iris", code: `app.Use(iris.FromStd(func(w http.ResponseWriter, r *http.Request, next http.HandlerFunc) { cors(next).ServeHTTP(w, r) }))`,
			build: withHandler(func(t *testing.T, cors middleware) http.Handler {
				app := iris.New()
				app.Logger().SetLevel("disable")
				app.Configure(iris.WithFireMethodNotAllowed)
				app.Use(iris.FromStd(func(w http.ResponseWriter, r *http.Request, next http.HandlerFunc) { cors(next).ServeHTTP(w, r) }))
				app.Put("/posts", func(iris.Context) {})
				return built(t, app)
			}),
		},
		{
			library: "kratos", code: `khttp.NewServer(khttp.Filter(cors))`, wrongMethod: http.StatusNotFound,
			build: withHandler(func(_ *testing.T, cors middleware) http.Handler {
				server := khttp.NewServer(khttp.Filter(cors))
				server.Route("/").PUT("/posts", func(c khttp.Context) error { return c.String(http.StatusOK, "saved") })
				return server
			}),
		},
		{
			library: "kratos", code: `server.Route("/", cors)`, wrongMethod: http.StatusNotFound,
			build: withHandler(func(_ *testing.T, cors middleware) http.Handler {
				server := khttp.NewServer()
				routes := server.Route("/", cors)
				routes.PUT("/posts", func(c khttp.Context) error { return c.String(http.StatusOK, "saved") })
				return server
			}),
		},
		{
			library: "go-zero", code: `func(s *http.Server) { s.Handler = cors(s.Handler) }`,
			build: withHandler(func(t *testing.T, cors middleware) http.Handler {
				return started(t, newGoZero(t), func(server *rest.Server, observe func(*http.Server)) {
					server.StartWithOpts(func(s *http.Server) { s.Handler = cors(s.Handler) }, observe)
				})
			}),
		},
		{
			library: "go-zero", code: `server.Use(rest.ToMiddleware(cors))`,
			build: withHandler(func(t *testing.T, cors middleware) http.Handler {
				server := newGoZero(t)
				server.Use(rest.ToMiddleware(cors))
				return started(t, server, func(server *rest.Server, observe func(*http.Server)) {
					server.StartWithOpts(observe)
				})
			}),
		},
	}
}

// each converts middleware of net/http for bunrouter.
func each(cors middleware) bunrouter.MiddlewareFunc {
	return func(next bunrouter.HandlerFunc) bunrouter.HandlerFunc {
		return func(w http.ResponseWriter, r bunrouter.Request) (err error) {
			cors(http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) { err = next(w, r) })).ServeHTTP(w, r.Request)
			return err
		}
	}
}

func newIris() *iris.Application {
	app := iris.New()
	app.Logger().SetLevel("disable")
	app.Configure(iris.WithFireMethodNotAllowed)
	app.Put("/posts", func(iris.Context) {})
	return app
}

func built(t *testing.T, app *iris.Application) http.Handler {
	t.Helper()
	if err := app.Build(); err != nil {
		t.Fatal(err)
	}
	return app
}

func newGoZero(t *testing.T, options ...rest.RunOption) *rest.Server {
	t.Helper()
	logx.Disable()
	c := rest.RestConf{Host: "127.0.0.1"}
	if err := conf.FillDefault(&c.Middlewares); err != nil {
		t.Fatal(err)
	}
	server, err := rest.NewServer(c, options...)
	if err != nil {
		t.Fatal(err)
	}
	server.AddRoute(rest.Route{Method: "PUT", Path: "/posts", Handler: save})
	return server
}

// started starts a server of go-zero and returns the handler that it serves.
func started(t *testing.T, server *rest.Server, start func(*rest.Server, func(*http.Server))) http.Handler {
	t.Helper()
	handler, listens, ended := make(chan http.Handler, 1), make(chan struct{}), make(chan struct{})
	go func() {
		defer close(ended)
		start(server, func(s *http.Server) {
			handler <- s.Handler
			s.BaseContext = func(net.Listener) context.Context {
				close(listens)
				return context.Background()
			}
		})
	}()
	<-listens
	t.Cleanup(func() {
		proc.Shutdown()
		<-ended
	})
	return <-handler
}

// Some libraries write CORS headers too. Inside KeepCORS these have no effect.
func TestLibrariesThatWriteCORS(t *testing.T) {
	router := mux.NewRouter()
	router.HandleFunc("/posts", save).Methods("PUT", "OPTIONS")
	router.Use(mux.CORSMethodMiddleware(router))
	server := started(t, newGoZero(t, rest.WithCors()), func(server *rest.Server, observe func(*http.Server)) {
		server.StartWithOpts(observe)
	})
	cors := nethttp.Middleware(corstest.Policy(t))
	for name, test := range map[string]struct {
		handler http.Handler
		vary    string // of the library, beside that of the policy
	}{
		"mux.CORSMethodMiddleware": {router, ""},
		"rest.WithCors":            {server, "\nVary: Origin"},
	} {
		without := corstest.Open(t, corstest.HTTP(cors(test.handler)))
		with := corstest.Open(t, corstest.HTTP(cors(nethttp.KeepCORS(test.handler))))
		for origin, want := range map[string]string{corstest.Page: corstest.Allowed, corstest.Stranger: corstest.Denied} {
			head, want := "PUT /posts\nOrigin: "+origin, want+test.vary
			if got := without.Ask(head); got.CORS == want {
				t.Errorf("%s does not change the headers of the policy for %s", name, origin)
			}
			with.Want(head, corstest.Answer{Status: http.StatusOK, CORS: want})
		}
	}
}
