//go:build tools

package main

// The program that go.mod pins besides, so that `go mod tidy` keeps it.
import _ "github.com/kubernetes-csi/external-provisioner/v6/cmd/csi-provisioner"
