package main

import (
	"net/http"

	"github.com/corsuite/corsuite/chiadapter"
	"github.com/corsuite/corsuite/core"
	"github.com/corsuite/corsuite/core/nethttp"
	"github.com/go-chi/chi/v5"
	chicors "github.com/go-chi/cors"
	"github.com/gorilla/handlers"
	"github.com/rs/cors"
)

type middleware = func(http.Handler) http.Handler

func onNetHTTP() contest {
	f := framework[middleware]{
		name: "net/http",
		app: func(body []byte, stack ...middleware) app {
			mux := http.NewServeMux()
			mux.HandleFunc("GET "+path, handle(body))
			h := http.Handler(mux)
			for _, m := range stack {
				h = m(h)
			}
			return handlerApp{h}
		},
		pass: pass, end: end, byHand: byHandMiddleware,
	}
	return f.contest(
		library[middleware]{"rs/cors", func(cfg core.Config) middleware {
			return cors.New(cors.Options{
				AllowedOrigins: cfg.AllowOrigins, AllowedMethods: cfg.AllowMethods, AllowedHeaders: cfg.AllowHeaders,
				ExposedHeaders: cfg.ExposeHeaders, AllowCredentials: cfg.AllowCredentials, MaxAge: seconds(cfg),
			}).Handler
		}},
		library[middleware]{"gorilla/handlers", func(cfg core.Config) middleware {
			options := []handlers.CORSOption{
				handlers.AllowedOrigins(cfg.AllowOrigins), handlers.AllowedMethods(cfg.AllowMethods), handlers.AllowedHeaders(cfg.AllowHeaders),
				handlers.ExposedHeaders(cfg.ExposeHeaders), handlers.MaxAge(seconds(cfg)), handlers.OptionStatusCode(http.StatusNoContent),
			}
			if cfg.AllowCredentials {
				options = append(options, handlers.AllowCredentials())
			}
			return handlers.CORS(options...)
		}},
		library[middleware]{corsuite, func(cfg core.Config) middleware { return nethttp.New(cfg) }},
	)
}

func onChi() contest {
	f := framework[middleware]{
		name: "chi",
		app: func(body []byte, stack ...middleware) app {
			r := chi.NewRouter()
			r.Use(stack...)
			r.Get(path, handle(body))
			return handlerApp{r}
		},
		pass: pass, end: end, byHand: byHandMiddleware,
	}
	return f.contest(
		library[middleware]{"go-chi/cors", func(cfg core.Config) middleware {
			return chicors.Handler(chicors.Options{
				AllowedOrigins: cfg.AllowOrigins, AllowedMethods: cfg.AllowMethods, AllowedHeaders: cfg.AllowHeaders,
				ExposedHeaders: cfg.ExposeHeaders, AllowCredentials: cfg.AllowCredentials, MaxAge: seconds(cfg),
			})
		}},
		library[middleware]{corsuite, func(cfg core.Config) middleware { return chiadapter.New(cfg) }},
	)
}

func handle(body []byte) http.HandlerFunc {
	return func(w http.ResponseWriter, _ *http.Request) {
		if body != nil {
			w.Header().Set("Content-Type", mediaType)
			w.Write(body)
		}
	}
}

func pass(next http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) { next.ServeHTTP(w, r) })
}

func end(http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) { w.WriteHeader(http.StatusNoContent) })
}

func byHandMiddleware(g *group, cfg core.Config) middleware {
	write := g.byHand(cfg)
	return func(next http.Handler) http.Handler {
		return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
			if status := write(w.Header(), r); status != 0 {
				w.WriteHeader(status)
				return
			}
			next.ServeHTTP(w, r)
		})
	}
}

func seconds(cfg core.Config) int { return int(cfg.MaxAge.Seconds()) }
