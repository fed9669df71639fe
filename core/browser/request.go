package browser

// Request holds the arguments of a call of fetch(), and the page that makes the call.
type Request struct {
	// Origin is the origin of the page in the form that browsers send, such as
	// "https://app.example.com". It is "null" for a sandboxed frame, a file or a data URL.
	Origin string
	// Method is the method in the spelling of the script. Empty means GET.
	Method string
	// URL is an absolute URL with the scheme http or https.
	URL string
	// Headers are the headers that the script sets, in the order of the script. Forbidden
	// headers are ignored without an error, as in a browser (Fetch, forbidden
	// request-header).
	Headers []Header
	// Body is the body of the request.
	Body Body
	// Mode, Credentials and Redirect are the options of fetch() with these names.
	Mode        Mode
	Credentials Credentials
	Redirect    Redirect
	// UploadListener is set for an XMLHttpRequest with a listener on its upload. Such a
	// request always has a preflight if it crosses origins (Fetch, use-CORS-preflight
	// flag). Headers with one name are combined before they are checked.
	UploadListener bool
}

// Header is a request header that a page sets.
type Header struct {
	// Name is a token, in upper or lower case.
	Name string
	// Value is sent unchanged, without blanks around it. It must not contain a line break
	// or NUL.
	Value string
}

// Body is the body of a request. The zero value means no body.
type Body struct {
	// Type is the content type that fetch() derives from the kind of the body:
	//   - "text/plain;charset=UTF-8" for a string, even if it contains JSON,
	//   - "application/x-www-form-urlencoded;charset=UTF-8" for URLSearchParams,
	//   - "multipart/form-data; boundary=…" for FormData,
	//   - the type of the Blob for a Blob,
	//   - an empty string for an ArrayBuffer.
	//
	// A Content-Type in Request.Headers takes precedence.
	Type string
	// Content is the content of the body. Nil means that there is no body.
	Content []byte
}

// Text returns the body that fetch() makes from a string.
func Text(s string) Body { return Body{Type: "text/plain;charset=UTF-8", Content: []byte(s)} }

// Mode decides whether a request may cross origins (Fetch, request mode).
type Mode uint8

const (
	// CORS permits requests to other origins by the CORS protocol. It is the default.
	CORS Mode = iota
	// NoCORS permits only simple requests to other origins. The page cannot see their
	// answers.
	NoCORS
	// SameOrigin permits no requests to other origins.
	SameOrigin
)

// Credentials decides which requests have cookies and other credentials (Fetch, request
// credentials mode).
type Credentials uint8

const (
	// SameOriginCredentials sends credentials only to the origin of the page. It is the
	// default.
	SameOriginCredentials Credentials = iota
	// Include sends credentials to every origin.
	Include
	// Omit sends no credentials.
	Omit
)

// Redirect decides what the browser does with a redirect (Fetch, request redirect mode).
type Redirect uint8

const (
	// Follow follows at most 20 redirects. It is the default.
	Follow Redirect = iota
	// Error blocks the request, as a network error does.
	Error
	// Manual gives the page an opaqueredirect answer; see [Response.Type].
	Manual
)
