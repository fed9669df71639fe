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
//	go configfile.Watch(ctx, "cors.yaml", policy.Reload, func(err error) {
//		if err != nil {
//			slog.Error("the old CORS policy stays in force", "error", err)
//		}
//	})
//
// The package reads strictly. An unknown key, a repeated key, a value of the wrong type
// and an empty value are errors. One [*Error] lists all problems, each with its line and
// column and, in most cases, the correction. A missing key never allows more: without
// an origin there is no policy, unless [core.WithOriginFunc] is used.
//
// A value that changes nothing, such as Origin in allowHeaders, is no error. The policy
// logs a warning, and [core.Policy.Warnings] returns it.
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
//   - Anchors, aliases, merge keys and tags are errors. [WithSection] does not follow
//     aliases and merge keys. The rest of the document may have them.
//   - Lists and mappings are nested at most 20 deep.
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
// In Kubernetes, each Service of a namespace adds variables to its containers. Those of a
// Service named cors or cors-proxy begin with CORS_, such as CORS_SERVICE_HOST and
// CORS_PORT=tcp://10.0.0.1:80. They are ignored, because no setting has such a name. To
// remove them, set enableServiceLinks to false in the Pod.
//
// # A section, and variables in place of values
//
// A config can be a section of a program's own document. Variables can replace its values:
//
//	source, err := configfile.Read("app.yaml",
//		configfile.WithSection("server", "cors"),
//		configfile.WithEnv("CORS_", os.Environ()))
//
// The bounds below then apply to the whole document.
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
//   - A text is UTF-8, with or without a byte order mark. It has at most 8 MiB and at
//     most 250,000 lines and commas, and no control characters.
//   - A file is a regular file, not a pipe or a device.
//
// All functions are safe for concurrent use. The methods of a [Source] are too, while
// its Config does not change.
package configfile
