// Package repo holds the rules of this repository that no compiler checks:
// what each module may require and import, what an adapter shows, how long a
// file may be, and that what the README says compiles. Its tests apply them.
//
// Every rule is a function from data to complaints, so that its test can also
// show it something bad.
package repo
