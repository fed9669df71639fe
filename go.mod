module github.com/corsuite/corsuite

go 1.25.0
