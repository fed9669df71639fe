package neighbours

import (
	"context"
	"net/http"
	"testing"

	"connectrpc.com/connect"
	"github.com/99designs/gqlgen/graphql/handler/testserver"
	"github.com/99designs/gqlgen/graphql/handler/transport"
	"github.com/corsuite/corsuite/chiadapter"
	"github.com/corsuite/corsuite/core"
	"github.com/corsuite/corsuite/core/corstest"
	"github.com/corsuite/corsuite/echoadapter"
	"github.com/corsuite/corsuite/fiberadapter"
	"github.com/corsuite/corsuite/ginadapter"
	"github.com/danielgtaylor/huma/v2"
	"github.com/danielgtaylor/huma/v2/adapters/humabunrouter"
	"github.com/danielgtaylor/huma/v2/adapters/humachi"
	"github.com/danielgtaylor/huma/v2/adapters/humaecho"
	"github.com/danielgtaylor/huma/v2/adapters/humafiber"
	"github.com/danielgtaylor/huma/v2/adapters/humagin"
	"github.com/danielgtaylor/huma/v2/adapters/humago"
	"github.com/danielgtaylor/huma/v2/adapters/humahttprouter"
	"github.com/danielgtaylor/huma/v2/adapters/humamux"
	"github.com/gin-gonic/gin"
	"github.com/go-chi/chi/v5"
	"github.com/gofiber/fiber/v2"
	"github.com/gorilla/mux"
	"github.com/grpc-ecosystem/grpc-gateway/v2/runtime"
	"github.com/julienschmidt/httprouter"
	"github.com/labstack/echo/v4"
	"github.com/uptrace/bunrouter"
	"google.golang.org/protobuf/types/known/emptypb"
)

func services() []place {
	return []place{
		{
			library: "grpc-gateway", code: `handler := cors(gateway)`, wrongMethod: http.StatusNotImplemented,
			build: withHandler(func(t *testing.T, cors middleware) http.Handler {
				gateway := runtime.NewServeMux()
				gatewayRoute(t, gateway)
				handler := cors(gateway)
				return handler
			}),
		},
		{
			library: "grpc-gateway", code: `runtime.NewServeMux(runtime.WithMiddlewares(inGateway(cors)))`, wrongMethod: http.StatusNotImplemented,
			build: withHandler(func(t *testing.T, cors middleware) http.Handler {
				gateway := runtime.NewServeMux(runtime.WithMiddlewares(inGateway(cors)))
				gatewayRoute(t, gateway)
				return gateway
			}),
		},
		{
			library: "connect", code: `handler := cors(mux)`, path: "/acme.v1.Posts/Save", method: "POST",
			fields: "\nContent-Type: application/proto",
			build: withHandler(func(_ *testing.T, cors middleware) http.Handler {
				mux := http.NewServeMux()
				mux.Handle(newPosts())
				handler := cors(mux)
				return handler
			}),
		},
		{
			library: "connect", code: `mux.Handle(path, cors(service))`, path: "/acme.v1.Posts/Save", method: "POST",
			fields: "\nContent-Type: application/proto",
			build: withHandler(func(_ *testing.T, cors middleware) http.Handler {
				mux := http.NewServeMux()
				path, service := newPosts()
				mux.Handle(path, cors(service))
				return mux
			}),
		},
		{
			library: "gqlgen", code: `mux.Handle("/query", cors(server))`, path: "/query", method: "POST",
			fields: "\nContent-Type: application/json", status: http.StatusBadRequest, wrongMethod: http.StatusBadRequest,
			build: withHandler(func(_ *testing.T, cors middleware) http.Handler {
				server := newGraphQL()
				mux := http.NewServeMux()
				mux.Handle("/query", cors(server))
				return mux
			}),
		},
		{
			library: "gqlgen", code: `mux.Handle("POST /query", cors(server))`, path: "/query", method: "POST",
			fields: "\nContent-Type: application/json", status: http.StatusBadRequest,
			build: withHandler(func(_ *testing.T, cors middleware) http.Handler {
				server := newGraphQL()
				mux := http.NewServeMux()
				mux.Handle("POST /query", cors(server))
				return mux
			}),
		},
		{
			library: "huma on chi", code: `router.Use(chiadapter.Middleware(policy))`,
			build: func(_ *testing.T, policy *core.Policy) corstest.Server {
				router := chi.NewRouter()
				router.Use(chiadapter.Middleware(policy))
				register(humachi.New(router, humaConfig()))
				return corstest.HTTP(router)
			},
		},
		{
			library: "huma on gin", code: `engine.Use(ginadapter.Middleware(policy))`, wrongMethod: http.StatusNotFound,
			build: func(_ *testing.T, policy *core.Policy) corstest.Server {
				gin.SetMode(gin.ReleaseMode)
				engine := gin.New()
				engine.Use(ginadapter.Middleware(policy))
				register(humagin.New(engine, humaConfig()))
				return corstest.HTTP(engine)
			},
		},
		{
			library: "huma on echo v4", code: `e.Use(echoadapter.Middleware(policy))`,
			build: func(_ *testing.T, policy *core.Policy) corstest.Server {
				e := echo.New()
				e.Use(echoadapter.Middleware(policy))
				register(humaecho.New(e, humaConfig()))
				return corstest.HTTP(e)
			},
		},
		{
			library: "huma on fiber v2", code: `app.Use(fiberadapter.Middleware(policy))`,
			build: func(_ *testing.T, policy *core.Policy) corstest.Server {
				app := fiber.New(fiber.Config{DisableStartupMessage: true})
				app.Use(fiberadapter.Middleware(policy))
				register(humafiber.New(app, humaConfig()))
				return corstest.Server{Transport: inProcess{app}, Serve: app.Listener, Shutdown: app.ShutdownWithContext}
			},
		},
		{
			library: "huma on http.ServeMux", code: `handler := cors(mux)`,
			build: withHandler(func(_ *testing.T, cors middleware) http.Handler {
				mux := http.NewServeMux()
				register(humago.New(mux, humaConfig()))
				handler := cors(mux)
				return handler
			}),
		},
		{
			library: "huma on http.ServeMux", code: `api.UseMiddleware(inHuma(cors))`,
			build: withHandler(func(_ *testing.T, cors middleware) http.Handler {
				mux := http.NewServeMux()
				api := humago.New(mux, humaConfig())
				api.UseMiddleware(inHuma(cors))
				register(api)
				return mux
			}),
		},
		{
			library: "huma on gorilla/mux", code: `handler := cors(router)`,
			build: withHandler(func(_ *testing.T, cors middleware) http.Handler {
				router := mux.NewRouter()
				register(humamux.New(router, humaConfig()))
				handler := cors(router)
				return handler
			}),
		},
		{
			library: "huma on httprouter", code: `handler := cors(router)`,
			build: withHandler(func(_ *testing.T, cors middleware) http.Handler {
				router := httprouter.New()
				register(humahttprouter.New(router, humaConfig()))
				handler := cors(router)
				return handler
			}),
		},
		{
			library: "huma on bunrouter", code: `handler := cors(router)`,
			build: withHandler(func(_ *testing.T, cors middleware) http.Handler {
				router := bunrouter.New()
				register(humabunrouter.New(router, humaConfig()))
				handler := cors(router)
				return handler
			}),
		},
	}
}

func gatewayRoute(t *testing.T, gateway *runtime.ServeMux) {
	t.Helper()
	err := gateway.HandlePath("PUT", "/posts", func(w http.ResponseWriter, r *http.Request, _ map[string]string) { save(w, r) })
	if err != nil {
		t.Fatal(err)
	}
}

// inGateway converts middleware of net/http for grpc-gateway.
func inGateway(cors middleware) runtime.Middleware {
	return func(next runtime.HandlerFunc) runtime.HandlerFunc {
		return func(w http.ResponseWriter, r *http.Request, parameters map[string]string) {
			cors(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) { next(w, r, parameters) })).ServeHTTP(w, r)
		}
	}
}

// newPosts returns the path and the handler of a service, as generated code does.
func newPosts() (path string, service http.Handler) {
	mux := http.NewServeMux()
	const procedure = "/acme.v1.Posts/Save"
	mux.Handle(procedure, connect.NewUnaryHandler(procedure, func(context.Context, *connect.Request[emptypb.Empty]) (*connect.Response[emptypb.Empty], error) {
		return connect.NewResponse(new(emptypb.Empty)), nil
	}))
	return "/acme.v1.Posts/", mux
}

func newGraphQL() http.Handler {
	server := testserver.New()
	server.AddTransport(transport.POST{})
	return server
}

func humaConfig() huma.Config { return huma.DefaultConfig("Posts", "1.0.0") }

func register(api huma.API) {
	operation := huma.Operation{Method: "PUT", Path: "/posts", OperationID: "save", DefaultStatus: http.StatusOK}
	huma.Register(api, operation, func(context.Context, *struct{}) (*struct{}, error) { return nil, nil })
}

// inHuma converts middleware of net/http for huma on http.ServeMux.
func inHuma(cors middleware) func(huma.Context, func(huma.Context)) {
	return func(c huma.Context, next func(huma.Context)) {
		r, w := humago.Unwrap(c)
		cors(http.HandlerFunc(func(http.ResponseWriter, *http.Request) { next(c) })).ServeHTTP(w, r)
	}
}

type inProcess struct{ app *fiber.App }

func (t inProcess) RoundTrip(r *http.Request) (*http.Response, error) { return t.app.Test(r, -1) }
