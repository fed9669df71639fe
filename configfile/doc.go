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
// The package reads strictly. An unknown key, a repeated key, a value of the wrong type
// and an empty value are errors. One [*Error] lists all problems, each with its line and
// column and, in most cases, the correction. A missing key never allows more: without
// an origin there is no policy, unless [core.WithOriginFunc] is used.
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
// A value that begins with * needs quotation marks, as in ["*"] for every origin.
//
// # Limits of YAML
//
//   - The only booleans are true and false. Values such as yes and on are errors.
//   - A file has one document.
//   - Anchors, aliases, merge keys and tags are errors.
//   - A line has at most 64 KiB.
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
// # Rules for all formats
//
//   - A key is the name of a field of [core.Config] with a lower-case first letter, such
//     as maxAge.
//   - The name of a variable is a prefix that you choose and the key in upper case, with
//     underscores between its words.
//   - A duration is a number with a unit, such as "10m" or "1h30m". A number without a
//     unit is an error, because it could mean seconds or nanoseconds.
//   - A zero is an error, although it means the default in Go. Omit the key for the
//     default.
//   - A text is UTF-8, with or without a byte order mark. It has at most 16 MiB and at
//     most 250,000 lines and commas, and no control characters.
//
// All functions are safe for concurrent use. The methods of a [Source] are too, while
// its Config does not change.
package configfile
