// Package repo tests what no compiler and no linter checks: the Go and the links
// in the documentation, the output that README.md shows, the equal API of the
// adapters, and what the compiler inlines. .golangci.yml has the rules for imports,
// go.mod files and the length of a file.
package repo
