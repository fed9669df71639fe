package configfile

import (
	"strconv"
	"strings"
	"time"
)

// truth reads a boolean. These three return what is wrong and what to write
// instead, if anything is.
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
		return false, "true and false stand without quotation marks", fix
	}
	return false, "only true and false are permitted here", fix
}

// status reads the status of a preflight.
func status(v value) (code int, message, fix string) {
	code, err := strconv.Atoi(v.text)
	switch {
	case err != nil:
		return 0, "a status belongs here, such as 204", ""
	case code == 0:
		return 0, "zero would mean the default, 204; write a status or remove it", ""
	case v.kind != number || strconv.Itoa(code) != v.text:
		return 0, "a status stands in plain digits, without quotation marks", strconv.Itoa(code)
	default:
		return code, "", ""
	}
}

// duration reads a duration. Without a unit it could be anything.
func duration(v value) (d time.Duration, message, fix string) {
	if n, err := strconv.ParseInt(v.text, 10, 64); err == nil && n != 0 {
		return 0, "a number does not say its unit", short(seconds(n))
	}
	d, err := time.ParseDuration(v.text)
	switch {
	case err != nil:
		return 0, "this is no duration", "10m"
	case d == 0:
		return 0, "zero would mean the default, ten minutes; remove it for that, or forbid caching", "-1s"
	default:
		return d, "", ""
	}
}

// seconds is what somebody means who writes a number for a duration. The header
// counts seconds, and a [time.Duration] nanoseconds.
func seconds(n int64) time.Duration {
	if n >= int64(time.Second) || n <= -int64(time.Second) {
		return time.Duration(n)
	}
	return time.Duration(n) * time.Second
}

// short writes a duration without the units that are zero.
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
