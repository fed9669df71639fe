module github.com/corsuite/corsuite/chiadapter

go 1.25.0

require (
	github.com/corsuite/corsuite/core v0.1.0
	github.com/go-chi/chi/v5 v5.3.2
)

require (
	golang.org/x/net v0.58.0 // indirect
	golang.org/x/text v0.41.0 // indirect
)

replace github.com/corsuite/corsuite/core => ../core
