module github.com/corsuite/corsuite/examples/tenants

go 1.25.0

require (
	github.com/corsuite/corsuite/configfile v0.1.0
	github.com/corsuite/corsuite/core v0.1.0
	github.com/jackc/pgx/v5 v5.13.0
	go.etcd.io/bbolt v1.5.0
)

require (
	github.com/jackc/pgpassfile v1.0.0 // indirect
	github.com/jackc/pgservicefile v0.0.0-20240606120523-5a60cdf6a761 // indirect
	github.com/jackc/puddle/v2 v2.2.3 // indirect
	go.yaml.in/yaml/v4 v4.0.0 // indirect
	golang.org/x/net v0.58.0 // indirect
	golang.org/x/sync v0.22.0 // indirect
	golang.org/x/sys v0.47.0 // indirect
	golang.org/x/text v0.41.0 // indirect
)

replace (
	github.com/corsuite/corsuite/configfile => ../../configfile
	github.com/corsuite/corsuite/core => ../../core
)
