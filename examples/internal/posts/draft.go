package posts

import (
	"maps"
	"slices"
	"strings"
	"unicode/utf8"
)

// MaxTitle is the number of characters that a title may have.
const MaxTitle = 200

// Draft is what an author sends to have it published.
type Draft struct {
	Title string `json:"title"`
	Text  string `json:"text"`
}

// Validate returns a [DraftError] that names every field that is not fit to be
// published, or nil.
func (d Draft) Validate() error {
	invalid := make(DraftError)
	switch {
	case strings.TrimSpace(d.Title) == "":
		invalid["title"] = "is missing"
	case utf8.RuneCountInString(d.Title) > MaxTitle:
		invalid["title"] = "is too long"
	}
	if strings.TrimSpace(d.Text) == "" {
		invalid["text"] = "is missing"
	}
	if len(invalid) == 0 {
		return nil
	}
	return invalid
}

// DraftError is the error of a draft: by the field's JSON name, what is wrong.
type DraftError map[string]string

// Error names the fields in the order of the alphabet.
func (e DraftError) Error() string {
	fields := slices.Sorted(maps.Keys(e))
	for i, field := range fields {
		fields[i] = field + " " + e[field]
	}
	return "the draft cannot be published: " + strings.Join(fields, ", ")
}
