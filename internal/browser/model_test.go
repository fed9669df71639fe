package browser

import (
	"context"
	"net/http"
	"net/http/cookiejar"
	"net/url"
	"strings"
	"testing"

	model "github.com/corsuite/corsuite/core/browser"
)

// modelClient is the model of a browser, as a client.
type modelClient struct{ browser *model.Browser }

func newModelClient(t *testing.T, e model.Engine) modelClient {
	t.Helper()
	jar, err := cookiejar.New(nil)
	if err != nil {
		t.Fatal(err)
	}
	transport := &http.Transport{DisableCompression: true}
	t.Cleanup(transport.CloseIdleConnections)
	return modelClient{&model.Browser{Transport: transport, Jar: jar, Engine: e}}
}

func (c modelClient) fetch(ctx context.Context, p place) (report, error) {
	outcome, err := c.browser.Fetch(ctx, p.call)
	if err != nil {
		return report{}, err
	}
	var r report
	for _, e := range outcome.Exchanges {
		u, err := url.Parse(e.URL)
		if err != nil {
			return report{}, err
		}
		r.exchanges = append(r.exchanges, request{e.Method, u.Host, u.RequestURI(), e.Request, ""})
	}
	seen := reported(outcome)
	seen.exchanges = r.exchanges
	return seen, nil
}

// reported returns what a page would report of an outcome.
func reported(outcome model.Outcome) (r report) {
	if !outcome.Allowed {
		r.Error = outcome.Reason
		return r
	}
	r.Type, r.URL, r.Status = outcome.Response.Type, outcome.Response.URL, outcome.Response.Status
	r.Body, r.Headers = string(outcome.Response.Body), make(map[string]string)
	for name, values := range outcome.Response.Header {
		r.Headers[strings.ToLower(name)] = strings.Join(values, ", ")
	}
	return r
}
