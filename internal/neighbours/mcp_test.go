package neighbours

import (
	"context"
	"errors"
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"regexp"
	"strings"
	"testing"

	"github.com/corsuite/corsuite/core"
	"github.com/corsuite/corsuite/core/browser"
	"github.com/corsuite/corsuite/core/corstest"
	"github.com/corsuite/corsuite/core/nethttp"
	"github.com/modelcontextprotocol/go-sdk/auth"
	"github.com/modelcontextprotocol/go-sdk/mcp"
	"github.com/modelcontextprotocol/go-sdk/oauthex"
)

const (
	// withSessions is the newest version of MCP in which a server has sessions.
	withSessions    = "2025-11-25"
	withoutSessions = "2026-07-28"
	metadata        = "https://api.example.com/.well-known/oauth-protected-resource"
)

// newMCP returns a server that requires a token: /mcp has sessions, /stateless has none.
func newMCP(*testing.T) http.Handler {
	newServer := func(*http.Request) *mcp.Server {
		server := mcp.NewServer(&mcp.Implementation{Name: "greeter", Version: "1"}, nil)
		type input struct {
			Name string `json:"name"`
		}
		mcp.AddTool(server, &mcp.Tool{Name: "greet"}, func(_ context.Context, _ *mcp.CallToolRequest, in input) (*mcp.CallToolResult, any, error) {
			return &mcp.CallToolResult{Content: []mcp.Content{&mcp.TextContent{Text: "hello " + in.Name}}}, nil, nil
		})
		return server
	}
	verify := func(_ context.Context, token string, _ *http.Request) (*auth.TokenInfo, error) {
		if token != "secret" {
			return nil, auth.ErrInvalidToken
		}
		return &auth.TokenInfo{}, nil
	}
	mux := http.NewServeMux()
	mux.Handle("/mcp", mcp.NewStreamableHTTPHandler(newServer, &mcp.StreamableHTTPOptions{EventStore: mcp.NewMemoryEventStore(nil)}))
	mux.Handle("/stateless", mcp.NewStreamableHTTPHandler(newServer, &mcp.StreamableHTTPOptions{Stateless: true}))
	return auth.RequireBearerToken(verify, &auth.RequireBearerTokenOptions{ResourceMetadataURL: metadata, AllowMissingExpiration: true})(mux)
}

func mcpRecipe() recipe {
	return recipe{"MCP", newMCP, func(t *testing.T, url string) error {
		return errors.Join(
			unauthorized(t, url+"/mcp"),
			conversation(t, url+"/mcp", withSessions),
			conversation(t, url+"/stateless", withoutSessions),
			resumption(t, url+"/mcp"),
			strangers(t, url+"/mcp"),
		)
	}}
}

// withToken are the header fields of a page that has a token.
func withToken() map[string]string { return map[string]string{"Authorization": "Bearer secret"} }

// conversation lets a client in a page call the tool.
func conversation(t *testing.T, url, version string) error {
	t.Helper()
	blocked := new(reports)
	client := mcp.NewClient(&mcp.Implementation{Name: "page", Version: "1"}, nil)
	session, err := client.Connect(t.Context(), &mcp.StreamableClientTransport{
		Endpoint: url, MaxRetries: -1,
		HTTPClient:           &http.Client{Transport: blocked.of(newPage(withToken()))},
		DisableStandaloneSSE: true, // the model of the browser reads each answer to its end
	}, &mcp.ClientSessionOptions{ProtocolVersion: version})
	if err != nil {
		return err
	}
	result, err := session.CallTool(t.Context(), &mcp.CallToolParams{Name: "greet", Arguments: map[string]any{"name": "page"}})
	if err != nil {
		return errors.Join(err, session.Close())
	}
	if content, ok := result.Content[0].(*mcp.TextContent); !ok || content.Text != "hello page" {
		return fmt.Errorf("the tool returned %+v", result.Content)
	}
	if got := session.InitializeResult().ProtocolVersion; got != version {
		return fmt.Errorf("the version of the protocol is %s", got)
	}
	return errors.Join(session.Close(), blocked.error()) // Close does not report that DELETE has failed
}

// reports has the requests of a client that the browser has blocked.
type reports struct{ failures chan error }

func (r *reports) of(p *page) http.RoundTripper {
	r.failures = make(chan error, 100)
	return browser.TransportFunc(func(request *http.Request) (*http.Response, error) {
		response, err := p.RoundTrip(request)
		if err != nil {
			r.failures <- fmt.Errorf("%s: %w", request.Method, err)
		}
		return response, err
	})
}

func (r *reports) error() error {
	select {
	case err := <-r.failures:
		return err
	default:
		return nil
	}
}

const (
	initialize = `{"jsonrpc":"2.0","id":1,"method":"initialize","params":{"protocolVersion":"` + withSessions + `","capabilities":{},"clientInfo":{"name":"page","version":"1"}}}`
	ready      = `{"jsonrpc":"2.0","method":"notifications/initialized"}`
	call       = `{"jsonrpc":"2.0","id":2,"method":"tools/call","params":{"name":"greet","arguments":{"name":"page"}}}`
)

// send sends a message of MCP. The fields have a name and a value in turn.
func send(t *testing.T, client *http.Client, method, url, message string, fields ...string) (*http.Response, string, error) {
	t.Helper()
	request, err := http.NewRequestWithContext(t.Context(), method, url, strings.NewReader(message))
	if err != nil {
		t.Fatal(err)
	}
	request.Header.Set("Accept", "application/json, text/event-stream")
	if method == http.MethodPost {
		request.Header.Set("Content-Type", "application/json")
	}
	for i := 0; i < len(fields); i += 2 {
		request.Header.Set(fields[i], fields[i+1])
	}
	if host := request.Header.Get("Host"); host != "" {
		request.Host = host
	}
	response, err := client.Do(request)
	if err != nil {
		return nil, "", err
	}
	defer response.Body.Close()
	body, err := io.ReadAll(response.Body)
	return response, string(body), err
}

// unauthorized requires that a page without a token finds the authorization server.
func unauthorized(t *testing.T, url string) error {
	t.Helper()
	response, _, err := send(t, newPage(nil).client(), "POST", url, initialize)
	if err != nil {
		return err
	}
	if got := response.Header.Get("WWW-Authenticate"); response.StatusCode != http.StatusUnauthorized || !strings.Contains(got, metadata) {
		return fmt.Errorf("status %d, WWW-Authenticate %q", response.StatusCode, got)
	}
	return nil
}

// resumption requires that a page can read a stream of events again from one of them.
func resumption(t *testing.T, url string) error {
	t.Helper()
	client := newPage(withToken()).client()
	response, _, err := send(t, client, "POST", url, initialize)
	if err != nil {
		return err
	}
	id := response.Header.Get("Mcp-Session-Id")
	session := []string{"Mcp-Session-Id", id, "Mcp-Protocol-Version", withSessions}
	if _, _, err = send(t, client, "POST", url, ready, session...); err != nil {
		return err
	}
	response, stream, err := send(t, client, "POST", url, call, session...)
	if err != nil {
		return err
	}
	event := regexp.MustCompile(`(?m)^id: (.+)$`).FindStringSubmatch(stream)
	if response.Header.Get("Content-Type") != "text/event-stream" || event == nil {
		return fmt.Errorf("status %d, no stream of events: %s", response.StatusCode, stream)
	}
	_, again, err := send(t, client, "GET", url, "", append(session, "Last-Event-ID", event[1])...)
	if err != nil {
		return err
	}
	if !strings.Contains(again, "hello page") {
		return fmt.Errorf("the resumed stream is %q", again)
	}
	return nil
}

// strangers requires 403 for a request of a page that is not allowed.
func strangers(t *testing.T, url string) error {
	t.Helper()
	response, _, err := send(t, new(http.Client), "POST", url, initialize, "Origin", corstest.Stranger, "Authorization", "Bearer secret")
	if err != nil {
		return err
	}
	if response.StatusCode != http.StatusForbidden {
		return fmt.Errorf("status %d for a denied page", response.StatusCode)
	}
	return nil
}

// The policy cannot recognise DNS rebinding: a page that has bound its host to the server's
// address is of the server's own origin. The SDK rejects its host on a loopback address.
func TestSDKRejectsForeignHosts(t *testing.T) {
	policy := corstest.Policy(t)
	server := httptest.NewServer(nethttp.Middleware(policy)(newMCP(t)))
	t.Cleanup(server.Close)
	for host, want := range map[string]int{"": 200, "localhost": 200, "evil.example": 403} {
		response, body, err := send(t, server.Client(), "POST", server.URL+"/mcp", initialize,
			"Host", host, "Sec-Fetch-Site", "same-origin", "Authorization", "Bearer secret")
		if err != nil {
			t.Fatal(err)
		}
		if response.StatusCode != want {
			t.Errorf("Host %q: status %d %s, want %d", host, response.StatusCode, body, want)
		}
	}
}

// A stream of the server's own messages reaches the page while it is open.
func TestStreamIsNotDelayed(t *testing.T) {
	policy := corstest.Policy(t)
	tools := mcp.NewServer(&mcp.Implementation{Name: "greeter", Version: "1"}, &mcp.ServerOptions{
		Capabilities: &mcp.ServerCapabilities{Tools: &mcp.ToolCapabilities{ListChanged: true}},
	})
	server := httptest.NewServer(nethttp.Middleware(policy)(mcp.NewStreamableHTTPHandler(func(*http.Request) *mcp.Server { return tools }, nil)))
	t.Cleanup(server.Close)
	changed := make(chan struct{}, 1)
	client := mcp.NewClient(&mcp.Implementation{Name: "page", Version: "1"}, &mcp.ClientOptions{
		ToolListChangedHandler: func(context.Context, *mcp.ToolListChangedRequest) { changed <- struct{}{} },
	})
	streams := make(chan string, 10) // the Access-Control-Allow-Origin of answers to GET
	session, err := client.Connect(t.Context(), &mcp.StreamableClientTransport{
		Endpoint: server.URL,
		HTTPClient: &http.Client{Transport: browser.TransportFunc(func(r *http.Request) (*http.Response, error) {
			r = r.Clone(r.Context())
			r.Header.Set("Origin", corstest.Page)
			response, err := http.DefaultTransport.RoundTrip(r)
			if err == nil && r.Method == http.MethodGet {
				streams <- response.Header.Get("Access-Control-Allow-Origin")
			}
			return response, err
		})},
	}, &mcp.ClientSessionOptions{ProtocolVersion: withSessions})
	if err != nil {
		t.Fatal(err)
	}
	if got := <-streams; got != corstest.Page {
		t.Errorf("Access-Control-Allow-Origin of the stream is %q", got)
	}
	mcp.AddTool(tools, &mcp.Tool{Name: "greet"}, func(context.Context, *mcp.CallToolRequest, struct{}) (*mcp.CallToolResult, any, error) {
		return nil, nil, nil
	})
	<-changed
	if err := session.Close(); err != nil {
		t.Error(err)
	}
}

// The handler of the SDK for the metadata of a protected resource writes CORS headers itself.
func TestMetadataWritesCORS(t *testing.T) {
	handler := auth.ProtectedResourceMetadataHandler(&oauthex.ProtectedResourceMetadata{Resource: "https://api.example.com"})
	policy, err := core.NewPolicy(configOf(t, section(t, "MCP")))
	if err != nil {
		t.Fatal(err)
	}
	cors := nethttp.Middleware(policy)
	// Clients send the version of the protocol with the request for the metadata.
	request := browser.Request{URL: "/", Headers: []browser.Header{{Name: "Mcp-Protocol-Version", Value: withSessions}}, Credentials: browser.Omit}
	for name, test := range map[string]struct {
		handler http.Handler
		blocked browser.Step
		origin  string // Access-Control-Allow-Origin for a simple request of the page
	}{
		"alone":                            {handler, browser.StepHeaders, "*"},
		"behind the policy":                {cors(handler), browser.StepNone, "*"},
		"behind the policy, with KeepCORS": {cors(nethttp.KeepCORS(handler)), browser.StepNone, corstest.Page},
	} {
		t.Run(name, func(t *testing.T) {
			client := corstest.Open(t, corstest.HTTP(test.handler))
			if got := client.Fetch(request); got.Step != test.blocked {
				t.Errorf("the browser blocks the page at step %q, want %q: %s", got.Step, test.blocked, got.Reason)
			}
			got := client.Ask("GET /\nOrigin: " + corstest.Page)
			if !strings.Contains(got.CORS, "Allow-Origin: "+test.origin+"\n") && !strings.HasSuffix(got.CORS, "Allow-Origin: "+test.origin) {
				t.Errorf("got %+v, want Access-Control-Allow-Origin: %s", got, test.origin)
			}
		})
	}
}

// With CrossOriginProtection of the standard library, the SDK also rejects the pages that the
// policy allows. Outside the SDK, corsuite's trusts them if they have credentials.
func TestProtectionOfSDK(t *testing.T) {
	cfg := configOf(t, section(t, "MCP"))
	cfg.AllowCredentials = true
	policy, err := core.NewPolicy(cfg)
	if err != nil {
		t.Fatal(err)
	}
	newServer := func(*http.Request) *mcp.Server {
		return mcp.NewServer(&mcp.Implementation{Name: "greeter", Version: "1"}, nil)
	}
	protecting := mcp.NewStreamableHTTPHandler(newServer, &mcp.StreamableHTTPOptions{CrossOriginProtection: http.NewCrossOriginProtection()}) //nolint:staticcheck // deprecated, but in use
	plain := mcp.NewStreamableHTTPHandler(newServer, nil)
	for name, test := range map[string]struct {
		handler http.Handler
		want    int
	}{
		"the SDK's":    {protecting, http.StatusForbidden},
		"the policy's": {nethttp.CrossOriginProtection(policy, nil)(plain), http.StatusOK},
	} {
		server := httptest.NewServer(nethttp.Middleware(policy)(test.handler))
		t.Cleanup(server.Close)
		response, body, err := send(t, newPage(nil).client(), "POST", server.URL, initialize)
		if err != nil {
			t.Fatal(err)
		}
		if response.StatusCode != test.want {
			t.Errorf("with %s protection, the page gets %d %s, want %d", name, response.StatusCode, body, test.want)
		}
	}
}
