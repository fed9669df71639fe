//go:build unix

package configfile

import "syscall"

// nonblocking opens a pipe without its writer.
const nonblocking = syscall.O_NONBLOCK
