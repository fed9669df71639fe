package main

import (
	"bytes"
	"encoding/json"
	"fmt"
	"go/format"
	"reflect"
	"regexp"
	"strconv"
	"strings"
	"time"

	"go.yaml.in/yaml/v4"

	"github.com/corsuite/corsuite/core"
)

// forms are the notations of a config.
type forms struct {
	Go   string `json:"go"`
	YAML string `json:"yaml"`
	Env  string `json:"env"`
}

// setting is a field of a config that is set.
type setting struct {
	name  string
	value any
}

func settings(cfg core.Config) (all []setting) {
	v := reflect.ValueOf(cfg)
	for i := range v.NumField() {
		if f := v.Field(i); !f.IsZero() && (f.Kind() != reflect.Slice || f.Len() > 0) {
			all = append(all, setting{v.Type().Field(i).Name, f.Interface()})
		}
	}
	return all
}

// write returns the notations of a config.
func write(cfg core.Config) (forms, error) {
	var source, env strings.Builder
	document := yaml.Node{Kind: yaml.MappingNode}
	source.WriteString("policy, err := core.NewPolicy(core.Config{\n")
	for _, s := range settings(cfg) {
		fmt.Fprintf(&source, "%s: %s,\n", s.name, literal(s.value))
		fmt.Fprintf(&env, "%s=%s\n", variable(s.name), plain(s.value))
		var node yaml.Node
		if err := node.Encode(portable(s.value)); err != nil {
			return forms{}, fmt.Errorf("config as YAML: %w", err)
		}
		document.Content = append(document.Content, &yaml.Node{Kind: yaml.ScalarNode, Value: key(s.name)}, &node)
	}
	source.WriteString("})\n")
	formatted, err := format.Source([]byte(source.String()))
	if err != nil {
		return forms{}, fmt.Errorf("config as Go: %w", err)
	}
	var text bytes.Buffer
	encoder := yaml.NewEncoder(&text)
	encoder.SetIndent(2)
	if err := encoder.Encode(&document); err != nil {
		return forms{}, fmt.Errorf("config as YAML: %w", err)
	}
	return forms{string(formatted), text.String(), env.String()}, nil
}

// inJSON returns a config as module configfile reads it.
func inJSON(cfg core.Config) (json.RawMessage, error) {
	all := make(map[string]any)
	for _, s := range settings(cfg) {
		all[key(s.name)] = portable(s.value)
	}
	return json.Marshal(all)
}

// longestList is the largest number of bytes of a list in one line of Go code.
const longestList = 32

// literal returns a value as Go code. A long list has one entry in each line.
func literal(value any) string {
	text := fmt.Sprintf("%#v", value)
	if list, ok := value.([]string); ok && len(text) > longestList {
		text = "[]string{\n"
		for _, entry := range list {
			text += strconv.Quote(entry) + ",\n"
		}
		return text + "}"
	}
	age, ok := value.(time.Duration)
	if !ok {
		return text
	}
	for _, unit := range []struct {
		length time.Duration
		name   string
	}{{time.Hour, "time.Hour"}, {time.Minute, "time.Minute"}, {time.Second, "time.Second"}} {
		if age%unit.length == 0 {
			return fmt.Sprintf("%d * %s", age/unit.length, unit.name)
		}
	}
	return fmt.Sprintf("%d * time.Nanosecond", age)
}

// plain returns a value for an environment variable.
func plain(value any) string {
	if list, ok := value.([]string); ok {
		return strings.Join(list, ",")
	}
	return fmt.Sprint(value)
}

// portable returns a value that JSON and YAML write as configfile reads it.
func portable(value any) any {
	if age, ok := value.(time.Duration); ok {
		return age.String()
	}
	return value
}

// variable returns the name of the environment variable for a field.
func variable(field string) string {
	return "CORS" + strings.ToUpper(regexp.MustCompile(`[A-Z]`).ReplaceAllString(field, "_$0"))
}
