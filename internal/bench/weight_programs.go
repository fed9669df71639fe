package main

import (
	"fmt"
	"strings"
)

// alone is what the libraries are compared with.
const alone = "alone"

// program is a small server with one library, or alone.
type program struct {
	router, rival string
	paths         []string // of what it imports
	source        string
}

// added is what a library needs in a program: an import, and an expression for
// its middleware.
type added struct{ rival, path, middleware string }

func programs() (list []program) {
	for _, r := range []struct {
		router, path, source string
		use                  string // registers a middleware
		libraries            []added
	}{
		{"net/http", "", netHTTPProgram, "app = %s(app)", []added{
			{"rs/cors", "github.com/rs/cors", `cors.New(cors.Options{AllowedOrigins: origins}).Handler`},
			{"gorilla/handlers", "github.com/gorilla/handlers", `handlers.CORS(handlers.AllowedOrigins(origins))`},
			{corsuite, "github.com/corsuite/corsuite/core/nethttp", `nethttp.New(nethttp.Config{AllowOrigins: origins})`},
		}},
		{"gin", "github.com/gin-gonic/gin", ginProgram, "app.Use(%s)", []added{
			{"gin-contrib/cors", "github.com/gin-contrib/cors", `cors.New(cors.Config{AllowOrigins: origins})`},
			{corsuite, "github.com/corsuite/corsuite/ginadapter", `ginadapter.New(ginadapter.Config{AllowOrigins: origins})`},
		}},
		{"echo", "github.com/labstack/echo/v4", echoProgram, "app.Use(%s)", []added{
			{"echo's own", "github.com/labstack/echo/v4/middleware", `middleware.CORSWithConfig(middleware.CORSConfig{AllowOrigins: origins})`},
			{corsuite, "github.com/corsuite/corsuite/echoadapter", `echoadapter.New(echoadapter.Config{AllowOrigins: origins})`},
		}},
		{"chi", "github.com/go-chi/chi/v5", chiProgram, "app.Use(%s)", []added{
			{"go-chi/cors", "github.com/go-chi/cors", `cors.Handler(cors.Options{AllowedOrigins: origins})`},
			{corsuite, "github.com/corsuite/corsuite/chiadapter", `chiadapter.New(chiadapter.Config{AllowOrigins: origins})`},
		}},
		{"fiber", "github.com/gofiber/fiber/v2", fiberProgram, "app.Use(%s)", []added{
			{"fiber's own", "github.com/gofiber/fiber/v2/middleware/cors", `cors.New(cors.Config{AllowOrigins: origins[0]})`},
			{corsuite, "github.com/corsuite/corsuite/fiberadapter", `fiberadapter.New(fiberadapter.Config{AllowOrigins: origins})`},
		}},
	} {
		for _, l := range append([]added{{rival: alone}}, r.libraries...) {
			p := program{router: r.router, rival: l.rival}
			use := ""
			if l.path != "" {
				use = fmt.Sprintf("origins := []string{%q}\n\t"+r.use, page, l.middleware)
			}
			var imports strings.Builder
			for _, path := range []string{r.path, l.path} {
				if path != "" {
					p.paths = append(p.paths, path)
					fmt.Fprintf(&imports, "\t%q\n", path)
				}
			}
			p.source = strings.NewReplacer("\t// imports\n", imports.String(), "// use", use).Replace(r.source)
			list = append(list, p)
		}
	}
	return list
}

const netHTTPProgram = `package main

import (
	"net/http"
	// imports
)

func main() {
	mux := http.NewServeMux()
	mux.HandleFunc("GET /items", func(w http.ResponseWriter, _ *http.Request) { w.WriteHeader(204) })
	app := http.Handler(mux)
	// use
	panic(http.ListenAndServe("localhost:8080", app))
}
`

const ginProgram = `package main

import (
	// imports
)

func main() {
	app := gin.New()
	// use
	app.GET("/items", func(c *gin.Context) { c.Status(204) })
	panic(app.Run("localhost:8080"))
}
`

const echoProgram = `package main

import (
	// imports
)

func main() {
	app := echo.New()
	// use
	app.GET("/items", func(c echo.Context) error { return c.NoContent(204) })
	panic(app.Start("localhost:8080"))
}
`

const chiProgram = `package main

import (
	"net/http"
	// imports
)

func main() {
	app := chi.NewRouter()
	// use
	app.Get("/items", func(w http.ResponseWriter, _ *http.Request) { w.WriteHeader(204) })
	panic(http.ListenAndServe("localhost:8080", app))
}
`

const fiberProgram = `package main

import (
	// imports
)

func main() {
	app := fiber.New()
	// use
	app.Get("/items", func(c *fiber.Ctx) error { return c.SendStatus(204) })
	panic(app.Listen("localhost:8080"))
}
`
