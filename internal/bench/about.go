package main

import (
	"fmt"
	"io"
	"os"
	"runtime"
	"runtime/debug"
	"strings"
)

// modules are those whose versions matter, with the names that the tables use.
func modules() [][2]string {
	return [][2]string{
		{"rs/cors", "github.com/rs/cors"},
		{"gorilla/handlers", "github.com/gorilla/handlers"},
		{"gin", "github.com/gin-gonic/gin"},
		{"gin-contrib/cors", "github.com/gin-contrib/cors"},
		{"echo", "github.com/labstack/echo/v4"},
		{"chi", "github.com/go-chi/chi/v5"},
		{"go-chi/cors", "github.com/go-chi/cors"},
		{"fiber", "github.com/gofiber/fiber/v2"},
		{"fasthttp", "github.com/valyala/fasthttp"},
	}
}

// about prints what was measured where, as the Go benchmark format has it.
func about(w io.Writer) {
	fmt.Fprintf(w, "goos: %s\ngoarch: %s\ncpu: %s\ncpus: %d\ngo: %s\n",
		runtime.GOOS, runtime.GOARCH, processor(), runtime.NumCPU(), strings.TrimPrefix(runtime.Version(), "go"))
	info, ok := debug.ReadBuildInfo()
	if !ok {
		return
	}
	for _, m := range modules() {
		for _, dep := range info.Deps {
			if dep.Path == m[1] {
				fmt.Fprintf(w, "%s: %s\n", m[0], strings.TrimPrefix(dep.Version, "v"))
			}
		}
	}
}

// processor is known on Linux only.
func processor() string {
	info, err := os.ReadFile("/proc/cpuinfo")
	if err != nil {
		return "unknown"
	}
	for line := range strings.Lines(string(info)) {
		if name, ok := strings.CutPrefix(line, "model name"); ok {
			return strings.Trim(name, "\t\n :")
		}
	}
	return "unknown"
}
