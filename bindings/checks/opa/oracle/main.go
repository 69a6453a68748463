// Oracle runs OPA for the checks of Grid. It reads requests from stdin and writes answers to stdout in the same order, one JSON object per
// line.
package main

import (
	"bufio"
	"bytes"
	"encoding/json"
	"fmt"
	"os"

	"github.com/open-policy-agent/opa/v1/ast"
	"github.com/open-policy-agent/opa/v1/version"
)

// J is an object of an answer.
type J = map[string]any

// source is a policy; errors contain its name.
type source struct {
	Name string `json:"name"`
	Text string `json:"text"`
}

// query is a reference or a body to evaluate for each input. Each input is a list with one value, or empty for no input.
type query struct {
	Ref    string              `json:"ref"`
	Inputs [][]json.RawMessage `json:"inputs"`
}

// request is one line of stdin; each operation reads the fields that it needs.
type request struct {
	Op      string   `json:"op"`
	ID      string   `json:"id"`
	Sources []source `json:"sources"`
	// Versions are tried in order: `v0`, `v1`, or `auto`, which is v1 for each source that parses as v1, and v0 for the others.
	Versions []string `json:"versions"`
	// Strict is `opa check --strict`.
	Strict bool `json:"strict"`
	// Drop leaves out the sources that OPA rejects.
	Drop          bool            `json:"drop"`
	Data          json.RawMessage `json:"data"`
	Queries       []query         `json:"queries"`
	StrictErrors  bool            `json:"strictErrors"`
	Rows          bool            `json:"rows"`
	Samples       int             `json:"samples"`
	MaxInputBytes int             `json:"maxInputBytes"`
	TimeoutMs     int             `json:"timeoutMs"`
	// ShiftDays moves the clock of an evaluation forward.
	ShiftDays  int      `json:"shiftDays"`
	Folders    []string `json:"folders"`
	BundleData bool     `json:"bundleData"`
	Text       string   `json:"text"`
	// SigningKey is a private key in PEM, or a secret.
	SigningKey string `json:"signingKey"`
	Algorithm  string `json:"algorithm"`
}

var operations = map[string]func(*request) J{
	"version":  describe,
	"build":    build,
	"check":    check,
	"parse":    parseAll,
	"format":   formatAll,
	"scan":     scan,
	"load":     load,
	"eval":     eval,
	"test":     test,
	"forget":   forget,
	"data":     readData,
	"yaml":     readYAML,
	"timeLoad": timeLoad,
	"timeEval": timeEval,
}

// describe returns the version of OPA and the names of its builtins.
func describe(*request) J {
	names := make([]string, 0, len(ast.Builtins))
	for _, b := range ast.Builtins {
		names = append(names, b.Name)
	}
	return J{"version": version.Version, "builtins": names, "recorded": recorded}
}

func main() {
	record()
	in := bufio.NewReaderSize(os.Stdin, 1<<20)
	out := bufio.NewWriterSize(os.Stdout, 1<<20)
	for {
		line, err := in.ReadBytes('\n')
		if len(bytes.TrimSpace(line)) > 0 {
			out.Write(answer(line))
			out.WriteByte('\n')
			// Flush once per batch of requests.
			if in.Buffered() == 0 {
				out.Flush()
			}
		}
		if err != nil {
			out.Flush()
			return
		}
	}
}

func answer(line []byte) []byte {
	var r request
	result := J{}
	if err := json.Unmarshal(line, &r); err != nil {
		result["error"] = "request: " + err.Error()
	} else {
		result = safely(&r)
	}
	text, err := encode(result)
	if err != nil {
		text, _ = encode(J{"error": "answer: " + err.Error()})
	}
	return text
}

// encode does not escape `<`, `>` and `&`, so that long answers are shorter.
func encode(v any) ([]byte, error) {
	var b bytes.Buffer
	e := json.NewEncoder(&b)
	e.SetEscapeHTML(false)
	err := e.Encode(v)
	return bytes.TrimRight(b.Bytes(), "\n"), err
}

func safely(r *request) (result J) {
	defer func() {
		if p := recover(); p != nil {
			result = J{"error": fmt.Sprint("panic: ", p)}
		}
	}()
	run, known := operations[r.Op]
	if !known {
		return J{"error": "there is no operation " + r.Op}
	}
	return run(r)
}
