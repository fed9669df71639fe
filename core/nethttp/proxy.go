package nethttp

import "net/http"

// StripCORS removes the CORS headers of an upstream's answer, so that the policy
// in front of a reverse proxy decides alone:
//
//	proxy := &httputil.ReverseProxy{Rewrite: rewrite, ModifyResponse: nethttp.StripCORS}
//	handler := nethttp.Middleware(policy)(proxy)
//
// [net/http/httputil.ReverseProxy] adds an upstream's headers to those that are
// there. A second Access-Control-Allow-Origin keeps every page out, and a single
// one lets in a page that the policy denies. Use it with a policy in front only;
// an upstream that shall decide itself needs neither.
//
// A ModifyResponse of your own calls it last. Vary stays as it is, for what an
// upstream answers may depend on it. The error is always nil.
//
// Two things it cannot change. An upstream that refuses foreign origins still
// does; if its answer depends on nothing else, remove Origin from the request in
// Rewrite. And where an upstream sends 103 Early Hints or another 1xx first,
// ReverseProxy drops every header that stood before, so that no page can read the
// final answer.
func StripCORS(resp *http.Response) error {
	clearCORS(resp.Header)
	return nil
}
