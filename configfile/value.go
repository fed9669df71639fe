package configfile

// kind is what a value is in its file.
type kind int

const (
	invalid kind = iota // it has been complained about
	null
	boolean
	number // or whatever else YAML makes of what stands without quotation marks
	text
	list
	object
)

// value is a value as both formats, and the environment, have it.
type value struct {
	place
	kind  kind
	text  string  // of a scalar
	items []value // of a list
}

// scalar reports whether the value can be written in one piece.
func (v value) scalar() bool { return v.kind == boolean || v.kind == number || v.kind == text }

// member is a key with its value.
type member struct {
	place
	key   string
	value value
}
