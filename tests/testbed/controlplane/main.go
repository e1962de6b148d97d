// One binary, many commands: the control plane of Spotreel's tests, and kubectl.
//
// Kubernetes' command constructors cannot share a process (each sets up signal handlers, feature
// gates and metrics once), so each component runs as a process of its own; only the file is shared.
// The component is the base name of argv[0], else the first argument.
package main

import (
	"fmt"
	"os"
	"path/filepath"

	"github.com/spf13/cobra"
	"go.etcd.io/etcd/server/v3/etcdmain"
	"k8s.io/component-base/cli"
	_ "k8s.io/component-base/logs/json/register"
	_ "k8s.io/component-base/metrics/prometheus/clientgo"
	_ "k8s.io/component-base/metrics/prometheus/version"
	kubectl "k8s.io/kubectl/pkg/cmd"
	apiserver "k8s.io/kubernetes/cmd/kube-apiserver/app"
	controllermanager "k8s.io/kubernetes/cmd/kube-controller-manager/app"
	scheduler "k8s.io/kubernetes/cmd/kube-scheduler/app"
)

var components = map[string]func() *cobra.Command{
	"kube-apiserver":          apiserver.NewAPIServerCommand,
	"kube-controller-manager": controllermanager.NewControllerManagerCommand,
	"kube-scheduler":          func() *cobra.Command { return scheduler.NewSchedulerCommand() },
	"kubectl":                 kubectl.NewDefaultKubectlCommand,
}

// componentArgs finds the component's name and makes its arguments look as if it were the program.
func componentArgs(args []string) []string {
	if name := filepath.Base(args[0]); name == "etcd" || components[name] != nil {
		return append([]string{name}, args[1:]...)
	}
	if len(args) > 1 {
		return args[1:]
	}
	return []string{""}
}

func main() {
	// etcd, kubectl and klog read os.Args themselves.
	os.Args = componentArgs(os.Args)
	if os.Args[0] == "etcd" {
		etcdmain.Main(os.Args)
		return
	}
	newCommand, known := components[os.Args[0]]
	if !known {
		fmt.Fprintln(os.Stderr, "usage: controlplane etcd|kube-apiserver|kube-controller-manager|kube-scheduler|kubectl [flags]")
		os.Exit(64)
	}
	command := newCommand()
	command.SetArgs(os.Args[1:])
	os.Exit(cli.Run(command))
}
