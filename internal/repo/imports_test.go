package repo

// These are the packages that Go blocks in Markdown may use. The test imports them,
// so that go test does not reuse a cached result after one has changed.
import (
	_ "context"
	_ "encoding/json"
	_ "errors"
	_ "expvar"
	_ "fmt"
	_ "log"
	_ "log/slog"
	_ "net/http"
	_ "net/http/httputil"
	_ "net/url"
	_ "os"
	_ "testing"
	_ "time"

	_ "github.com/corsuite/corsuite/chiadapter"
	_ "github.com/corsuite/corsuite/configfile"
	_ "github.com/corsuite/corsuite/core"
	_ "github.com/corsuite/corsuite/core/browser"
	_ "github.com/corsuite/corsuite/core/corstest"
	_ "github.com/corsuite/corsuite/core/nethttp"
	_ "github.com/corsuite/corsuite/core/origincache"
	_ "github.com/corsuite/corsuite/echoadapter"
	_ "github.com/corsuite/corsuite/echov5adapter"
	_ "github.com/corsuite/corsuite/fiberadapter"
	_ "github.com/corsuite/corsuite/fiberv3adapter"
	_ "github.com/corsuite/corsuite/ginadapter"
	_ "github.com/gin-gonic/gin"
	_ "github.com/go-chi/chi/v5"
	_ "github.com/gofiber/fiber/v2"
	_ "github.com/gofiber/fiber/v2/middleware/proxy"
	_ "github.com/gofiber/fiber/v3"
	_ "github.com/labstack/echo/v4"
	_ "github.com/labstack/echo/v5"
)
