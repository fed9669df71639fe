package configfile_test

import (
	"context"
	"errors"
	"fmt"
	"os"
	"path/filepath"

	"github.com/corsuite/corsuite/configfile"
	"github.com/corsuite/corsuite/core"
)

func Example() {
	source, err := configfile.Read("testdata/cors.yaml")
	if err != nil {
		fmt.Println(err)
		return
	}
	policy, err := source.NewPolicy()
	if err != nil {
		fmt.Println(err)
		return
	}
	decision := policy.Decide(context.Background(), &core.Request{
		Method: "GET",
		Origin: []string{"https://shop.example.net"},
	}, nil)
	for i := range decision.Len() {
		name, value := decision.Header(i)
		fmt.Printf("%s: %s\n", name, value)
	}
	// Output:
	// Access-Control-Allow-Origin: https://shop.example.net
	// Access-Control-Allow-Credentials: true
	// Access-Control-Expose-Headers: X-Request-Id
}

func ExampleRead() {
	source, err := configfile.Read("testdata/cors.json")
	if err != nil {
		fmt.Println(err)
		return
	}
	fmt.Println(source.Config.AllowOrigins, source.Config.MaxAge)
	// Output: [https://app.example.com https://*.example.net] 5m0s
}

func ExampleJSON() {
	_, err := configfile.JSON([]byte(`{
	"allowed_origins": ["https://app.example.com"],
	"maxAge": 600
}`))
	fmt.Println(err)
	// Output:
	// CORS config: 2 problems:
	// 	2:2: allowed_origins: there is no such key; use allowOrigins
	// 	3:12: maxAge "600": the number has no unit; use "10m"
}

func ExampleYAML() {
	_, err := configfile.YAML([]byte(`
allowOrigins: https://app.example.com
allowCredentials: yes
`))
	fmt.Println(err)
	// Output:
	// CORS config: 2 problems:
	// 	2:15: allowOrigins "https://app.example.com": the value must be a list; use ["https://app.example.com"]
	// 	3:19: allowCredentials "yes": the value must be true or false; use true
}

func ExampleWithSection() {
	app := []byte(`
database: {url: "postgres://db.example.net"}
server:
  port: 8080
  cors:
    allowOrigins: [https://app.example.com]
    maxAge: 600
`)
	_, err := configfile.YAML(app, configfile.WithSection("server", "cors"))
	fmt.Println(err)
	// Output: CORS config: 7:13: maxAge "600": the number has no unit; use "10m"
}

func ExampleWithEnv() {
	// A program passes os.Environ().
	environ := []string{"CORS_ALLOW_ORIGINS=https://staging.example.com", "CORS_MAX_AGE=1m"}
	source, err := configfile.Read("testdata/cors.yaml", configfile.WithEnv("CORS_", environ))
	if err != nil {
		fmt.Println(err)
		return
	}
	fmt.Println(source.Config.AllowOrigins, source.Config.AllowMethods, source.Config.MaxAge)

	_, err = configfile.Read("testdata/cors.yaml", configfile.WithEnv("CORS_", []string{"CORS_MAX_AGE=60"}))
	fmt.Println(err)
	// Output:
	// [https://staging.example.com] [PUT DELETE] 1m0s
	// CORS config: CORS_MAX_AGE "60": the number has no unit; use 1m
}

func ExampleEnv() {
	// A program passes os.Environ().
	source, err := configfile.Env("CORS_", []string{
		"PATH=/usr/bin",
		"CORS_ALLOW_ORIGINS=https://app.example.com, https://*.example.net",
		"CORS_MAX_AGE=5m",
	})
	if err != nil {
		fmt.Println(err)
		return
	}
	fmt.Printf("%q %v\n", source.Config.AllowOrigins, source.Config.MaxAge)

	_, err = configfile.Env("CORS_", []string{"CORS_ORIGINS=*"})
	fmt.Println(err)
	// Output:
	// ["https://app.example.com" "https://*.example.net"] 5m0s
	// CORS config: CORS_ORIGINS: there is no such variable; use CORS_ALLOW_ORIGINS
}

func ExampleSource_NewPolicy() {
	source, err := configfile.YAML([]byte(`
allowOrigins:
  - https://app.example.com/
allowMethods: [put]
`))
	if err != nil {
		fmt.Println(err)
		return
	}
	_, err = source.NewPolicy()
	fmt.Println(err)
	// Output:
	// CORS config: 2 problems:
	// 	3:5: allowOrigins[0] "https://app.example.com/": an origin has no path; use "https://app.example.com"
	// 	4:16: allowMethods[0] "put": methods are case-sensitive, and browsers send this one in upper case; use "PUT"
}

func ExampleSource_Apply() {
	policy, err := core.NewPolicy(core.Config{AllowOrigins: []string{"https://app.example.com"}})
	if err != nil {
		fmt.Println(err)
		return
	}
	source, err := configfile.JSON([]byte(`{"allowOrigins": ["http://app.example.com"], "allowCredentials": true}`))
	if err != nil {
		fmt.Println(err)
		return
	}
	fmt.Println(source.Apply(policy.Reload)) // the old Config remains in force
	// Output:
	// CORS config: 1:19: allowOrigins[0] "http://app.example.com": with credentials, an attacker in the network of an http page can act as its user; serve the page with https, or set dangerouslyAllowInsecureOrigins; use "https://app.example.com"
}

func ExampleError() {
	_, err := configfile.Read("testdata/cors.toml")
	var bad *configfile.Error
	fmt.Println(errors.As(err, &bad)) // the name of the file is wrong, not its content

	_, err = configfile.YAML([]byte("maxAge: 600"))
	if errors.As(err, &bad) {
		p := bad.Problems[0]
		fmt.Println(p.Line, p.Column, p.Key, p.Value, p.Fix)
	}
	// Output:
	// false
	// 1 9 maxAge 600 "10m"
}

func ExampleWatch() {
	dir, err := os.MkdirTemp("", "")
	if err != nil {
		fmt.Println(err)
		return
	}
	defer os.RemoveAll(dir)
	name := filepath.Join(dir, "cors.yaml")
	if err := os.WriteFile(name, []byte("allowOrigins: [https://app.example.com]"), 0o600); err != nil {
		fmt.Println(err)
		return
	}
	source, err := configfile.Read(name)
	if err != nil {
		fmt.Println(err)
		return
	}
	policy, err := source.NewPolicy()
	if err != nil {
		fmt.Println(err)
		return
	}

	ctx, stop := context.WithCancel(context.Background())
	report := func(err error) {
		if err != nil {
			fmt.Println("the old config remains in force:", err)
		} else {
			fmt.Println("in force")
		}
		stop() // so that the example ends
	}
	// A program calls Watch in a goroutine.
	if err := configfile.Watch(ctx, name, policy.Reload, report); err != nil {
		fmt.Println(err)
	}
	// Output: in force
}
