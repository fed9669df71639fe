// Package configfile reads a [core.Config] from JSON, YAML or the environment,
// and follows a file while a policy is in force.
//
//	source, err := configfile.Read("cors.yaml")
//	if err != nil {
//		return err
//	}
//	policy, err := source.NewPolicy()
//	if err != nil {
//		return err
//	}
//	go configfile.Watch(ctx, "cors.yaml", policy.Reload, report)
//
// It reads strictly. A key that does not exist, one that stands twice, a value of
// the wrong type and an empty value are errors, all of them at once, each with
// its line and column and, as a rule, with what to write instead. What is not
// said is never everyone: without an origin there is no policy, unless
// [core.WithOriginFunc] decides.
//
// # YAML
//
//	allowOrigins:
//	  - https://app.example.com
//	  - https://*.example.net
//	allowMethods: [PUT, DELETE]
//	allowHeaders: [Authorization, Content-Type]
//	exposeHeaders: [X-Request-Id]
//	allowCredentials: true
//	maxAge: 5m
//
// What begins with a *, such as the entry for every origin, needs quotation
// marks: ["*"]. Only true and false are booleans, not yes and on. There is one
// document, without anchors, aliases, merge keys and tags, and no line has more
// than 64 KiB.
//
// # JSON
//
//	{
//		"allowOrigins": [
//			"https://app.example.com",
//			"https://*.example.net"
//		],
//		"allowMethods": ["PUT", "DELETE"],
//		"allowHeaders": ["Authorization", "Content-Type"],
//		"exposeHeaders": ["X-Request-Id"],
//		"allowCredentials": true,
//		"maxAge": "5m"
//	}
//
// # The environment
//
//	CORS_ALLOW_ORIGINS=https://app.example.com,https://*.example.net
//	CORS_ALLOW_METHODS=PUT,DELETE
//	CORS_ALLOW_HEADERS=Authorization,Content-Type
//	CORS_EXPOSE_HEADERS=X-Request-Id
//	CORS_ALLOW_CREDENTIALS=true
//	CORS_MAX_AGE=5m
//
// # Rules for all forms
//
// A key is the name of a field of [core.Config] with a small first letter, such as
// maxAge. A variable is a prefix that you choose and the key in upper case, with
// underscores between its words. A duration is a number with a unit, such as "10m" or
// "1h30m": a bare number could mean seconds or nanoseconds. A zero is an error too,
// although it means the default in Go: leave the key out for the default.
//
// A text is UTF-8, with or without a byte order mark, of at most 16 MiB and
// 250,000 lines and commas, and holds no control characters.
//
// Everything here is safe for concurrent use; a [Source] is, as long as nobody
// changes its Config.
package configfile
