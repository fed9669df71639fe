package corstest

import "strings"

// notCORSCases are requests without an Origin line.
func notCORSCases() []testCase {
	return []testCase{
		one("GET", listed(), "GET /items", 200, varyOrigin),
		one("HEAD", listed(), "HEAD /items", 200, varyOrigin),
		one("POST", listed(), "POST /items\nContent-Length: 0", 200, varyOrigin),
		one("OPTIONS", listed(), "OPTIONS /items", 200, varyOptions),
		one("OPTIONS with a request method", listed(), "OPTIONS /items\nAccess-Control-Request-Method: PUT", 200, varyOptions),
		one("with credentials", credentialed(), "GET /items", 200, varyOrigin),
		one("every origin", every(), "GET /items", 200, "Allow-Origin: *", "Expose-Headers: X-Total"),
		one("every origin, OPTIONS", every(), "OPTIONS /items", 200, "Allow-Origin: *", "Expose-Headers: X-Total", varyOptions),
		one("no such path", listed(), "GET /nothing", 404, varyOrigin),
		one("no such path, every origin", every(), "GET /nothing", 404, "Allow-Origin: *", "Expose-Headers: X-Total"),
	}
}

// actualCases are requests with an Origin line that are not preflights.
func actualCases() []testCase {
	const from, fromEvil = "\nOrigin: " + app, "\nOrigin: " + evil
	origin, expose := "Allow-Origin: "+app, "Expose-Headers: X-Total"
	return []testCase{
		one("allowed", listed(), "GET /items"+from, 200, origin, expose, varyOrigin),
		one("allowed, HEAD", listed(), "HEAD /items"+from, 200, origin, expose, varyOrigin),
		one("allowed, PUT", listed(), "PUT /items\nContent-Length: 0"+from, 200, origin, expose, varyOrigin),
		one("allowed, OPTIONS", listed(), "OPTIONS /items"+from, 200, origin, expose, varyOptions),
		one("allowed, OPTIONS with request headers", listed(), "OPTIONS /items\nAccess-Control-Request-Headers: x-id"+from, 200, origin, expose, varyOptions),
		one("allowed, GET with a request method", listed(), "GET /items\nAccess-Control-Request-Method: PUT"+from, 200, origin, expose, varyOrigin),
		one("allowed, no such path", listed(), "GET /nothing"+from, 404, origin, expose, varyOrigin),
		one("allowed by a wildcard", listed(), "GET /items\nOrigin: https://a.example.org", 200, "Allow-Origin: https://a.example.org", expose, varyOrigin),
		one("allowed with credentials", credentialed(), "GET /items"+from, 200, origin, "Allow-Credentials: true", expose, varyOrigin),
		one("denied", listed(), "GET /items"+fromEvil, 200, varyOrigin),
		one("denied, DELETE", listed(), "DELETE /items"+fromEvil, 200, varyOrigin),
		one("denied, OPTIONS", listed(), "OPTIONS /items"+fromEvil, 200, varyOptions),
		one("denied with credentials", credentialed(), "GET /items"+fromEvil, 200, varyOrigin),
		one("denied, no such path", listed(), "GET /nothing"+fromEvil, 404, varyOrigin),
		one("null", listed(), "GET /items\nOrigin: null", 200, varyOrigin),
		one("malformed", listed(), "GET /items\nOrigin: "+app+"/", 200, varyOrigin),
		one("rejected", rejecting(), "GET /items"+fromEvil, 403, varyOrigin),
		one("rejected, POST", rejecting(), "POST /items\nContent-Length: 0"+fromEvil, 403, varyOrigin),
		one("rejected, OPTIONS", rejecting(), "OPTIONS /items"+fromEvil, 403, varyOptions),
		one("rejected, another site", rejecting(), "GET /items\nOrigin: http://api.example\nSec-Fetch-Site: cross-site", 403, varyOrigin),
		one("not rejected, same-origin", rejecting(), "GET /items\nSec-Fetch-Site: same-origin"+fromEvil, 200, varyOrigin),
		one("not rejected, the host of the request", rejecting(), "GET /items\nOrigin: http://api.example", 200, varyOrigin),
		one("every origin", every(), "GET /items"+fromEvil, 200, "Allow-Origin: *", expose),
		one("every origin, null", every(), "GET /items\nOrigin: null", 200, "Allow-Origin: *", expose),
		{
			name: "one origin after another", configs: listedOnly(),
			steps: []step{
				{request: "GET /items" + from, status: 200, want: []string{origin, expose, varyOrigin}},
				{request: "GET /items" + fromEvil, status: 200, want: []string{varyOrigin}},
				{request: "GET /items\nOrigin: https://a.example.org", status: 200, want: []string{"Allow-Origin: https://a.example.org", expose, varyOrigin}},
				{request: "GET /items", status: 200, want: []string{varyOrigin}},
				{request: "GET /items" + from, status: 200, want: []string{origin, expose, varyOrigin}},
			},
		},
	}
}

// preflightCases are preflights as browsers send them, and malformed preflights.
func preflightCases() []testCase {
	const (
		from     = "\nOrigin: " + app
		fromEvil = "\nOrigin: " + evil
		put      = "OPTIONS /items\nAccess-Control-Request-Method: PUT"
	)
	origin := "Allow-Origin: " + app
	methods, headers, age := "Allow-Methods: PUT, DELETE", "Allow-Headers: Content-Type, X-Id", "Max-Age: 600"
	return []testCase{
		one("allowed", listed(), put+from, 204, origin, methods, headers, age, varyOptions),
		one("allowed, other fields first", listed(), "OPTIONS /items\nOrigin: "+app+"\nAccept: */*\nAccess-Control-Request-Headers: x-id\nAccess-Control-Request-Method: PUT", 204, origin, methods, headers, age, varyOptions),
		one("allowed, unlisted method", listed(), "OPTIONS /items\nAccess-Control-Request-Method: PATCH"+from, 204, origin, methods, headers, age, varyOptions),
		one("allowed, unlisted header", listed(), put+"\nAccess-Control-Request-Headers: x-debug"+from, 204, origin, methods, headers, age, varyOptions),
		one("allowed, empty method", listed(), "OPTIONS /items\nAccess-Control-Request-Method:"+from, 204, origin, methods, headers, age, varyOptions),
		one("allowed, no such path", listed(), "OPTIONS /nothing\nAccess-Control-Request-Method: PUT"+from, 204, origin, methods, headers, age, varyOptions),
		one("allowed with credentials", credentialed(), put+from, 299, origin, "Allow-Credentials: true", methods, headers, "Max-Age: 0", varyOptions),
		one("every origin", every(), put+fromEvil, 204, "Allow-Origin: *", methods, headers, age, varyOptions),
		one("denied", listed(), put+fromEvil, 403, varyOptions),
		one("denied, no such path", listed(), "OPTIONS /nothing\nAccess-Control-Request-Method: PUT"+fromEvil, 403, varyOptions),
		one("denied, null", listed(), put+"\nOrigin: null", 403, varyOptions),
		one("denied, empty", listed(), put+"\nOrigin:", 403, varyOptions),
		one("denied, empty, every origin", every(), put+"\nOrigin:", 403, varyOptions),
		one("reflected", reflecting(), put+"\nAccess-Control-Request-Headers: x-a,x-b"+from, 204, origin, "Allow-Credentials: true", age, "Allow-Methods: PUT", "Allow-Headers: x-a,x-b", varyReflect),
		one("reflected, names in lower case", reflecting(), "OPTIONS /items\norigin: "+app+"\naccess-control-request-method: PUT\naccess-control-request-headers: x-a", 204, origin, "Allow-Credentials: true", age, "Allow-Methods: PUT", "Allow-Headers: x-a", varyReflect),
		one("reflected, no headers", reflecting(), put+from, 204, origin, "Allow-Credentials: true", age, "Allow-Methods: PUT", varyReflect),
		one("reflected, several lines", reflecting(), put+"\nAccess-Control-Request-Headers: x-a\nAccess-Control-Request-Headers: x-b, x-c"+from, 204, origin, "Allow-Credentials: true", age, "Allow-Methods: PUT", "Allow-Headers: x-a,x-b,x-c", varyReflect),
		one("malformed headers, not reflected", reflecting(), put+"\nAccess-Control-Request-Headers: x-a,b c"+from, 204, origin, "Allow-Credentials: true", age, "Allow-Methods: PUT", varyReflect),
		one("reflected without Authorization", reflecting(), put+"\nAccess-Control-Request-Headers: authorization,x-a"+from, 204, origin, "Allow-Credentials: true", age, "Allow-Methods: PUT", "Allow-Headers: x-a", varyReflect),
		one("too many bytes, not reflected", reflecting(), put+"\nAccess-Control-Request-Headers: "+strings.Repeat("a", 2000)+"\nAccess-Control-Request-Headers: "+strings.Repeat("a", 2097)+from, 204, origin, "Allow-Credentials: true", age, "Allow-Methods: PUT", varyReflect),
		one("two request methods", reflecting(), put+"\nAccess-Control-Request-Method: GET"+from, 403, varyOptions),
	}
}
