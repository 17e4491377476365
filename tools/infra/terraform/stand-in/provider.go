package main

import (
	"context"

	"github.com/hashicorp/terraform-plugin-go/tfprotov6"
	"github.com/hashicorp/terraform-plugin-go/tftypes"
)

// What is not here is not asked for by validate, nor by a plan from nothing.
type provider struct {
	tfprotov6.ProviderServer
	data data
}

func (p *provider) GetMetadata(context.Context, *tfprotov6.GetMetadataRequest) (*tfprotov6.GetMetadataResponse, error) {
	return &tfprotov6.GetMetadataResponse{ServerCapabilities: &tfprotov6.ServerCapabilities{}}, nil
}

func (p *provider) GetProviderSchema(context.Context, *tfprotov6.GetProviderSchemaRequest) (*tfprotov6.GetProviderSchemaResponse, error) {
	all := &tfprotov6.GetProviderSchemaResponse{
		Provider:          configurationOf(p.data.Configuration),
		ResourceSchemas:   map[string]*tfprotov6.Schema{},
		DataSourceSchemas: map[string]*tfprotov6.Schema{},
	}
	for name, known := range p.data.Resources {
		all.ResourceSchemas[name] = schemaOf(known)
	}
	for name, known := range p.data.Data {
		all.DataSourceSchemas[name] = schemaOf(known)
	}
	return all, nil
}

func (p *provider) ValidateProviderConfig(_ context.Context, asked *tfprotov6.ValidateProviderConfigRequest) (*tfprotov6.ValidateProviderConfigResponse, error) {
	return &tfprotov6.ValidateProviderConfigResponse{PreparedConfig: asked.Config}, nil
}

func (p *provider) ConfigureProvider(context.Context, *tfprotov6.ConfigureProviderRequest) (*tfprotov6.ConfigureProviderResponse, error) {
	return &tfprotov6.ConfigureProviderResponse{}, nil
}

func (p *provider) StopProvider(context.Context, *tfprotov6.StopProviderRequest) (*tfprotov6.StopProviderResponse, error) {
	return &tfprotov6.StopProviderResponse{}, nil
}

func (p *provider) ValidateResourceConfig(context.Context, *tfprotov6.ValidateResourceConfigRequest) (*tfprotov6.ValidateResourceConfigResponse, error) {
	return &tfprotov6.ValidateResourceConfigResponse{}, nil
}

func (p *provider) ValidateDataResourceConfig(context.Context, *tfprotov6.ValidateDataResourceConfigRequest) (*tfprotov6.ValidateDataResourceConfigResponse, error) {
	return &tfprotov6.ValidateDataResourceConfigResponse{}, nil
}

// What only the provider sets is not known until something is made.
func (p *provider) PlanResourceChange(_ context.Context, asked *tfprotov6.PlanResourceChangeRequest) (*tfprotov6.PlanResourceChangeResponse, error) {
	schema := schemaOf(p.data.Resources[asked.TypeName])
	planned, err := complete(schema, asked.ProposedNewState, func(attribute *tfprotov6.SchemaAttribute) tftypes.Value {
		return tftypes.NewValue(attribute.Type, tftypes.UnknownValue)
	})
	return &tfprotov6.PlanResourceChangeResponse{PlannedState: planned}, err
}

// What AWS would say to whoever plans.
var answers = map[string]string{
	"account_id": "111122223333",
	"issuer_arn": "arn:aws:iam::111122223333:role/platform",
	"json":       `{"Statement":[]}`,
	"partition":  "aws",
	"region":     "eu-central-1",
}

func (p *provider) ReadDataSource(_ context.Context, asked *tfprotov6.ReadDataSourceRequest) (*tfprotov6.ReadDataSourceResponse, error) {
	schema := schemaOf(p.data.Data[asked.TypeName])
	state, err := complete(schema, asked.Config, func(attribute *tfprotov6.SchemaAttribute) tftypes.Value {
		answer, known := answers[attribute.Name]
		if attribute.Type.Is(tftypes.String) && (known || !attribute.Optional) {
			return tftypes.NewValue(attribute.Type, answer)
		}
		return tftypes.NewValue(attribute.Type, nil)
	})
	return &tfprotov6.ReadDataSourceResponse{State: state}, err
}

// complete fills in what is not set and what the provider may set.
func complete(schema *tfprotov6.Schema, given *tfprotov6.DynamicValue, with func(*tfprotov6.SchemaAttribute) tftypes.Value) (*tfprotov6.DynamicValue, error) {
	whole := schema.ValueType()
	value, err := given.Unmarshal(whole)
	if err != nil {
		return nil, err
	}
	parts := map[string]tftypes.Value{}
	if err := value.As(&parts); err != nil {
		return nil, err
	}
	for _, attribute := range schema.Block.Attributes {
		if attribute.Computed && parts[attribute.Name].IsNull() {
			parts[attribute.Name] = with(attribute)
		}
	}
	completed, err := tfprotov6.NewDynamicValue(whole, tftypes.NewValue(whole, parts))
	return &completed, err
}
