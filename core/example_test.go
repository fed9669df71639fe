package core_test

import (
	"context"
	"errors"
	"fmt"

	"github.com/corsuite/corsuite/core"
)

func ExampleNewPolicy() {
	_, err := core.NewPolicy(core.Config{
		AllowOrigins:     []string{"https://app.example.com/", "http://shop.example.com", "https://*example.com"},
		AllowMethods:     []string{"GET", "put"},
		AllowCredentials: true,
		MaxAge:           300,
	})
	fmt.Println(err)
	// Output:
	// CORS config: 5 problems:
	// 	AllowOrigins[0] "https://app.example.com/": an origin has no path; use "https://app.example.com"
	// 	AllowOrigins[1] "http://shop.example.com": with credentials, an attacker in the network of an http page can act as its user; serve the page with https, or set DangerouslyAllowInsecureOrigins; use "https://shop.example.com"
	// 	AllowOrigins[2] "https://*example.com": without a dot after the *, the entry would match evilexample.com; use "https://*.example.com"
	// 	AllowMethods[1] "put": methods are case-sensitive, and browsers send this one in upper case; use "PUT"
	// 	MaxAge "300ns": the duration is less than a second; a number without a unit counts nanoseconds; use "5m0s"
}

func ExampleConfigError() {
	_, err := core.NewPolicy(core.Config{AllowOrigins: []string{"https://ok.example", "HTTPS://Example.com:443"}})
	var bad *core.ConfigError
	if errors.As(err, &bad) {
		for _, p := range bad.Problems {
			fmt.Println(p.Field, p.Index, p.Code, p.Fix)
		}
	}
	// Output: AllowOrigins 1 origin-upper-case [https://example.com]
}

func ExampleProblem() {
	p := core.Problem{
		Field: "AllowOrigins", Index: 1, Value: "https://example.com/",
		Message: "an origin has no path", Fix: []string{"https://example.com"},
	}
	fmt.Println(p)
	// Output: AllowOrigins[1] "https://example.com/": an origin has no path; use "https://example.com"
}

func ExamplePolicy_Reload() {
	policy, err := core.NewPolicy(core.Config{AllowOrigins: []string{"https://app.example.com"}})
	if err != nil {
		fmt.Println(err)
		return
	}
	// A bad config changes nothing. A good one applies to every router that shares the policy.
	fmt.Println(policy.Reload(core.Config{AllowOrigins: []string{"app.example.com"}}))
	fmt.Println(policy.Reload(core.Config{AllowOrigins: []string{"https://app.example.com", "https://next.example.com"}}))
	// Output:
	// CORS config: AllowOrigins[0] "app.example.com": an origin begins with its scheme; use "https://app.example.com"
	// <nil>
}

func ExamplePolicy_Decide() {
	policy, err := core.NewPolicy(core.Config{
		AllowOrigins: []string{"https://app.example.com"},
		AllowMethods: []string{"PUT", "DELETE"},
	})
	if err != nil {
		fmt.Println(err)
		return
	}
	d := policy.Decide(context.Background(), &core.Request{
		Method:        "OPTIONS",
		Origin:        []string{"https://app.example.com"},
		RequestMethod: []string{"PUT"},
	}, nil)
	fmt.Println(d.Kind(), d.Status())
	for i := range d.Len() {
		name, value := d.Header(i)
		fmt.Printf("%s: %s\n", name, value)
	}
	fmt.Println("Vary:", d.Vary(nil))
	// Output:
	// preflight 204
	// Access-Control-Allow-Origin: https://app.example.com
	// Access-Control-Max-Age: 600
	// Access-Control-Allow-Methods: PUT, DELETE
	// Vary: Origin, Access-Control-Request-Method
}

func ExampleDecision_Vary() {
	policy, err := core.NewPolicy(core.Config{AllowOrigins: []string{"https://app.example.com"}})
	if err != nil {
		fmt.Println(err)
		return
	}
	d := policy.Decide(context.Background(), &core.Request{Method: "OPTIONS"}, nil)
	fmt.Println(d.Vary([]string{"Accept-Encoding, origin"}))
	// Output: Access-Control-Request-Method
}

func ExamplePolicy_Explain() {
	policy, err := core.NewPolicy(core.Config{
		AllowOrigins: []string{"https://app.example.com"},
		AllowMethods: []string{"PUT"},
	})
	if err != nil {
		fmt.Println(err)
		return
	}
	for _, r := range []core.Request{
		{Method: "GET", Origin: []string{"https://app.example.com"}},
		{Method: "GET", Origin: []string{"https://staging.example.com"}},
		{Method: "OPTIONS", Origin: []string{"https://app.example.com"}, RequestMethod: []string{"DELETE"}},
	} {
		fmt.Println(policy.Explain(context.Background(), &r, nil))
	}
	// Output:
	// the page may read the answer
	// the origin "https://staging.example.com" matches no entry of AllowOrigins, so the page cannot read the answer; if this page is yours, add "https://staging.example.com" to AllowOrigins
	// the method "DELETE" is not in AllowMethods, so the browser does not send the page's request; add "DELETE" to AllowMethods
}

func ExampleWithOriginFunc() {
	tenants := map[string]bool{"https://shop.tenant.example": true}
	policy, err := core.NewPolicy(core.Config{
		AllowOrigins:     []string{"https://app.example.com"},
		AllowCredentials: true,
	}, core.WithOriginFunc(func(_ context.Context, o core.Origin, _ core.Target) (bool, error) {
		return tenants[o.String()], nil
	}))
	if err != nil {
		fmt.Println(err)
		return
	}
	for _, origin := range []string{"https://shop.tenant.example", "https://other.example", "null"} {
		d := policy.Decide(context.Background(), &core.Request{Method: "GET", Origin: []string{origin}}, nil)
		fmt.Println(origin, d.OriginAllowed())
	}
	// Output:
	// https://shop.tenant.example true
	// https://other.example false
	// null false
}

func ExampleOrigin_String() {
	fmt.Println(core.Origin{Scheme: "https", Host: "app.example.com"})
	fmt.Println(core.Origin{Scheme: "http", Host: "[::1]", Port: 3000})
	// Output:
	// https://app.example.com
	// http://[::1]:3000
}

func ExampleResponseHeaders() {
	for _, name := range core.ResponseHeaders() {
		fmt.Println(name)
	}
	// Output:
	// Access-Control-Allow-Origin
	// Access-Control-Allow-Credentials
	// Access-Control-Allow-Methods
	// Access-Control-Allow-Headers
	// Access-Control-Max-Age
	// Access-Control-Expose-Headers
}
