// Package after has the applications of package before, with corsuite. The pages in
// docs/migrating show its files.
package after
