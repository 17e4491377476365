// Command stand-in is a Terraform provider that does nothing. It knows the arguments and attributes of real providers
// from the data of this repository, so that Terraform itself can validate and plan where the real ones cannot be had.
package main

import (
	"encoding/json"
	"log"
	"os"
	"path/filepath"
	"strings"

	"github.com/hashicorp/terraform-plugin-go/tfprotov6"
	"github.com/hashicorp/terraform-plugin-go/tfprotov6/tf6server"
)

// Terraform starts it as terraform-provider-<name>: the name says for which provider it stands.
func main() {
	name := strings.TrimPrefix(filepath.Base(os.Args[0]), "terraform-provider-")
	text, err := os.ReadFile(os.Getenv("STAND_IN_DATA"))
	if err != nil {
		log.Fatal(err)
	}
	var all map[string]data
	if err := json.Unmarshal(text, &all); err != nil {
		log.Fatal(err)
	}
	known, ok := all[name]
	if !ok {
		log.Fatalf("the data knows no provider %q", name)
	}
	serve := func() tfprotov6.ProviderServer { return &provider{data: known} }
	if err := tf6server.Serve("registry.terraform.io/"+known.Provider.Name, serve); err != nil {
		log.Fatal(err)
	}
}
