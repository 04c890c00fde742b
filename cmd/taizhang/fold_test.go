package main

import (
	"strings"
	"testing"
)

func TestFold(t *testing.T) {
	text := "首次有效报送于 2022-05-25 16:20:00 收到（编号 bf9678f363/1），早于截止。文件 d3808a33eb8dd1e65abbeda382faad885971c00b19f67b149e34e8163926a6ed 在此　　完"
	for _, width := range []int{40, 80} {
		got := fold(text, 4, width)
		for i, line := range strings.Split(strings.TrimSuffix(got, "\n"), "\n") {
			n := 0
			for _, r := range line {
				n += columns(r)
			}
			if n > width && !strings.Contains(line, "d3808a33") {
				t.Errorf("width %d: line %q has %d columns", width, line, n)
			}
			if i > 0 && !strings.HasPrefix(line, "      ") {
				t.Errorf("line %q is not indented", line)
			}
			if strings.HasPrefix(strings.TrimLeft(line, " "), "，") {
				t.Errorf("line %q begins with a closing mark", line)
			}
		}
		join := func(s string) string { return strings.Join(strings.Fields(s), "") }
		if join(got) != join(text) {
			t.Errorf("width %d: text was lost: %q", width, got)
		}
	}
}
