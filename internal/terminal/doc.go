// Package terminal draws the picture in docs/corsprobe.md, from what corsprobe prints in a
// terminal with 80 columns.
package terminal
