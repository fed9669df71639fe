//go:build !unix

package configfile

// nonblocking is zero where a pipe cannot replace a file.
const nonblocking = 0
