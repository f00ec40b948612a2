package main

import (
	"os"
	"slices"
	"strings"
)

// isMounted tells whether something is mounted on a path, by the second field of each of the kernel's lines. A bind
// mount within one file system has the device of its parent, so that stat would not tell.
func isMounted(path string) (bool, error) {
	mounts, err := os.ReadFile("/proc/self/mounts")
	if err != nil {
		return false, err
	}
	lines := slices.Collect(strings.Lines(string(mounts)))
	return slices.ContainsFunc(lines, func(line string) bool {
		fields := strings.Fields(line)
		return len(fields) > 1 && fields[1] == path
	}), nil
}
