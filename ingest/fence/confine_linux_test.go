package fence

import (
	"os"
	"testing"
)

// The program that runs is started again as that very file; others by path.
func TestSameBinary(t *testing.T) {
	exe, err := os.Executable()
	if err != nil {
		t.Fatal(err)
	}
	if got := sameBinary(exe); got != "/proc/self/exe" {
		t.Errorf("the program itself: %q", got)
	}
	if got := sameBinary("/bin/true"); got != "" {
		t.Errorf("another program: %q", got)
	}
}
