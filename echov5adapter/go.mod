module github.com/corsuite/corsuite/echov5adapter

go 1.25.0

require (
	github.com/corsuite/corsuite/core v0.1.0
	github.com/labstack/echo/v5 v5.4.3
)

require (
	golang.org/x/net v0.58.0 // indirect
	golang.org/x/text v0.41.0 // indirect
)

replace github.com/corsuite/corsuite/core => ../core
