package compose

import "taizhang/ledger"

type probeView struct {
	*view
	Doubted string
}

// Probe composes the mail to ourselves by which doubt about another is settled.
func (k *Composer) Probe(f ProbeFacts) (ledger.Mail, error) {
	v := k.shared(f.Common)
	return k.write(draft{letter: "probe", kind: ledger.MailProbe, common: f.Common, data: probeView{v, k.name(f.Subject)}, view: v})
}
