package corstest

import "github.com/corsuite/corsuite/core"

const (
	app  = "https://app.example.com"
	evil = "https://evil.example"

	varyOrigin  = "Vary: Origin"
	varyOptions = "Vary: Origin, Access-Control-Request-Method"
	varyReflect = varyOptions + ", Access-Control-Request-Headers"
)

// listed allows one origin and the subdomains of another, without credentials.
func listed() core.Config {
	return core.Config{
		AllowOrigins: []string{app, "https://*.example.org"}, AllowMethods: []string{"PUT", "DELETE"},
		AllowHeaders: []string{"Content-Type", "X-Id"}, ExposeHeaders: []string{"X-Total"},
	}
}

// credentialed is listed with credentials, another PreflightStatus and no MaxAge.
func credentialed() core.Config {
	cfg := listed()
	cfg.AllowCredentials, cfg.PreflightStatus, cfg.MaxAge = true, 299, -1
	return cfg
}

// every is listed with "*" for the origins.
func every() core.Config {
	cfg := listed()
	cfg.AllowOrigins = []string{"*"}
	return cfg
}

// reflecting has "*" for methods and headers with credentials, so that its answers
// reflect the requested method and headers.
func reflecting() core.Config {
	return core.Config{
		AllowOrigins: []string{app}, AllowMethods: []string{"*"}, AllowHeaders: []string{"*"}, AllowCredentials: true,
	}
}

// one returns a case with one policy and one request.
func one(name string, cfg core.Config, request string, status int, want ...string) testCase {
	return testCase{name: name, configs: []core.Config{cfg}, steps: []step{{request: request, status: status, want: want}}}
}

// rejecting rejects requests from denied origins.
func rejecting() core.Config {
	cfg := listed()
	cfg.RejectDeniedOrigins = true
	return cfg
}
