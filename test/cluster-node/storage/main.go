// Command storage is a CSI driver whose volumes are directories of the node: kubelet mounts them into pods through
// it, external-provisioner has it make them and delete them. It registers itself with kubelet.
package main

import (
	"context"
	"flag"
	"log"
	"net"
	"os"

	"github.com/container-storage-interface/spec/lib/go/csi"
	"google.golang.org/grpc"
	registration "k8s.io/kubelet/pkg/apis/pluginregistration/v1"
)

func main() {
	name := flag.String("name", "", "name of the driver, which storage classes call their provisioner")
	node := flag.String("node", "", "name of the node")
	directory := flag.String("directory", "", "where volumes are made, a directory for each")
	socket := flag.String("socket", "", "where the driver listens")
	registry := flag.String("registry", "", "where kubelet looks for the driver")
	flag.Parse()

	volumes := grpc.NewServer()
	csi.RegisterIdentityServer(volumes, identity{name: *name})
	csi.RegisterControllerServer(volumes, controller{directory: *directory})
	csi.RegisterNodeServer(volumes, mounter{node: *node, directory: *directory})
	introductions := grpc.NewServer()
	registration.RegisterRegistrationServer(introductions, introduction{name: *name, endpoint: *socket})

	// Who finds the driver in the registry calls it at once.
	listener := listen(*socket)
	go func() { log.Fatal(introductions.Serve(listen(*registry))) }()
	log.Fatal(volumes.Serve(listener))
}

func listen(path string) net.Listener {
	// A socket of a process that was killed.
	if err := os.Remove(path); err != nil && !os.IsNotExist(err) {
		log.Fatal(err)
	}
	listener, err := net.Listen("unix", path)
	if err != nil {
		log.Fatal(err)
	}
	return listener
}

// introduction tells kubelet of the driver, as node-driver-registrar does for others.
type introduction struct {
	registration.UnsafeRegistrationServer
	name     string
	endpoint string
}

func (i introduction) GetInfo(context.Context, *registration.InfoRequest) (*registration.PluginInfo, error) {
	return &registration.PluginInfo{
		Type:              registration.CSIPlugin,
		Name:              i.name,
		Endpoint:          i.endpoint,
		SupportedVersions: []string{"1.0.0"},
	}, nil
}

func (i introduction) NotifyRegistrationStatus(
	_ context.Context, status *registration.RegistrationStatus,
) (*registration.RegistrationStatusResponse, error) {
	if !status.PluginRegistered {
		log.Fatal("kubelet refuses the driver: ", status.Error)
	}
	return &registration.RegistrationStatusResponse{}, nil
}
