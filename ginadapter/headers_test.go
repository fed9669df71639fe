package ginadapter_test

import (
	"net/http"
	"strings"
	"testing"

	"github.com/corsuite/corsuite/ginadapter"
	"github.com/gin-gonic/gin"
)

// behind returns an engine whose middleware runs before a route at /.
func behind(handler gin.HandlerFunc, middleware ...gin.HandlerFunc) *gin.Engine {
	r := gin.New()
	r.Use(middleware...)
	r.GET("/", handler)
	return r
}

func TestVaryFurtherOut(t *testing.T) {
	const accept, origin, method = "Vary: Accept-Encoding", "Vary: Origin", "Vary: Access-Control-Request-Method"
	for _, test := range []struct {
		present           []string
		actual, preflight string
	}{
		{[]string{"Accept-Encoding"}, accept + "\n" + origin, accept + "\n" + origin + ", Access-Control-Request-Method"},
		{[]string{"Origin"}, origin, origin + "\n" + method},
		{[]string{"origin"}, "Vary: origin", "Vary: origin\n" + method},
		{[]string{"Accept-Encoding,ORIGIN"}, accept + ",ORIGIN", accept + ",ORIGIN\n" + method},
		{[]string{"*"}, "Vary: *", "Vary: *"},
	} {
		t.Run(strings.Join(test.present, ";"), func(t *testing.T) {
			r := behind(text("posts"), func(c *gin.Context) {
				for _, value := range test.present {
					c.Writer.Header().Add("Vary", value)
				}
			}, ginadapter.New(config()))
			if got := vary(ask(t, r, actual("GET", "/", app))); got != test.actual {
				t.Errorf("actual:\n%s\nwant\n%s", got, test.actual)
			}
			if got := vary(ask(t, r, preflight("/", app, "PUT"))); got != test.preflight {
				t.Errorf("preflight:\n%s\nwant\n%s", got, test.preflight)
			}
		})
	}
}

// vary returns the Vary lines of an answer; they are the last.
func vary(a answer) string {
	return a.cors[strings.Index(a.cors, "Vary: "):]
}

func TestVaryOfHandler(t *testing.T) {
	r := behind(func(c *gin.Context) { c.Writer.Header().Add("Vary", "Accept") }, ginadapter.New(config()))
	check(t, ask(t, r, actual("GET", "/", app)), http.StatusOK, allowed+"\nVary: Accept")
}

// The policy next to the handler decides alone.
func TestNestedPolicies(t *testing.T) {
	for _, test := range []struct {
		name         string
		outer, inner string // the origin that is allowed
		credentials  bool   // of the inner policy
		want         string
	}{
		{"outer allows, inner denies", app, other, true, denied},
		{"outer denies, inner allows", other, app, true, allowed},
		{"both allow, inner without credentials", app, app, false, `Access-Control-Allow-Origin: https://app.example.com
Access-Control-Expose-Headers: X-Total
Vary: Origin`},
	} {
		t.Run(test.name, func(t *testing.T) {
			outer, inner := config(), config()
			outer.AllowOrigins = []string{test.outer}
			inner.AllowOrigins, inner.AllowCredentials = []string{test.inner}, test.credentials
			r := gin.New()
			r.Use(ginadapter.New(outer))
			r.Group("/", ginadapter.New(inner)).GET("/", text("posts"))
			check(t, ask(t, r, actual("GET", "/", app)), http.StatusOK, test.want)
		})
	}
}

// A handler may change the values of its response; other responses keep theirs.
func TestValuesAreNotShared(t *testing.T) {
	r := behind(text("posts"), ginadapter.New(config()), func(c *gin.Context) {
		if c.Query("spoil") == "" {
			return
		}
		for _, values := range c.Writer.Header() {
			_ = append(values, "appended")
		}
		if got := corsLines(c.Writer.Header()); got != allowed {
			t.Errorf("appending to each value changed others:\n%s", got)
		}
		for _, values := range c.Writer.Header() {
			values[0] = "spoilt"
		}
	})
	for range 2 {
		ask(t, r, actual("GET", "/?spoil=1", app))
		check(t, ask(t, r, actual("GET", "/", app)), http.StatusOK, allowed)
	}
}
