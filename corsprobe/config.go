package main

import (
	"bytes"
	"errors"
	"net/http"
	"os"
	"strings"

	"github.com/spf13/pflag"

	"github.com/corsuite/corsuite/configfile"
	"github.com/corsuite/corsuite/core"
	"github.com/corsuite/corsuite/core/browser"
	"github.com/corsuite/corsuite/core/nethttp"
)

// configFlags are the flags that name a config.
type configFlags struct {
	file, section, env string
}

func (f *configFlags) add(fs *pflag.FlagSet) {
	fs.StringVar(&f.file, "config", "", "`FILE` of the config, or - for the standard input")
	f.addSection(fs)
	fs.StringVar(&f.env, "env", "", "let variables of the environment replace values, or be the config; they begin with `PREFIX`, or CORS_")
	fs.Lookup("env").NoOptDefVal = "CORS_"
}

func (f *configFlags) addSection(fs *pflag.FlagSet) {
	fs.StringVar(&f.section, "section", "", "the config is the section with this `KEY`, such as server.cors")
}

// policyFile is a valid config that was read.
type policyFile struct {
	name   string // of its file
	source *configfile.Source
	policy *core.Policy
}

// read reads and validates the config. An error in its content is a *configfile.Error.
func (f *configFlags) read(s streams) (*policyFile, error) {
	c := policyFile{name: f.file}
	var err error
	switch {
	case f.file == "" && f.env == "":
		return nil, usageError{errors.New("the config is missing; add --config cors.yaml")}
	case f.file == "":
		c.name = "the environment"
		c.source, err = configfile.Env(f.env, os.Environ())
	case f.file == "-":
		c.name = "standard input"
		c.source, err = readStandardInput(s, f.options()...)
	default:
		c.source, err = configfile.Read(f.file, f.options()...)
	}
	if err == nil {
		c.policy, err = c.source.NewPolicy(core.WithLogger(nil))
	}
	if found := (*configfile.Error)(nil); errors.As(err, &found) && f.file == "-" {
		found.Name = c.name
	}
	if err != nil {
		return nil, err
	}
	return &c, nil
}

func (f *configFlags) options() (all []configfile.Option) {
	if f.section != "" {
		all = append(all, configfile.WithSection(strings.Split(f.section, ".")...))
	}
	if f.env != "" {
		all = append(all, configfile.WithEnv(f.env, os.Environ()))
	}
	return all
}

// readStandardInput reads JSON, which begins with a brace, or YAML.
func readStandardInput(s streams, options ...configfile.Option) (*configfile.Source, error) {
	text, err := input([]string{"-"}, s)
	if err != nil {
		return nil, err
	}
	data := []byte(text)
	if bytes.HasPrefix(bytes.TrimSpace(data), []byte{'{'}) {
		return configfile.JSON(data, options...)
	}
	return configfile.YAML(data, options...)
}

// problems returns findings of core with their positions and corrections, in the notation of
// the source.
func (c *policyFile) problems(findings []core.Problem) []configfile.Problem {
	err := c.source.Apply(func(core.Config) error { return &core.ConfigError{Problems: findings} })
	if located := (*configfile.Error)(nil); errors.As(err, &located) {
		return located.Problems
	}
	return nil
}

// transport returns a server with the policy, in memory.
func (c *policyFile) transport() http.RoundTripper {
	return browser.Handler(nethttp.Middleware(c.policy)(http.HandlerFunc(func(http.ResponseWriter, *http.Request) {})))
}
