package configfile

// kind is the type of a value in a source.
type kind int

const (
	invalid kind = iota // its problem has already been added
	null
	boolean
	number // or another YAML scalar without quotation marks, such as a date
	text
	list
	object
)

// value is a value of JSON, YAML or the environment.
type value struct {
	place
	kind  kind
	text  string  // the text of a scalar
	items []value // the items of a list
}

// scalar reports whether the value is a boolean, a number or a string.
func (v value) scalar() bool { return v.kind == boolean || v.kind == number || v.kind == text }

// member is a key with its value.
type member struct {
	place
	key   string
	value value
}
