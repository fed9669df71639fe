package nethttp

import "net/http"

// StripCORS removes the CORS headers from the answer of an upstream, so that only the
// policy in front of a reverse proxy adds them:
//
//	proxy := &httputil.ReverseProxy{Rewrite: rewrite, ModifyResponse: nethttp.StripCORS}
//	handler := nethttp.Middleware(policy)(proxy)
//
// [net/http/httputil.ReverseProxy] adds the headers of the upstream to those that are
// already set. If both layers set Access-Control-Allow-Origin, no page can read the
// answer. If only the upstream sets it, a page that the policy denies may read the
// answer. Use StripCORS only with a policy in front of the proxy. If the upstream
// should decide, use neither.
//
// If you have another ModifyResponse function, call StripCORS at its end. StripCORS
// does not change Vary, because the answer of the upstream may depend on more than
// Origin. The error is always nil.
//
// # Limits
//
//   - An upstream that rejects requests from other origins still rejects them. If it
//     uses Origin for nothing else, remove Origin from the request in Rewrite.
//   - No page can read the final answer if the upstream sends 103 Early Hints or another
//     1xx status first. ReverseProxy then deletes all headers that were set before.
func StripCORS(resp *http.Response) error {
	clearCORS(resp.Header)
	return nil
}
