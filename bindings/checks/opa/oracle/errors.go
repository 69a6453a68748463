package main

import (
	"errors"

	"github.com/open-policy-agent/opa/v1/ast"
	"github.com/open-policy-agent/opa/v1/rego"
	"github.com/open-policy-agent/opa/v1/topdown"
)

// described unwraps OPA's errors and lists their codes, messages, places and details. `text` is OPA's output.
func described(err error) []J {
	var many ast.Errors
	var one *ast.Error
	var evaluation *topdown.Error
	var several rego.Errors
	switch {
	case err == nil:
		return nil
	case errors.As(err, &many):
		list := make([]J, 0, len(many))
		for _, e := range many {
			list = append(list, describedOne(e))
		}
		return list
	case errors.As(err, &one):
		return []J{describedOne(one)}
	case errors.As(err, &evaluation):
		j := J{"code": evaluation.Code, "message": evaluation.Message, "text": err.Error()}
		place(j, evaluation.Location)
		return []J{j}
	case errors.As(err, &several):
		list := []J{}
		for _, e := range several {
			list = append(list, described(e)...)
		}
		return list
	}
	return []J{{"message": err.Error(), "text": err.Error()}}
}

func describedOne(e *ast.Error) J {
	j := J{"code": e.Code, "message": e.Message, "text": e.Error()}
	place(j, e.Location)
	if e.Details != nil {
		j["details"] = e.Details.Lines()
	}
	return j
}

func place(j J, l *ast.Location) {
	if l == nil {
		return
	}
	j["file"], j["row"], j["col"] = l.File, l.Row, l.Col
}
