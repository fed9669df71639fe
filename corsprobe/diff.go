package main
import "context"
func diffCommand(_ context.Context, args []string, s streams) (int, error) { return 0, nil }
