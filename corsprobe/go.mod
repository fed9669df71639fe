module github.com/corsuite/corsuite/corsprobe

go 1.25.0

require (
	github.com/corsuite/corsuite/configfile v0.1.0
	github.com/corsuite/corsuite/core v0.1.0
	github.com/rogpeppe/go-internal v1.14.1
	github.com/spf13/pflag v1.0.10
	golang.org/x/net v0.58.0
	mvdan.cc/sh/v3 v3.13.1
)

require (
	go.yaml.in/yaml/v4 v4.0.0 // indirect
	golang.org/x/sys v0.47.0 // indirect
	golang.org/x/text v0.41.0 // indirect
	golang.org/x/tools v0.48.0 // indirect
)
