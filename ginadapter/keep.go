package ginadapter

import (
	"net/http"

	"github.com/corsuite/corsuite/core/nethttp"
	"github.com/gin-gonic/gin"
)

// KeepCORS is middleware for handlers that write CORS headers themselves or replace Vary,
// such as a reverse proxy. Register it after the policy, for instance with
//
//	r.Any("/files/*path", ginadapter.KeepCORS, gin.WrapH(proxy))
//
// It works as [nethttp.KeepCORS], which has the details.
func KeepCORS(c *gin.Context) {
	k := &keeper{c.Writer, nethttp.Keep(c.Writer.Header())}
	c.Writer = k
	c.Next()
	k.restore()
}

// keeper restores the headers before gin writes them.
type keeper struct {
	gin.ResponseWriter

	kept nethttp.Kept
}

func (k *keeper) restore() {
	if !k.Written() {
		k.kept.Restore(k.Header())
	}
}

func (k *keeper) WriteHeaderNow() {
	k.restore()
	k.ResponseWriter.WriteHeaderNow()
}

func (k *keeper) Write(b []byte) (int, error) {
	k.restore()
	return k.ResponseWriter.Write(b)
}

func (k *keeper) WriteString(s string) (int, error) {
	k.restore()
	return k.ResponseWriter.WriteString(s)
}

func (k *keeper) Flush() {
	k.restore()
	k.ResponseWriter.Flush()
}

// Unwrap is for [http.ResponseController].
func (k *keeper) Unwrap() http.ResponseWriter { return k.ResponseWriter }
