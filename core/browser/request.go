package browser

// Request is what a page's script passes to fetch().
type Request struct {
	// Origin is the page's origin as browsers write it, such as
	// "https://app.example.com", or "null" for a sandboxed frame, a file or a
	// data URL.
	Origin string
	// Method is the method as the script spells it; empty means GET.
	Method string
	// URL is absolute, with the scheme http or https.
	URL string
	// Headers are the headers that the script sets, in its order. Those that
	// browsers forbid are left out in silence, as browsers do.
	Headers []Header
	// Body is the request's body.
	Body Body
	// Mode, Credentials and Redirect are as in fetch()'s options.
	Mode        Mode
	Credentials Credentials
	Redirect    Redirect
	// UploadListener says that the request is an XMLHttpRequest with a listener
	// on its upload. Whenever it crosses origins it is preflighted (Fetch,
	// use-CORS-preflight flag), and its headers of one name are one.
	UploadListener bool
}

// Header is a request header that a page sets.
type Header struct {
	// Name is a token, in any case.
	Name string
	// Value is sent byte for byte, without blanks around it. It must have no
	// line break and no NUL.
	Value string
}

// Body is a request's body. The zero Body is none.
type Body struct {
	// Type is the content type that fetch derives from the kind of body:
	//   - "text/plain;charset=UTF-8" for a string, JSON.stringify's included,
	//   - "application/x-www-form-urlencoded;charset=UTF-8" for URLSearchParams,
	//   - "multipart/form-data; boundary=…" for FormData,
	//   - the Blob's own type for a Blob,
	//   - nothing for an ArrayBuffer.
	//
	// A Content-Type among the request's headers takes precedence.
	Type string
	// Content is what is sent; nil means that there is no body.
	Content []byte
}

// Text is the body that fetch makes of a string.
func Text(s string) Body { return Body{Type: "text/plain;charset=UTF-8", Content: []byte(s)} }

// Mode is how a request may cross origins (Fetch, request mode).
type Mode uint8

const (
	// CORS lets a request cross origins by the CORS protocol. It is the default.
	CORS Mode = iota
	// NoCORS lets simple requests cross origins; the page sees nothing of the
	// answer.
	NoCORS
	// SameOrigin lets no request cross origins.
	SameOrigin
)

// Credentials is when cookies and other credentials go along (Fetch, request
// credentials mode).
type Credentials uint8

const (
	// SameOriginCredentials sends them to the page's own origin. It is the
	// default.
	SameOriginCredentials Credentials = iota
	// Include sends them everywhere.
	Include
	// Omit sends them nowhere.
	Omit
)

// Redirect is what to do with a redirect (Fetch, request redirect mode).
type Redirect uint8

const (
	// Follow follows redirects, up to 20. It is the default.
	Follow Redirect = iota
	// Error takes a redirect for a network error.
	Error
	// Manual hands the page an answer that shows nothing.
	Manual
)
