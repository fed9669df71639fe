// Package neighbours tests the policy with routers and libraries that need no adapter.
// Its tests compare what they measure with the tables in docs/routers.md and
// docs/connect-grpc-web-mcp.md.
package neighbours
