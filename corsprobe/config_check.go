package main

import (
	"context"
	"errors"
	"fmt"

	"github.com/corsuite/corsuite/configfile"
)

const checkUsage = `corsprobe check lists the problems and warnings of a config, and their
corrections.

  corsprobe check --config cors.yaml
  corsprobe check --env               reads variables such as CORS_ALLOW_ORIGINS

The exit code is 0 without problems, 1 with problems, and 2 if the config
cannot be read.

`

// checkCommand is the command check.
func checkCommand(_ context.Context, args []string, s streams) (int, error) {
	var from configFlags
	var strict bool
	fs := newFlags()
	from.add(fs)
	fs.BoolVar(&strict, "strict", false, "exit with 1 for warnings, too")
	switch done, err := parse(fs, args, checkUsage, s); {
	case done || err != nil:
		return exitExpected, err
	case fs.NArg() > 0:
		return 0, usageError{fmt.Errorf("the argument %s has no flag; write --config %[1]s", shown(fs.Arg(0)))}
	}
	p := printer{s.out, s.color}
	c, err := from.read(s)
	if found := (*configfile.Error)(nil); errors.As(err, &found) {
		p.problems(found.Name, p.bad("problem"), found.Problems)
		return exitUnexpected, nil
	}
	if err != nil {
		return 0, err
	}
	warnings := c.policy.Warnings()
	p.problems(c.name, p.bold("warning"), c.problems(warnings))
	switch {
	case len(warnings) == 0:
		p.line("%s has no problems", c.name)
	case strict:
		return exitUnexpected, nil
	}
	return exitExpected, nil
}

// problems writes one line for each problem, in the form that editors recognise.
func (p printer) problems(name, kind string, problems []configfile.Problem) {
	for _, found := range problems {
		position := ""
		switch {
		case found.Line > 0:
			position = fmt.Sprintf("%s:%d:%d: ", shown(name), found.Line, found.Column)
			found.Line = 0
		case found.Key == "": // a variable has no file
			position = shown(name) + ": "
		}
		p.line("%s%s: %s", position, kind, found)
	}
	const most = 100 // of configfile
	if len(problems) == most {
		p.line("only the first %d are listed", most)
	}
}
