// Package before has one small application for each CORS library. The pages in
// docs/migrating show its files.
package before
