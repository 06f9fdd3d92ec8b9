// SPDX-License-Identifier: GPL-2.0

// containerd's tests of snapshotters, with a daemon for each: "go test" in GOPATH
// mode.  TARFS_SNAPSHOTTER is the command line of the daemon.
//
// Copyright (C) 2026 The tarfs authors
package suite

import (
	"context"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"syscall"
	"testing"
	"time"

	snapshotsapi "github.com/containerd/containerd/api/services/snapshots/v1"
	"github.com/containerd/containerd/snapshots"
	"github.com/containerd/containerd/snapshots/proxy"
	"github.com/containerd/containerd/snapshots/testsuite"
	"google.golang.org/grpc"
)

func start(ctx context.Context, root string) (snapshots.Snapshotter, func() error, error) {
	words := strings.Fields(os.Getenv("TARFS_SNAPSHOTTER"))
	socket := filepath.Join(root, "socket")
	words = append(words, "--root", filepath.Join(root, "state"), "--address", socket)
	daemon := exec.Command(words[0], words[1:]...)
	daemon.Stderr = os.Stderr
	if err := daemon.Start(); err != nil {
		return nil, nil, err
	}
	limited, cancel := context.WithTimeout(ctx, time.Minute)
	defer cancel()
	connection, err := grpc.DialContext(limited, "unix://"+socket, grpc.WithInsecure(), grpc.WithBlock())
	if err != nil {
		daemon.Process.Kill()
		return nil, nil, err
	}
	stop := func() error {
		connection.Close()
		daemon.Process.Signal(syscall.SIGTERM)
		err := daemon.Wait()
		// layers stay mounted for containers, of which there are none
		mounts, _ := filepath.Glob(filepath.Join(root, "state/mounts/*"))
		for _, path := range mounts {
			syscall.Unmount(path, syscall.MNT_DETACH)
		}
		return err
	}
	return proxy.NewSnapshotter(snapshotsapi.NewSnapshotsClient(connection), "tarfs"), stop, nil
}

func TestSnapshotter(t *testing.T) {
	testsuite.SnapshotterSuite(t, "tarfs", start)
}
