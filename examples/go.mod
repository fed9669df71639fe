module github.com/corsuite/corsuite/examples

go 1.25.0
