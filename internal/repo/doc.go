// Package repo tests what no compiler and no linter checks: the Go, the commands and
// the links in the documentation, the output that it shows, the files for the
// repository's host, the equal API of the adapters, and what the compiler inlines.
// .golangci.yml has the rules for imports, go.mod files and the length of a file.
package repo
