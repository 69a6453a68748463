package main

import (
	"io/fs"
	"path/filepath"
	"strings"

	"github.com/open-policy-agent/opa/v1/loader"
	"github.com/open-policy-agent/opa/v1/util"
)

const maxExcluded = 20

// readData reads the data of folders as `opa test` does; with `bundleData` as a bundle does, only data.json and data.yaml. Files that do
// not merge are left out and listed.
func readData(r *request) J {
	excluded := map[string]bool{}
	filter := func(path string, info fs.FileInfo, _ int) bool {
		if info.IsDir() {
			return strings.HasPrefix(info.Name(), ".") && len(info.Name()) > 1
		}
		return excluded[path] || !isData(filepath.Base(path), r.BundleData)
	}
	for range maxExcluded {
		result, err := loader.NewFileLoader().Filtered(r.Folders, filter)
		if err == nil {
			names := []string{}
			for name := range excluded {
				names = append(names, name)
			}
			return J{"data": result.Documents, "excluded": names}
		}
		before := len(excluded)
		for _, line := range strings.Split(err.Error(), "\n") {
			if path, _, ok := strings.Cut(line, ": "); ok && strings.HasPrefix(path, "/") {
				excluded[strings.TrimSpace(path)] = true
			}
		}
		if len(excluded) == before {
			return J{"error": err.Error()}
		}
	}
	return J{"error": "too many files that do not load"}
}

func isData(name string, bundle bool) bool {
	if bundle {
		return name == "data.json" || name == "data.yaml" || name == "data.yml"
	}
	return strings.HasSuffix(name, ".json") || strings.HasSuffix(name, ".yaml") || strings.HasSuffix(name, ".yml")
}

// readYAML reads a text of one or more YAML documents, up to the first error.
func readYAML(r *request) J {
	list := []any{}
	for _, part := range strings.Split("\n"+strings.ReplaceAll(r.Text, "\r", ""), "\n---") {
		if strings.TrimSpace(part) == "" {
			continue
		}
		var v any
		if err := util.Unmarshal([]byte(part), &v); err != nil {
			return J{"documents": list, "error": err.Error()}
		}
		if v != nil {
			list = append(list, v)
		}
	}
	return J{"documents": list}
}
