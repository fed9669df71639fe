// Package migrating compares corsuite with the libraries that people come from. The pages
// in docs/migrating have the files of the packages before and after as their Go blocks, and
// tables of answers that the tests measure. To write blocks and tables into the pages, run
//
//	GOWORK=off go test ./internal/migrating -update
package migrating
