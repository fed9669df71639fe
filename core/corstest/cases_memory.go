package corstest

import "github.com/corsuite/corsuite/core"

// nestedCases have two policies around one handler. For an actual request only the
// headers of the inner policy remain; a preflight is answered by the outer policy.
func nestedCases() []testCase {
	inner := core.Config{AllowOrigins: []string{evil}, ExposeHeaders: []string{"X-Inner"}}
	nested := func(name string, outer, inner core.Config, request string, status int, want ...string) testCase {
		return testCase{name: name, configs: []core.Config{outer, inner}, steps: []step{{request: request, status: status, want: want}}}
	}
	fromApp, fromEvil := "GET /items\nOrigin: "+app, "GET /items\nOrigin: "+evil
	foreign := one("CORS headers of other middleware", listed(), fromApp, 200, "Allow-Origin: "+app, "Expose-Headers: X-Total", varyOrigin)
	foreign.outer = func(h Header) {
		h.Add("Access-Control-Allow-Origin", "*")
		h.Add("Access-Control-Allow-Origin", evil)
		h.Add("Access-Control-Allow-Credentials", "true")
		h.Add("Access-Control-Expose-Headers", "X-Secret")
	}
	stray := one("Allow-Credentials of other middleware", listed(), fromApp, 200, "Allow-Origin: "+app, "Expose-Headers: X-Total", varyOrigin)
	stray.outer = func(h Header) {
		h.Add("Access-Control-Allow-Credentials", "true")
		h.Add("Access-Control-Allow-Methods", "*")
	}
	strayDenied := one("Allow-Credentials of other middleware, denied", listed(), fromEvil, 200, varyOrigin)
	strayDenied.outer = stray.outer
	foreignDenied := one("CORS headers of other middleware, denied", listed(), fromEvil, 200, varyOrigin)
	foreignDenied.outer = foreign.outer
	return []testCase{
		foreign, foreignDenied, stray, strayDenied,
		nested("both policies allow", credentialed(), listed(), fromApp, 200, "Allow-Origin: "+app, "Expose-Headers: X-Total", varyOrigin),
		nested("the inner policy denies", credentialed(), inner, fromApp, 200, varyOrigin),
		nested("the inner policy denies, the outer allows every origin", every(), inner, fromApp, 200, varyOrigin),
		nested("the outer policy denies", listed(), inner, fromEvil, 200, "Allow-Origin: "+evil, "Expose-Headers: X-Inner", varyOrigin),
		nested("the inner policy allows every origin", listed(), every(), fromApp, 200, "Allow-Origin: *", "Expose-Headers: X-Total", varyOrigin),
		nested("preflight", listed(), inner, "OPTIONS /items\nOrigin: "+app+"\nAccess-Control-Request-Method: PUT", 204,
			"Allow-Origin: "+app, "Allow-Methods: PUT, DELETE", "Allow-Headers: Content-Type, X-Id", "Max-Age: 600", varyOptions),
	}
}

// memoryCases have a handler that writes to the slices of header values. Its writes must
// not change other header fields of the same answer, or a later answer.
func memoryCases() (cases []testCase) {
	from, plain, options := "GET /items\nOrigin: "+app, "GET /items", "OPTIONS /items\nOrigin: "+app
	for _, c := range []testCase{
		one("not CORS", listed(), plain, 200, varyOrigin),
		one("allowed", listed(), from, 200, "Allow-Origin: "+app, "Expose-Headers: X-Total", varyOrigin),
		one("allowed with credentials", credentialed(), from, 200, "Allow-Origin: "+app, "Allow-Credentials: true", "Expose-Headers: X-Total", varyOrigin),
		one("allowed, OPTIONS", listed(), options, 200, "Allow-Origin: "+app, "Expose-Headers: X-Total", varyOptions),
		one("denied", listed(), "GET /items\nOrigin: "+evil, 200, varyOrigin),
		one("every origin", every(), from, 200, "Allow-Origin: *", "Expose-Headers: X-Total"),
	} {
		changed, grown := c, c
		changed.name += ", handler changes values in place"
		changed.handle = changeOnce()
		unchecked := c.steps[0]
		unchecked.unchecked = true
		changed.steps = []step{unchecked, c.steps[0], c.steps[0]}
		grown.name += ", handler appends to values"
		grown.handle = grow
		cases = append(cases, changed, grown)
	}
	// A preflight has no handler, but outer middleware can change the headers after they
	// are sent.
	preflight := one("preflight, outer middleware changes values in place", credentialed(), "OPTIONS /items\nOrigin: "+app+"\nAccess-Control-Request-Method: PUT", 299,
		"Allow-Origin: "+app, "Allow-Credentials: true", "Allow-Methods: PUT, DELETE", "Allow-Headers: Content-Type, X-Id", "Max-Age: 0", varyOptions)
	preflight.after = changeOnce()
	unchecked := preflight.steps[0]
	unchecked.unchecked = true
	preflight.steps = []step{unchecked, preflight.steps[0]}
	return append(cases, preflight)
}

// written returns the headers that an adapter can set.
func written() []string {
	return []string{
		"Access-Control-Allow-Origin", "Access-Control-Allow-Credentials", "Access-Control-Expose-Headers",
		"Access-Control-Allow-Methods", "Access-Control-Allow-Headers", "Access-Control-Max-Age", "Vary",
	}
}

// changeOnce returns a handler that changes the header values of the first answer.
func changeOnce() func(Header) {
	done := false
	return func(h Header) {
		if done {
			return
		}
		done = true
		for _, name := range written() {
			values := h.Values(name)
			for i := range values {
				values[i] = "changed"
			}
		}
	}
}

// grow appends to the header values. If a slice has spare capacity, append writes into
// memory after its values.
func grow(h Header) {
	for _, name := range written() {
		if values := h.Values(name); len(values) != 0 {
			_ = append(values, "grown")
		}
	}
}
