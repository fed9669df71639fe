package corstest

import "github.com/corsuite/corsuite/core"

const (
	app  = "https://app.example.com"
	evil = "https://evil.example"

	varyOrigin  = "Vary: Origin"
	varyOptions = "Vary: Origin, Access-Control-Request-Method"
	varyReflect = varyOptions + ", Access-Control-Request-Headers"
)

// listed allows one origin without credentials.
func listed() core.Config {
	return core.Config{
		AllowOrigins: []string{app, "https://*.example.org"}, AllowMethods: []string{"PUT", "DELETE"},
		AllowHeaders: []string{"Content-Type", "X-Id"}, ExposeHeaders: []string{"X-Total"},
	}
}

// credentialed allows one origin with credentials, and another status.
func credentialed() core.Config {
	cfg := listed()
	cfg.AllowCredentials, cfg.PreflightStatus, cfg.MaxAge = true, 299, -1
	return cfg
}

// every allows all origins.
func every() core.Config {
	cfg := listed()
	cfg.AllowOrigins = []string{"*"}
	return cfg
}

// reflecting must say back what was asked.
func reflecting() core.Config {
	return core.Config{
		AllowOrigins: []string{app}, AllowMethods: []string{"*"}, AllowHeaders: []string{"*"}, AllowCredentials: true,
	}
}

// one is a case of one policy and one request.
func one(name string, cfg core.Config, request string, status int, want ...string) testCase {
	return testCase{name: name, configs: []core.Config{cfg}, steps: []step{{request: request, status: status, want: want}}}
}
