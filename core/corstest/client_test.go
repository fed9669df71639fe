package corstest_test

import (
	"net/http"
	"testing"

	"github.com/corsuite/corsuite/core/corstest"
)

// TestAskWithQuery shows that a request in process has the path and the query that a server
// reads from the request line. Ask compares both answers.
func TestAskWithQuery(t *testing.T) {
	c := corstest.Open(t, corstest.HTTP(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if _, err := w.Write([]byte(r.URL.Path + " " + r.URL.RawPath + " " + r.URL.RawQuery)); err != nil {
			t.Error(err)
		}
	})))
	for head, want := range map[string]string{
		"GET /items":           "/items  ",
		"GET /items?page=1&%3": "/items  page=1&%3",
		"GET /a%2Fb%20c?d%20e": "/a/b c /a%2Fb%20c d%20e",
	} {
		c.Want(head, corstest.Answer{Status: http.StatusOK, Body: want})
	}
}
