package corstest

import (
	"strings"

	"github.com/corsuite/corsuite/core"
)

func listedOnly() []core.Config { return []core.Config{listed()} }

// lineCases test which request header lines an adapter reads.
func lineCases() []testCase {
	const put = "\nAccess-Control-Request-Method: PUT"
	allowed := []string{"Allow-Origin: " + app, "Expose-Headers: X-Total", varyOrigin}
	return []testCase{
		one("lower case", listed(), "GET /items\norigin: "+app, 200, allowed...),
		one("upper case", listed(), "GET /items\nORIGIN: "+app, 200, allowed...),
		one("no blank after the colon", listed(), "GET /items\nOrigin:"+app, 200, allowed...),
		one("blanks around the value", listed(), "GET /items\nOrigin:   "+app+"  ", 200, allowed...),
		one("the same origin twice", listed(), "GET /items\nOrigin: "+app+"\nOrigin: "+app, 200, varyOrigin),
		one("the allowed origin first", listed(), "GET /items\nOrigin: "+app+"\nOrigin: "+evil, 200, varyOrigin),
		one("the allowed origin last", listed(), "GET /items\nOrigin: "+evil+"\nOrigin: "+app, 200, varyOrigin),
		one("two lines, one name in lower case", listed(), "GET /items\nOrigin: "+app+"\norigin: "+evil, 200, varyOrigin),
		one("a second, empty line", listed(), "GET /items\nOrigin: "+app+"\nOrigin:", 200, varyOrigin),
		one("empty", listed(), "GET /items\nOrigin:", 200, varyOrigin),
		one("two origins on one line", listed(), "GET /items\nOrigin: "+app+", "+app, 200, varyOrigin),
		one("preflight with two Origin lines", listed(), "OPTIONS /items\nOrigin: "+app+"\nOrigin: "+app+put, 403, varyOptions),
		one("preflight with two Origin lines, every origin", every(), "OPTIONS /items\nOrigin: "+app+"\nOrigin: "+evil+put, 403, varyOptions),
		one("two Origin lines, every origin", every(), "GET /items\nOrigin: "+app+"\nOrigin: "+evil, 200, "Allow-Origin: *", "Expose-Headers: X-Total"),
		one("preflight, lower case", listed(), "OPTIONS /items\norigin: "+app+"\naccess-control-request-method: PUT", 204,
			"Allow-Origin: "+app, "Allow-Methods: PUT, DELETE", "Allow-Headers: Content-Type, X-Id", "Max-Age: 600", varyOptions),
		one("a long origin", listed(), "GET /items\nOrigin: https://"+strings.Repeat("a.", 1000)+"example.org", 200, varyOrigin),
		one("many request headers", reflecting(), "OPTIONS /items\nOrigin: "+app+put+strings.Repeat("\nAccess-Control-Request-Headers: x", 17), 204,
			"Allow-Origin: "+app, "Allow-Credentials: true", "Max-Age: 600", "Allow-Methods: PUT", "Allow-Headers: x"+strings.Repeat(",x", 16), varyReflect),
	}
}

// varyCases test how an adapter adds to Vary: it must keep existing names, and must not
// repeat a name.
func varyCases() []testCase {
	get, preflight := "GET /items\nOrigin: "+app, "OPTIONS /items\nOrigin: "+app+"\nAccess-Control-Request-Method: PUT"
	actual := []string{"Allow-Origin: " + app, "Expose-Headers: X-Total"}
	answered := []string{"Allow-Origin: " + app, "Allow-Methods: PUT, DELETE", "Allow-Headers: Content-Type, X-Id", "Max-Age: 600"}
	set := func(values ...string) func(Header) {
		return func(h Header) {
			for _, value := range values {
				h.Add("Vary", value)
			}
		}
	}
	outer := func(name, request string, status int, outer func(Header), want ...string) testCase {
		c := one(name, listed(), request, status, want...)
		c.outer = outer
		return c
	}
	inner := one("added by the handler", listed(), get, 200, append([]string{"Vary: Accept-Encoding", varyOrigin}, actual...)...)
	inner.handle = set("Accept-Encoding")
	none := outer("of another middleware, every origin", get, 200, set("Accept-Encoding"), "Allow-Origin: *", "Expose-Headers: X-Total", "Vary: Accept-Encoding")
	none.configs = []core.Config{every()}
	return []testCase{
		inner, none,
		outer("of another middleware", get, 200, set("Accept-Encoding"), append(actual, "Vary: Accept-Encoding", varyOrigin)...),
		outer("of another middleware, denied", "GET /items\nOrigin: "+evil, 200, set("Accept-Encoding"), "Vary: Accept-Encoding", varyOrigin),
		outer("of another middleware, not CORS", "GET /items", 200, set("Accept-Encoding"), "Vary: Accept-Encoding", varyOrigin),
		outer("of another middleware, preflight", preflight, 204, set("Accept-Encoding"), append(answered, "Vary: Accept-Encoding", varyOptions)...),
		outer("of another middleware, two lines", get, 200, set("Accept-Encoding", "Cookie"), append(actual, "Vary: Accept-Encoding", "Vary: Cookie", varyOrigin)...),
		outer("Origin already present", get, 200, set("Origin"), append(actual, varyOrigin)...),
		outer("Origin already present, in a list", get, 200, set("Accept-Encoding, origin"), append(actual, "Vary: Accept-Encoding, origin")...),
		outer("Origin already present, on the second line", get, 200, set("Cookie", "ORIGIN"), append(actual, "Vary: Cookie", "Vary: ORIGIN")...),
		outer("Origin already present, on the first line", get, 200, set("Origin", "Cookie"), append(actual, "Vary: Cookie", varyOrigin)...),
		outer("preflight, Origin already present", preflight, 204, set("Origin"), append(answered, varyOrigin, "Vary: Access-Control-Request-Method")...),
		outer("* already present", get, 200, set("*"), append(actual, "Vary: *")...),
		outer("X-Origin already present, which is another name", get, 200, set("X-Origin"), append(actual, "Vary: X-Origin", varyOrigin)...),
	}
}
