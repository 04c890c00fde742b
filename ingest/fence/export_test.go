package fence

// Pids returns the process numbers of the children that are idle now.
func (r *Reader) Pids() []int {
	var pids []int
	for range r.opt.Children {
		s := <-r.slots
		if s.child != nil {
			pids = append(pids, s.child.cmd.Process.Pid)
		}
		r.slots <- s
	}
	return pids
}

// Done returns a channel that is closed when the idle child is dead and
// reaped, and its folder removed; nil without a child.
func (r *Reader) Done() <-chan struct{} {
	s := <-r.slots
	defer func() { r.slots <- s }()
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.child == nil {
		return nil
	}
	return s.child.done
}
