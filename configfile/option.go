package configfile

// Option changes what [JSON], [YAML], [Read] and [Watch] read. A nil Option is ignored.
type Option func(*options)

type options struct {
	section []string
	env     *dialect // nil without WithEnv
	environ []string
}

// WithSection reads a section of a larger document, such as a program's own config.
// path is the keys from the root of the document to the section:
//
//	source, err := configfile.Read("app.yaml", configfile.WithSection("server", "cors"))
//
// The rest of the document may have any keys. It is an error if there is no such section.
func WithSection(path ...string) Option {
	return func(o *options) { o.section = path }
}

// WithEnv replaces values by environment variables, which it reads as [Env] does. A
// variable for a list replaces the whole list. A problem of a variable has the name of
// the variable, and no position in the file. A value of the wrong form in the document is
// an error, even if a variable replaces it.
func WithEnv(prefix string, environ []string) Option {
	return func(o *options) {
		o.env, o.environ = &dialect{environment: true, prefix: prefix}, environ
	}
}
