package main

import (
	"strings"
	"testing"

	"github.com/corsuite/corsuite/core"
)

const home = "http://localhost:3000"

// A report has the policy's explanation. The report itself adds the texts about exposed
// headers and credentials, which a request does not show.
func TestExplain(t *testing.T) {
	t.Parallel()
	open := core.Config{AllowOrigins: []string{"*"}, ExposeHeaders: []string{"*"}}
	tests := []struct {
		name        string
		cfg         core.Config
		request     core.Request
		response    []field
		explanation string
		without     bool
		notes       []string
		readable    string
	}{
		{
			name:        "not CORS",
			cfg:         config(home),
			request:     core.Request{Method: "GET"},
			response:    []field{{"Vary", "Origin"}},
			explanation: "the request has no Origin header, so CORS does not apply",
			without:     true,
			notes:       []string{""},
		},
		{
			name:        "method",
			cfg:         config(home),
			request:     core.Request{Method: "OPTIONS", Origin: []string{home}, RequestMethod: []string{"PATCH"}},
			response:    []field{{"Access-Control-Allow-Credentials", "true"}},
			explanation: `the method "PATCH" is not in AllowMethods, so the browser does not send the page's request; add "PATCH" to AllowMethods`,
			notes:       []string{""},
		},
		{
			name:     "denied",
			cfg:      config(home),
			request:  core.Request{Method: "GET", Origin: []string{"null"}},
			response: []field{{"Content-Type", "text/plain"}, {"X-Request-Id", "1"}},
			explanation: "the page has the opaque origin null (a sandboxed frame, a file, a data URL, or a redirect), which no list allows, " +
				"so the page cannot read the answer; serve the page from an http or https URL, not from a file, a data URL or a sandboxed frame, and without a redirect between origins",
			without: true,
			notes:   []string{"", ""},
		},
		{
			name:        "hidden headers",
			cfg:         config(home),
			request:     core.Request{Method: "GET", Origin: []string{home}},
			response:    []field{{"Access-Control-Allow-Credentials", "true"}, {"Content-Type", "text/plain"}, {"Set-Cookie", "a=b"}, {"X-Request-Id", "1"}},
			explanation: "the page may read the answer",
			readable:    "Content-Type",
			notes:       []string{"", "", "no page can read Set-Cookie", `the response header "X-Request-Id" is not in ExposeHeaders`},
		},
		{
			name:        "everything exposed",
			cfg:         open,
			request:     core.Request{Method: "GET", Origin: []string{home}},
			response:    []field{{"Access-Control-Expose-Headers", "*"}, {"Set-Cookie", "a=b"}, {"X-Request-Id", "1"}},
			explanation: "the page may read the answer",
			without:     true,
			readable:    "Access-Control-Expose-Headers X-Request-Id",
			notes:       []string{"", "no page can read Set-Cookie", ""},
		},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			policy, err := core.NewPolicy(tt.cfg)
			if err != nil {
				t.Fatal(err)
			}
			r := explain(t.Context(), policy, exchange{method: tt.request.Method, cors: tt.request, status: 200, response: tt.response})
			if r.Explanation != tt.explanation {
				t.Errorf("explanation %q, want %q", r.Explanation, tt.explanation)
			}
			if (r.WithoutCredentials != "") != tt.without {
				t.Errorf("WithoutCredentials is %q, want a text: %v", r.WithoutCredentials, tt.without)
			}
			var readable []string
			for i, h := range r.Response {
				if h.Note != tt.notes[i] {
					t.Errorf("%s: note %q, want %q", h.Name, h.Note, tt.notes[i])
				}
				if h.Readable {
					readable = append(readable, h.Name)
				}
			}
			if got := strings.Join(readable, " "); got != tt.readable {
				t.Errorf("readable %q, want %q", got, tt.readable)
			}
		})
	}
}
