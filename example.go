// Package taizhang holds what the repository's root must give to the program:
// the example configuration, which is also the built-in campaign. It contains
// no logic.
package taizhang

import _ "embed"

// ExampleConfig is config.example.yaml as it stands in the repository.
//
//go:embed config.example.yaml
var ExampleConfig []byte
