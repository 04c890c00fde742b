package grid

// Widths notes how wide the rows of a text are whose rows need not be of one
// width, such as CSV and HTML. Programs write every row of a table with as many
// fields: where nearly all rows agree, one that does not has lost a field or
// been torn apart, and what stands behind that has moved to another column.
type Widths []struct {
	fields, filled int
	figure         bool
}

// Add notes a row: its fields, how many there are up to the last that says
// something, and whether one is a number.
func (w *Widths) Add(fields, filled int, figure bool) {
	*w = append(*w, struct {
		fields, filled int
		figure         bool
	}{fields, filled, figure})
}

// Uneven returns the first row (0-based) that is not as wide as nearly all rows:
// one that holds a number and has fewer fields or fills more; with words also
// one without a number that has one or two fewer, as a header has that lost a
// field (titles and signatures have far fewer, and move nothing). Three quarters
// of the rows, and three at least, must agree; else nothing can be said.
func (w Widths) Uneven(words bool) (row int, uneven bool) {
	count, width := map[int]int{}, 0
	for _, r := range w {
		if count[r.fields]++; count[r.fields] > count[width] {
			width = r.fields
		}
	}
	if count[width] < 3 || 4*count[width] < 3*len(w) {
		return 0, false
	}
	for i, r := range w {
		lacking := width - r.fields
		if r.figure && (lacking > 0 || r.filled > width) || words && width >= 5 && (lacking == 1 || lacking == 2) {
			return i, true
		}
	}
	return 0, false
}
