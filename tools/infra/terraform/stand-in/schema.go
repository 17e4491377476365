package main

import (
	"github.com/hashicorp/terraform-plugin-go/tfprotov6"
	"github.com/hashicorp/terraform-plugin-go/tftypes"
)

type argument struct {
	Type      string              `json:"type"`
	Required  bool                `json:"required"`
	Block     map[string]argument `json:"block"`
	Many      bool                `json:"many"`
	Attribute bool                `json:"attribute"`
}

type object struct {
	Arguments  map[string]argument `json:"arguments"`
	Attributes []string            `json:"attributes"`
}

type data struct {
	Provider      struct{ Name string }
	Configuration map[string]argument `json:"configuration"`
	Resources     map[string]object   `json:"resources"`
	Data          map[string]object   `json:"data"`
}

var types = map[string]tftypes.Type{
	"string":      tftypes.String,
	"number":      tftypes.Number,
	"boolean":     tftypes.Bool,
	"string[]":    tftypes.List{ElementType: tftypes.String},
	"map(string)": tftypes.Map{ElementType: tftypes.String},
}

func typeOf(name string) tftypes.Type {
	if known, ok := types[name]; ok {
		return known
	}
	return tftypes.DynamicPseudoType
}

// Attributes that only the provider sets and that are not text. Of the others the data knows the name alone.
var computed = map[string]tftypes.Type{
	"certificate_authority": tftypes.DynamicPseudoType,
	"identity":              tftypes.DynamicPseudoType,
	"names":                 tftypes.List{ElementType: tftypes.String},
}

// Attributes inside blocks that only the provider sets: the data has none of them.
var computedInside = map[string][]string{"vpc_config": {"cluster_security_group_id"}}

func schemaOf(known object) *tfprotov6.Schema {
	block := blockOf(known.Arguments, true)
	for _, name := range known.Attributes {
		if _, given := known.Arguments[name]; given {
			continue
		}
		what, ok := computed[name]
		if !ok {
			what = tftypes.String
		}
		block.Attributes = append(block.Attributes, &tfprotov6.SchemaAttribute{Name: name, Type: what, Computed: true})
	}
	return &tfprotov6.Schema{Block: block}
}

func configurationOf(known map[string]argument) *tfprotov6.Schema {
	own := map[string]argument{}
	for name, one := range known {
		if name != "alias" {
			own[name] = one
		}
	}
	return &tfprotov6.Schema{Block: blockOf(own, false)}
}

func blockOf(known map[string]argument, outermost bool) *tfprotov6.SchemaBlock {
	block := &tfprotov6.SchemaBlock{}
	for name, one := range known {
		switch {
		case one.Block == nil || one.Attribute:
			block.Attributes = append(block.Attributes, attributeOf(name, one, outermost))
		default:
			block.BlockTypes = append(block.BlockTypes, nestedOf(name, one))
		}
	}
	return block
}

func attributeOf(name string, one argument, outermost bool) *tfprotov6.SchemaAttribute {
	attribute := &tfprotov6.SchemaAttribute{Name: name, Required: one.Required, Optional: !one.Required}
	if one.Block == nil {
		attribute.Type = typeOf(one.Type)
		attribute.Computed = outermost && !one.Required
		return attribute
	}
	nested := &tfprotov6.SchemaObject{Nesting: tfprotov6.SchemaObjectNestingModeSingle}
	if one.Many {
		nested.Nesting = tfprotov6.SchemaObjectNestingModeList
	}
	for inner, argument := range one.Block {
		nested.Attributes = append(nested.Attributes, attributeOf(inner, argument, false))
	}
	attribute.NestedType = nested
	return attribute
}

func nestedOf(name string, one argument) *tfprotov6.SchemaNestedBlock {
	block := blockOf(one.Block, false)
	for _, inner := range computedInside[name] {
		block.Attributes = append(block.Attributes, &tfprotov6.SchemaAttribute{Name: inner, Type: tftypes.String, Computed: true})
	}
	nested := &tfprotov6.SchemaNestedBlock{TypeName: name, Block: block, Nesting: tfprotov6.SchemaNestedBlockNestingModeList}
	if name == "timeouts" {
		nested.Nesting = tfprotov6.SchemaNestedBlockNestingModeSingle
		return nested
	}
	if one.Required {
		nested.MinItems = 1
	}
	if !one.Many {
		nested.MaxItems = 1
	}
	return nested
}
