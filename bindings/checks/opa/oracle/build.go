package main

import (
	"bytes"
	"context"
	"encoding/base64"
	"os"
	"path/filepath"
	"strings"

	"github.com/open-policy-agent/opa/v1/bundle"
	"github.com/open-policy-agent/opa/v1/compile"
)

// build returns the signed bundle that `opa build --bundle --signing-key` writes of the sources and the data, and the sources in it, which it
// has formatted.
func build(r *request) J {
	folder, err := os.MkdirTemp("", "oracle-")
	if err != nil {
		return J{"error": err.Error()}
	}
	defer os.RemoveAll(folder)
	files := append([]source{{Name: "data.json", Text: string(r.Data)}}, r.Sources...)
	for _, s := range files {
		path := filepath.Join(folder, filepath.FromSlash(s.Name))
		if err := os.MkdirAll(filepath.Dir(path), 0o755); err != nil {
			return J{"error": err.Error()}
		}
		if err := os.WriteFile(path, []byte(s.Text), 0o644); err != nil {
			return J{"error": err.Error()}
		}
	}
	var out bytes.Buffer
	compiler := compile.New().WithFS(os.DirFS(folder)).WithPaths(".").WithAsBundle(true).WithOutput(&out).WithRegoVersion(regoVersion(r.Versions[0])).
		WithBundleSigningConfig(bundle.NewSigningConfig(r.SigningKey, r.Algorithm, ""))
	if err := compiler.Build(context.Background()); err != nil {
		return J{"errors": described(err)}
	}
	packed := base64.StdEncoding.EncodeToString(out.Bytes())
	read, err := bundle.NewReader(&out).WithSkipBundleVerification(true).Read()
	if err != nil {
		return J{"error": err.Error()}
	}
	sources := []source{}
	for _, m := range read.Modules {
		sources = append(sources, source{Name: strings.TrimPrefix(m.Path, "/"), Text: string(m.Raw)})
	}
	return J{"bundle": packed, "sources": sources}
}
