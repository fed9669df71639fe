package configfile

import (
	"strconv"
	"strings"
	"time"
)

// truth reads a boolean. Like status and duration, it returns a message and a
// correction if the form is wrong. It still returns the value that the correction means.
func truth(v value) (b bool, message, fix string) {
	if v.kind == boolean && (v.text == "true" || v.text == "false") {
		return v.text == "true", "", ""
	}
	switch strings.ToLower(v.text) {
	case "true", "yes", "on", "y", "t", "1":
		fix = "true"
	case "false", "no", "off", "n", "f", "0":
		fix = "false"
	}
	if v.text == fix && fix != "" {
		return fix == "true", "write true and false without quotation marks", fix
	}
	return fix == "true", "the value must be true or false", fix
}

// status reads the status of a preflight.
func status(v value) (code int, message, fix string) {
	code, err := strconv.Atoi(v.text)
	switch {
	case err != nil:
		return 0, "the value must be a status, such as 204", ""
	case code == 0:
		return 0, "zero would mean the default, 204; write a status, or remove this setting", ""
	case v.kind != number || strconv.Itoa(code) != v.text:
		return code, "write a status in plain digits, without quotation marks", strconv.Itoa(code)
	default:
		return code, "", ""
	}
}

// duration reads a duration. It rejects a number without a unit, whose meaning is not
// clear.
func duration(v value) (d time.Duration, message, fix string) {
	if n, err := strconv.ParseInt(v.text, 10, 64); err == nil && n != 0 {
		return seconds(n), "the number has no unit", short(seconds(n))
	}
	d, err := time.ParseDuration(v.text)
	switch {
	case err != nil:
		return 0, "the value is not a duration", "10m"
	case d == 0:
		return 0, "zero would mean the default, ten minutes; remove this setting for the default, or forbid caching", "-1s"
	default:
		return d, "", ""
	}
}

// seconds guesses the duration that a number without a unit means. Small numbers are
// seconds, as in Access-Control-Max-Age; large ones are nanoseconds, as in
// [time.Duration].
func seconds(n int64) time.Duration {
	if n >= int64(time.Second) || n <= -int64(time.Second) {
		return time.Duration(n) // nanoseconds
	}
	return time.Duration(n) * time.Second
}

// short writes a duration without trailing zero units.
func short(d time.Duration) string {
	s := d.String()
	if strings.HasSuffix(s, "m0s") {
		s = strings.TrimSuffix(s, "0s")
	}
	if strings.HasSuffix(s, "h0m") {
		s = strings.TrimSuffix(s, "0m")
	}
	return s
}
