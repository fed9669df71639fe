module github.com/corsuite/corsuite/examples/tenants

go 1.25.0

require (
	github.com/corsuite/corsuite/core v0.1.0
	go.etcd.io/bbolt v1.5.0
)

require (
	golang.org/x/net v0.58.0 // indirect
	golang.org/x/sys v0.47.0 // indirect
	golang.org/x/text v0.41.0 // indirect
)

replace github.com/corsuite/corsuite/core => ../../core
